//! A request on its way to the app.

use crate::error::BoxError;
use crate::server::config::TrustedProxies;
use crate::server::connection::Connection;
use crate::test::client::{self, Client, Headers};
use crate::test::fetch::Fetch;
use crate::test::marks::Untouched;
use crate::test::multipart::Multipart;
use crate::test::redirect;
use crate::test::response::Response;
use crate::test::target::Target;
use crate::test::{block_on_at, limit, marks};
use axum_core::body::Body;
use bytes::Bytes;
use http::header::{
    ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue,
};
use http::{Method, Version};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kalgan_core::suggest::counted;
use serde::Serialize;
use std::panic::Location;
use std::pin::{Pin, pin};
use tower::ServiceExt;

/// How many redirects are followed in a row, as browsers do.
const MAX_REDIRECTS: usize = 20;

/// A request that is not sent yet: [`send`](Self::send) sends it, in an async test `.await`.
///
/// ```
/// # use kalgan::test::Client;
/// # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
/// #     Ok::<_, std::convert::Infallible>(kalgan::response::text("hello"))
/// # }));
/// client
///     .post("/en/guestbook")
///     .header("x-requested-with", "fetch")
///     .form(&[("name", "Ida"), ("message", "Hello")])
///     .send()
///     .assert_ok();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request is sent by `.send()`, in an async test by `.await`"]
pub struct RequestBuilder {
    client: Client,
    outgoing: Outgoing,
    is_following: bool,
    /// Where the test made it: a future has no caller to name.
    caller: &'static Location<'static>,
}

/// A request, so that it can be sent again after a redirect.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) target: Target,
    pub(super) headers: Headers,
    pub(super) body: Bytes,
    pub(super) fetch: Fetch,
}

impl RequestBuilder {
    #[track_caller]
    pub(super) fn new(client: Client, method: Method, target: Target, fetch: Fetch) -> Self {
        Self::of(
            client,
            Outgoing {
                method,
                target,
                headers: Headers::default(),
                body: Bytes::new(),
                fetch,
            },
        )
    }

    #[track_caller]
    pub(super) fn of(client: Client, outgoing: Outgoing) -> Self {
        Self {
            is_following: client.profile.is_following,
            client,
            outgoing,
            caller: Location::caller(),
        }
    }

