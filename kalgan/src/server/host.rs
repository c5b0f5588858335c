//! The host that a request names.

use std::net::Ipv6Addr;
use std::ops::Range;

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, Uri, Version, header};

/// The host that a request asked for. It is the client's word and read when it is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Host {
    /// `Host`, or an entry of `X-Forwarded-Host` that was read.
    Field(HeaderValue, Range<usize>),
    /// The target of the request.
    Target(Authority),
}

impl Host {
    /// The host in the request itself. That of the target is the one that counts where both are
    /// given (RFC 9112, 3.2.2).
    pub(crate) fn of_request(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        if let Some(target) = uri.authority() {
            return Some(Self::Target(target.clone()));
        }
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => Some(Self::Field(host.clone(), 0..host.len())),
            _ => None,
        }
    }

    /// The host that is this part of a field's value, if it is one.
    pub(super) fn of_field(field: &HeaderValue, part: &str) -> Option<Self> {
        let host = valid(part)?;
        let start = field.as_bytes().as_ptr().addr();
        let start = host.as_ptr().addr().checked_sub(start)?;
        Some(Self::Field(field.clone(), start..start + host.len()))
    }

    /// The host, with its port where there is one; `None` where it is none.
    pub(crate) fn as_str(&self) -> Option<&str> {
        valid(match self {
            // The rest of the field need not be text.
            Self::Field(field, range) => {
                std::str::from_utf8(field.as_bytes().get(range.clone())?).ok()?
            }
            Self::Target(target) => target.as_str(),
        })
    }
}

/// Whether the head names its host as RFC 9112, 3.2 asks, which else must be answered with 400: in
/// HTTP/1.1 exactly one `Host` field, elsewhere at most one, and a host in it, or nothing.
pub(super) fn has_valid_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            host.is_empty() || host.to_str().is_ok_and(|host| valid(host).is_some())
        }
        (None, _) => request.version() != Version::HTTP_11,
        _ => false,
    }
}

/// Whether the target is a path, `*` or a whole URL. A host alone is the form of CONNECT, which asks
/// a proxy (RFC 9112, 3.2.3), and this is none.
pub(super) fn has_path(uri: &Uri) -> bool {
    uri.scheme().is_some() || uri.authority().is_none()
}

/// Reads `host` or `host:port` strictly: a DNS name, an IPv4 address or a bracketed IPv6 one. So
/// nothing that could change the meaning of a URL or a header field gets in. An empty port is the
/// default one (RFC 3986, 3.2.3) and is left out.
fn valid(text: &str) -> Option<&str> {
    let text = text.strip_suffix(':').unwrap_or(text);
    let (host, port) = match text.bytes().rposition(|byte| byte == b':') {
        Some(at) if !text.ends_with(']') => (&text[..at], &text[at + 1..]),
        _ => (text, "0"),
    };
    let is_name = |host: &str| host.bytes().all(|byte| NAME[usize::from(byte)]);
    let valid_host = match host.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')
            .is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok()),
        None => !host.is_empty() && host.len() <= 255 && is_name(host),
    };
    // A sign is parsed as well.
    let valid_port = !port.starts_with('+') && port.parse::<u16>().is_ok();
    (valid_host && valid_port).then_some(text)
}

/// The bytes of names and of IPv4 addresses.
const NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        name[byte] = c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_');
        byte += 1;
    }
    name
};

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
            assert_eq!(super::valid(valid), Some(valid));
            let target: Authority = valid.parse().unwrap();
            assert_eq!(Host::Target(target).as_str(), Some(valid));
        }
        assert_eq!(valid("[::1]:"), Some("[::1]"));
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
            assert_eq!(valid(invalid), None, "{invalid}");
        }
    }
}
