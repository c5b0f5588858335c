//! Renders the page by Kalgan, by askama and by Tera, side by side:
//! `cargo run --release --manifest-path tests/peers/Cargo.toml --package peer-rendering -- --bench`.

mod controller;

use std::sync::LazyLock;

use askama::Template as _;
use divan::Bencher;
use kalgan::Template as _;
use kalgan::test::Client;
use peer_items::{Item, TITLE, items};
use tera::{Context, Tera};

static ROWS: LazyLock<Vec<Item>> = LazyLock::new(items);

#[derive(kalgan::Template)]
#[template("page.html")]
struct Page<'a> {
    title: &'static str,
    items: &'a [Item],
}

#[derive(askama::Template)]
#[template(path = "page.html")]
struct AskamaPage<'a> {
    title: &'static str,
    items: &'a [Item],
}

/// The text, as of a mail.
#[divan::bench(sample_count = 300, sample_size = 100)]
fn kalgan(bencher: Bencher<'_, '_>) {
    let page = Page {
        title: TITLE,
        items: &ROWS,
    };
    bencher.bench_local(|| done(page.render_text().unwrap_or_default()));
}

/// The response, whose body is the text.
#[divan::bench(sample_count = 300, sample_size = 100)]
fn kalgan_response(bencher: Bencher<'_, '_>) {
    let page = Page {
        title: TITLE,
        items: &ROWS,
    };
    bencher.bench_local(|| done(page.render().unwrap_or_default()));
}

#[divan::bench(sample_count = 300, sample_size = 100)]
fn askama(bencher: Bencher<'_, '_>) {
    let page = AskamaPage {
        title: TITLE,
        items: &ROWS,
    };
    bencher.bench_local(|| done(page.render().unwrap_or_default()));
}

#[divan::bench(sample_count = 300, sample_size = 100)]
fn tera(bencher: Bencher<'_, '_>) {
    let tera = with_tera();
    bencher.bench_local(|| done(by_tera(&tera)));
}

/// Drops a page within the time that is measured, so that the next one finds its memory.
fn done<T>(page: T) {
    drop(divan::black_box(page));
}

fn with_tera() -> Tera {
    let mut tera = Tera::new();
    let layout = include_str!("../template/layout.html");
    let page = include_str!("../template/page.html");
    let templates = [("layout.html", layout), ("page.html", page)];
    let added = tera.add_raw_templates(templates);
    added.unwrap_or_else(|error| panic!("{error}"));
    tera
}

fn by_tera(tera: &Tera) -> String {
    let mut context = Context::new();
    context.insert("title", TITLE);
    context.insert("items", &*ROWS);
    tera.render("page.html", &context).unwrap_or_default()
}

fn main() {
    // The first request starts the app.
    let page = Client::new(kalgan::embed!()).get("/").send();
    let expected = page.assert_ok().text();
    let askama = AskamaPage {
        title: TITLE,
        items: &ROWS,
    };
    let askama = askama.render().unwrap_or_default();
    // askama writes `&#38;` and leaves the last line break out.
    assert_eq!(askama.replace("&#38;", "&amp;"), expected.trim_end());
    assert_eq!(by_tera(&with_tera()), expected);
    divan::main();
}
