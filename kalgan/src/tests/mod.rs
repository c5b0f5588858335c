//! A whole app in one process: files on disk, requests without a socket.

mod answers;
mod bodies;
#[cfg(feature = "test")]
mod client;
mod commands;
mod dev_pages;
mod development;
mod errors;
mod globals;
#[cfg(feature = "axum")]
mod in_axum;
mod languages;
mod layers;
mod links;
mod prefix;
mod stale;
mod states;
mod templates;
mod views;
mod watching;

use crate::app::App;
use crate::dev::reload::reloader::Reloader;
use crate::error::{Error, Result};
use crate::extract::{Cookies, Form, Json, Lang, Path, Query, Request, State};
use crate::handler::BoxedHandler;
use crate::middleware::{BoxedMiddleware, Next};
use crate::response::{self, Response, ResponseExt};
use crate::spec::{Files, Functions, Linked, Spec};
use crate::{ErrorInfo, Route, render as rendering};
use axum_core::body::Body;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use kalgan_core::commands::Command;
use kalgan_core::templates::views::View;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tower::ServiceExt;

/// An app whose files are in a folder of its own.
struct Site {
    folder: tempfile::TempDir,
    app: App,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        match self.headers.get(name) {
            Some(value) => value.to_str().unwrap(),
            None => "",
        }
    }
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, |app| app)
    }

    fn with(files: &[(&str, &str)], setup: impl FnOnce(App) -> App) -> Self {
        Self::compiled_with(files, &[], setup)
    }

    /// As [`Site::with`], where the binary was compiled with these calls of `render!`.
    fn compiled_with(
        files: &[(&str, &str)],
        views: &'static [View],
        setup: impl FnOnce(App) -> App,
    ) -> Self {
        Self::of(files, views, &[], setup)
    }

    /// As [`Site::with`], where the build has seen these commands.
    fn with_commands(
        files: &[(&str, &str)],
        commands: &'static [Command],
        setup: impl FnOnce(App) -> App,
    ) -> Self {
        Self::of(files, &[], commands, setup)
    }

    fn of(
        files: &[(&str, &str)],
        views: &'static [View],
        commands: &'static [Command],
        setup: impl FnOnce(App) -> App,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(folder.path().join(path), text);
        }
        let root: &'static str =
            Box::leak(folder.path().to_str().unwrap().to_owned().into_boxed_str());
        let spec: &'static Spec = Box::leak(Box::new(Spec {
            name: "site",
            version: "0.0.0",
            registered: Default::default(),
            commands,
            own_sections: &[],
            own_settings: &[],
            views,
            files: Files::Disk {
                package: root,
                root: "",
                settings: None,
                linked: Linked::ALL,
            },
            functions,
        }));
        let app = setup(App::load(spec, Vec::new()));
        Self { folder, app }
    }

    /// The files as they are looked at.
    fn live(&self) -> Arc<Reloader> {
        let built = self.app.built().unwrap();
        let reloader = built.shared.snapshots.reloader();
        Arc::clone(reloader.expect("development looks at the files"))
    }

    fn write(&self, path: &str, text: &str) {
        write(self.folder.path().join(path), text);
    }

    fn remove(&self, path: &str) {
        std::fs::remove_file(self.folder.path().join(path)).unwrap();
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path)).await
    }

    async fn send(&self, request: Request) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

fn write(path: PathBuf, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn request(method: &str, path: &str) -> Request {
    http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "site.test")
        .body(Body::empty())
        .unwrap()
}

fn with_header(mut request: Request, name: &'static str, value: &str) -> Request {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn functions() -> Functions {
    #[allow(unused_mut)]
    let mut functions = own_functions();
    #[cfg(feature = "axum")]
    functions.controllers.extend([
        ("axum::path", BoxedHandler::new(in_axum::path)),
        ("axum::query", BoxedHandler::new(in_axum::query)),
        ("axum::peer", BoxedHandler::new(in_axum::peer)),
    ]);
    functions
}

