//! Variables of all templates.

use super::*;
use crate::render::checked;
use kalgan_core::templates::views::{RustPlace, Shape, StructShape, Variable};
use serde::Serialize;
use std::borrow::Cow::Borrowed;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `render!("user.html", {})` expands to.
pub(super) async fn page() -> Result<Response> {
    let page = checked::render("user.html", |_| Ok(()))?;
    Ok(page.with_header("x-page", "user"))
}

pub(super) async fn error_page(error: ErrorInfo) -> Result<Response> {
    let status = BTreeMap::from([("status", error.status().as_u16())]);
    rendering::render("error.html", status)
}

/// A middleware that changes the request, or renders a page by itself.
pub(super) async fn gate(request: Request, next: Next) -> Result<Response> {
    match request.uri().query() {
        Some("closed") => rendering::render("closed.html", BTreeMap::<&str, &str>::new()),
        _ => Ok(next.run(with_header(request, "x-mark", "marked")).await),
    }
}

#[derive(Clone)]
struct Made(Arc<AtomicUsize>);

#[derive(Serialize)]
struct Visitor {
    name: String,
    marks: String,
}

async fn visitor(State(Made(made)): State<Made>, headers: HeaderMap) -> Result<Visitor> {
    // It may take its time.
    tokio::task::yield_now().await;
    made.fetch_add(1, Ordering::Relaxed);
    let text = |name: &str| match headers.get(name) {
        Some(value) => String::from(value.to_str().unwrap()),
        None => String::from("-"),
    };
    match text("x-visitor") {
        name if name == "locked" => Err(Error::forbidden()),
        name => Ok(Visitor {
            name,
            marks: text("x-mark"),
        }),
    }
}

const ROUTES: &str = "\
routes:
  - page: {path: /, controller: global::page, middleware: global::gate}
  - echo: {path: '/echo/{id}', controller: home::echo}
";

static VIEWS: &[View] = &[
    View {
        template: Borrowed(""),
        place: RustPlace {
            file: Borrowed("src/main.rs"),
            line: 1,
            column: 12,
        },
        variables: Borrowed(&[Variable {
            name: Borrowed("visitor"),
            shape: Some(0),
        }]),
        shapes: Borrowed(&[Shape::Struct(StructShape {
            name: Borrowed("Visitor"),
            place: RustPlace {
                file: Borrowed("src/main.rs"),
                line: 2,
                column: 8,
            },
            fields: Borrowed(&[
                Variable {
                    name: Borrowed("name"),
                    shape: None,
                },
                Variable {
                    name: Borrowed("marks"),
                    shape: None,
                },
            ]),
            is_open: false,
        })]),
    },
    View {
        template: Borrowed("user.html"),
        place: RustPlace {
            file: Borrowed("src/home.rs"),
            line: 1,
            column: 1,
        },
        variables: Borrowed(&[]),
        shapes: Borrowed(&[]),
    },
];

fn site(template: &str, settings: &str) -> (Site, Arc<AtomicUsize>) {
    let files = [
        ("config/app.yaml", settings),
        ("config/routes/site.yaml", ROUTES),
        ("template/user.html", template),
        (
            "template/base.html",
            "{{ visitor.name }} {{ visitor.marks }}",
        ),
        ("template/closed.html", "closed for {{ visitor.name }}"),
        ("template/error.html", "{{ status }} {{ visitor.name }}"),
    ];
    let made = Arc::new(AtomicUsize::new(0));
    let state = Made(Arc::clone(&made));
    let site = Site::compiled_with(&files, VIEWS, |app| {
        app.state(state).global("visitor", visitor)
    });
    (site, made)
}

const EXTENDS: &str = "{% extends \"base.html\" %}";
const PRODUCTION: &str = "environment: {is_prod: true}\nerror: {404: global::error_page}\n";

#[tokio::test]
async fn a_page_that_asks_gets_it_once() {
    for settings in ["", PRODUCTION] {
        let (site, made) = site(EXTENDS, settings);
        let ann = with_header(request("GET", "/"), "x-visitor", "Ann");
        let page = site.send(ann).await;
        // What a middleware has changed is seen.
        assert_eq!(page.body, "Ann marked", "{page:?}");
        assert_eq!(page.header("x-page"), "user");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(made.load(Ordering::Relaxed), 1);
        // Another request has its own.
        let bob = with_header(request("GET", "/"), "x-visitor", "Bob");
        assert_eq!(site.send(bob).await.body, "Bob marked");
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn a_page_that_does_not_ask_pays_nothing() {
    for settings in ["", PRODUCTION] {
        let (site, made) = site("visitor <p class=\"visitor\">", settings);
        assert_eq!(site.get("/").await.body, "visitor <p class=\"visitor\">");
        assert_eq!(made.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn what_is_given_wins() {
    let template = "{% set visitor = {\"name\": \"own\"} %}{{ visitor.name }}";
    let (site, _) = site(template, "");
    assert_eq!(site.get("/").await.body, "own");
}

#[tokio::test]
async fn middlewares_and_error_pages_have_it() {
    let (site, _) = site(EXTENDS, PRODUCTION);
    let closed = with_header(request("GET", "/?closed"), "x-visitor", "Ann");
    assert_eq!(site.send(closed).await.body, "closed for Ann");
    let missing = with_header(request("GET", "/nowhere"), "x-visitor", "Ann");
    let page = site.send(missing).await;
    assert_eq!((page.status.as_u16(), &*page.body), (404, "404 Ann"));
}

#[tokio::test]
async fn its_error_answers_the_request() {
    let (site, _) = site(EXTENDS, PRODUCTION);
    let locked = with_header(request("GET", "/"), "x-visitor", "locked");
    let page = site.send(locked).await;
    assert_eq!(page.status, 403);
    assert_eq!(page.header("x-page"), "user");
}

#[tokio::test]
async fn in_development_its_fields_are_checked() {
    let (site, made) = site("{{ visitor.name }}", "");
    assert_eq!(site.get("/").await.body, "-");
    site.write("template/user.html", "{{ visitor.nmae }}");
    let page = site.get("/").await;
    assert_eq!(page.status, 500);
    for part in [
        "`Visitor` has no field `nmae`",
        "did you mean `name`?",
        "template/user.html:1:12",
        "src/main.rs:1:12",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}
