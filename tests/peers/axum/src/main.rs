//! Plain text, a parameter, and the page with Tera and with askama. The arguments are `--port PORT`.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use peer_items::{Item, TITLE, items};
use tera::{Context, Tera};
use tokio::net::TcpListener;

type Page = Result<Html<String>, StatusCode>;

#[derive(Template)]
#[template(path = "page.html")]
struct Shown {
    title: &'static str,
    items: Vec<Item>,
}

async fn plain() -> &'static str {
    "Hello, World!"
}

async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}")
}

async fn with_tera(State(tera): State<Arc<Tera>>) -> Page {
    let mut context = Context::new();
    context.insert("title", TITLE);
    context.insert("items", &items());
    tera.render("page.html", &context)
        .map(Html)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn with_askama() -> Page {
    let page = Shown {
        title: TITLE,
        items: items(),
    };
    page.render()
        .map(Html)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(2).ok_or("--port PORT is missing")?;
    let mut tera = Tera::new();
    tera.add_raw_templates([
        (
            "layout.html",
            include_str!("../../kalgan/template/layout.html"),
        ),
        ("page.html", include_str!("../../kalgan/template/page.html")),
    ])?;
    let app = Router::new()
        .route("/plain", get(plain))
        .route("/user/{id}", get(user))
        .route("/tera", get(with_tera))
        .route("/askama", get(with_askama))
        .with_state(Arc::new(tera));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
            Ok(axum::serve(listener, app).await?)
        })
}
