//! Where a request goes.

use crate::routing::decode::NOT_IN_A_URI;
use percent_encoding::utf8_percent_encode;
use url::{Host, Position, Url};

/// The address of a request, and its path and query as they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// For cookies, and for what is relative to the page.
    pub(super) url: Url,
    /// Kept beside the address, which has no `..`, so that a test can send such a path.
    pub(super) path_and_query: String,
}

impl Target {
    /// Reads a path, or a whole URL of `http` or `https`.
    pub(super) fn parse(origin: &Url, text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL: {error}"))?;
            return Ok(Self::of(url));
        }
        if !text.starts_with('/') {
            return Err(format!(
                "`{text}` is no path: write it from its `/`, as in `/{text}`, or as a whole URL"
            ));
        }
        let text = text.split('#').next().unwrap_or_default();
        let path_and_query = utf8_percent_encode(text, NOT_IN_A_URI).to_string();
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query.as_str(), None),
        };
        let mut url = origin.clone();
        url.set_path(path);
        url.set_query(query);
        Ok(Self {
            url,
            path_and_query,
        })
    }

    /// The target of an address.
    pub(super) fn of(mut url: Url) -> Self {
        url.set_fragment(None);
        let path_and_query = url[Position::BeforePath..Position::AfterQuery].to_owned();
        Self {
            url,
            path_and_query,
        }
    }

    /// Appends to the query.
    pub(super) fn add_query(&mut self, query: &str) {
        if query.is_empty() {
            return;
        }
        let separator = match self.path_and_query.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        self.path_and_query.push_str(separator);
        self.path_and_query.push_str(query);
        let query = self.path_and_query.split_once('?').map(|(_, query)| query);
        self.url.set_query(query);
    }

    /// What the header `Host` says.
    pub(super) fn host(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }

    pub(super) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// What an address of a page leads to, of whatever host.
///
/// # Errors
/// It is no address, or none of a page.
pub(super) fn resolve(base: &Url, reference: &str) -> Result<Url, String> {
    let url = base
        .join(reference)
        .map_err(|error| format!("`{reference}` is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{reference}` is no page"));
    }
    Ok(url)
}

/// Whether it is this machine itself.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether browsers trust the connection
/// (<https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy>).
pub(super) fn is_trustworthy(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "https" || is_local(url) || host.ends_with(".localhost")
}

/// Whether both are of one host; the scheme may change, as it does where an app insists on TLS.
pub(super) fn is_same_host(a: &Url, b: &Url) -> bool {
    a.host_str() == b.host_str() && a.port() == b.port()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Url {
        Url::parse("http://localhost/").unwrap()
    }

    fn path(text: &str) -> String {
        Target::parse(&origin(), text).unwrap().path_and_query
    }

    #[test]
    fn paths_are_sent_as_they_are() {
        assert_eq!(path("/a/../b/%2e%2e/?x=%20&y"), "/a/../b/%2e%2e/?x=%20&y");
        assert_eq!(path("//x/y"), "//x/y");
        assert_eq!(path("/日本 x#y"), "/%E6%97%A5%E6%9C%AC%20x");
        assert_eq!(path("/\\\"<>"), "/%5C%22%3C%3E");
        let target = Target::parse(&origin(), "//x/y").unwrap();
        assert_eq!(target.host(), "localhost");
    }

    #[test]
    fn a_whole_url_names_its_host() {
        let target = Target::parse(&origin(), "HTTPS://Shop.example:8443/a?b#c").unwrap();
        assert_eq!(target.host(), "shop.example:8443");
        assert_eq!(target.path_and_query, "/a?b");
        assert!(target.is_https());
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for wrong in ["", "a", "?a", "ftp://x/", "http://"] {
            assert!(Target::parse(&origin(), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn queries_are_appended() {
        for (before, after) in [("/a", "/a?x=1"), ("/a?", "/a?x=1"), ("/a?b", "/a?b&x=1")] {
            let mut target = Target::parse(&origin(), before).unwrap();
            target.add_query("");
            assert_eq!(target.path_and_query, before);
            target.add_query("x=1");
            assert_eq!(target.path_and_query, after);
            assert_eq!(target.url.path(), "/a");
        }
    }

    #[test]
    fn addresses_are_resolved() {
        let base = Url::parse("http://localhost/en/a?b").unwrap();
        let resolved = |text| resolve(&base, text).map(|url| url.to_string());
        assert_eq!(resolved("../c").unwrap(), "http://localhost/c");
        assert_eq!(resolved("?d").unwrap(), "http://localhost/en/a?d");
        assert_eq!(resolved("").unwrap(), "http://localhost/en/a?b");
        assert!(
            resolved("mailto:a@b.example")
                .unwrap_err()
                .contains("no page")
        );
        assert!(resolved("http://[").is_err());
        let same = |text| is_same_host(&base, &resolve(&base, text).unwrap());
        assert!(same("https://localhost/"));
        assert!(!same("http://localhost:81/") && !same("//other/"));
    }
}
