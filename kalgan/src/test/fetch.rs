//! What browsers say of where a request comes from, by the standards
//! [Fetch](https://fetch.spec.whatwg.org/#append-a-request-origin-header) and
//! [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/): `Origin`, `Referer` and `Sec-Fetch-*`.

use crate::test::referrer::Policy;
use crate::test::target::is_trustworthy;
use http::header::{HeaderName, HeaderValue, ORIGIN, REFERER};
use http::{HeaderMap, Method};
use url::Url;

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    source: Source,
    policy: Policy,
    /// What is told of the page so far: a redirect may cut it, and never adds to it.
    referrer: Option<Url>,
    /// The addresses that have redirected it, in their order.
    passed: Vec<Url>,
}

#[derive(Clone, Debug)]
enum Source {
    /// The address was typed, or is a bookmark.
    Typed,
    /// A link or a form of this page.
    Page(Url),
    /// A form of a page of the app.
    OwnForm,
    /// A script of a page of the app.
    OwnScript,
}

impl Fetch {
    /// A request that a test makes by its method and address. Nobody types a POST, so it comes from a
    /// page of the app: that of the types that forms have from a form, all others from a script.
    pub(super) fn by_hand(method: &Method) -> Self {
        Self {
            source: match *method {
                Method::GET | Method::HEAD => Source::Typed,
                _ => Source::OwnScript,
            },
            policy: Policy::default(),
            referrer: None,
            passed: Vec::new(),
        }
    }

    /// A request by a link or a form of a page.
    pub(super) fn from_page(page: &Url, policy: Policy) -> Self {
        Self {
            source: Source::Page(page.clone()),
            policy,
            referrer: Some(page.clone()),
            passed: Vec::new(),
        }
    }

    /// Takes note of what is sent, which says whether a form does.
    pub(super) fn sends(&mut self, method: &Method, content_type: Option<&HeaderValue>) {
        if let Source::OwnScript = self.source
            && *method == Method::POST
            && content_type.is_some_and(is_of_forms)
        {
            self.source = Source::OwnForm;
        }
    }

    /// Takes note of a redirect from `from`, which may have a policy of its own.
    pub(super) fn redirected(&mut self, from: &Url, policy: Option<Policy>) {
        self.referrer = self.referrer(from);
        self.passed.push(from.clone());
        self.policy = policy.unwrap_or(self.policy);
    }

    /// The headers of a request of `url`.
    pub(super) fn headers(&self, method: &Method, url: &Url) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(referrer) = self.referrer(url)
            // The text of a URL is ASCII, so it can be in a header.
            && let Ok(referrer) = HeaderValue::from_str(referrer.as_str())
        {
            headers.insert(REFERER, referrer);
        }
        if let Some(origin) = self.origin_header(method, url)
            && let Ok(origin) = HeaderValue::from_str(&origin)
        {
            headers.insert(ORIGIN, origin);
        }
        if is_trustworthy(url) {
            let (mode, dest) = match self.source {
                Source::OwnScript => ("cors", "empty"),
                _ => ("navigate", "document"),
            };
            let mut add = |name: &'static str, value: &'static str| {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            };
            add("sec-fetch-site", self.site(url));
            add("sec-fetch-mode", mode);
            add("sec-fetch-dest", dest);
            if mode == "navigate" {
                add("sec-fetch-user", "?1");
            }
        }
        headers
    }

    fn referrer(&self, to: &Url) -> Option<Url> {
        self.policy.referrer(self.referrer.as_ref()?, to)
    }

    /// The page whose origin the request has; `None` for none. `to` is where it is sent now.
    fn origin<'a>(&'a self, to: &'a Url) -> Option<&'a Url> {
        match &self.source {
            Source::Typed => None,
            Source::Page(page) => Some(page),
            Source::OwnForm | Source::OwnScript => Some(self.passed.first().unwrap_or(to)),
        }
    }

    /// `Sec-Fetch-Site`: the worst of all addresses on the way. Redirects keep the host, so an origin
    /// that differs has another scheme, and is no part of the same site.
    fn site(&self, to: &Url) -> &'static str {
        let Some(origin) = self.origin(to) else {
            return "none";
        };
        let mut all = self.passed.iter().chain([to]);
        match all.all(|url| url.origin() == origin.origin()) {
            true => "same-origin",
            false => "cross-site",
        }
    }

    fn origin_header(&self, method: &Method, to: &Url) -> Option<String> {
        let origin = self.origin(to)?;
        if [Method::GET, Method::HEAD].contains(method) {
            return None;
        }
        let is_script = matches!(self.source, Source::OwnScript);
        let is_named = is_script || self.policy.names_origin(origin, to);
        Some(match is_named && !self.is_tainted(origin, to) {
            true => origin.origin().ascii_serialization(),
            false => String::from("null"),
        })
    }

    /// Whether an origin other than that of the page has redirected to yet another one.
    fn is_tainted(&self, origin: &Url, to: &Url) -> bool {
        let next = self.passed.iter().skip(1).chain([to]);
        self.passed
            .iter()
            .zip(next)
            .any(|(from, to)| from.origin() != to.origin() && from.origin() != origin.origin())
    }
}

/// Whether forms send this type.
fn is_of_forms(content_type: &HeaderValue) -> bool {
    let text = content_type.to_str().unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim();
    let of_forms = ["application/x-www-form-urlencoded", "multipart/form-data"];
    of_forms
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}