    /// Sends a header, in place of an earlier one of that name. A header `Cookie` is sent in place of
    /// the visitor's cookies.
    ///
    /// # Panics
    /// HTTP does not allow the name or the value.
    #[track_caller]
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        client::insert(&mut self.outgoing.headers, name, value);
        self
    }

    /// Sends no header of that name, though it, the client or a browser would.
    ///
    /// # Panics
    /// HTTP does not allow the name.
    #[track_caller]
    pub fn without_header<N>(mut self, name: N) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
    {
        let name = client::header_name(name);
        self.outgoing.headers.insert(name, None);
        self
    }

    /// Prefers these languages, as in `es` or `es-MX, en;q=0.5`.
    ///
    /// # Panics
    /// The text cannot be in a header.
    #[track_caller]
    pub fn accept_language(self, languages: &str) -> Self {
        self.header(ACCEPT_LANGUAGE, languages)
    }

    /// Appends to the query: pairs, or a struct that is `Serialize`.
    ///
    /// # Panics
    /// The value has no form as a query, as one within another.
    #[track_caller]
    pub fn query<T: Serialize + ?Sized>(mut self, query: &T) -> Self {
        let query = form_encoded(query);
        self.outgoing.target.add_query(&query);
        self
    }

    /// Sends the fields of a form (`application/x-www-form-urlencoded`): pairs, or a struct that is
    /// `Serialize`.
    ///
    /// # Panics
    /// The value has no form as fields, as one within another.
    #[track_caller]
    pub fn form<T: Serialize + ?Sized>(self, form: &T) -> Self {
        let body = form_encoded(form);
        self.content("application/x-www-form-urlencoded", body.into())
    }

    /// Sends JSON.
    ///
    /// # Panics
    /// The value has no form as JSON, as a map whose keys are no texts.
    #[track_caller]
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.content("application/json", body.into()),
            Err(error) => panic!("the value cannot be sent as JSON: {error}"),
        }
    }

    /// Sends fields and files (`multipart/form-data`).
    ///
    /// ```
    /// # use kalgan::test::{Client, Multipart, Upload};
    /// # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
    /// #     Ok::<_, std::convert::Infallible>(kalgan::response::text("hello"))
    /// # }));
    /// let photo = Upload::new("cat.png", b"\x89PNG".to_vec());
    /// client
    ///     .post("/photos")
    ///     .multipart(Multipart::new().text("title", "My cat").file("photo", photo))
    ///     .send()
    ///     .assert_ok();
    /// ```
    pub fn multipart(self, form: Multipart) -> Self {
        let (content_type, body) = form.encode();
        self.content(&content_type, body)
    }

    /// Sends these bytes. What they are is said by the header `Content-Type`.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.outgoing.body = body.into();
        self
    }

    /// Follows redirects for this request, up to 20 in a row.
    pub fn follow_redirects(mut self) -> Self {
        self.is_following = true;
        self
    }

    /// Does not follow redirects for this request, though the client does.
    pub fn no_redirects(mut self) -> Self {
        self.is_following = false;
        self
    }

    /// Sends the request and waits for the whole response.
    ///
    /// # Panics
    /// The response does not end well, is larger than [`Client::max_response`], takes longer than
    /// [`Client::timeout`], or leads to another host where redirects are followed; and in async code,
    /// which has to say `.await` instead.
    #[track_caller]
    pub fn send(self) -> Response {
        match block_on_at("send()", self.run()) {
            Ok(response) => response,
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn content(mut self, content_type: &str, body: Bytes) -> Self {
        if let Ok(content_type) = HeaderValue::from_str(content_type) {
            let headers = &mut self.outgoing.headers;
            headers.insert(CONTENT_TYPE, Some(content_type));
        }
        self.outgoing.body = body;
        self
    }

    async fn run(self) -> Result<Response, String> {
        let mut outgoing = self.outgoing;
        let content_type = outgoing.headers.get(CONTENT_TYPE).and_then(Option::as_ref);
        outgoing.fetch.sends(&outgoing.method, content_type);
        let mut passed = Vec::new();
        loop {
            let mut response = exchange(&self.client, outgoing).await?;
            let next = match redirect::next(&response) {
                Some(next) if self.is_following => next?,
                _ => {
                    response.redirects = passed;
                    return Ok(response);
                }
            };
            passed.push(response.path().to_owned());
            if passed.len() > MAX_REDIRECTS {
                return Err(format!(
                    "more than {MAX_REDIRECTS} redirects in a row: {}",
                    passed.join(" → ")
                ));
            }
            outgoing = next;
        }
    }
}

impl IntoFuture for RequestBuilder {
    type Output = Response;
    type IntoFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

    /// Sends the request, in an async test.
    fn into_future(self) -> Self::IntoFuture {
        let caller = self.caller;
        Box::pin(async move {
            match self.run().await {
                Ok(response) => response,
                Err(error) => panic!("{error}\nthe request was made at {caller}"),
            }
        })
    }
}

#[track_caller]
fn form_encoded<T: Serialize + ?Sized>(value: &T) -> String {
    match serde_html_form::to_string(value) {
        Ok(text) => text,
        Err(error) => panic!("the value has no form as fields: {error}"),
    }
}

/// Sends a request and reads its response to the end.
async fn exchange(client: &Client, outgoing: Outgoing) -> Result<Response, String> {
    let name = format!("{} {}", outgoing.method, outgoing.target.path_and_query);
    let request = request(client, &outgoing).map_err(|error| format!("{name}: {error}"))?;
    let timeout = client.profile.timeout;
    let mut limit = pin!(limit(timeout)?);
    let response = tokio::select! {
        biased;
        response = client.service.clone().oneshot(request) => response
            .map_err(|error| format!("{name}: the app failed instead of answering: {error}"))?,
        () = &mut limit => {
            return Err(format!("{name}: no answer within {timeout:?}: see `Client::timeout`"));
        }
    };
    let (parts, body) = response.into_parts();
    client.jar.take(&parts.headers, &outgoing.target.url);
    let max = client.profile.max_response;
    let read = tokio::select! {
        biased;
        read = Limited::new(body, max).collect() => read,
        () = limit => {
            return Err(format!(
                "{name}: the response ({}) has no end within {timeout:?}: see `Client::timeout`",
                parts.status
            ));
        }
    };
    let body = match read {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(format!(
                "{name}: the response is larger than {}: see `Client::max_response`",
                counted(max, "byte")
            ));
        }
        Err(error) => {
            return Err(format!(
                "{name}: the response ({}) broke off: {error}",
                parts.status
            ));
        }
    };
    Ok(Response::new(client.clone(), outgoing, parts, body))
}

fn request(client: &Client, outgoing: &Outgoing) -> Result<crate::Request, http::Error> {
    let target = &outgoing.target;
    let mut request = http::Request::builder()
        .method(outgoing.method.clone())
        .uri(&target.path_and_query)
        .version(Version::HTTP_11)
        .header(HOST, target.host())
        .body(Body::from(outgoing.body.clone()))?;
    let headers = request.headers_mut();
    headers.extend(outgoing.fetch.headers(&outgoing.method, &target.url));
    if let Some(cookies) = client.jar.header(&target.url) {
        headers.insert(COOKIE, cookies);
    }
    let expects_body = [Method::POST, Method::PUT, Method::PATCH].contains(&outgoing.method);
    if expects_body || !outgoing.body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(outgoing.body.len()));
    }
    for (name, value) in client.profile.headers.iter().chain(&outgoing.headers) {
        match value {
            Some(value) => headers.insert(name, value.clone()),
            None => headers.remove(name),
        };
    }
    let (mut parts, body) = request.into_parts();
    let peer = Some(client.profile.peer);
    let connection =
        Connection::from_request(&parts.uri, &parts.headers, peer, &TrustedProxies::default());
    parts.extensions.insert(connection);
    parts.extensions.insert(Untouched);
    if target.is_https() {
        parts.extensions.insert(marks::Https);
    }
    Ok(crate::Request::from_parts(parts, body))
}
