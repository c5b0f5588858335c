//! The hosts that development shows itself to.
//!
//! A page of another site may make its own name lead to this machine (DNS rebinding), and is then of
//! the same origin as the app: it could read sources, paths and the log. It cannot do so by a name
//! that nobody can register (one without a dot is none), nor by an address.

use super::options::DevOptions;
use crate::dev::reload::Snapshots;
use crate::server::host::{Host, is_below};
use crate::test::marks::is_untouched;
use http::uri::Authority;
use http::{Extensions, HeaderMap, Uri};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

/// Names that lead to machines of one's own, whatever the settings say (RFC 6761, 6.2 and 6.3).
const RESERVED: [&str; 2] = ["localhost", "test"];
/// How many unknown hosts the log tells of.
const TOLD: usize = 20;

/// The host in the request itself.
pub(super) fn requested_host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    Host::of_request(uri, headers)?.as_str()?.parse().ok()
}

/// The origin that the browser knows: a proxy may have passed its request on.
pub(super) fn origin(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let told = |name| {
        let values = headers.get(name)?.to_str().ok()?;
        values.split(',').next().map(str::trim)
    };
    let host = told("x-forwarded-host").and_then(|host| host.parse().ok());
    let host: Authority = host.or_else(|| requested_host(uri, headers))?;
    let scheme = told("x-forwarded-proto").filter(|scheme| *scheme == "https");
    Some(format!("{}://{host}", scheme.unwrap_or("http")))
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
    let is_known = is_own(host.host()) || options.hosts.contains(host.host());
    if !is_known {
        tell(host.host());
    }
    is_known
}

/// Whether a host is an address, or a name of this machine or of one's own network.
fn is_own(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    if address.parse::<IpAddr>().is_ok() {
        return true;
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    !host.contains('.') || RESERVED.into_iter().any(|name| is_below(&host, name))
}

/// Warns where others reach an app that shows its sources and its log.
pub(crate) fn warn_of_address(snapshots: &Snapshots, address: SocketAddr) {
    if snapshots.reloader().is_some() && !address.ip().to_canonical().is_loopback() {
        tracing::warn!(
            target: "kalgan",
            "development shows sources, settings and the log to everybody who reaches {address}: use \
             an address of this machine alone, such as 127.0.0.1, or a release build"
        );
    }
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
    use crate::server::host::HostNames;
    use http::header::HOST;
    use http::{HeaderValue, Request};
    use kalgan_core::settings::Settings;

    #[test]
    fn addresses_reserved_names_and_those_of_the_settings() {
        let names = HostNames::new(["box.lan", ".Example.com"].map(str::to_owned).to_vec());
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
            assert!(is_own(known) || names.contains(known), "{known}");
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
            assert!(!is_own(unknown) && !names.contains(unknown), "{unknown}");
        }
    }

    #[test]
    fn the_origin_is_the_browsers() {
        for (headers, expected) in [
            (
                &[("host", "localhost:7878")][..],
                Some("http://localhost:7878"),
            ),
            (
                &[("host", "app:80"), ("x-forwarded-proto", "https")],
                Some("https://app:80"),
            ),
            (
                &[("host", "app"), ("x-forwarded-host", "a.test, b.test")],
                Some("http://a.test"),
            ),
            (
                &[("host", "app"), ("x-forwarded-host", "\"><script>")],
                Some("http://app"),
            ),
            (&[], None),
        ] {
            let headers = headers.iter().map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            });
            let headers = HeaderMap::from_iter(headers);
            let origin = origin(&Uri::from_static("/"), &headers);
            assert_eq!(origin.as_deref(), expected);
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
