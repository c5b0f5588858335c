//! Who asks: the peer of a connection, or the client behind the proxies that are trusted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Uri};

use super::config::TrustedProxies;
use super::host::Host;

/// Who sent a request, and under which address the client knows this app.
///
/// `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are believed only when the
/// request came from one of the setting `server.trusted_proxies`, and of a list only the part
/// that such proxies wrote: whatever the client itself put there has no effect.
///
/// An extractor that never fails.
#[derive(Clone, Debug)]
pub struct Connection {
    peer: Option<SocketAddr>,
    client: Option<IpAddr>,
    https: bool,
    host: Option<Host>,
    forwarded: bool,
    prefix: Option<Arc<str>>,
}

impl Connection {
    /// Reads who asks from the head of a request that `peer` sent.
    pub(crate) fn from_request(
        uri: &Uri,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
        trusted: &TrustedProxies,
    ) -> Self {
        Self::to_host(Host::of_request(uri, headers), headers, peer, trusted)
    }

    /// Reads who asks from the head of a request that `peer` sent to `own_host`.
    pub(crate) fn to_host(
        own_host: Option<Host>,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
        trusted: &TrustedProxies,
    ) -> Self {
        let peer_ip = peer.map(|peer| peer.ip().to_canonical());
        let Some(proxy) = peer_ip.filter(|ip| trusted.contains(*ip)) else {
            return Self {
                peer,
                client: peer_ip,
                https: false,
                host: own_host,
                forwarded: false,
                prefix: None,
            };
        };

        let (client, hops) = client_behind(proxy, headers, trusted);
        let proto = vouched_for(headers, "x-forwarded-proto", hops).and_then(|(_, proto)| {
            match proto.to_ascii_lowercase().as_str() {
                "https" => Some(true),
                "http" => Some(false),
                _ => None,
            }
        });
        let host = vouched_for(headers, "x-forwarded-host", hops)
            .and_then(|(field, host)| Host::of_field(field, host));
        Self {
            peer,
            client: Some(client),
            https: proto.unwrap_or(false),
            forwarded: proto.is_some() || host.is_some(),
            host: host.or(own_host),
            prefix: None,
        }
    }

    /// As below a path that is no part of the request's.
    pub(crate) fn set_prefix(&mut self, prefix: Arc<str>) {
        self.prefix = Some(prefix);
    }

    pub(crate) fn shared_prefix(&self) -> Option<Arc<str>> {
        self.prefix.clone()
    }

    /// The path before those of the app, such as `/shop`: that of the setting `server.prefix`, and of
    /// a router of axum that the app is nested in, with the feature `axum`. Empty where there is none.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    /// As behind a trusted proxy that was asked by TLS, which is how Kalgan is asked by it.
    #[cfg(feature = "test")]
    pub(crate) fn over_https(mut self) -> Self {
        self.https = true;
        self.forwarded = true;
        self
    }

    /// The address at the other end of the socket: a proxy's, if there is one. `None` when the
    /// app was called without a socket.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// The address of the client: the nearest one that is not a trusted proxy.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.client
    }

    /// `http` or `https`, as the client used it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        if self.https { "https" } else { "http" }
    }

    /// The host, with its port where it was given, that the client asked. It has the form of a
    /// host but is the client's word: compare it with what you expect before you rely on it.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_ref().and_then(Host::as_str)
    }

    /// Whether the scheme or the host is what a trusted proxy said.
    #[must_use]
    pub fn is_forwarded(&self) -> bool {
        self.forwarded
    }

    /// The absolute URL of a path that starts with `/`; the path alone when the host is unknown.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        match self.host() {
            Some(host) => format!("{}://{host}{path}", self.scheme()),
            None => path.to_owned(),
        }
    }
}

/// Walks `X-Forwarded-For` from its end, where the nearest proxy wrote, for as long as the
/// entries are trusted proxies themselves. Also counts the proxies passed, `proxy` included.
fn client_behind(proxy: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> (IpAddr, usize) {
    let mut client = proxy;
    let mut hops = 1;
    for entry in entries_from_the_end(headers, "x-forwarded-for") {
        // After an entry that is no address nothing further on can be attributed to anyone.
        let Some(ip) = entry.and_then(|(_, entry)| forwarded_ip(entry)) else {
            break;
        };
        client = ip;
        if !trusted.contains(ip) {
            break;
        }
        hops += 1;
    }
    (client, hops)
}

/// The entry that the outermost of `hops` trusted proxies wrote. A proxy either appends an entry
/// or replaces all of them: so an entry further on than that is the client's, and in a shorter
/// list the first one is a proxy's.
fn vouched_for<'h>(headers: &'h HeaderMap, name: &str, hops: usize) -> Option<Entry<'h>> {
    entries_from_the_end(headers, name).take(hops).last()?
}

/// An entry of a list, and the field that it stands in.
type Entry<'h> = (&'h HeaderValue, &'h str);

/// The comma-separated entries of all header fields of that name, the last one first; `None` for
/// an entry that is not text. Each is read alone, so that a client's garbage spoils no entry that
/// a proxy added after it.
fn entries_from_the_end<'h>(
    headers: &'h HeaderMap,
    name: &str,
) -> impl Iterator<Item = Option<Entry<'h>>> {
    headers.get_all(name).iter().rev().flat_map(|field| {
        let entries = field.as_bytes().rsplit(|byte| *byte == b',');
        entries.map(move |entry| Some((field, std::str::from_utf8(entry).ok()?.trim())))
    })
}

