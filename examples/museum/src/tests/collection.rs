//! The rooms, search, and what programs read.

use super::visitor;
use serde_json::Value;

#[test]
fn the_entrance_shows_the_table() {
    let page = visitor().get("/en").send();
    page.assert_ok()
        .assert_selector_text("h1", "Everything is made of these")
        .assert_count(".table .cell", 118);
    let gold = page.click_selector(".cell[href='/en/element/Au']").send();
    gold.assert_selector_text("h1", "Gold");
}

#[test]
fn search_finds_by_any_name() {
    let client = visitor();
    let entrance = client.get("/en").send();
    let found = entrance.form_of("Search").fill("q", "hierro").send();
    found
        .assert_ok()
        .assert_selector_text("[role=status]", "One element answers to “hierro”.")
        .assert_count(".cards .card", 1)
        .assert_selector_text(".card-name", "Iron");
    assert_eq!(found.path(), "/en/search?q=hierro");
    // The page keeps what was asked, and can ask again.
    let again = found.form_of("Search");
    assert_eq!(again.value("q").as_deref(), Some("hierro"));
    let nothing = again.fill("q", "<b>unobtainium").send();
    nothing
        .assert_text("Nothing in the collection answers to “<b>unobtainium”.")
        .assert_no_selector(".cards");
}

#[test]
fn the_collection_has_pages() {
    let client = visitor();
    let first = client.get("/en/collection").send();
    first.assert_count(".cards .card", 24);
    let second = first.click("Next →").send();
    second.assert_ok().assert_count(".cards .card", 24);
    assert_ne!(
        first.select(".card-symbol").texts(),
        second.select(".card-symbol").texts()
    );
    // A page number that is none shows the first page.
    let other = client.get("/en/collection?page=x").send();
    assert_eq!(
        first.select(".card-symbol").texts(),
        other.select(".card-symbol").texts()
    );
}

#[test]
fn what_is_not_there_is_a_404_in_the_visitors_language() {
    let client = visitor();
    for path in ["/es/element/Xx", "/es/nada/de/nada"] {
        let page = client.get(path).send();
        page.assert_status(404)
            .assert_selector_text("h1", "Esta vitrina está vacía");
        page.click("Volver a la entrada").send().assert_ok();
    }
    client.get("/xx/element/Au").send().assert_status(404);
}

#[test]
fn a_broken_page_has_the_museums_page_and_an_error_for_the_log() {
    let page = visitor().get("/en/broken").send();
    page.assert_status(500)
        .assert_selector_text("h1", "Something has broken")
        .assert_no_text("dropped on purpose");
    let error = page.error().unwrap();
    assert!(error.contains("dropped on purpose"), "{error}");
}

#[test]
fn programs_get_json_and_xml() {
    let client = visitor();
    let elements: Vec<Value> = client.get("/api/elements.json").send().json();
    assert_eq!(elements.len(), 118);
    let gold = client.get("/api/element/Au.json").send();
    gold.assert_header("content-type", "application/json")
        .assert_json(&elements[78]);
    let sitemap = client.get("/sitemap.xml").send();
    sitemap
        .assert_ok()
        .assert_body_contains("<loc>http://127.0.0.1:7878/en/element/Au</loc>");
}

#[test]
fn static_files_are_served_and_cached() {
    let client = visitor();
    let page = client.get("/en").send();
    let href = page.select("link[rel=stylesheet]").attr("href").unwrap();
    let style = client.get(href).send();
    style
        .assert_ok()
        .assert_header("content-type", "text/css; charset=utf-8");
    let etag = style.header("etag").unwrap();
    let again = client.get(href).header("if-none-match", etag).send();
    again.assert_status(304);
    assert!(again.bytes().is_empty());
    client
        .get("/static/../Cargo.toml")
        .send()
        .assert_status(404);
}
