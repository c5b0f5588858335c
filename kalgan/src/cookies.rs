//! The cookies of a request, and those that its response sets.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cookie::{Cookie, CookieJar, SameSite};
use http::HeaderMap;
use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use percent_encoding::percent_decode_str;

use crate::response::Response;
use crate::{Error, Result};

/// The cookies of the request, and a jar for those that the response sets.
///
/// Middlewares and the controller of a request share one jar, and what it was changed by reaches
/// the response by itself. Values are percent-encoded on the way to the browser and decoded on the
/// way back, so that any text is safe in them. Names are sent and read as they are (RFC 6265).
///
/// ```
/// use kalgan::extract::{Cookie, Cookies};
///
/// async fn count(cookies: Cookies) -> String {
///     let visits: u32 = cookies
///         .get("visits")
///         .and_then(|cookie| cookie.value().parse().ok())
///         .unwrap_or(0);
///     cookies.add(Cookie::build(("visits", (visits + 1).to_string())).http_only(true));
///     format!("visit {visits}")
/// }
/// ```
#[derive(Clone)]
pub struct Cookies {
    jar: Arc<Mutex<CookieJar>>,
}

impl Cookies {
    /// The cookie of that name: as the request sent it, or as it was added since.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cookie<'static>> {
        self.lock().get(name).cloned()
    }

    /// Sets a cookie: a [`Cookie`], its builder or a pair of name and value.
    ///
    /// Unless the cookie says otherwise it has `Path=/` and `SameSite=Lax`. It gets `Secure` where
    /// browsers insist on it: with `SameSite=None` and a name in `__Host-` or `__Secure-`.
    pub fn add(&self, cookie: impl Into<Cookie<'static>>) {
        self.lock().add(with_defaults(cookie.into()));
    }

    /// Makes the browser forget a cookie that the request sent, or takes back one that was added.
    ///
    /// A name is enough for a cookie with `Path=/` and no domain; for another one give a
    /// [`Cookie`] with the path and domain that it was set with.
    pub fn remove(&self, cookie: impl Into<Cookie<'static>>) {
        self.lock().remove(with_defaults(cookie.into()));
    }

    /// All cookies: those that the request sent, with what was added and removed since.
    pub fn iter(&self) -> impl Iterator<Item = Cookie<'static>> {
        let cookies: Vec<_> = self.lock().iter().cloned().collect();
        cookies.into_iter()
    }

    /// Reads the cookies of a request.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut jar = CookieJar::new();
        // HTTP/2 may split the header (RFC 9113, section 8.2.3).
        for header in headers.get_all(COOKIE) {
            for cookie in header.as_bytes().split(|byte| *byte == b';') {
                let Some((name, value)) = pair(cookie) else {
                    continue;
                };
                // Of equal names the first has the longest path (RFC 6265, section 5.4).
                if jar.get(name).is_none() {
                    jar.add_original(Cookie::new(name.to_owned(), value.into_owned()));
                }
            }
        }
        Self {
            jar: Arc::new(Mutex::new(jar)),
        }
    }

    /// Appends a `Set-Cookie` for every change to a response, in the order of the names.
    pub(crate) fn write_back(&self, response: &mut Response) {
        let jar = self.lock();
        let mut changes: Vec<_> = jar.delta().collect();
        changes.sort_unstable_by_key(|cookie| cookie.name());
        for cookie in changes {
            match header_value(cookie) {
                Ok(value) => {
                    response.headers_mut().append(SET_COOKIE, value);
                }
                Err(error) => tracing::error!("{error}"),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, CookieJar> {
        // No code that can panic runs while the lock is held, and the jar is valid at any time.
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cookies {
    /// The names alone: values are often secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jar = self.lock();
        let mut names: Vec<_> = jar.iter().map(Cookie::name).collect();
        names.sort_unstable();
        f.debug_tuple("Cookies").field(&names).finish()
    }
}

/// The value of a `Set-Cookie` header, with the defaults of [`Cookies::add`].
///
/// # Errors
///
/// 500 where the path or the domain has characters that no header may hold.
pub(crate) fn set_cookie(cookie: Cookie<'static>) -> Result<HeaderValue> {
    header_value(&with_defaults(cookie))
}

/// The name and the value of a cookie that a request sent. The name is taken as it was sent:
/// decoded, `__%48ost-id` would pass for `__Host-id`, whose prefix browsers guard. The white space
/// that is cut off is HTTP's alone (RFC 6265bis, section 5.6), for the same reason.
fn pair(cookie: &[u8]) -> Option<(&str, Cow<'_, str>)> {
    let (name, value) = std::str::from_utf8(cookie).ok()?.split_once('=')?;
    let name = name.trim_matches([' ', '\t']);
    let value = value.trim_matches([' ', '\t']);
    let value = percent_decode_str(value).decode_utf8().ok()?;
    (!name.is_empty()).then_some((name, value))
}

/// Whether the text is a token, as the names of cookies are (RFC 6265, section 4.1.1).
fn is_token(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

fn header_value(cookie: &Cookie<'_>) -> Result<HeaderValue> {
    if !is_token(cookie.name()) {
        return Err(Error::internal(format!(
            "the cookie {:?} cannot be set: its name may have ASCII letters, digits and \
             `!#$%&'*+-.^_`|~`",
            cookie.name()
        )));
    }
    HeaderValue::try_from(encoded(cookie).to_string()).map_err(|error| {
        Error::internal(format!(
            "the cookie {:?} cannot be set: its path or domain has control characters",
            cookie.name()
        ))
        .with_source(error)
    })
}

/// The cookie as it is sent: its value is encoded. Its name is not, since it is read as it is.
pub(crate) fn encoded<'c>(cookie: &Cookie<'c>) -> Cookie<'c> {
    let pair = Cookie::new("", cookie.value()).encoded().to_string();
    let mut sent = cookie.clone();
    sent.set_value(pair.strip_prefix('=').unwrap_or(&pair).to_owned());
    sent
}

fn with_defaults(mut cookie: Cookie<'static>) -> Cookie<'static> {
    if cookie.path().is_none() {
        cookie.set_path("/");
    }
    if cookie.same_site().is_none() {
        cookie.set_same_site(SameSite::Lax);
    }
    secure_by_name(&mut cookie);
    cookie
}

/// Makes a cookie `Secure` whose name asks for it: browsers drop it otherwise (RFC 6265bis, section
/// 4.1.3).
pub(crate) fn secure_by_name(cookie: &mut Cookie<'static>) {
    let is_prefixed = ["__Host-", "__Secure-"].iter().any(|prefix| {
        let start = cookie.name().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    if is_prefixed && cookie.secure().is_none() {
        cookie.set_secure(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[&str]) -> Cookies {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(COOKIE, HeaderValue::try_from(*field).unwrap());
        }
        Cookies::read(&headers)
    }

    fn written(cookies: &Cookies) -> Vec<String> {
        let mut response = Response::default();
        cookies.write_back(&mut response);
        response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }

    fn value(cookies: &Cookies, name: &str) -> Option<String> {
        cookies.get(name).map(|cookie| cookie.value().to_owned())
    }

    #[test]
    fn cookies_of_the_request() {
        let cookies = read(&["a=1; b=x%20%C3%A9; ; =; a=later", "c=3"]);
        assert_eq!(value(&cookies, "a").as_deref(), Some("1"));
        assert_eq!(value(&cookies, "b").as_deref(), Some("x é"));
        assert_eq!(value(&cookies, "c").as_deref(), Some("3"));
        assert_eq!(value(&cookies, "d"), None);
        assert_eq!(cookies.iter().count(), 3);
        assert_eq!(format!("{cookies:?}"), r#"Cookies(["a", "b", "c"])"#);
        assert!(written(&cookies).is_empty());
    }

    #[test]
    fn defaults_apply_where_the_cookie_says_nothing() {
        let cookies = read(&[]);
        cookies.add(
            Cookie::build(("b", "2"))
                .path("/admin")
                .same_site(SameSite::Strict)
                .http_only(true),
        );
        cookies.add(("__Host-c", "3"));
        cookies.add(("a", "1;\r\nx=é"));
        assert_eq!(
            written(&cookies),
            [
                "__Host-c=3; SameSite=Lax; Secure; Path=/",
                "a=1%3B%0D%0Ax%3D%C3%A9; SameSite=Lax; Path=/",
                "b=2; HttpOnly; SameSite=Strict; Path=/admin",
            ]
        );
    }

    #[test]
    fn removal() {
        let cookies = read(&["a=1"]);
        cookies.add(("b", "2"));
        cookies.remove("b");
        cookies.remove("a");
        assert_eq!(value(&cookies, "a"), None);
        let written = written(&cookies);
        assert_eq!(written.len(), 1);
        assert!(
            written[0].starts_with("a=; SameSite=Lax; Path=/; Max-Age=0; Expires="),
            "{written:?}"
        );
    }

    #[test]
    fn a_header_cannot_be_injected_by_the_path() {
        let cookies = read(&[]);
        cookies.add(Cookie::build(("a", "1")).path("/\r\nX: y"));
        assert!(written(&cookies).is_empty());
        let error = set_cookie(Cookie::build(("a", "1")).path("/\n").build()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the cookie \"a\" cannot be set")
        );
    }

    #[test]
    fn names_are_read_as_they_were_sent() {
        for spoofed in [
            "__%48ost-id=evil",
            "%5F%5FHost-id=evil",
            "\u{2003}__Host-id=evil",
            "\u{a0}__Host-id=evil",
            "\u{85}__Host-id\u{2028}=evil",
            "__Host-id%20=evil",
            "__Host-id\u{3000}=evil",
        ] {
            let mut headers = HeaderMap::new();
            let field = format!("{spoofed}; __Host-id=good");
            headers.append(COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
            let cookies = Cookies::read(&headers);
            assert_eq!(
                value(&cookies, "__Host-id").as_deref(),
                Some("good"),
                "{spoofed}"
            );
        }
        let cookies = read(&["a%20b=1%202; =nameless; alone; \tc\t=\t3\t; d==4="]);
        assert_eq!(value(&cookies, "a%20b").as_deref(), Some("1 2"));
        assert_eq!(value(&cookies, "a b"), None);
        assert_eq!(value(&cookies, "c").as_deref(), Some("3"));
        assert_eq!(value(&cookies, "d").as_deref(), Some("=4="));
        assert_eq!(cookies.iter().count(), 3);
    }

    #[test]
    fn what_cannot_be_read_takes_no_other_cookie_with_it() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_bytes(b"a=\xff; b=%ff; c=3").unwrap(),
        );
        let cookies = Cookies::read(&headers);
        assert_eq!(value(&cookies, "c").as_deref(), Some("3"));
        assert_eq!(cookies.iter().count(), 1);
    }

    #[test]
    fn names_are_sent_as_they_are_and_must_be_tokens() {
        let cookies = read(&[]);
        cookies.add(("a%20b", "=1 2"));
        cookies.add(("c d", "1"));
        cookies.add(("é", "1"));
        cookies.add(("e;f", "1"));
        cookies.add(("", "1"));
        assert_eq!(written(&cookies), ["a%20b=%3D1%202; SameSite=Lax; Path=/"]);
        let error = set_cookie(Cookie::new("a=b", "1")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the cookie \"a=b\" cannot be set: its name")
        );
    }
}