/// The address in an entry of `X-Forwarded-For`: alone, or with a port, quotes or brackets.
fn forwarded_ip(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim_matches('"');
    let bracketed = |text: &str| -> Option<IpAddr> {
        let inner = text.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse::<Ipv6Addr>().ok().map(IpAddr::from)
    };
    entry
        .parse::<IpAddr>()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| bracketed(entry))
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http::request::Parts;

    use super::*;

    const PROXIES: &str = "10.0.0.0/8, ::1";

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn read(parts: &Parts, peer: Option<SocketAddr>, trusted: &TrustedProxies) -> Connection {
        Connection::from_request(&parts.uri, &parts.headers, peer, trusted)
    }

    fn connection(peer: &str, headers: &[(&str, &str)]) -> Connection {
        let trusted = TrustedProxies::parse(PROXIES).unwrap();
        read(&parts("/", headers), Some(peer.parse().unwrap()), &trusted)
    }

    fn client(peer: &str, forwarded_for: &[&str]) -> String {
        let headers: Vec<_> = forwarded_for
            .iter()
            .map(|value| ("x-forwarded-for", *value))
            .collect();
        connection(peer, &headers).client_ip().unwrap().to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let connection = connection(
            "203.0.113.9:5000",
            &[
                ("host", "app.example"),
                ("x-forwarded-for", "198.51.100.1"),
                ("x-forwarded-proto", "https"),
                ("x-forwarded-host", "evil.example"),
            ],
        );
        assert_eq!(connection.client_ip().unwrap().to_string(), "203.0.113.9");
        assert_eq!(connection.scheme(), "http");
        assert_eq!(connection.host(), Some("app.example"));
        assert!(!connection.is_forwarded());
        assert_eq!(connection.absolute("/a?b"), "http://app.example/a?b");
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        let connection = connection(
            "10.0.0.1:5000",
            &[
                ("host", "backend:8080"),
                ("x-forwarded-for", "198.51.100.1"),
                ("x-forwarded-proto", "HTTPS"),
                ("x-forwarded-host", "app.example:8443"),
            ],
        );
        assert_eq!(connection.client_ip().unwrap().to_string(), "198.51.100.1");
        assert_eq!(connection.peer().unwrap().to_string(), "10.0.0.1:5000");
        assert!(connection.is_forwarded());
        assert_eq!(connection.absolute("/"), "https://app.example:8443/");
    }

    #[test]
    fn the_client_is_the_nearest_that_is_no_trusted_proxy() {
        for (forwarded_for, expected) in [
            (&[][..], "10.0.0.1"),
            (&["198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            // Two fields are one list.
            (&["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            // What the client itself sent stands further left.
            (&["127.0.0.1, 198.51.100.1"], "198.51.100.1"),
            (&["10.0.0.9, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (&["198.51.100.7", "198.51.100.1"], "198.51.100.1"),
            // Only proxies: the outermost one.
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // Ports, brackets, quotes, mapped addresses.
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1, ::ffff:10.0.0.2"], "198.51.100.1"),
            // Garbage ends the walk at the last proxy that is known.
            (&["198.51.100.1, unknown"], "10.0.0.1"),
            (&["198.51.100.1, , 10.0.0.2"], "10.0.0.2"),
            (&["198.51.100.1, 10.0.0.2, <script>"], "10.0.0.1"),
            (&["198.51.100.1, \u{e9}"], "10.0.0.1"),
            // A client's garbage does not hide the client.
            (&["\u{e9}, 198.51.100.1"], "198.51.100.1"),
            (&["unknown, 198.51.100.1"], "198.51.100.1"),
            (&[""], "10.0.0.1"),
        ] {
            assert_eq!(
                client("10.0.0.1:1", forwarded_for),
                expected,
                "{forwarded_for:?}"
            );
        }
        assert_eq!(
            client("[::ffff:10.0.0.1]:1", &["198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(client("[::1]:1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn of_lists_of_schemes_and_hosts_only_what_trusted_proxies_wrote_counts() {
        // One proxy that appends: the first entries are the client's.
        let spoofed = connection(
            "10.0.0.1:1",
            &[
                ("x-forwarded-for", "198.51.100.1"),
                ("x-forwarded-proto", "https, http"),
                ("x-forwarded-host", "evil.example, app.example"),
            ],
        );
        assert_eq!(spoofed.absolute("/"), "http://app.example/");

        // Two proxies, the outer one with TLS.
        let chain = connection(
            "10.0.0.1:1",
            &[
                ("x-forwarded-for", "198.51.100.1, 10.0.0.2"),
                ("x-forwarded-proto", "https, http"),
                (
                    "x-forwarded-host",
                    "evil.example, app.example, inner.example",
                ),
            ],
        );
        assert_eq!(chain.absolute("/"), "https://app.example/");
    }

    #[test]
    fn a_scheme_or_host_that_is_none_is_ignored() {
        for (proto, host) in [
            ("javascript", "a/b"),
            ("", ""),
            ("https x", "user@app.example"),
        ] {
            let connection = connection(
                "10.0.0.1:1",
                &[
                    ("host", "backend"),
                    ("x-forwarded-proto", proto),
                    ("x-forwarded-host", host),
                ],
            );
            assert_eq!(
                connection.absolute("/"),
                "http://backend/",
                "{proto} {host}"
            );
            assert!(!connection.is_forwarded());
        }
    }

    #[test]
    fn the_target_precedes_the_host_field_and_two_host_fields_are_none() {
        let none = TrustedProxies::default();
        let absolute = parts("http://target.example/x", &[("host", "field.example")]);
        assert_eq!(read(&absolute, None, &none).host(), Some("target.example"));

        let twice = parts("/", &[("host", "a.example"), ("host", "b.example")]);
        let connection = read(&twice, None, &none);
        assert_eq!(connection.host(), None);
        assert_eq!(connection.absolute("/x"), "/x");
        assert_eq!(connection.client_ip(), None);
    }
}
