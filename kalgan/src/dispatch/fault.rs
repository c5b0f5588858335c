//! What goes wrong while a request is answered: panics, errors and their pages.

use crate::app::shared::Shared;
use crate::dev;
use crate::error::{Error, Fault};
use crate::error_page;
use crate::extract::{Request, copied};
use crate::response::Response;
use crate::routing::route::Matched;
use crate::site::Site;
use crate::site::current::{self, Current};
use crate::test::marks;
use axum_core::body::Body;
use futures_util::future::BoxFuture;
use http::header::{
    ACCEPT, ACCEPT_RANGES, ALLOW, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, LINK, SET_COOKIE,
    TRANSFER_ENCODING, VARY, WWW_AUTHENTICATE,
};
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
        Self::Whole(Box::new(copied(request)))
    }
}

/// Runs what answers a request as part of it. A panic becomes a 500.
pub(super) fn caught(current: &Arc<Current>, run: BoxFuture<'static, Response>) -> Run {
    match dev::traced(current, run) {
        Ok(traced) => Run::Traced(traced),
        Err(run) => Run::Plain(Arc::clone(current), run),
    }
}

/// What answers a request, as part of it: a small future, since it is a part of larger ones.
pub(super) enum Run {
    Plain(Arc<Current>, BoxFuture<'static, Response>),
    /// In development, with the place of a panic.
    Traced(BoxFuture<'static, Result<Response, dev::Panic>>),
}

impl Future for Run {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let error = match &mut *self {
            Self::Plain(current, run) => {
                let poll = || catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(context)));
                match current::sync_scope(Arc::clone(current), poll) {
                    Ok(polled) => return polled,
                    Err(panic) => panic_error(&*panic),
                }
            }
            Self::Traced(run) => match ready!(run.as_mut().poll(context)) {
                Ok(response) => return Poll::Ready(response),
                Err((panic, trace)) => panic_error(&*panic).with_trace(trace),
            },
        };
        Poll::Ready(fault(error))
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

/// The error behind a response.
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
            let response = caught(current, controller.call(request, states)).await;
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
    let route = current.route.as_ref().map_or("-", Matched::name);
    let (method, path) = (&current.method, current.uri.path());
    let text = indented(&error.to_string());
    let place = error.place();
    if error.status_code().is_server_error() {
        tracing::error!(target: "kalgan", "{method} {path} ({route}): {text} [{place}]");
    } else {
        tracing::debug!(target: "kalgan", "{method} {path} ({route}): {text} [{place}]");
    }
}

/// A text with its further lines indented and its control characters escaped: what it quotes of a
/// request shall not look like a line of the log, or steer a terminal.
fn indented(text: &str) -> String {
    let mut indented = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => indented.push_str("\n    "),
            '\t' => indented.push('\t'),
            _ if character.is_control() => indented.extend(character.escape_default()),
            _ => indented.push(character),
        }
    }
    indented
}

/// The header fields that describe a body (RFC 9110, section 8), and what it was made of.
const OF_A_BODY: [HeaderName; 9] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    CONTENT_RANGE,
    CONTENT_DISPOSITION,
    ETAG,
    LAST_MODIFIED,
    ACCEPT_RANGES,
    TRANSFER_ENCODING,
];

/// What a middleware or an extractor has put on an error, such as `WWW-Authenticate` and cookies, goes
/// over to its page; what describes the replaced body does not. A field of the page itself stays,
/// unless it may be there more than once.
pub(super) fn keep_headers(error: Response, mut page: Response) -> Response {
    let (parts, _) = error.into_parts();
    let of_page = page.headers().clone();
    for (name, value) in &parts.headers {
        let is_list = [SET_COOKIE, VARY, LINK, WWW_AUTHENTICATE].contains(name);
        if !OF_A_BODY.contains(name) && (is_list || !of_page.contains_key(name)) {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY};

    #[test]
    fn a_text_of_several_lines_is_one_entry_of_the_log() {
        let forged = "`a\n2026-11-27 INFO all is well\u{1b}[2K\r` is no number";
        assert_eq!(
            indented(forged),
            "`a\n    2026-11-27 INFO all is well\\u{1b}[2K\\r` is no number"
        );
    }

    #[test]
    fn the_page_of_an_error_has_what_the_error_had() {
        let response = |fields: &[(HeaderName, &'static str)]| {
            let mut response = Response::default();
            for (name, value) in fields {
                let value = HeaderValue::from_static(value);
                response.headers_mut().append(name, value);
            }
            response
        };
        let error = response(&[
            (CONTENT_TYPE, "text/csv"),
            (CONTENT_LENGTH, "0"),
            (CONTENT_ENCODING, "gzip"),
            (ETAG, "\"1\""),
            (CONTENT_SECURITY_POLICY, "default-src 'self'"),
            (CONTENT_LANGUAGE, "es"),
            (SET_COOKIE, "a=1"),
            (SET_COOKIE, "b=2"),
            (WWW_AUTHENTICATE, "Basic"),
            (WWW_AUTHENTICATE, "Bearer"),
            (CACHE_CONTROL, "private"),
        ]);
        let page = response(&[
            (CONTENT_TYPE, "text/html"),
            (SET_COOKIE, "c=3"),
            (CACHE_CONTROL, "no-store"),
        ]);
        let page = keep_headers(error, page);
        let values = |name: HeaderName| -> Vec<_> {
            let values = page.headers().get_all(name).iter();
            values.map(|value| value.to_str().unwrap()).collect()
        };
        assert_eq!(values(CONTENT_TYPE), ["text/html"]);
        assert_eq!(values(CONTENT_LENGTH), [""; 0]);
        assert_eq!(values(CONTENT_ENCODING), [""; 0]);
        assert_eq!(values(ETAG), [""; 0]);
        assert_eq!(values(CONTENT_SECURITY_POLICY), ["default-src 'self'"]);
        assert_eq!(values(CONTENT_LANGUAGE), ["es"]);
        assert_eq!(values(SET_COOKIE), ["c=3", "a=1", "b=2"]);
        assert_eq!(values(WWW_AUTHENTICATE), ["Basic", "Bearer"]);
        assert_eq!(values(CACHE_CONTROL), ["no-store"]);
    }
}
