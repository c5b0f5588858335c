//! What goes wrong while a request is answered: panics, errors and their pages.

use crate::app::shared::Shared;
#[cfg(all(feature = "dev", debug_assertions))]
use crate::dev::{page, panics};
use crate::error::{Error, Fault};
use crate::error_page;
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::site::Site;
use crate::site::current::{self, Current};
use crate::test::marks;
use axum_core::body::Body;
use http::header::ALLOW;
use http::{HeaderValue, StatusCode};
use std::any::Any;
use std::sync::Arc;

pub(super) async fn caught(
    current: &Arc<Current>,
    run: impl Future<Output = Response>,
) -> Response {
    let run = current::scope(Arc::clone(current), run);
    #[cfg(all(feature = "dev", debug_assertions))]
    if !current.site.options.is_prod {
        return match panics::caught(run).await {
            Ok(response) => response,
            Err((panic, trace)) => fault(panic_error(&*panic).with_trace(trace)),
        };
    }
    let run = std::panic::AssertUnwindSafe(run);
    match futures_util::FutureExt::catch_unwind(run).await {
        Ok(response) => response,
        Err(panic) => fault(panic_error(&*panic)),
    }
}

fn panic_error(panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a text");
    Error::internal(format!("a controller panicked: {text}"))
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
    let controller = site.error_controller(status);
    #[cfg(all(feature = "dev", debug_assertions))]
    if page::explains(error, current, &head, controller.is_some()) {
        let page = page::error(error, shared, current, &head).await;
        return finished(page, &[error]);
    }
    let mut response = match controller {
        Some(controller) => {
            let headers = head.headers.clone();
            #[cfg(all(feature = "dev", debug_assertions))]
            let again = head.clone();
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
                    #[cfg(all(feature = "dev", debug_assertions))]
                    if page::may_explain(current, &again) && !marks::is_untouched(&again.extensions)
                    {
                        let page = page::error(&second.0, shared, current, &again).await;
                        return finished(page, &[error, &second.0]);
                    }
                    let page = error_page::plain(second.0.status_code(), &headers);
                    return finished(page, &[error, &second.0]);
                }
            }
        }
        None => error_page::plain(status, &head.headers),
    };
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    finished(response, &[error])
}

/// The page of an error, which may be followed by that of its page.
fn finished(mut response: Response, errors: &[&Error]) -> Response {
    if let Some(allow) = errors.first().and_then(|error| error.allow())
        && let Ok(allow) = HeaderValue::from_str(allow)
    {
        response.headers_mut().insert(ALLOW, allow);
    }
    marks::explained(response, errors)
}

fn log(error: &Error, current: &Current) {
    let route = current.route.as_ref().map_or("-", Route::name);
    if error.status_code().is_server_error() {
        tracing::error!(
            target: "kalgan",
            "{} {} ({route}): {error} [{}]",
            current.method, current.uri.path(), error.place()
        );
    } else {
        tracing::debug!(
            target: "kalgan",
            "{} {} ({route}): {error} [{}]",
            current.method, current.uri.path(), error.place()
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
