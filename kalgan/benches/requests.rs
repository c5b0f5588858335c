//! What a request costs: finding its route, answering it, and rendering a page.
//!
//! `cargo bench -p kalgan`. The app is called as a service, without a socket, with its files read
//! once as in production.

mod common;

use axum_core::body::Body;
use common::app_of;
use divan::{Bencher, black_box};
use kalgan::__private::{BoxedHandler, Functions, find_route};
use kalgan::{App, Response, Result};
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::LazyLock;
use tower_service::Service;

fn main() {
    divan::main();
}

/// How many routes the table has.
const ROUTES: usize = 1_000;

struct Bench {
    app: App,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let mut routes = String::from("routes:\n");
    for n in 0..ROUTES - 2 {
        let path = match n % 4 {
            0 => format!("/section{}/page{n}", n / 40),
            1 => format!("/section{}/item{n}/{{id}}", n / 40),
            2 => format!("/{{_lang}}/area{n}/{{id}}"),
            _ => format!("/section{}/file{n}/{{name}}.{{format}}", n / 40),
        };
        let requirements = match n % 4 {
            1 => ", requirements: {id: '[0-9]+'}",
            2 => ", requirements: {id: '[0-9]+', _lang: 'en|es|ja'}",
            _ => "",
        };
        writeln!(
            routes,
            "  - r{n}: {{path: '{path}', controller: text{requirements}}}"
        )
        .expect("written");
    }
    routes.push_str("  - page: {path: /page, controller: page}\n");
    routes.push_str("  - last: {path: '/last/{rest*}', controller: text}\n");
    let files = [
        ("config/routes.yaml", &*routes),
        (
            "config/app.yaml",
            "router: {path: config/routes.yaml}\nenvironment: {is_prod: true}\n\
         server: {access_log: off}\nstatic: {path: /static, version: v1}\n",
        ),
        (
            "config/i18n/en/m.yaml",
            "title: The collection\nrow: 'Number {n}: {name}'\n",
        ),
        (
            "config/i18n/es/m.yaml",
            "title: La colección\nrow: 'Número {n}: {name}'\n",
        ),
        (
            "template/base.html",
            "<!doctype html><html lang=\"{{ lang }}\"><head><title>{% block title %}{% endblock %}</title>\
         <link rel=\"stylesheet\" href=\"{{ '/app.css'|asset }}\"></head><body>{% block body %}{% endblock %}</body></html>",
        ),
        (
            "template/page.html",
            "{% extends 'base.html' %}{% block title %}{{ 'title'|trans }}{% endblock %}{% block body %}<ul>\
         {% for row in rows %}<li><a href=\"{{ 'r1'|url(id=row.n) }}\">{{ 'row'|trans(n=row.n, name=row.name) }}</a></li>{% endfor %}\
         </ul>{% endblock %}",
        ),
    ];
    let (app, folder) = app_of(&files, || Functions {
        controllers: vec![
            ("text", BoxedHandler::new(text)),
            ("page", BoxedHandler::new(page)),
        ],
        middlewares: Vec::new(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a run time");
    let bench = Bench {
        app,
        runtime,
        _folder: folder,
    };
    assert_eq!(bench.status("/page"), 200);
    bench
});

impl Bench {
    fn status(&self, path: &str) -> u16 {
        let request = http::Request::builder()
            .uri(path)
            .header("host", "localhost")
            .body(Body::empty())
            .expect("a request");
        let mut app = self.app.clone();
        let response = self.runtime.block_on(app.call(request));
        response.expect("infallible").status().as_u16()
    }
}

async fn text() -> &'static str {
    "hello"
}

#[derive(Serialize)]
struct Row {
    n: u32,
    name: &'static str,
}

async fn page() -> Result<Response> {
    let rows: Vec<Row> = (0..20)
        .map(|n| Row {
            n,
            name: "a name <with> something to escape",
        })
        .collect();
    kalgan::render(
        "page.html",
        std::collections::BTreeMap::from([("rows", rows)]),
    )
}

/// Finding the route alone, in a table of 1,000.
#[divan::bench(args = [
    "/section0/page0",
    "/section12/item481/7",
    "/en/area990/7",
    "/section24/file995/a.txt",
    "/last/a/b/c",
    "/there/is/none",
])]
fn find(bencher: Bencher<'_, '_>, path: &str) {
    let bench = &*BENCH;
    bencher.bench(|| black_box(find_route(&bench.app, "GET", black_box(path))));
}

/// A whole request that answers with a few words.
#[divan::bench]
fn answer_text(bencher: Bencher<'_, '_>) {
    let bench = &*BENCH;
    bencher.bench(|| bench.status("/section12/item481/7"));
}

/// A whole request that renders a page: inheritance, 20 rows, each with a message and a URL.
#[divan::bench]
fn answer_page(bencher: Bencher<'_, '_>) {
    let bench = &*BENCH;
    bencher.bench(|| bench.status("/page"));
}
