//! What can be added to a response.

use cookie::Cookie;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};

use super::{IntoResponse, Response};
use crate::Error;
use crate::error::BoxError;

/// Adds to a response, for one expression from start to end.
///
/// What HTTP does not allow, as a line break in a header, makes the response a 500 whose message
/// for developers names it.
///
/// ```
/// use kalgan::response::{ResponseExt, text};
///
/// let response = text("id,name\n")
///     .with_content_type("text/csv")
///     .with_header("cache-control", "no-store")
///     .with_cookie(("seen", "1"))
///     .with_status(203);
/// assert_eq!(response.status(), 203);
/// assert_eq!(response.headers()["content-type"], "text/csv");
/// ```
pub trait ResponseExt: Sized {
    /// Sets the status: a [`StatusCode`] or a number.
    #[track_caller]
    #[must_use]
    fn with_status(self, status: impl TryInto<StatusCode>) -> Response;

    /// Sets a header, in place of an earlier one of that name.
    #[track_caller]
    #[must_use]
    fn with_header<N, V>(self, name: N, value: V) -> Response
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>;

    /// Sets a cookie, with the defaults of [`Cookies::add`](crate::Cookies::add).
    #[track_caller]
    #[must_use]
    fn with_cookie(self, cookie: impl Into<Cookie<'static>>) -> Response;

    /// Sets the `Content-Type`.
    #[track_caller]
    #[must_use]
    fn with_content_type<V>(self, value: V) -> Response
    where
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        self.with_header(CONTENT_TYPE, value)
    }
}

impl ResponseExt for Response {
    #[track_caller]
    fn with_status(mut self, status: impl TryInto<StatusCode>) -> Response {
        match status.try_into() {
            Ok(status) => {
                *self.status_mut() = status;
                self
            }
            Err(_) => Error::internal(
                "a response was given a number that is no HTTP status: use one from 100 to 999",
            )
            .into_response(),
        }
    }

    #[track_caller]
    fn with_header<N, V>(mut self, name: N, value: V) -> Response
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        let name = match name.try_into() {
            Ok(name) => name,
            Err(error) => {
                return Error::internal("a response was given a header with an invalid name")
                    .with_source(error)
                    .into_response();
            }
        };
        match value.try_into() {
            Ok(value) => {
                self.headers_mut().insert(name, value);
                self
            }
            Err(error) => Error::internal(format!(
                "a response was given an invalid value for its header `{name}`"
            ))
            .with_source(error)
            .into_response(),
        }
    }

    #[track_caller]
    fn with_cookie(mut self, cookie: impl Into<Cookie<'static>>) -> Response {
        match crate::cookies::set_cookie(cookie.into()) {
            Ok(value) => {
                self.headers_mut().append(SET_COOKIE, value);
                self
            }
            Err(error) => error.into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fault;
    use crate::response::text;

    #[test]
    fn status_headers_and_cookies() {
        let response = text("x")
            .with_status(StatusCode::ACCEPTED)
            .with_header("X-A", "1")
            .with_header("x-a", "2".to_owned())
            .with_content_type("text/csv")
            .with_cookie(("a", "1"))
            .with_cookie(Cookie::build(("b", "2")).path("/b"));
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers()["content-type"], "text/csv");
        let headers = response.headers();
        assert_eq!(headers.get_all("x-a").iter().collect::<Vec<_>>(), ["2"]);
        assert_eq!(
            headers.get_all(SET_COOKIE).iter().collect::<Vec<_>>(),
            ["a=1; SameSite=Lax; Path=/", "b=2; SameSite=Lax; Path=/b",]
        );
    }

    #[test]
    fn what_http_does_not_allow_is_a_500_that_names_it() {
        for (response, named) in [
            (text("x").with_status(1), "no HTTP status"),
            (text("x").with_header("a b", "1"), "invalid name"),
            (text("x").with_header("x-a", "1\r\nx-b: 2"), "`x-a`"),
            (text("x").with_content_type("\n"), "`content-type`"),
            (
                text("x").with_cookie(Cookie::build(("a", "1")).path("\n")),
                "cookie \"a\"",
            ),
        ] {
            assert_eq!(response.status(), 500);
            let error = Fault::of(response.extensions()).unwrap();
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
