//! The page in two languages, with askama and `rust-i18n`, and with Tera and `fluent-templates`. The
//! arguments are `--port PORT`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use peer_items::{GUEST, GUIDE, MINUTES, PLACES, ROOM, VISITS};
use tera::{Context, Kwargs, Tera};
use tokio::net::TcpListener;

rust_i18n::i18n!("locales");

static_loader! {
    static LOCALES = {
        locales: "./fluent",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

type Page = Result<Html<String>, StatusCode>;

#[derive(Template)]
#[template(path = "askama.html")]
struct Museum<'a> {
    lang: &'a str,
    name: &'a str,
    guide: &'a str,
    room: u32,
    places: u32,
    minutes: u32,
    visits: u32,
}

async fn with_askama(Path(lang): Path<String>) -> Page {
    let page = Museum {
        lang: &lang,
        name: GUEST,
        guide: GUIDE,
        room: ROOM,
        places: PLACES,
        minutes: MINUTES,
        visits: VISITS,
    };
    page.render()
        .map(Html)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn with_tera(State(tera): State<Arc<Tera>>, Path(lang): Path<String>) -> Page {
    let mut context = Context::new();
    context.insert("lang", &lang);
    context.insert("name", GUEST);
    context.insert("guide", GUIDE);
    context.insert("room", &ROOM);
    context.insert("places", &PLACES);
    context.insert("minutes", &MINUTES);
    context.insert("visits", &VISITS);
    tera.render("tera.html", &context)
        .map(Html)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// The function of templates that looks a message up.
fn fluent(arguments: Kwargs, state: &tera::State) -> tera::TeraResult<String> {
    let language: String = state
        .get("lang")?
        .ok_or_else(|| tera::Error::message("no language"))?;
    let language: LanguageIdentifier = language
        .parse()
        .map_err(|_| tera::Error::message("no language"))?;
    let key: &str = arguments.must_get("key")?;
    let mut values: HashMap<Cow<'static, str>, FluentValue<'_>> = HashMap::new();
    for (name, value) in arguments.iter() {
        let Some(name) = name.as_str().filter(|name| *name != "key") else {
            continue;
        };
        let value = match value.as_u64() {
            Some(number) => FluentValue::from(number),
            None => FluentValue::from(value.as_str().unwrap_or_default()),
        };
        values.insert(Cow::Owned(name.to_owned()), value);
    }
    let values = (!values.is_empty()).then_some(&values);
    LOCALES
        .try_lookup_complete(&language, key, values)
        .ok_or_else(|| tera::Error::message("no message"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(2).ok_or("--port PORT is missing")?;
    let mut tera = Tera::new();
    tera.register_function("fluent", fluent);
    tera.add_raw_template("tera.html", include_str!("../templates/tera.html"))?;
    let app = Router::new()
        .route("/{lang}/rooms", get(with_askama))
        .route("/tera/{lang}/rooms", get(with_tera))
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
