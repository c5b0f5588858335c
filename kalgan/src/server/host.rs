//! The host that a request names.

use std::net::Ipv6Addr;

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Uri, Version, header};

/// Whether the head names its host as RFC 9112, 3.2 asks, which else must be answered with 400: in HTTP/1.1 exactly one `Host` field,
/// elsewhere at most one, and a host in it, or nothing.
pub(super) fn has_valid_host(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            host.is_empty() || host.to_str().is_ok_and(|host| authority(host).is_some())
        }
        (None, _) => parts.version != Version::HTTP_11,
        _ => false,
    }
}

/// Whether the target is a path, `*` or a whole URL. A host alone is the form of CONNECT, which asks
/// a proxy (RFC 9112, 3.2.3), and this is none.
pub(super) fn has_path(parts: &Parts) -> bool {
    parts.uri.scheme().is_some() || parts.uri.authority().is_none()
}

/// The host in the request itself. That of the target is the one that counts where both are
/// given (RFC 9112, 3.2.2).
pub(crate) fn requested_host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    if let Some(target) = uri.authority() {
        return authority(target.as_str());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => authority(host.to_str().ok()?),
        _ => None,
    }
}

/// Reads `host` or `host:port` strictly: a DNS name, an IPv4 address or a bracketed IPv6 one. So
/// nothing that could change the meaning of a URL or a header field gets in.
pub(super) fn authority(text: &str) -> Option<Authority> {
    // An empty port is the default one (RFC 3986, 3.2.3).
    let text = text.strip_suffix(':').unwrap_or(text);
    let (host, port) = match text.rfind(':') {
        Some(at) if !text.ends_with(']') => (&text[..at], Some(&text[at + 1..])),
        _ => (text, None),
    };
    let valid_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(ip) => ip.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.len() <= 255
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        }
    };
    let valid_port = port
        .is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    if valid_host && valid_port {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for valid in [
            "a",
            "app.example:80",
            "127.0.0.1",
            "[::1]:8080",
            "[::1]",
            "a_b-c.d",
        ] {
            assert_eq!(
                authority(valid).as_ref().map(Authority::as_str),
                Some(valid)
            );
        }
        assert_eq!(
            authority("[::1]:").as_ref().map(Authority::as_str),
            Some("[::1]")
        );
        for invalid in [
            "",
            ":",
            "::",
            ":80",
            "a::",
            "a:b",
            "a:+1",
            "a:65536",
            "a:80:80",
            "::1",
            "[::1",
            "[x]",
            "[::1]x",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a\\b",
            "u@a",
            "a%2e",
            "a,b",
            "a\"b",
            "<a>",
            "\u{e9}.example",
        ] {
            assert_eq!(authority(invalid), None, "{invalid}");
        }
    }
}
