//! What goes wrong while a request is answered: panics, errors and their pages.

use crate::app::shared::Shared;
use crate::dev;
use crate::error::{Error, Fault};
use crate::error_page;
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::site::Site;
use crate::site::current::{self, Current};
use crate::test::marks;
use axum_core::body::Body;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, ALLOW};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The head of a request whose controller has the request itself.
pub(super) enum Head {
    Whole(Box<Parts>),
    /// The field `Accept`, which is all that Kalgan's own pages need.
    Accept(Option<HeaderValue>),
}

impl Head {
    /// The head, which is not there afterwards.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Accept(None))
    }

    /// Copies what the page of an error would need, should there be one.
    pub(super) fn keep(site: &Site, request: &Request) -> Self {
        if !dev::EXPLAINS && !site.has_error_controllers() {
            return Self::Accept(request.headers().get(ACCEPT).cloned());
        }
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = request.method().clone();
        parts.uri = request.uri().clone();
        parts.version = request.version();
        parts.headers = request.headers().clone();
        parts.extensions = request.extensions().clone();
        Self::Whole(Box::new(parts))
    }
}

/// Runs what answers a request as part of it. A panic becomes a 500; the future is made inside, so
/// that one of a plain function is caught as well.
pub(super) fn caught<R>(current: &Arc<Current>, run: R) -> Run
where
    R: FnOnce() -> BoxFuture<'static, Response> + Send + 'static,
{
    match dev::traced(current, run) {
        Ok(traced) => Run::Traced(traced),
        Err(run) => match catch_unwind(AssertUnwindSafe(run)) {
            Ok(future) => Run::Plain(Arc::clone(current), future),
            Err(panic) => Run::Failed(Some(panic)),
        },
    }
}

/// What answers a request, as part of it: a small future, since it is a part of larger ones.
pub(super) enum Run {
    Plain(Arc<Current>, BoxFuture<'static, Response>),
    /// In development, with the place of a panic.
    Traced(BoxFuture<'static, Result<Response, dev::Panic>>),
    /// It has panicked before there was a future.
    Failed(Option<Box<dyn Any + Send>>),
}

impl Future for Run {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let panic = match &mut *self {
            Self::Plain(current, run) => {
                let poll = || run.as_mut().poll(context);
                let poll = || catch_unwind(AssertUnwindSafe(poll));
                match current::sync_scope(Arc::clone(current), poll) {
                    Ok(polled) => return polled,
                    Err(panic) => panic_error(&*panic),
                }
            }
            Self::Traced(run) => match ready!(run.as_mut().poll(context)) {
                Ok(response) => return Poll::Ready(response),
                Err((panic, trace)) => panic_error(&*panic).with_trace(trace),
            },
            Self::Failed(panic) => match panic.take() {
                Some(panic) => panic_error(&*panic),
                None => return Poll::Pending,
            },
        };
        Poll::Ready(fault(panic))
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
    current: &Arc<Current>,
    head: Head,
    fault: &Fault,
) -> Response {
    let error = &fault.0;
    let status = error.status_code();
    log(error, current);
    let mut head = match head {
        Head::Whole(head) => *head,
        Head::Accept(accept) => {
            let page = error_page::plain(status, accept.as_ref());
            return finished(page, &[error]);
        }
    };
    let controller = current.site.error_controller(status);
    let snapshots = &shared.snapshots;
    let has_controller = controller.is_some();
    if let Some(page) = dev::explained(error, snapshots, current, &head, has_controller).await {
        return finished(page, &[error]);
    }
    let mut response = match controller {
        Some(controller) => {
            let accept = head.headers.get(ACCEPT).cloned();
            let again = dev::EXPLAINS.then(|| head.clone());
            head.extensions.insert(fault.clone());
            let request = Request::from_parts(head, Body::empty());
            let states = shared.states.clone();
            let controller = controller.clone();
            let response = caught(current, move || controller.call(request, states)).await;
            match fault_of(&response) {
                None => response,
                // The error page has an error of its own.
                Some(second) => {
                    log(&second.0, current);
                    if let Some(again) = again
                        && let Some(page) =
                            dev::explained_again(&second.0, snapshots, current, &again).await
                    {
                        return finished(page, &[error, &second.0]);
                    }
                    let page = error_page::plain(second.0.status_code(), accept.as_ref());
                    return finished(page, &[error, &second.0]);
                }
            }
        }
        None => error_page::plain(status, head.headers.get(ACCEPT)),
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
