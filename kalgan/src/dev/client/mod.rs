//! What open pages ask for below `/_kalgan/`: their script, and the stream of events.

mod events;
pub(crate) mod hub;

use crate::dev::hosts;
use crate::dev::options::DevOptions;
use crate::dev::page::STYLE;
use crate::dev::reload::Snapshots;
use crate::dev::reload::watch::watch;
use crate::extract::Request;
use crate::response::Response;
use axum_core::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Method, StatusCode};

/// Where the script is.
pub(super) const SCRIPT: &str = "/_kalgan/live.js";
/// Where the stream of events is.
pub(super) const EVENTS: &str = "/_kalgan/events";

/// Answers what the script of development asks for, and the script itself. It is no part of the
/// app: neither its layers nor its access log see it.
pub(crate) fn answer(snapshots: &Snapshots, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    let path = [SCRIPT, EVENTS]
        .into_iter()
        .find(|own| path.ends_with(own))?;
    let reloader = snapshots.reloader()?;
    let site = reloader.last_good();
    let before = request.uri().path().strip_suffix(path)?;
    let prefix = site
        .as_ref()
        .and_then(|site| site.options.server.prefix.clone());
    if !before.is_empty() && prefix.is_none_or(|prefix| *prefix != *before) {
        return None;
    }
    let options = DevOptions::of(site.as_deref());
    if !hosts::is_known(
        request.uri(),
        request.headers(),
        request.extensions(),
        &options,
    ) {
        return None;
    }
    let is_get = *request.method() == Method::GET;
    match path {
        _ if !is_get && *request.method() != Method::HEAD => None,
        EVENTS if options.live_reload => {
            let since = request.uri().query().and_then(|query| {
                let mut pairs = query.split('&');
                pairs.find_map(|pair| pair.strip_prefix("assets=")?.parse().ok())
            });
            // An app that is called without its own server has not begun to.
            watch(reloader);
            let stream = events::stream(&reloader.hub, &reloader.editor, since);
            Some(match stream {
                _ if !is_get => typed("text/event-stream", Body::empty()),
                Some(stream) => typed("text/event-stream", Body::from_stream(stream)),
                None => stopping(),
            })
        }
        SCRIPT if options.live_reload || options.bar => {
            let body = match is_get {
                true => Body::from(script()),
                false => Body::empty(),
            };
            Some(typed("text/javascript; charset=utf-8", body))
        }
        _ => None,
    }
}

/// Ends all streams of events, since the server stops.
pub(crate) fn close(snapshots: &Snapshots) {
    if let Some(reloader) = snapshots.reloader() {
        reloader.hub.close();
    }
}

/// The script with its stylesheets: those of the pages that explain a mistake, and its own.
fn script() -> String {
    // The script puts them into a shadow root, whose root is not `:root`.
    let page = STYLE.replace(":root", ":host");
    let styles = serde_json::json!([page, include_str!("live.css")]).to_string();
    include_str!("live.js")
        .replacen("KALGAN_ADOPT", include_str!("adopt.js").trim_end(), 1)
        .replacen("KALGAN_STYLES", &styles, 1)
}

fn typed(content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // So that nginx does not wait for more of it.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn stopping() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}
