//! The cookies that a client keeps, by the rules of RFC 6265 and of browsers.

use crate::cookies::encoded;
use crate::test::target::is_local;
use cookie::Cookie;
use cookie_store::CookieStore;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use percent_encoding::percent_decode_str;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// How long a cookie may be, its name and its value together.
const MAX_COOKIE: usize = 4096;

/// The cookies of one visitor. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Arc<Mutex<CookieStore>>);

impl Jar {
    /// Takes what a response to a request of `url` sets. What a browser would refuse, as a cookie
    /// for another domain, is not taken.
    pub(super) fn take(&self, headers: &HeaderMap, url: &Url) {
        let mut store = self.lock();
        for cookie in headers.get_all(SET_COOKIE) {
            if let Ok(cookie) = std::str::from_utf8(cookie.as_bytes()) {
                // The error is that the cookie is refused.
                let _ = put(&mut store, cookie, url);
            }
        }
    }

    /// The header `Cookie` of a request of `url`, if there are cookies for it.
    pub(super) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let store = self.lock();
        let mut cookies = store.matches(url);
        // Longer paths come first (RFC 6265, section 5.4); names keep the order the same each time.
        cookies.sort_by(|a, b| {
            let longer_path = b.path.len().cmp(&a.path.len());
            longer_path.then(a.name().cmp(b.name()))
        });
        let pairs: Vec<String> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        if pairs.is_empty() {
            return None;
        }
        HeaderValue::from_maybe_shared(bytes::Bytes::from(pairs.join("; "))).ok()
    }

    /// Puts a cookie there as if a response to a request of `url` had set it.
    ///
    /// # Errors
    /// Why a browser would refuse it.
    pub(super) fn set(&self, cookie: Cookie<'static>, url: &Url) -> Result<(), String> {
        let text = encoded(&cookie).to_string();
        put(&mut self.lock(), &text, url)
    }

    /// The cookie of that name that would be sent with a request of any path of the host of `url`:
    /// that of the longest path.
    pub(super) fn get(&self, name: &str, url: &Url) -> Option<Cookie<'static>> {
        let mut found: Vec<_> = self
            .all(url)
            .into_iter()
            .filter(|cookie| cookie.name() == name)
            .collect();
        found.sort_by_key(|cookie| cookie.path().map_or(0, str::len));
        found.pop()
    }

    /// The cookies of the host of `url`, in the order of their names.
    pub(super) fn all(&self, url: &Url) -> Vec<Cookie<'static>> {
        let store = self.lock();
        let mut cookies: Vec<_> = store
            .iter_unexpired()
            .filter(|cookie| cookie.domain.matches(url))
            .map(|cookie| {
                let mut decoded = decoded(cookie);
                // Where the app did not say it, it is the folder of the request.
                decoded.set_path(String::from(&cookie.path));
                decoded
            })
            .collect();
        cookies.sort_by(|a, b| (a.name(), a.path()).cmp(&(b.name(), b.path())));
        cookies
    }

    /// Forgets the cookies of that name of the host of `url`.
    pub(super) fn remove(&self, name: &str, url: &Url) {
        let mut store = self.lock();
        let found: Vec<(String, String, String)> = store
            .iter_any()
            .filter(|cookie| cookie.domain.matches(url) && decoded(cookie).name() == name)
            .map(|cookie| {
                (
                    String::from(&cookie.domain),
                    String::from(&cookie.path),
                    cookie.name().to_owned(),
                )
            })
            .collect();
        for (domain, path, name) in found {
            store.remove(&domain, &path, &name);
        }
    }

    /// Forgets all cookies.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, CookieStore> {
        // Nothing panics while it is held, so what it protects is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(store: &mut CookieStore, cookie: &str, url: &Url) -> Result<(), String> {
    let cookie = Cookie::parse(cookie).map_err(|error| error.to_string())?;
    if let Some(refusal) = refusal(&cookie, url) {
        return Err(refusal.to_owned());
    }
    let stored = store.insert_raw(&cookie, url);
    stored.map(drop).map_err(|error| error.to_string())
}

/// Why a browser does not keep a cookie, where the store would (RFC 6265bis, in the sections "The
/// Set-Cookie Header Field" and "Storage Model"). The store sends those that are `Secure` by TLS, and
/// to `localhost`.
fn refusal(cookie: &Cookie<'_>, url: &Url) -> Option<&'static str> {
    let is_secure = cookie.secure() == Some(true);
    let has_domain = cookie.domain().is_some_and(|domain| !domain.is_empty());
    let has_prefix = |prefix: &str| {
        let start = cookie.name().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if cookie.name().len() + cookie.value().len() > MAX_COOKIE {
        Some("its name and value are longer than 4096 bytes together")
    } else if is_secure && url.scheme() != "https" && !is_local(url) {
        Some("it is `Secure`, and the request is not by TLS: see `Client::https`")
    } else if has_prefix("__Secure-") && !is_secure {
        Some("a cookie whose name begins with `__Secure-` has to be `Secure`")
    } else if has_prefix("__Host-") && (!is_secure || has_domain || cookie.path() != Some("/")) {
        Some(
            "a cookie whose name begins with `__Host-` has to be `Secure`, with the path `/` and \
             without a domain",
        )
    } else {
        None
    }
}

/// A cookie with its value as the app gave it.
pub(super) fn decoded(cookie: &Cookie<'_>) -> Cookie<'static> {
    let mut decoded = cookie.clone().into_owned();
    if let Ok(value) = percent_decode_str(cookie.value()).decode_utf8() {
        decoded.set_value(value.into_owned());
    }
    decoded
}
