//! Responses of all kinds.

use futures_util::stream;
use kalgan::prelude::*;
use kalgan::response;
use serde::{Deserialize, Serialize};

pub async fn streamed() -> Response {
    let parts = stream::iter((0..1000).map(|n| Ok::<_, std::io::Error>(format!("part {n}\n"))));
    response::stream(parts).with_content_type("text/plain")
}

/// A page that streams, and has an end tag that is none.
pub async fn page() -> Response {
    let parts = ["<!doctype html><body><script>'</body>'</script>", "<p>a</bo", "dy></html>"];
    response::stream(stream::iter(parts.map(Ok::<_, std::io::Error>)))
        .with_content_type("text/html; charset=utf-8")
}

/// A stream that fails half-way.
pub async fn torn() -> Response {
    response::stream(stream::iter([
        Ok("begun"),
        Err(std::io::Error::other("the belt has torn")),
    ]))
}

pub async fn file() -> Result<Response> {
    response::file(settings::get_string("workshop.plan")?)
        .download("The plan é.txt")
        .await
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Order {
    tool: String,
    count: u32,
}

pub async fn json(Json(order): Json<Order>) -> Json<Order> {
    Json(Order {
        count: order.count * 2,
        ..order
    })
}

pub async fn question_mark() -> Result<Response> {
    let number: u32 = "no number".parse()?;
    Ok(response::text(number.to_string()))
}

pub async fn panics() -> &'static str {
    panic!("a finger in the <saw>")
}

pub async fn never() -> &'static str {
    std::future::pending().await
}

pub async fn teapot() -> Error {
    Error::new(418, "this workshop makes no coffee")
}
