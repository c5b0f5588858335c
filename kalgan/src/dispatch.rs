//! From a request to its response: static files, the route, its language, middlewares, the
//! controller, and the page of an error.

use crate::app::shared::Shared;
use crate::error::{Error, Fault};
use crate::error_page;
use crate::extract::{Cookies, Lang, Request};
use crate::language::negotiate;
use crate::middleware::chain;
use crate::response::{RelativeRedirect, Response, redirect_permanent};
use crate::routing::route::{MatchedRoute, Route};
use crate::routing::router::Lookup;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::{self, Current};
use crate::site::options::TrailingSlash;
use axum_core::body::Body;
use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_LENGTH, LOCATION, VARY};
use http::{HeaderValue, Method, StatusCode};
use http_body::Body as _;
use kalgan_core::routes::RouteLanguage;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Answers a request by one snapshot of the site.
pub(crate) async fn dispatch(shared: &Shared, site: Arc<Site>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    if let Some(response) = site.assets.serve(&parts, &site.cache).await {
        return without_body(response, is_head);
    }
    let request = Request::from_parts(parts, body);
    without_body(answer(shared, site, request).await, is_head)
}

/// What the look-up of a request's route has led to.
enum Answer {
    /// The route's place in the table, and the route for its controller.
    Route(usize, Route),
    /// A response that needs no controller.
    Ready(Response),
    /// An error, for its page.
    Error(Error),
}

async fn answer(shared: &Shared, site: Arc<Site>, mut request: Request) -> Response {
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
    let cookies = install_cookies(&mut request);
    let current = Arc::new(Current {
        site: Arc::clone(&site),
        route: route.clone(),
        language: Arc::clone(&language.tag),
        connection: connection.clone(),
        method: request.method().clone(),
        uri: request.uri().clone(),
    });
    let extensions = request.extensions_mut();
    extensions.insert(Lang::new(Arc::clone(&language.tag)));
    if let Some(route) = &route {
        extensions.insert(route.clone());
    }
    // An error controller gets what it may need of the request, but not its body.
    let (parts, body) = request.into_parts();
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

fn install_cookies(request: &mut Request) -> Cookies {
    let headers = request.headers().clone();
    Cookies::install(&headers, request.extensions_mut())
}

/// Looks for the request's route, and answers what none has to: OPTIONS, another trailing slash.
fn find(site: &Site, request: &Request, host: Option<&str>) -> Answer {
    let method = request.method().as_str();
    let path = request.uri().path();
    let lookup = site.router.find(method, host, path);
    match lookup {
        Lookup::Found { route, parameters } => {
            return Answer::Route(route, matched(site, route, parameters));
        }
        Lookup::Malformed => {
            return Answer::Error(Error::bad_request(
                "the path is not UTF-8 once its percent-encoding is undone",
            ));
        }
        Lookup::OtherMethods(allowed) => {
            let allow = allowed.join(", ");
            if request.method() == Method::OPTIONS {
                return Answer::Ready(with_allow(StatusCode::NO_CONTENT, &allow));
            }
            return Answer::Error(
                Error::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    format!("the path is answered for {allow}"),
                )
                .with_allow(allow),
            );
        }
        Lookup::Nothing => {}
    }
    // `OPTIONS *` asks for the server as a whole (RFC 9110, section 9.3.7).
    if request.method() == Method::OPTIONS && path == "*" {
        return Answer::Ready(with_allow(
            StatusCode::NO_CONTENT,
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ));
    }
    if site.options.trailing_slash != TrailingSlash::Strict && path.len() > 1 {
        let other = match path.strip_suffix('/') {
            Some(shorter) => shorter.to_owned(),
            None => format!("{path}/"),
        };
        if let Lookup::Found { route, parameters } = site.router.find(method, host, &other) {
            if site.options.trailing_slash == TrailingSlash::Ignore {
                return Answer::Route(route, matched(site, route, parameters));
            }
            let query = request.uri().query();
            let target = match query {
                Some(query) => format!("{other}?{query}"),
                None => other,
            };
            // Two slashes in front would name another host.
            if !target.starts_with("//") {
                return Answer::Ready(redirect_permanent(target));
            }
        }
    }
    Answer::Error(Error::not_found())
}

fn with_allow(status: StatusCode, allow: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// The route as its controller sees it: parameters of the path, then further defaults.
fn matched(site: &Site, at: usize, mut parameters: Vec<(String, String)>) -> Route {
    let route = &site.router.routes()[at];
    // Parameters that the path left out have their defaults, in the order of the path.
    for param in route.params().skip(parameters.len()) {
        if let Some(default) = route.default(&param.name) {
            parameters.push((param.name.to_string(), default.to_owned()));
        }
    }
    let in_path = parameters.len();
    for (name, value) in route.defaults.iter() {
        if !parameters.iter().any(|(known, _)| known == name) {
            parameters.push((name.to_string(), value.to_string()));
        }
    }
    Route {
        inner: Arc::new(MatchedRoute {
            name: route.name.to_string(),
            path: route.path.to_string(),
            controller: route.controller.to_string(),
            parameters,
            in_path,
            language_parameter: route.language_parameter().map(str::to_owned),
        }),
    }
}

struct Language {
    tag: Arc<str>,
    /// Whether it depends on `Accept-Language`.
    is_negotiated: bool,
}

impl Language {
    fn fixed(tag: &str) -> Self {
        Self {
            tag: Arc::from(tag),
            is_negotiated: false,
        }
    }
}

/// The language of a request: what its route says, else what the visitor prefers, else the
/// default. `None` where the path names a language without messages.
fn language(site: &Site, found: &Answer, request: &Request) -> Option<Language> {
    let catalogue = &site.catalogue;
    if let Answer::Route(at, route) = found {
        let named = match &site.router.routes()[*at].language {
            Some(RouteLanguage::Fixed(language)) => Some(language.as_ref()),
            Some(RouteLanguage::Parameter(name)) => Some(route.parameter(name)?),
            None => None,
        };
        if let Some(named) = named {
            if catalogue.languages.is_empty() {
                return Some(Language::fixed(named));
            }
            let language = catalogue.lookup(named)?;
            return Some(Language::fixed(&language.code));
        }
    }
    if catalogue.languages.len() < 2 {
        return Some(Language::fixed(&catalogue.default));
    }
    Some(Language {
        tag: negotiate(request.headers(), catalogue)
            .unwrap_or_else(|| Arc::from(catalogue.default.as_ref())),
        is_negotiated: true,
    })
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

async fn caught(current: &Arc<Current>, run: impl Future<Output = Response>) -> Response {
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

fn fault(error: Error) -> Response {
    use axum_core::response::IntoResponse;
    error.into_response()
}

/// The error behind a response. Extractors of other crates answer by themselves with a status; a
/// server's error gets its page all the same.
fn fault_of(response: &Response) -> Option<Fault> {
    Fault::of(response.extensions()).map(Fault)
}

/// The page of an error: the app's controller for its status, else Kalgan's own.
async fn error_response(
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
fn keep_headers(error: Response, mut page: Response) -> Response {
    let (parts, _) = error.into_parts();
    for (name, value) in &parts.headers {
        let describes_body = name.as_str().starts_with("content-");
        if !describes_body && !page.headers().contains_key(name) {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
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
