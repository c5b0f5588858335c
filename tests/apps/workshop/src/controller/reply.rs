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
    let parts = [
        "<!doctype html><body><script>'</body>'</script>",
        "<p>a</bo",
        "dy></html>",
    ];
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

/// The accounts of the workshop, which somebody has spilt paint on.
#[derive(Debug)]
pub struct Accounts {
    day: String,
    cause: std::num::ParseIntError,
}

impl std::fmt::Display for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the accounts of {} cannot be read", self.day)
    }
}

impl std::error::Error for Accounts {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// Fails two calls down, with a cause of its own.
pub async fn accounts(Path(day): Path<String>) -> Result<String> {
    let total = total(&day).await?;
    Ok(total.to_string())
}

async fn total(day: &str) -> Result<u32> {
    let total = read(day)?;
    Ok(total)
}

fn read(day: &str) -> Result<u32, Accounts> {
    "12 <boards>".parse().map_err(|cause| Accounts {
        day: day.to_owned(),
        cause,
    })
}

/// Panics two calls down.
pub async fn measure() -> String {
    let lengths: Vec<usize> = [3, 4].iter().map(|board| length(*board)).collect();
    format!("{lengths:?}")
}

fn length(board: usize) -> usize {
    let boards = [10, 20, 30, 40];
    boards[board]
}

pub async fn never() -> &'static str {
    std::future::pending().await
}

pub async fn teapot() -> Error {
    Error::new(418, "this workshop makes no coffee")
}
