//! What goes wrong while a request is answered: panics, errors and their pages.

use crate::app::shared::Shared;
use crate::error::{Error, Fault};
use crate::error_page;
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::site::Site;
use crate::site::current::{self, Current};
use axum_core::body::Body;
use futures_util::FutureExt;
use http::header::ALLOW;
use http::{HeaderValue, StatusCode};
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

pub(super) async fn caught(
    current: &Arc<Current>,
    run: impl Future<Output = Response>,
) -> Response {
    let run = AssertUnwindSafe(current::scope(Arc::clone(current), run)).catch_unwind();
    match run.await {
        Ok(response) => response,
        Err(panic) => fault(Error::internal(format!(
            "a controller panicked: {}",
            panic_text(&*panic)
        ))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a text")
}

pub(super) fn fault(error: Error) -> Response {
    use axum_core::response::IntoResponse;
    error.into_response()
}

/// The error behind a response. Extractors of other crates answer by themselves with a status; a
/// server's error gets its page all the same.
pub(super) fn fault_of(response: &Response) -> Option<Fault> {
    Fault::of(response.extensions()).map(Fault)
}

/// The page of an error: the app's controller for its status, else Kalgan's own.
pub(super) async fn error_response(
    shared: &Shared,
    site: &Arc<Site>,
    current: &Arc<Current>,
    head: http::request::Parts,
    fault: &Fault,
) -> Response {
    let error = &fault.0;
    let status = error.status_code();
    log(error, current);
    let headers = head.headers.clone();
    let controller = site.error_controller(status);
    // In development a mistake in a file is explained, whatever page the app has for a 500.
    let is_explained = !site.options.is_prod && error_page::diagnostics(error).is_some();
    let mut response = match controller {
        Some(controller) if !is_explained => {
            let mut request = Request::from_parts(head, Body::empty());
            request.extensions_mut().insert(fault.clone());
            let run = {
                let controller = controller.clone();
                let states = shared.states.clone();
                async move { controller.call(request, states).await }
            };
            let response = caught(current, run).await;
            match fault_of(&response) {
                None => response,
                // The error page has an error of its own.
                Some(second) => {
                    log(&second.0, current);
                    error_page::response(site, &second.0, current, &headers)
                }
            }
        }
        _ => error_page::response(site, error, current, &headers),
    };
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    if let Some(allow) = error.allow()
        && let Ok(allow) = HeaderValue::from_str(allow)
    {
        response.headers_mut().insert(ALLOW, allow);
    }
    #[cfg(feature = "test")]
    let response = crate::test::marks::explained(response, error);
    response
}

fn log(error: &Error, current: &Current) {
    let route = current.route.as_ref().map_or("-", Route::name);
    if error.status_code().is_server_error() {
        tracing::error!(
            target: "kalgan",
            "{} {} ({route}): {error} [{}]",
            current.method, current.uri.path(), error.location()
        );
    } else {
        tracing::debug!(
            target: "kalgan",
            "{} {} ({route}): {error} [{}]",
            current.method, current.uri.path(), error.location()
        );
    }
}

/// Headers that a middleware or an extractor has put on an error, such as `WWW-Authenticate`, go
/// over to its page; what describes the replaced body does not.
pub(super) fn keep_headers(error: Response, mut page: Response) -> Response {
    let (parts, _) = error.into_parts();
    for (name, value) in &parts.headers {
        let describes_body = name.as_str().starts_with("content-");
        if !describes_body && !page.headers().contains_key(name) {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}
