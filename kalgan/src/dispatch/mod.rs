//! From a request to its response: static files, the route, its language, middlewares, the
//! controller, and the page of an error.

mod fault;
mod find;

use crate::app::shared::Shared;
use crate::dev::Record;
use crate::error::{Error, Fault};
use crate::extract::{Cookies, Lang, Request};
use crate::middleware::chain;
use crate::response::{RelativeRedirect, Response};
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::Current;
use axum_core::body::Body;
use fault::{caught, error_response, fault, fault_of, keep_headers};
use find::{Answer, Language, find, language};
use http::header::{CONTENT_LENGTH, LOCATION, VARY};
use http::{HeaderValue, Method};
use http_body::Body as _;
use std::sync::Arc;

/// Answers a request by one snapshot of the site.
pub(crate) async fn dispatch(shared: &Shared, site: Arc<Site>, request: Request) -> Response {
    let record = Record::of(&request);
    let (parts, body) = request.into_parts();
    let file = record.unconditional(&parts);
    let response = match site.assets.serve(&file, &site.cache).await {
        Some(response) => response,
        None => {
            let request = Request::from_parts(parts.clone(), body);
            record.scope(answer(shared, site, request, &record)).await
        }
    };
    without_body(
        record.inject(&parts, response),
        parts.method == Method::HEAD,
    )
}

async fn answer(shared: &Shared, site: Arc<Site>, request: Request, record: &Record) -> Response {
    let connection = request
        .extensions()
        .get::<Connection>()
        .cloned()
        // The app puts it there before the layers run.
        .unwrap_or_else(|| {
            let (parts, ()) = http::Request::new(()).into_parts();
            Connection::from_request(&parts, None, &site.options.server.trusted_proxies)
        });
    let found = find(&site, &request, connection.host());
    let (found, language) = match language(&site, &found, &request) {
        Some(language) => (found, language),
        // The path names a language that there is not.
        None => (
            Answer::Error(Error::not_found()),
            Language::fixed(site.catalogue.default.as_ref()),
        ),
    };
    let route = match &found {
        Answer::Route(_, route) => Some(route.clone()),
        _ => None,
    };
    let at = match &found {
        Answer::Route(at, _) => Some(*at),
        _ => None,
    };
    record.has_found(&site, at, &language.tag, language.is_negotiated);
    let current = Arc::new(Current {
        site: Arc::clone(&site),
        route: route.clone(),
        language: Arc::clone(&language.tag),
        connection: connection.clone(),
        method: request.method().clone(),
        uri: request.uri().clone(),
    });
    let (mut parts, body) = request.into_parts();
    let cookies = Cookies::install(&parts.headers, &mut parts.extensions);
    parts
        .extensions
        .insert(Lang::new(Arc::clone(&language.tag)));
    if let Some(route) = &route {
        parts.extensions.insert(route.clone());
    }
    // An error controller gets what it may need of the request, but not its body.
    let head = parts.clone();
    let request = Request::from_parts(parts, body);
    let mut response = match found {
        Answer::Ready(response) => response,
        Answer::Error(error) => {
            let fault = Fault(Arc::new(error));
            error_response(shared, &site, &current, head, &fault).await
        }
        Answer::Route(at, _) => {
            let response = call(shared, &site, &current, at, request).await;
            match fault_of(&response) {
                None => response,
                Some(fault) => {
                    let page = error_response(shared, &site, &current, head, &fault).await;
                    keep_headers(response, page)
                }
            }
        }
    };
    cookies.write_back(&mut response);
    if language.is_negotiated {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept-language"));
    }
    make_absolute(&mut response, &connection);
    if let Some(route) = route {
        // For the access log.
        response.extensions_mut().insert(route);
    }
    response
}

/// Runs middlewares and controller. A panic becomes a 500.
async fn call(
    shared: &Shared,
    site: &Arc<Site>,
    current: &Arc<Current>,
    at: usize,
    request: Request,
) -> Response {
    let Some(endpoint) = site.endpoint(at).cloned() else {
        return fault(Error::internal("the route has no controller"));
    };
    let states = shared.states.clone();
    // The future is made inside, so that a plain function's panic is caught as well.
    let run = async move { chain(endpoint.middlewares, endpoint.handler, request, states).await };
    caught(current, run).await
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
