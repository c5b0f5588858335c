//! The script of development in a page.

use super::inject::{Injected, Page, inject};
use super::record::{Inner, Record};
use super::{bar, csp};
use crate::dev::client;
use crate::response::Response;
use axum_core::body::Body;
use futures_util::FutureExt;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Record {
    /// The head of a request for a static page without its conditions: what the browser has of it
    /// was made for another request.
    pub(crate) fn unconditional<'a>(&self, parts: &'a Parts) -> Cow<'a, Parts> {
        let is_page = || {
            mime_guess::from_path(parts.uri.path()).first_raw() == Some("text/html")
                && (parts.headers.contains_key(IF_NONE_MATCH)
                    || parts.headers.contains_key(IF_MODIFIED_SINCE))
        };
        if self.0.is_none() || !is_page() {
            return Cow::Borrowed(parts);
        }
        let mut parts = parts.clone();
        parts.headers.remove(IF_NONE_MATCH);
        parts.headers.remove(IF_MODIFIED_SINCE);
        Cow::Owned(parts)
    }

    /// Puts the script of development into a page; all else goes through as it is.
    pub(crate) fn inject(&self, response: Response) -> Response {
        let Some(inner) = &self.0 else {
            return response;
        };
        if !is_page(response.status(), response.headers()) {
            return response;
        }
        let (mut head, mut body) = response.into_parts();
        let status = head.status;
        // A body of which all is there stays one.
        let first = match body.size_hint().exact() {
            Some(_) => body.frame().now_or_never().flatten(),
            None => None,
        };
        if let Some(Ok(frame)) = &first
            && let Some(page) = frame.data_ref()
            && body.is_end_stream()
        {
            let page = page.clone();
            let shown = Page::new(inner.is_navigation);
            let body = match inject(shown, &page, |has_base| inner.script(status, has_base)) {
                None => page.into(),
                Some(injected) => {
                    inner.mark(&mut head.headers);
                    if head.headers.contains_key(CONTENT_LENGTH) {
                        let length = HeaderValue::from(injected.len());
                        head.headers.insert(CONTENT_LENGTH, length);
                    }
                    injected.into()
                }
            };
            return Response::from_parts(head, body);
        }
        let is_empty = first.is_none() && body.is_end_stream();
        if is_empty && (inner.method == Method::HEAD || !inner.is_navigation) {
            // The answer to a HEAD that has no body of its own says nothing of what a GET gets.
            if inner.method == Method::HEAD {
                inner.mark(&mut head.headers);
                head.headers.remove(CONTENT_LENGTH);
            }
            return Response::from_parts(head, body);
        }
        inner.mark(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH);
        let page = Page::new(inner.is_navigation);
        let text = {
            let inner = Arc::clone(inner);
            move |has_base| inner.script(status, has_base)
        };
        Response::from_parts(head, Body::new(Injected::new(first, body, page, text)))
    }

    /// Lets the app's Content-Security-Policy, from wherever it comes, allow the script.
    pub(crate) fn allow(&self, response: &mut Response) {
        if let Some(inner) = &self.0
            && inner.is_injected.load(Ordering::Relaxed)
        {
            csp::amend(response.headers_mut(), &inner.nonce, &inner.events);
        }
    }
}

impl Inner {
    /// No other request may be answered with this page.
    fn mark(&self, headers: &mut HeaderMap) {
        self.is_injected.store(true, Ordering::Relaxed);
        for name in [ETAG, LAST_MODIFIED, ACCEPT_RANGES] {
            headers.remove(name);
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    }

    /// What a page carries. Relative to a `<base>`, the script might be another server's.
    fn script(&self, status: StatusCode, has_base: bool) -> String {
        // What a template needs may have changed since the request came.
        let (version, mistakes) = {
            let notes = self.notes();
            (notes.version, notes.mistakes.clone())
        };
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let facts = serde_json::json!({
            "boot": self.hub.boot(),
            "site": version.unwrap_or(self.version),
            "assets": self.assets,
            "mistakes": self.mistakes.clone().or(mistakes),
            "events": format!("{prefix}{}", client::EVENTS),
            "live": self.options.live_reload,
            "isForm": !matches!(self.method, Method::GET | Method::HEAD),
            "bar": self.options.bar.then(|| bar::facts(self, status)),
        });
        // In JSON it can only stand within a text, where this is how it is escaped.
        let facts = facts.to_string().replace('<', "\\u003c");
        format!(
            "<script type=\"application/json\" id=\"kalgan-dev\">{facts}</script>\
             <script src=\"{}{prefix}{}\" defer nonce=\"{}\"></script>",
            if has_base { &self.origin } else { "" },
            client::SCRIPT,
            self.nonce
        )
    }
}

/// Whether a response is a whole page that a browser shows.
fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let has_body = !status.is_informational()
        && !status.is_redirection()
        && !matches!(
            status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::PARTIAL_CONTENT
        );
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text(&CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let (essence, parameters) = content_type.split_once(';').unwrap_or((&content_type, ""));
    has_body
        && essence.trim() == "text/html"
        // In all other charsets that pages have, tags are ASCII.
        && !parameters.contains("utf-16")
        && !headers.contains_key(CONTENT_ENCODING)
        && !text(&CONTENT_DISPOSITION)
            .is_some_and(|disposition| disposition.to_ascii_lowercase().starts_with("attachment"))
}
