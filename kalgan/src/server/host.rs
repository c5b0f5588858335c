//! The host that a request names.

use std::net::Ipv6Addr;
use std::ops::Range;
use std::sync::Arc;

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
        let field = only_host(headers).unwrap_or_default();
        Self::of(uri, field)
    }

    /// The host in the head of a request, as RFC 9112, 3.2 asks for it: in HTTP/1.1 exactly one
    /// `Host` field, elsewhere at most one, and a host in it, or nothing.
    ///
    /// # Errors
    /// The head is another, which must be answered with 400.
    pub(super) fn required<B>(request: &Request<B>) -> Result<Option<Self>, InvalidHost> {
        let field = only_host(request.headers())?;
        let is_valid = match field {
            Some(host) => host.is_empty() || valid(host.as_bytes()).is_some(),
            None => request.version() != Version::HTTP_11,
        };
        match is_valid {
            true => Ok(Self::of(request.uri(), field)),
            false => Err(InvalidHost),
        }
    }

    fn of(uri: &Uri, field: Option<&HeaderValue>) -> Option<Self> {
        match uri.authority() {
            Some(target) => Some(Self::Target(target.clone())),
            None => field.map(|host| Self::Field(host.clone(), 0..host.len())),
        }
    }

    /// The host that is this part of a field's value, if it is one.
    pub(super) fn of_field(field: &HeaderValue, part: &str) -> Option<Self> {
        let length = valid(part.as_bytes())?;
        let start = field.as_bytes().as_ptr().addr();
        let start = part.as_ptr().addr().checked_sub(start)?;
        Some(Self::Field(field.clone(), start..start + length))
    }

    /// The host, with its port where there is one; `None` where it is none.
    pub(crate) fn as_str(&self) -> Option<&str> {
        let host = match self {
            // The rest of the field need not be text.
            Self::Field(field, range) => field.as_bytes().get(range.clone())?,
            Self::Target(target) => target.as_str().as_bytes(),
        };
        std::str::from_utf8(&host[..valid(host)?]).ok()
    }
}

/// Names of hosts: a name alone, `.example.com` for it and all names below it, `*.example.com` for those
/// below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostNames(Arc<[String]>);

impl HostNames {
    pub(crate) fn new(names: Vec<String>) -> Self {
        let names = names.into_iter();
        let names = names.map(|name| {
            without_port(&name)
                .trim_end_matches('.')
                .to_ascii_lowercase()
        });
        Self(names.collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a host, with or without a port, is one of them.
    pub(crate) fn contains(&self, host: &str) -> bool {
        let host = without_port(host).trim_end_matches('.');
        let host = host.to_ascii_lowercase();
        self.0.iter().any(|name| {
            if let Some(parent) = name.strip_prefix('.') {
                host == parent || is_below(&host, parent)
            } else if let Some(parent) = name.strip_prefix("*.") {
                is_below(&host, parent)
            } else {
                host == *name
            }
        })
    }
}

/// Whether a name ends with another one and has more labels.
pub(crate) fn is_below(host: &str, parent: &str) -> bool {
    let rest = host.strip_suffix(parent);
    rest.is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// A host without its port.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A head does not name its host as HTTP asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct InvalidHost;

/// The field `Host`, which may be there once.
fn only_host(headers: &HeaderMap) -> Result<Option<&HeaderValue>, InvalidHost> {
    // Most heads have no field twice, and then it is found for less.
    if headers.len() == headers.keys_len() {
        return Ok(headers.get(header::HOST));
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (host, None) => Ok(host),
        _ => Err(InvalidHost),
    }
}

/// Whether the target is a path, `*` or a whole URL. A host alone is the form of CONNECT, which asks
/// a proxy (RFC 9112, 3.2.3), and this is none.
pub(super) fn has_path(uri: &Uri) -> bool {
    uri.scheme().is_some() || uri.authority().is_none()
}

/// The length of `host` or `host:port`, read strictly: a DNS name, an IPv4 address or a bracketed
/// IPv6 one. So nothing that could change the meaning of a URL or a header field gets in. An empty
/// port is the default one (RFC 3986, 3.2.3) and is left out.
fn valid(text: &[u8]) -> Option<usize> {
    let end = match text {
        [b'[', ip @ ..] => {
            let end = ip.iter().position(|byte| *byte == b']')?;
            let ip = std::str::from_utf8(&ip[..end]).ok()?;
            ip.parse::<Ipv6Addr>().ok()?;
            end + 2
        }
        name => {
            let mut end = 0;
            while end < name.len() && NAME[usize::from(name[end])] {
                end += 1;
            }
            end
        }
    };
    let is_name = (1..=255).contains(&end);
    match &text[end..] {
        [] | [b':'] if is_name => Some(end),
        [b':', port @ ..] if is_name && is_port(port) => Some(text.len()),
        _ => None,
    }
}

fn is_port(digits: &[u8]) -> bool {
    // Leading zeros mean nothing (RFC 3986, 3.2.3).
    let is_small = digits.len() <= 4 || {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let digits = &digits[zeros..];
        digits.len() <= 4 || (digits.len() == 5 && digits <= &b"65535"[..])
    };
    is_small && digits.iter().all(u8::is_ascii_digit)
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
    fn names() {
        let names = [
            "shop.example",
            ".Example.com",
            "*.example.org.",
            "127.0.0.1",
            "[::1]",
        ];
        let names = HostNames::new(names.map(str::to_owned).to_vec());
        for inside in [
            "shop.example",
            "SHOP.example.:8080",
            "example.com",
            "a.b.example.com",
            "a.example.org",
            "127.0.0.1:80",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(names.contains(inside), "{inside}");
        }
        for outside in [
            "",
            "example",
            "a.shop.example",
            "badexample.com",
            ".example.com",
            "example.org",
            "127.0.0.2",
        ] {
            assert!(!names.contains(outside), "{outside}");
        }
    }

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
            assert_eq!(super::valid(valid.as_bytes()), Some(valid.len()));
            let target: Authority = valid.parse().unwrap();
            assert_eq!(Host::Target(target).as_str(), Some(valid));
        }
        for (written, meant) in [("[::1]:", "[::1]"), ("a:", "a"), ("a:0080", "a:0080")] {
            assert_eq!(valid(written.as_bytes()), Some(meant.len()));
        }
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
            assert_eq!(valid(invalid.as_bytes()), None, "{invalid}");
        }
    }
}
