//! The client against small services, without an app's files.

mod assertions;
mod calls;
mod controls;
mod cookies;
mod fetch;
mod forms;
mod redirects;
mod xml;

use crate::response::Response;
use crate::test::Client;
use axum_core::body::Body;
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

type Request = crate::extract::Request;

/// A client of a service that answers by a plain function.
fn client<F>(answer: F) -> Client
where
    F: Fn(&http::request::Parts, &[u8]) -> Response + Clone + Send + Sync + 'static,
{
    Client::new(tower::service_fn(move |request: Request| {
        let answer = answer.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Ok::<_, Infallible>(answer(&parts, &body))
        }
    }))
}

/// A client of a service that shows one page, and what it is sent otherwise: method, target, type
/// and body.
fn page(html: &'static str) -> Client {
    client(move |parts, body| {
        if parts.method == "GET" && parts.uri == "/page" {
            return crate::response::html(html);
        }
        let kind = parts.headers.get("content-type");
        let kind = kind.map_or("-", |kind| kind.to_str().unwrap());
        crate::response::text(format!(
            "{} {} {kind}\n{}",
            parts.method,
            parts.uri,
            String::from_utf8_lossy(body)
        ))
    })
}

/// A response with a status and a header.
fn answer(status: u16, name: &'static str, value: &str) -> Response {
    http::Response::builder()
        .status(status)
        .header(name, value)
        .body(Body::empty())
        .unwrap()
}

/// The text that a failing assertion panics with.
fn failure<T>(test: impl FnOnce() -> T) -> String {
    let panic = match std::panic::catch_unwind(AssertUnwindSafe(test)) {
        Ok(_) => panic!("it did not fail"),
        Err(panic) => panic,
    };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().unwrap().to_string(),
    }
}