fn own_functions() -> Functions {
    Functions {
        controllers: vec![
            ("home::index", BoxedHandler::new(index)),
            ("home::page", BoxedHandler::new(page)),
            ("home::user", BoxedHandler::new(views::user)),
            ("home::echo", BoxedHandler::new(echo)),
            ("home::form", BoxedHandler::new(form)),
            ("home::json", BoxedHandler::new(json)),
            ("home::fail", BoxedHandler::new(fail)),
            ("home::panics", BoxedHandler::new(panics)),
            ("home::count", BoxedHandler::new(count)),
            ("home::goes", BoxedHandler::new(goes)),
            ("home::streams", BoxedHandler::new(streams)),
            ("home::elsewhere", BoxedHandler::new(languages::elsewhere)),
            ("home::notes", BoxedHandler::new(dev_pages::notes)),
            ("error::not_found", BoxedHandler::new(not_found)),
            ("error::broken", BoxedHandler::new(broken)),
            ("error::language", BoxedHandler::new(languages::language)),
            ("home::goes_home", BoxedHandler::new(prefix::goes_home)),
            ("home::client", BoxedHandler::new(prefix::client)),
            ("error::status", BoxedHandler::new(layers::status)),
            ("home::foreign", BoxedHandler::new(layers::foreign)),
            ("home::question", BoxedHandler::new(layers::question)),
            ("error::here", BoxedHandler::new(links::page_of_an_error)),
            ("error::fails", BoxedHandler::new(errors::error_page_fails)),
            ("home::causes", BoxedHandler::new(errors::causes)),
            ("home::joins", BoxedHandler::new(errors::joins)),
            ("home::slow", BoxedHandler::new(stale::slow)),
            ("global::page", BoxedHandler::new(globals::page)),
            ("global::error_page", BoxedHandler::new(globals::error_page)),
        ],
        middlewares: vec![
            ("mark::first", BoxedMiddleware::new(first)),
            ("mark::stop", BoxedMiddleware::new(stop)),
            ("global::gate", BoxedMiddleware::new(globals::gate)),
        ],
    }
}

async fn index() -> &'static str {
    "home"
}

/// Renders the template that the query names, with all of the query as variables.
async fn page(Query(query): Query<BTreeMap<String, String>>) -> Result<Response> {
    let name = query
        .get("template")
        .cloned()
        .unwrap_or_else(|| "page.html".into());
    rendering::render(&name, query)
}

async fn echo(
    route: Route,
    Lang(lang): Lang,
    Path(path): Path<BTreeMap<String, String>>,
) -> String {
    format!("{} {lang} {path:?}", route.name())
}

async fn form(Form(form): Form<BTreeMap<String, String>>) -> Response {
    response::redirect(format!("/?{}", form["next"]))
}

async fn json(Json(value): Json<Vec<u32>>) -> Json<u32> {
    Json(value.iter().sum())
}

async fn fail(Path(status): Path<u16>) -> Result<Response> {
    if status == 599 {
        "x".parse::<u8>()?;
    }
    Err(Error::new(status, "the <inside> of it"))
}

fn panics() -> Response {
    panic!("a <slip> of the pen")
}

async fn count(State(step): State<u32>, cookies: Cookies) -> String {
    let count: u32 = cookies
        .get("count")
        .and_then(|cookie| cookie.value().parse().ok())
        .unwrap_or(0);
    cookies.add(("count", (count + step).to_string()));
    count.to_string()
}

async fn goes() -> Result<Response> {
    Ok(response::redirect(rendering::url("echo", [("id", "7")])?))
}

/// A page in pieces, which cut its end tag.
async fn streams() -> Response {
    let pieces = ["<html><p>a</bo", "dy", "><!--", " -->"].map(Ok::<_, std::io::Error>);
    response::stream(futures_util::stream::iter(pieces))
        .with_content_type("text/html; charset=utf-8")
        .with_header("content-length", "24")
}

async fn not_found(error: ErrorInfo, Lang(lang): Lang) -> Response {
    response::html(format!("nothing here ({lang}, {})", error.reason()))
}

async fn broken(error: ErrorInfo) -> Response {
    response::html(format!("sorry: {}", error.status()))
}

async fn first(request: Request, next: Next) -> Response {
    next.run(request).await.with_header("x-first", "yes")
}

async fn stop(_: Request, _: Next) -> Result<Response> {
    Err(Error::forbidden())
}
