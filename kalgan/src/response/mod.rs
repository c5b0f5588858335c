//! Responses: functions that make one, and [`ResponseExt`] that adds to one.
//!
//! A controller returns any type with [`IntoResponse`]; these functions cover what is common:
//!
//! ```
//! use kalgan::response::{self, Response, ResponseExt};
//!
//! fn created() -> Response {
//!     response::html("<h1>Created</h1>").with_status(201)
//! }
//! # assert_eq!(created().status(), 201);
//! ```

mod ext;
mod file;
mod redirect;

use axum_core::body::Body;
use bytes::Bytes;
use futures_util::Stream;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use crate::Error;
use crate::error::BoxError;

pub use axum_core::response::{IntoResponse, IntoResponseParts, ResponseParts};

pub use self::ext::ResponseExt;
pub use self::file::{File, file};
pub use self::redirect::{redirect, redirect_permanent, redirect_with};

pub(crate) use self::redirect::RelativeRedirect;

/// A response, with a body that streams unless another type is given.
pub type Response<B = Body> = http::Response<B>;

/// A response of HTML in UTF-8.
///
/// ```
/// use kalgan::response::{Response, html};
///
/// fn hello() -> Response {
///     html("<h1>Hello</h1>")
/// }
/// ```
pub fn html(body: impl Into<Body>) -> Response {
    typed("text/html; charset=utf-8", body)
}

/// A response of plain text in UTF-8.
pub fn text(body: impl Into<Body>) -> Response {
    typed("text/plain; charset=utf-8", body)
}

/// A response of XML in UTF-8.
pub fn xml(body: impl Into<Body>) -> Response {
    typed("application/xml; charset=utf-8", body)
}

/// A response of JSON (RFC 8259), or a 500 where the value cannot be written as JSON.
///
/// ```
/// use kalgan::response::json;
///
/// let response = json(&["a", "b"]);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// ```
#[track_caller]
pub fn json<T: Serialize + ?Sized>(value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => typed("application/json", bytes),
        Err(error) => Error::internal(format!(
            "a `{}` cannot be written as JSON",
            std::any::type_name::<T>()
        ))
        .with_source(error)
        .into_response(),
    }
}

/// A response that shows an error: the app's page for that status, if it has one.
///
/// The status is a [`StatusCode`] or a number; a number that is no status makes it a 500.
///
/// ```
/// assert_eq!(kalgan::response::error(404).status(), 404);
/// ```
#[track_caller]
pub fn error(status: impl TryInto<StatusCode>) -> Response {
    Error::status(status).into_response()
}

/// 204 No Content.
#[must_use]
pub fn no_content() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A response whose body is sent as the stream yields it, of the type `application/octet-stream`;
/// change that with [`ResponseExt::with_content_type`].
///
/// An error of the stream breaks the connection off, so that the client does not take the part that
/// it has for the whole.
///
/// ```
/// use futures_util::stream;
/// use kalgan::response::{self, ResponseExt};
///
/// let lines = stream::iter(["a\n", "b\n"].map(Ok::<_, std::io::Error>));
/// let response = response::stream(lines).with_content_type("text/plain");
/// # assert_eq!(response.status(), 200);
/// ```
pub fn stream<S, T, E>(stream: S) -> Response
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Into<Bytes> + 'static,
    E: Into<BoxError> + 'static,
{
    typed("application/octet-stream", Body::from_stream(stream))
}

fn typed(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// HTML in UTF-8, as the result of a controller; [`html`] is the function.
#[derive(Clone, Copy, Debug, Default)]
pub struct Html<T>(pub T);

impl<T: Into<Body>> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        html(self.0)
    }
}

/// XML in UTF-8, as the result of a controller; [`xml`] is the function.
#[derive(Clone, Copy, Debug, Default)]
pub struct Xml<T>(pub T);

impl<T: Into<Body>> IntoResponse for Xml<T> {
    fn into_response(self) -> Response {
        xml(self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use futures_util::stream::iter;
    use http_body_util::BodyExt;

    use super::*;
    use crate::error::Fault;
    use crate::extract::testing::body;

    async fn parts(response: Response) -> (u16, String, String) {
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default();
        (
            response.status().as_u16(),
            content_type,
            body(response).await,
        )
    }

    fn ok(content_type: &str, text: &str) -> (u16, String, String) {
        (200, content_type.to_owned(), text.to_owned())
    }

    #[tokio::test]
    async fn texts_have_their_type() {
        let page = ok("text/html; charset=utf-8", "<p>");
        assert_eq!(parts(html("<p>")).await, page);
        assert_eq!(parts(Html("<p>".to_owned()).into_response()).await, page);
        let feed = ok("application/xml; charset=utf-8", "<a/>");
        assert_eq!(parts(xml("<a/>")).await, feed);
        assert_eq!(parts(Xml("<a/>").into_response()).await, feed);
        let plain = ok("text/plain; charset=utf-8", "t");
        assert_eq!(parts(text("t".to_owned())).await, plain);
        assert_eq!(
            parts(json("t")).await,
            ok("application/json", "\"t\""),
            "unsized values too"
        );
    }

    #[tokio::test]
    async fn what_is_no_json_is_a_500() {
        let map = HashMap::from([((1, 2), 3)]);
        let response = json(&map);
        assert_eq!(response.status(), 500);
        let error = Fault::of(response.extensions()).unwrap();
        assert_eq!(error.location().file(), file!());
        assert!(error.to_string().contains("cannot be written as JSON: key"));
        assert_eq!(body(response).await, "500 Internal Server Error\n");
    }

    #[tokio::test]
    async fn without_a_body() {
        assert_eq!(
            parts(no_content()).await,
            (204, String::new(), String::new())
        );
        let gone = error(410);
        assert!(Fault::of(gone.extensions()).is_some());
        assert_eq!(parts(gone).await.2, "410 Gone\n");
        assert_eq!(error(7).status(), 500);
    }

    #[tokio::test]
    async fn streams() {
        let chunks = iter(["a", "b"].map(Ok::<_, std::io::Error>));
        assert_eq!(
            parts(stream(chunks)).await,
            ok("application/octet-stream", "ab")
        );
        let broken = iter([Ok("a"), Err(std::io::Error::other("gone"))]);
        assert!(stream(broken).into_body().collect().await.is_err());
    }
}
