//! Clicking on a link.

use crate::test::html;
use crate::test::report::Show;
use crate::test::request::RequestBuilder;
use crate::test::response::Response;
use crate::test::target::{Target, is_same_host, resolve};
use http::Method;
use http::header::REFERER;
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
        let targets = found.iter().filter_map(|(link, _)| link.attr("href"));
        let mut targets: Vec<&str> = targets.collect();
        targets.sort_unstable();
        targets.dedup();
        match targets.as_slice() {
            [one] => self.go(one),
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
                    several.join("`, `")
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
        let href = found
            .elements()
            .iter()
            .filter_map(|element| {
                html::closest(*element, "a").or_else(|| html::closest(*element, "area"))
            })
            .find_map(|link| link.attr("href"));
        match href {
            Some(href) => self.go(href),
            None => self.fail(
                &format!("there is no link that matches `{selector}`"),
                Show::Source,
            ),
        }
    }

    #[track_caller]
    fn go(&self, href: &str) -> RequestBuilder {
        let page = &self.request().target;
        let url = match self.address(href) {
            Ok(url) if is_same_host(&url, &page.url) => url,
            Ok(url) => panic!(
                "`{href}` leads to another host: ask it by `client.get(\"{url}\")` if it is the app's"
            ),
            Err(error) => panic!("{error}"),
        };
        let target = Target::of(url);
        let request = RequestBuilder::new(self.client.clone(), Method::GET, target);
        request.header(REFERER, page.referrer())
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
