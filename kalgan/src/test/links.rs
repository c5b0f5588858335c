//! Clicking on a link.

use crate::test::fetch::Fetch;
use crate::test::html;
use crate::test::referrer::Policy;
use crate::test::report::Show;
use crate::test::request::RequestBuilder;
use crate::test::response::Response;
use crate::test::target::{Target, is_same_host, resolve};
use http::Method;
use http::header::REFERRER_POLICY;
use scraper::ElementRef;
use url::Url;

impl Response {
    /// Clicks on the link with this text, as a reader sees it; that of an image is its `alt`, and
    /// `aria-label` or `title` count, too.
    ///
    /// ```
    /// # use kalgan::test::Client;
    /// # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
    /// #     Ok::<_, std::convert::Infallible>(kalgan::response::html("<a href='about'>About us</a>"))
    /// # }));
    /// let page = client.get("/en/").send().click("About us").send();
    /// assert_eq!(page.path(), "/en/about");
    /// ```
    ///
    /// # Panics
    /// There is no such link, or there are several to different pages; it leads to another host.
    #[track_caller]
    pub fn click(&self, text: &str) -> RequestBuilder {
        let wanted = html::normal(text);
        let links = self.select("a[href], area[href]");
        let all: Vec<(ElementRef<'_>, Vec<String>)> = links
            .elements()
            .iter()
            .map(|link| (*link, html::labels(*link)))
            .collect();
        let found = html::called(&all, &wanted, |(_, labels)| labels);
        let found = found.iter();
        let mut targets: Vec<(&str, ElementRef<'_>)> = found
            .filter_map(|(link, _)| Some((link.attr("href")?, *link)))
            .collect();
        targets.sort_by_key(|(href, _)| *href);
        targets.dedup_by_key(|(href, _)| *href);
        match targets.as_slice() {
            [(href, link)] => self.go(href, *link),
            [] => {
                let texts: Vec<String> = all.iter().map(|(link, _)| html::text(*link)).collect();
                self.fail(
                    &format!("there is no link `{wanted}`; there are {texts:?}"),
                    Show::Text,
                )
            }
            several => self.fail(
                &format!(
                    "several links are `{wanted}`, to `{}`: say which by `click_selector`",
                    several
                        .iter()
                        .map(|(href, _)| *href)
                        .collect::<Vec<_>>()
                        .join("`, `")
                ),
                Show::Text,
            ),
        }
    }

    /// Clicks on the first link that matches a CSS selector, or that has a matching element in it.
    ///
    /// # Panics
    /// There is no such link; it leads to another host.
    #[track_caller]
    pub fn click_selector(&self, selector: &str) -> RequestBuilder {
        let found = self.select(selector);
        let link = found
            .elements()
            .iter()
            .filter_map(|element| {
                html::closest(*element, "a").or_else(|| html::closest(*element, "area"))
            })
            .find_map(|link| Some((link.attr("href")?, link)));
        match link {
            Some((href, link)) => self.go(href, link),
            None => self.fail(
                &format!("there is no link that matches `{selector}`"),
                Show::Source,
            ),
        }
    }

    #[track_caller]
    fn go(&self, href: &str, link: ElementRef<'_>) -> RequestBuilder {
        let page = &self.request().target;
        let url = match self.address(href) {
            Ok(url) if is_same_host(&url, &page.url) => url,
            Ok(url) => panic!(
                "`{href}` leads to another host: ask it by `client.get(\"{url}\")` if it is the app's"
            ),
            Err(error) => panic!("{error}"),
        };
        RequestBuilder::new(
            self.client.clone(),
            Method::GET,
            Target::of(url),
            self.fetch_by(link),
        )
    }

    /// Where a request by a link or a form of this page comes from.
    pub(super) fn fetch_by(&self, element: ElementRef<'_>) -> Fetch {
        let rel = element.attr("rel").unwrap_or_default();
        let mut rels = rel.split_ascii_whitespace();
        let policy = match rels.any(|rel| rel.eq_ignore_ascii_case("noreferrer")) {
            true => Some(Policy::NoReferrer),
            false if element.value().name() == "form" => None,
            false => element.attr("referrerpolicy").and_then(Policy::named),
        };
        let policy = policy.unwrap_or_else(|| self.referrer_policy());
        Fetch::from_page(&self.request().target.url, policy)
    }

    /// The policy of the page: of its last `<meta>`, else of its header.
    fn referrer_policy(&self) -> Policy {
        let metas = self.elements("meta[name=referrer i][content]");
        let metas = metas.iter().rev().filter_map(|meta| meta.attr("content"));
        let header = self.header(REFERRER_POLICY.as_str());
        let mut metas = metas.filter_map(Policy::of_meta);
        let policy = metas.next().or_else(|| header.and_then(Policy::of_header));
        policy.unwrap_or_default()
    }

    /// Where an address of the page leads.
    pub(super) fn address(&self, href: &str) -> Result<Url, String> {
        let page = &self.request().target.url;
        let base = self
            .elements("base[href]")
            .first()
            .and_then(|base| page.join(base.attr("href")?).ok());
        resolve(base.as_ref().unwrap_or(page), href.trim())
    }
}
