//! State, templates, messages and routes.

use crate::middleware::Stamp;
use crate::{Owner, Visits};
use kalgan::prelude::*;
use serde::Serialize;
use std::sync::atomic::Ordering;

/// A thing that the workshop makes.
#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    price: f64,
}

pub async fn index(State(visits): State<Visits>, State(owner): State<Owner>) -> Result<Response> {
    let visits = visits.0.fetch_add(1, Ordering::SeqCst) + 1;
    let tools = [
        Tool {
            name: "saw",
            price: 12.5,
        },
        Tool {
            name: "<hammer>",
            price: 8.0,
        },
    ];
    render!("home.html", { visits, owner: owner.0, tools: &tools })
}

/// The route that answered, and its parameters.
pub async fn route(route: Route) -> String {
    let parameters: Vec<String> = route
        .parameters()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{} {}", route.name(), parameters.join(" "))
}

/// A plain function is a controller, too.
pub fn plain(Path(id): Path<u64>) -> String {
    format!("number {id}")
}

pub async fn links(lang: Lang) -> String {
    [
        url!("tool", id = 5, kind = "a/b c"),
        url!("greet", _lang = "es"),
        trans!("greeting", name = "Ann"),
        trans!("es", "greeting", name = "Ann"),
        trans!(lang, "greeting", name = "<Ann>"),
        settings::get_string("workshop.motto").unwrap_or_default(),
    ]
    .join("\n")
}

pub async fn greet(lang: Lang) -> Result<Response> {
    let name = "Ann";
    render!("greet.html", { name, who: &*lang })
}

pub async fn away() -> Response {
    redirect!("plain", id = 7)
}

/// What the middlewares have made of the request.
pub async fn stamps(request: Request) -> String {
    let stamp = request.extensions().get::<Stamp>();
    stamp.map(|stamp| stamp.0.join(" ")).unwrap_or_default()
}
