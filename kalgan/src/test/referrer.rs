//! How much a page tells of itself: <https://www.w3.org/TR/referrer-policy/>.

use crate::test::target::is_trustworthy;
use url::{Position, Url};

/// A referrer longer than this is cut to its origin.
const MAX_REFERRER: usize = 4096;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Policy {
    NoReferrer,
    NoReferrerWhenDowngrade,
    SameOrigin,
    Origin,
    StrictOrigin,
    OriginWhenCrossOrigin,
    /// What browsers do where nothing is said.
    #[default]
    StrictOriginWhenCrossOrigin,
    UnsafeUrl,
}

impl Policy {
    /// The last policy that a header names; browsers pass over what they do not know.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        header.rsplit(',').find_map(Self::named)
    }

    /// The policy that a `<meta name="referrer">` names, by an old name as well.
    pub(super) fn of_meta(content: &str) -> Option<Self> {
        match content.trim().to_ascii_lowercase().as_str() {
            "never" => Some(Self::NoReferrer),
            "default" => Some(Self::default()),
            "always" => Some(Self::UnsafeUrl),
            "origin-when-crossorigin" => Some(Self::OriginWhenCrossOrigin),
            name => Self::named(name),
        }
    }

    /// The policy of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "no-referrer" => Self::NoReferrer,
            "no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
            "same-origin" => Self::SameOrigin,
            "origin" => Self::Origin,
            "strict-origin" => Self::StrictOrigin,
            "origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
            "strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
            "unsafe-url" => Self::UnsafeUrl,
            _ => return None,
        })
    }

    /// What a request of `to` tells of the page that it comes from.
    pub(super) fn referrer(self, page: &Url, to: &Url) -> Option<Url> {
        let is_same = page.origin() == to.origin();
        let is_downgrade = is_trustworthy(page) && !is_trustworthy(to);
        let is_whole = match self {
            Self::NoReferrer => return None,
            Self::SameOrigin if !is_same => return None,
            Self::StrictOrigin | Self::NoReferrerWhenDowngrade if is_downgrade => return None,
            Self::StrictOriginWhenCrossOrigin if is_downgrade && !is_same => return None,
            Self::UnsafeUrl | Self::SameOrigin | Self::NoReferrerWhenDowngrade => true,
            Self::Origin | Self::StrictOrigin => false,
            Self::OriginWhenCrossOrigin | Self::StrictOriginWhenCrossOrigin => is_same,
        };
        let mut referrer = page.clone();
        referrer.set_fragment(None);
        // They can be set to nothing in a URL with a host.
        let _ = referrer.set_username("");
        let _ = referrer.set_password(None);
        match is_whole && referrer.as_str().len() <= MAX_REFERRER {
            true => Some(referrer),
            false => Url::parse(&referrer[..Position::BeforePath]).ok(),
        }
    }

    /// Whether a form of a page may name its origin to `to`, where it changes something
    /// (<https://fetch.spec.whatwg.org/#append-a-request-origin-header>).
    pub(super) fn names_origin(self, origin: &Url, to: &Url) -> bool {
        match self {
            Self::NoReferrer => false,
            Self::SameOrigin => origin.origin() == to.origin(),
            Self::NoReferrerWhenDowngrade
            | Self::StrictOrigin
            | Self::StrictOriginWhenCrossOrigin => {
                origin.scheme() != "https" || to.scheme() == "https"
            }
            Self::Origin | Self::OriginWhenCrossOrigin | Self::UnsafeUrl => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_as_browsers_do() {
        let header = Policy::of_header;
        assert_eq!(header("no-referrer"), Some(Policy::NoReferrer));
        assert_eq!(
            header("no-referrer, Strict-Origin , nonsense"),
            Some(Policy::StrictOrigin)
        );
        assert_eq!(header(""), None);
        assert_eq!(header("never"), None);
        assert_eq!(Policy::of_meta("never"), Some(Policy::NoReferrer));
        assert_eq!(Policy::of_meta(" ORIGIN "), Some(Policy::Origin));
    }

    #[test]
    fn a_referrer_is_cut_by_its_policy() {
        let told = |policy: &str, page: &str, to: &str| {
            let [page, to] = [page, to].map(|text| Url::parse(text).unwrap());
            let referrer = Policy::named(policy).unwrap().referrer(&page, &to);
            referrer.map_or_else(String::new, String::from)
        };
        let page = "https://me:secret@a.example/x?y#z";
        let whole = "https://a.example/x?y";
        let origin = "https://a.example/";
        let [same, other, plain] = [
            "https://a.example/2",
            "https://b.example/",
            "http://a.example/",
        ];
        for (policy, expected) in [
            ("no-referrer", ["", "", ""]),
            ("no-referrer-when-downgrade", [whole, whole, ""]),
            ("same-origin", [whole, "", ""]),
            ("origin", [origin; 3]),
            ("strict-origin", [origin, origin, ""]),
            ("origin-when-cross-origin", [whole, origin, origin]),
            ("strict-origin-when-cross-origin", [whole, origin, ""]),
            ("unsafe-url", [whole; 3]),
        ] {
            assert_eq!(
                [same, other, plain].map(|to| told(policy, page, to)),
                expected,
                "{policy}"
            );
        }
        // This machine needs no TLS to be trusted.
        let here = "https://localhost/x";
        assert_eq!(told("unsafe-url", here, "http://localhost/"), here);
        assert_eq!(
            told("strict-origin", here, "http://127.0.0.1/"),
            "https://localhost/"
        );
        let long = format!("https://a.example/{}", "x".repeat(5_000));
        assert_eq!(told("unsafe-url", &long, same), origin);
    }
}
