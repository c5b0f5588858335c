//! The hosts that development shows itself to.
//!
//! A page of another site may make its own name lead to this machine (DNS rebinding), and is then of
//! the same origin as the app: it could read sources, paths and the log. It cannot do so by a name
//! that nobody can register (one without a dot is none), nor by an address.

use super::options::DevOptions;
use crate::server::host::Host;
use crate::test::marks::is_untouched;
use http::uri::Authority;
use http::{Extensions, HeaderMap, Uri};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Names that lead to machines of one's own, whatever the settings say (RFC 6761, 6.2 and 6.3).
const RESERVED: [&str; 2] = ["localhost", "test"];
/// How many unknown hosts the log tells of.
const TOLD: usize = 20;

/// The host in the request itself.
pub(super) fn requested_host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    Host::of_request(uri, headers)?.as_str()?.parse().ok()
}

/// Whether the request names a host that development shows itself to. One of `kalgan::test` may name
/// any.
pub(super) fn is_known(
    uri: &Uri,
    headers: &HeaderMap,
    extensions: &Extensions,
    options: &DevOptions,
) -> bool {
    if is_untouched(extensions) {
        return true;
    }
    // Browsers name one.
    let Some(host) = requested_host(uri, headers) else {
        return true;
    };
    let is_known = is_among(host.host(), &options.hosts);
    if !is_known {
        tell(host.host());
    }
    is_known
}

/// Whether a host is an address, of this machine, or one of these: names, or `.example.com` for a
/// name with all that end in it.
fn is_among(host: &str, names: &[String]) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    if address.parse::<IpAddr>().is_ok() {
        return true;
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if !host.contains('.') {
        return true;
    }
    let is_within = |name: &str| {
        let rest = host.strip_suffix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    RESERVED.into_iter().any(is_within)
        || names.iter().any(|name| {
            let name = name.to_ascii_lowercase();
            // `*.example.com` and `example.com:7878` are what people write elsewhere.
            let name = name.strip_prefix('*').unwrap_or(&name);
            let name = match name.rsplit_once(':') {
                Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
                _ => name,
            };
            match name.trim_end_matches('.').strip_prefix('.') {
                Some(name) => is_within(name),
                None => host == name,
            }
        })
}

/// Tells of an unknown host, once.
fn tell(host: &str) {
    static TOLD_OF: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    // A panic leaves it whole.
    let mut told = TOLD_OF.lock().unwrap_or_else(PoisonError::into_inner);
    if told.len() < TOLD && told.insert(host.to_owned()) {
        drop(told);
        tracing::warn!(
            target: "kalgan",
            "pages asked for at `{host}` carry nothing of development, and errors are not explained \
             there: another site could read it. If the name is yours, add it to the setting \
             `development.hosts`"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::HOST;
    use http::{HeaderValue, Request};
    use kalgan_core::settings::Settings;

    #[test]
    fn addresses_reserved_names_and_those_of_the_settings() {
        let names = ["box.lan".to_owned(), ".Example.com".to_owned()];
        for known in [
            "127.0.0.1",
            "192.168.1.7",
            "[::1]",
            "localhost",
            "LOCALHOST.",
            "web",
            "shop.localhost",
            "shop.test",
            "box.lan",
            "BOX.lan",
            "example.com",
            "a.b.example.com",
        ] {
            assert!(is_among(known, &names), "{known}");
        }
        for unknown in [
            "evil.example",
            "localhost.evil.example",
            "evil.localhosts",
            "evil.attest",
            "a.box.lan",
            "evilexample.com",
            "127.0.0.1.evil.example",
            "1.2.3",
        ] {
            assert!(!is_among(unknown, &names), "{unknown}");
        }
    }

    #[test]
    fn what_counts_is_the_host_itself() {
        let options = DevOptions::read(&Settings::default(), false);
        let is_known = |uri: &str, host: Option<&'static str>| {
            let mut request = Request::new(());
            *request.uri_mut() = uri.parse().unwrap();
            let headers = request.headers_mut();
            headers.insert("x-forwarded-host", HeaderValue::from_static("localhost"));
            if let Some(host) = host {
                headers.insert(HOST, HeaderValue::from_static(host));
            }
            let (parts, ()) = request.into_parts();
            is_known(&parts.uri, &parts.headers, &parts.extensions, &options)
        };
        assert!(is_known("/", Some("localhost:7878")));
        assert!(is_known("/", None));
        assert!(!is_known("/", Some("evil.example:7878")));
        assert!(!is_known("http://evil.example/", Some("localhost")));
    }
}
