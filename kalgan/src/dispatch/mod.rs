//! From a request to its response: static files, the route, its language, middlewares, the
//! controller, and the page of an error.

mod fault;
mod find;

use crate::app::shared::Shared;
use crate::dev::{self, Record};
use crate::error::{Error, Fault};
use crate::extract::Request;
use crate::middleware::chain;
use crate::response::{RelativeRedirect, Response};
use crate::routing::route::Route;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::{Current, Language};
use axum_core::body::Body;
use fault::{Head, Run, caught, error_response, fault, fault_of, keep_headers};
use find::{Answer, find, language};
use http::header::{CONTENT_LENGTH, LOCATION, VARY};
use http::{HeaderValue, Method};
use http_body::Body as _;
use std::future::ready;
use std::sync::{Arc, OnceLock};

/// A response, and the route that gave it.
pub(crate) type Answered = (Response, Option<Route>);

/// Answers a request by one snapshot of the site.
///
/// A future is moved as a whole, and its size is that of all it may ever wait for. So the request is
/// taken apart before there is one, and what is rare is in a box.
pub(crate) fn dispatch(
    shared: &Arc<Shared>,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
    record: Record,
) -> impl Future<Output = Answered> + use<> {
    let shared = Arc::clone(shared);
    let is_head = request.method() == Method::HEAD;
    let mut step = match site.assets.may_have(request.uri().path()) {
        false => Ok(begin(&shared, site, connection, request)),
        true => Err(Box::pin(file_first(
            Arc::clone(&shared),
            site,
            connection,
            request,
            record.clone(),
        ))),
    };
    async move {
        // What was captured is used where it is: moved, it would have room twice.
        let (response, route) = match &mut step {
            Ok((current, step)) => {
                let route = current.route.clone();
                (record.scope(answer(&shared, current, step)).await, route)
            }
            Err(file_first) => file_first.await,
        };
        (without_body(record.inject(response), is_head), route)
    }
}

/// Answers with the static file that a request asks for, else as the routes say.
async fn file_first(
    shared: Arc<Shared>,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
    record: Record,
) -> Answered {
    let (parts, body) = request.into_parts();
    let asked = record.unconditional(&parts);
    if let Some(response) = site.assets.serve(&asked, &site.cache).await {
        return (response, None);
    }
    drop(asked);
    let request = Request::from_parts(parts, body);
    let (current, mut step) = begin(&shared, site, connection, request);
    let response = record.scope(answer(&shared, &current, &mut step)).await;
    (response, current.route.clone())
}

/// What answers a request.
enum Step {
    Ready(Response),
    Error(Head, Fault),
    Controller(Head, Run),
}

/// Finds the route and the language of a request, and what answers it.
fn begin(
    shared: &Shared,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
) -> (Arc<Current>, Step) {
    let found = find(&site, &request, &connection);
    let (found, language) = match language(&site, &found, &request) {
        Some(language) => (found, language),
        // The path names a language that there is not.
        None => (
            Answer::Error(Error::not_found()),
            Language::fixed(site.languages.default()),
        ),
    };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let current = |route| {
        Arc::new(Current {
            site,
            route,
            language,
            connection,
            method,
            uri,
            cookies: OnceLock::new(),
        })
    };
    match found {
        Answer::Ready(response) => (current(None), Step::Ready(response)),
        Answer::Error(error) => {
            let head = Head::Whole(Box::new(request.into_parts().0));
            (current(None), Step::Error(head, Fault(Arc::new(error))))
        }
        Answer::Route(route) => {
            let current = current(Some(route));
            let head = Head::keep(&current.site, &request);
            let run = call(shared, &current, request);
            (current, Step::Controller(head, run))
        }
    }
}

async fn answer(shared: &Shared, current: &Arc<Current>, step: &mut Step) -> Response {
    dev::has_found(current);
    let mut response = match step {
        Step::Ready(response) => std::mem::take(response),
        Step::Error(head, fault) => {
            Box::pin(error_response(shared, current, head.take(), fault)).await
        }
        Step::Controller(head, run) => {
            let response = run.await;
            match fault_of(&response) {
                None => response,
                Some(fault) => {
                    let head = head.take();
                    Box::pin(async move {
                        let page = error_response(shared, current, head, &fault).await;
                        keep_headers(response, page)
                    })
                    .await
                }
            }
        }
    };
    if let Some(cookies) = current.cookies.get() {
        cookies.write_back(&mut response);
    }
    if current.language.is_negotiated {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept-language"));
    }
    make_absolute(&mut response, &current.connection);
    response
}

/// Runs middlewares and controller. A panic becomes a 500.
fn call(shared: &Shared, current: &Arc<Current>, mut request: Request) -> Run {
    let at = current.route.as_ref().map(|route| route.matched.at());
    let endpoint = at.and_then(|at| current.site.endpoint(at)).cloned();
    // A middleware may hand the request on from another task.
    if endpoint
        .as_ref()
        .is_some_and(|endpoint| !endpoint.middlewares.is_empty())
    {
        request.extensions_mut().insert(Arc::clone(current));
    }
    let states = shared.states.clone();
    caught(current, move || match endpoint {
        Some(endpoint) => chain(&endpoint.middlewares, &endpoint.handler, request, states),
        None => {
            let error = Error::internal("the route has no controller");
            Box::pin(ready(fault(error)))
        }
    })
}

/// Behind a trusted proxy a redirect names the host that the visitor asked, not this one.
fn make_absolute(response: &mut Response, connection: &Connection) {
    let is_relative = response.extensions().get::<RelativeRedirect>().is_some();
    if !is_relative || !connection.is_forwarded() {
        return;
    }
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .map(|location| connection.absolute(location));
    if let Some(Ok(location)) = location.map(|location| HeaderValue::from_str(&location)) {
        response.headers_mut().insert(LOCATION, location);
    }
}

/// To HEAD goes the same head, with the length that the body has, and no body.
fn without_body(mut response: Response, is_head: bool) -> Response {
    if !is_head {
        return response;
    }
    if let Some(length) = response.body().size_hint().exact()
        && !response.headers().contains_key(CONTENT_LENGTH)
        && length > 0
    {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
    response
}
