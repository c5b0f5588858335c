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
use crate::site::current::Current;
use axum_core::body::Body;
use fault::{Head, caught, error_response, fault, fault_of, keep_headers};
use find::{Answer, Language, find, language};
use http::header::{CONTENT_LENGTH, LOCATION, VARY};
use http::{HeaderValue, Method};
use http_body::Body as _;
use std::sync::{Arc, OnceLock};

/// A response, and the route that gave it.
pub(crate) type Answered = (Response, Option<Route>);

/// Answers a request by one snapshot of the site.
pub(crate) async fn dispatch(
    shared: &Shared,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
) -> Answered {
    let record = Record::of(&request);
    let is_head = request.method() == Method::HEAD;
    let request = match file(&site, request, &record).await {
        Ok(response) => return (without_body(record.inject(response), is_head), None),
        Err(request) => request,
    };
    let (response, current) = record
        .scope(answer(shared, site, connection, request))
        .await;
    let route = current.route.clone();
    (without_body(record.inject(response), is_head), route)
}

/// The static file that a request asks for; the request again where there is none.
async fn file(site: &Site, request: Request, record: &Record) -> Result<Response, Request> {
    if !site.assets.may_have(request.uri().path()) {
        return Err(request);
    }
    let (parts, body) = request.into_parts();
    let asked = record.unconditional(&parts);
    // In a box, so that the future of a page has no room for it.
    match Box::pin(site.assets.serve(&asked, &site.cache)).await {
        Some(response) => Ok(response),
        None => Err(Request::from_parts(parts, body)),
    }
}

async fn answer(
    shared: &Shared,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
) -> (Response, Arc<Current>) {
    let found = find(&site, &request, connection.host());
    let (found, language) = match language(&site, &found, &request) {
        Some(language) => (found, language),
        // The path names a language that there is not.
        None => (
            Answer::Error(Error::not_found()),
            Language::fixed(site.languages.default()),
        ),
    };
    let route = match &found {
        Answer::Route(route) => Some(route.clone()),
        _ => None,
    };
    let is_negotiated = language.is_negotiated;
    dev::has_found(&site, route.as_ref(), &language.tag, is_negotiated);
    let current = Arc::new(Current {
        site,
        route,
        language: language.tag,
        connection,
        method: request.method().clone(),
        uri: request.uri().clone(),
        cookies: OnceLock::new(),
    });
    let mut response = match found {
        Answer::Ready(response) => response,
        Answer::Error(error) => {
            let (parts, _) = request.into_parts();
            let fault = Fault(Arc::new(error));
            Box::pin(error_response(shared, &current, Head::Whole(parts), &fault)).await
        }
        Answer::Route(route) => {
            let head = Head::keep(&current.site, &request);
            let response = call(shared, &current, route.matched.at(), request).await;
            match fault_of(&response) {
                None => response,
                Some(fault) => {
                    let page = Box::pin(error_response(shared, &current, head, &fault)).await;
                    keep_headers(response, page)
                }
            }
        }
    };
    if let Some(cookies) = current.cookies.get() {
        cookies.write_back(&mut response);
    }
    if is_negotiated {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept-language"));
    }
    make_absolute(&mut response, &current.connection);
    (response, current)
}

/// Runs middlewares and controller. A panic becomes a 500.
async fn call(
    shared: &Shared,
    current: &Arc<Current>,
    at: usize,
    mut request: Request,
) -> Response {
    let Some(endpoint) = current.site.endpoint(at) else {
        return fault(Error::internal("the route has no controller"));
    };
    request.extensions_mut().insert(Arc::clone(current));
    let states = shared.states.clone();
    caught(current, || {
        chain(&endpoint.middlewares, &endpoint.handler, request, states)
    })
    .await
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
