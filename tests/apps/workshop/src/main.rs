//! An app that uses what Kalgan has for people who write Rust.

mod command;
mod controller;
mod middleware;

use axum::Router;
use axum::routing::get;
use http::{HeaderName, HeaderValue};
use kalgan::{App, Result};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tower::timeout::TimeoutLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// How often somebody has come by.
#[derive(Clone, Debug, Default)]
pub struct Visits(Arc<AtomicU64>);

/// Who runs the workshop.
#[derive(Clone, Debug)]
pub struct Owner(&'static str);

#[kalgan::app]
async fn main(app: App) -> Result<()> {
    if std::env::var_os("WORKSHOP_LOGGER").is_some() {
        env_logger::init();
        log::warn!("the stove is hot");
    }
    let mark = |name: &'static str| {
        SetResponseHeaderLayer::appending(
            HeaderName::from_static("x-layer"),
            HeaderValue::from_static(name),
        )
    };
    let mut app = app
        .state(Visits::default())
        .state(Owner("Ida"))
        .tera(|tera| {
            tera.register_filter("shout", |text: &str, _: tera::Kwargs, _: &tera::State| {
                text.to_uppercase()
            });
            tera.register_function("dice", |_: tera::Kwargs, _: &tera::State| 4);
            tera.register_test("short", |text: &str, _: tera::Kwargs, _: &tera::State| {
                text.len() < 4
            });
        })
        .command("visit:greet", command::greet)
        .command("visit:count", command::count)
        .command("close", command::close)
        .layer(mark("inner"))
        .layer(mark("outer"));
    if let Ok(policy) = std::env::var("WORKSHOP_POLICY") {
        app = app.layer(SetResponseHeaderLayer::overriding(
            http::header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy)?,
        ));
    }
    if std::env::var_os("WORKSHOP_TIMEOUT").is_some() {
        app = app.layer(TimeoutLayer::new(Duration::from_millis(100)));
    }
    if std::env::var_os("WORKSHOP_IN_AXUM").is_some() && app.asked_command().is_none() {
        return in_axum(app).await;
    }
    app.run().await
}

/// Two sites of Kalgan within a server of axum.
async fn in_axum(app: App) -> Result<()> {
    let annex = kalgan::embed!("annex").state(Owner("Otto"));
    let router = Router::new()
        .route("/axum", get(|| async { "this is axum" }))
        .nest_service("/annex", annex)
        .fallback_service(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("axum at http://{}", listener.local_addr()?);
    let router = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, router).await?;
    Ok(())
}
