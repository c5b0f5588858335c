//! Extractors that reject.

use crate::error::{Error, Fault};
use crate::response::{IntoResponse, Response};
use axum_core::body::Body;
use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::sync::Arc;

/// The longest text that is read as the message of an error.
const LONGEST: u64 = 16 * 1024;

/// The response of an extractor that rejects. Those of other crates answer with a status and a text:
/// that is an error, whose page is the app's. What has a body of its own stays as it is.
pub(crate) fn rejected(rejection: impl IntoResponse) -> Response {
    let response = rejection.into_response();
    let status = response.status();
    let is_text = match response.headers().get(CONTENT_TYPE) {
        Some(of) => of.as_bytes().starts_with(b"text/plain"),
        None => true,
    };
    let length = response.body().size_hint().upper();
    if !(status.is_client_error() || status.is_server_error())
        || !is_text
        || length.is_none_or(|length| length > LONGEST)
        || Fault::of(response.extensions()).is_some()
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // All of a text is there at once.
    let bytes = match body.collect().now_or_never() {
        Some(Ok(collected)) => collected.to_bytes(),
        Some(Err(_)) | None => return Response::from_parts(parts, Body::empty()),
    };
    let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
    let error = match text.is_empty() {
        true => Error::status(status),
        false => Error::new(status, text),
    };
    parts.extensions.insert(Fault(Arc::new(error)));
    Response::from_parts(parts, bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response;
    use http::StatusCode;

    #[test]
    fn a_status_with_a_text_is_an_error() {
        let told = |response: Response| {
            let fault = Fault::of(response.extensions());
            fault.map(|fault| fault.to_string())
        };
        let teapot = StatusCode::IM_A_TEAPOT;
        assert_eq!(
            told(rejected((teapot, "short and stout\n"))).unwrap(),
            "short and stout"
        );
        assert_eq!(told(rejected(teapot)).unwrap(), "418 I'm a teapot");
        assert_eq!(told(rejected(Error::conflict("taken"))).unwrap(), "taken");
        assert_eq!(told(rejected(response::redirect("/login"))), None);
        assert_eq!(
            told(rejected((teapot, response::html("<h1>No</h1>")))),
            None
        );
        assert_eq!(told(rejected((StatusCode::OK, "text"))), None);
    }
}
