//! What came back.

use crate::routing::route::Route;
use crate::test::client::Client;
use crate::test::html::{self, Selection};
use crate::test::jar;
use crate::test::marks::Cause;
use crate::test::redirect;
use crate::test::report::{Show, report};
use crate::test::request::{Outgoing, RequestBuilder};
use crate::test::xml;
use bytes::Bytes;
use cookie::Cookie;
use http::header::{CONTENT_TYPE, HeaderMap, SET_COOKIE};
use http::{StatusCode, response};
use scraper::{ElementRef, Html};
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::OnceLock;

/// A response that was read to its end.
///
/// The assertions return the response, so that they can be chained. One that does not hold panics
/// with the line of the test, and says what was expected, what came, and why where the app knows.
#[derive(Clone)]
#[must_use = "a response says nothing of a test until something of it is asserted"]
pub struct Response {
    pub(super) client: Client,
    request: Outgoing,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    text: String,
    cause: Option<Cause>,
    route: Option<Route>,
    pub(super) redirects: Vec<String>,
    document: OnceLock<Result<Html, String>>,
}

impl Response {
    pub(super) fn new(
        client: Client,
        request: Outgoing,
        parts: response::Parts,
        body: Bytes,
    ) -> Self {
        Self {
            client,
            request,
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            body,
            cause: parts.extensions.get().cloned(),
            route: parts.extensions.get().cloned(),
            redirects: Vec::new(),
            document: OnceLock::new(),
        }
    }

    /// The request that was answered, the last one where redirects were followed.
    pub(super) fn request(&self) -> &Outgoing {
        &self.request
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header of that name, where it is there and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The path and query of the page: after redirects, those of the last one.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.request.target.path_and_query
    }

    /// The name of the route that answered, or whose error the page is about; `None` for static files,
    /// what was not found, and services that are no [`App`](crate::App).
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.as_ref().map(Route::name)
    }

    /// The paths whose redirects were followed, in their order.
    #[must_use]
    pub fn redirects(&self) -> &[String] {
        &self.redirects
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; what is not UTF-8 is `�`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as a reader of the page sees it: of HTML the title and the texts of the elements,
    /// without scripts, styles and what is hidden (`hidden`, a closed `<dialog>`), with a run of white
    /// space as one space; of anything else the body.
    #[must_use]
    pub fn visible_text(&self) -> String {
        match self.document() {
            Ok(document) if self.is_html() => html::text(document.root_element()),
            _ => self.text.clone(),
        }
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is no JSON, or not of this type.
    #[track_caller]
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => self.fail(
                &format!("the body is no JSON of this type: {error}"),
                Show::Source,
            ),
        }
    }

    /// The cookies that this response sets, as the app gave them, whether or not the visitor keeps
    /// them: [`Client::cookie`] says that.
    #[must_use]
    pub fn cookies(&self) -> Vec<Cookie<'static>> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|header| std::str::from_utf8(header.as_bytes()).ok())
            .filter_map(|header| Cookie::parse(header).ok())
            .map(|cookie| jar::decoded(&cookie))
            .collect()
    }

    /// The cookie of that name that this response sets.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let mut cookies = self.cookies().into_iter();
        cookies.find(|cookie| cookie.name() == name)
    }

    /// The error behind the page of an error, with its causes and its place, or the mistakes in the
    /// app's files. No visitor sees it. Where the page of the error has failed, too, both are told.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.cause.as_ref().map(|cause| cause.0.as_str())
    }

    /// The elements of the page that match a CSS selector. What is in a `<template>` is no part of the
    /// page.
    ///
    /// A response whose type is XML (`application/xml`, `text/xml`, `application/rss+xml` and the
    /// like) is read as XML: names keep their case, and an element with a prefix is selected by its
    /// name alone, `dc:creator` by `creator`.
    ///
    /// # Panics
    /// The text is no selector, the response is no HTML and no XML, or the XML is not well-formed.
    #[track_caller]
    #[must_use]
    pub fn select(&self, selector: &str) -> Selection<'_> {
        let elements = self.elements(selector);
        if !self.is_html() && !self.is_xml() {
            self.fail("the response is no HTML and no XML", Show::Source);
        }
        Selection::of(selector, elements)
    }

    /// The request that this redirect sends the visitor to, as a browser sends it: 303 makes it a
    /// GET, 307 and 308 keep the method and the body.
    ///
    /// # Panics
    /// This is no redirect, or one to another host.
    #[track_caller]
    pub fn follow(&self) -> RequestBuilder {
        match redirect::next(self) {
            Some(Ok(next)) => RequestBuilder::of(self.client.clone(), next),
            Some(Err(error)) => panic!("{error}"),
            None => self.fail(
                &format!("there is no redirect to follow, but {}", self.status),
                Show::Text,
            ),
        }
    }

    fn document(&self) -> &Result<Html, String> {
        self.document.get_or_init(|| match self.is_xml() {
            true => xml::parse(&self.text),
            false => Ok(Html::parse_document(&self.text)),
        })
    }

    /// The elements of the page that match.
    #[track_caller]
    pub(super) fn elements(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let parsed = match html::parse(selector) {
            Ok(parsed) => parsed,
            Err(problem) if self.is_xml() => panic!("{problem}; {}", xml::ABOUT_PREFIXES),
            Err(problem) => panic!("{problem}"),
        };
        match self.document() {
            Ok(document) => document
                .select(&parsed)
                .filter(|element| !html::is_of_template(*element))
                .collect(),
            Err(error) => self.fail(
                &format!("the response is no well-formed XML: {error}"),
                Show::Source,
            ),
        }
    }

    fn is_html(&self) -> bool {
        ["text/html", "application/xhtml+xml"].contains(&self.media_type().as_str())
    }

    /// Whether browsers read it as XML (<https://mimesniff.spec.whatwg.org/#xml-mime-type>).
    fn is_xml(&self) -> bool {
        let kind = self.media_type();
        kind.ends_with("+xml") || ["text/xml", "application/xml"].contains(&kind.as_str())
    }

    /// The content type without its parameters, in lower case.
    fn media_type(&self) -> String {
        let kind = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// Panics with what does not hold.
    #[track_caller]
    pub(super) fn fail(&self, failure: &str, show: Show) -> ! {
        panic!("{}", report(self, failure, show))
    }
}

impl fmt::Debug for Response {
    /// As `curl -i` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n{}", self.text)
    }
}
