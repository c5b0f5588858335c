//! What the extractors of a body share: its media type and its bytes.

use axum_core::extract::FromRequest;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::Request;
use crate::server::lingering::BodyTimeout;
use crate::{Error, Result};

/// The media type of the body without its parameters, in lower case; empty where there is none.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// A 415 that names the type that was sent and the one that was expected.
pub(super) fn unsupported(media_type: &str, expected: &str) -> Error {
    let sent = if media_type.is_empty() {
        "no content type".to_owned()
    } else {
        format!("the content type {media_type:?}")
    };
    Error::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the request has {sent}: send {expected:?}"),
    )
}

/// The whole body, up to the limit that applies to the request.
pub(super) async fn read(request: Request) -> Result<Bytes> {
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            let (status, message) = if is_timeout(&rejection) {
                (
                    StatusCode::REQUEST_TIMEOUT,
                    "the rest of the body did not come in time",
                )
            } else if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                (
                    rejection.status(),
                    "the body of the request is larger than the limit",
                )
            } else {
                (
                    rejection.status(),
                    "the body of the request could not be read to its end",
                )
            };
            Error::new(status, message).with_source(rejection)
        })
}

fn is_timeout(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<BodyTimeout>() {
            return true;
        }
        cause = error.source();
    }
    false
}
