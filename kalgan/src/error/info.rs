//! What an error page is told about its error.

use std::sync::Arc;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use http::{Extensions, StatusCode};

use super::{Error, Result};

/// Rides along with a response that an [`Error`] became, so that the dispatcher can put the app's
/// error page or the diagnostic page in place of the plain text.
#[derive(Clone, Debug)]
pub(crate) struct Fault(pub(crate) Arc<Error>);

impl Fault {
    /// The error behind a response, if one is.
    pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Error>> {
        extensions.get::<Self>().map(|fault| fault.0.clone())
    }
}

/// What an error controller is told about the error that it shows.
///
/// ```
/// use kalgan::{ErrorInfo, response::{Response, html}};
///
/// async fn not_found(error: ErrorInfo) -> Response {
///     html(format!("<h1>{}</h1>", error.reason()))
/// }
/// ```
///
/// As an extractor it is a 500 in a controller that a route led to, since there is no error then.
#[derive(Clone, Debug)]
pub struct ErrorInfo(Arc<Error>);

impl ErrorInfo {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The status in words, as in `Not Found`; empty for a status that has none.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.0.status.canonical_reason().unwrap_or_default()
    }

    /// The message for developers. Of a 500 it may hold what visitors must not see.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message()
    }

    /// The whole error.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ErrorInfo {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Fault::of(&parts.extensions).map(Self).ok_or_else(|| {
            Error::internal(
                "ErrorInfo was extracted where there is no error: use it in the controllers that \
                 the settings `error.*` name only",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_controller_is_told_the_error() {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        let error = ErrorInfo::from_request_parts(&mut parts, &()).await;
        assert_eq!(error.unwrap_err().status_code(), 500);

        let fault = Fault(Arc::new(Error::conflict("taken")));
        parts.extensions.insert(fault);
        let info = ErrorInfo::from_request_parts(&mut parts, &())
            .await
            .unwrap();
        assert_eq!(info.status(), 409);
        assert_eq!(info.reason(), "Conflict");
        assert_eq!(info.message(), Some("taken"));
        assert_eq!(info.error().to_string(), "taken");
    }
}
