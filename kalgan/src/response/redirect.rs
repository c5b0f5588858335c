//! Redirects.

use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use percent_encoding::utf8_percent_encode;

use super::{IntoResponse, Response};
use crate::Error;
use crate::routing::decode::NOT_IN_A_URI;

/// Marks the response of a redirect to a path of this site, so that the dispatcher may make it
/// absolute behind a trusted proxy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RelativeRedirect;

/// 303 See Other: the browser gets the location with a GET, after a form was handled too.
///
/// What a URI cannot hold is percent-encoded: line breaks, spaces, letters beyond ASCII. A location
/// that a visitor chose may still lead to another site; check that it begins with a single `/`.
///
/// ```
/// use kalgan::response::redirect;
///
/// let response = redirect("/user/5");
/// assert_eq!(response.status(), 303);
/// assert_eq!(response.headers()["location"], "/user/5");
/// ```
#[track_caller]
pub fn redirect(location: impl AsRef<str>) -> Response {
    redirect_with(StatusCode::SEE_OTHER, location)
}

/// 308 Permanent Redirect: the page has moved for good, and the method stays.
///
/// Browsers remember it without an end.
#[track_caller]
pub fn redirect_permanent(location: impl AsRef<str>) -> Response {
    redirect_with(StatusCode::PERMANENT_REDIRECT, location)
}

/// A redirect with a status of 300 to 399, a [`StatusCode`] or a number; with another it is a 500.
#[track_caller]
pub fn redirect_with(status: impl TryInto<StatusCode>, location: impl AsRef<str>) -> Response {
    let status = status.try_into().ok().filter(StatusCode::is_redirection);
    let location = utf8_percent_encode(location.as_ref(), NOT_IN_A_URI).to_string();
    let relative = location.starts_with('/') && !location.starts_with("//");
    match (status, HeaderValue::try_from(location)) {
        (Some(status), Ok(location)) => {
            let mut response = Response::default();
            *response.status_mut() = status;
            response.headers_mut().insert(LOCATION, location);
            if relative {
                response.extensions_mut().insert(RelativeRedirect);
            }
            response
        }
        _ => Error::internal("a redirect has a status from 300 to 399, as 302, 303, 307 or 308")
            .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fault;

    fn location(location: &str) -> String {
        let response = redirect(location);
        assert_eq!(response.status(), 303);
        let value = response.headers()[LOCATION].to_str().unwrap();
        value.to_owned()
    }

    #[test]
    fn statuses() {
        assert_eq!(redirect_permanent("/").status(), 308);
        assert_eq!(redirect_with(307, "/").status(), 307);
        assert_eq!(redirect_with(StatusCode::FOUND, "/").status(), 302);
        for status in [200, 404, 1] {
            let response = redirect_with(status, "/");
            assert_eq!(response.status(), 500);
            assert!(Fault::of(response.extensions()).is_some());
        }
    }

    #[test]
    fn a_location_is_made_safe_and_otherwise_kept() {
        assert_eq!(location("/a?b=%20c&d=[1]#e"), "/a?b=%20c&d=[1]#e");
        assert_eq!(
            location("https://a.example/b:c@d"),
            "https://a.example/b:c@d"
        );
        assert_eq!(location("/a b/é"), "/a%20b/%C3%A9");
        assert_eq!(location("/\r\nSet-Cookie: a=1"), "/%0D%0ASet-Cookie:%20a=1");
        assert_eq!(location("/\\evil.example"), "/%5Cevil.example");
        assert_eq!(location("/\t/evil.example"), "/%09/evil.example");
    }

    #[test]
    fn a_path_of_this_site_is_marked() {
        for (location, marked) in [
            ("/", true),
            ("/a", true),
            ("//other.example", false),
            ("https://other.example/", false),
            ("a", false),
            ("", false),
        ] {
            let response = redirect(location);
            let mark = response.extensions().get::<RelativeRedirect>();
            assert_eq!(mark.is_some(), marked, "{location}");
        }
    }
}
