//! Three languages.

use super::visitor;
use kalgan::url;

#[test]
fn the_entrance_leads_to_the_visitors_language() {
    let client = visitor();
    for (accepted, home) in [("es-MX", "/es"), ("ja, en;q=0.5", "/ja"), ("fr", "/en")] {
        let response = client.get("/").accept_language(accepted).send();
        response
            .assert_redirect(home)
            .assert_header("vary", "accept-language");
    }
    let home = visitor()
        .accept_language("es")
        .follow_redirects()
        .get("/")
        .send();
    home.assert_ok().assert_selector("html[lang=es]");
}

#[test]
fn each_page_leads_to_itself_in_the_other_languages() {
    let client = visitor();
    let page = client.get(&url!("element", symbol = "Au")).send();
    page.assert_route("element")
        .assert_selector_text(".languages [aria-current]", "English");
    let spanish = page.click_selector(".languages a[lang=es]").send();
    spanish
        .assert_selector("html[lang=es]")
        .assert_selector_text("h1", "Oro");
    assert_eq!(spanish.path(), "/es/element/Au");
    // A search stays the same search.
    let search = client.get("/es/search?q=oro").send();
    let japanese = search.click_selector(".languages a[lang=ja]").send();
    assert_eq!(japanese.path(), "/ja/search?q=oro");
}
