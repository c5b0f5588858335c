//! The route of a request, and its language.

use crate::error::Error;
use crate::extract::Request;
use crate::language::negotiate;
use crate::response::{Response, redirect_permanent};
use crate::routing::route::Matched;
use crate::routing::router::Lookup;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::Language;
use crate::site::options::TrailingSlash;
use axum_core::body::Body;
use http::header::{ALLOW, CACHE_CONTROL};
use http::{HeaderValue, Method, StatusCode};
use kalgan_core::routes::RouteLanguage;
use std::sync::Arc;

/// What the look-up of a request's route has led to.
pub(super) enum Answer {
    /// The route.
    Route(Matched),
    /// A response that needs no controller.
    Ready(Response),
    /// An error, for its page.
    Error(Error),
}

/// Looks for the request's route, and answers what none has to: OPTIONS, another trailing slash.
pub(super) fn find(site: &Site, request: &Request, connection: &Connection) -> Answer {
    let method = request.method().as_str();
    let path = request.uri().path();
    // To check a host costs something, and few apps tell hosts apart.
    let host = site.router.has_hosts().then(|| connection.host()).flatten();
    match site.router.find(method, host, path) {
        Lookup::Found { route, parameters } => {
            return Answer::Route(site.router.matched(route, parameters));
        }
        Lookup::Malformed => {
            return Answer::Error(Error::bad_request(
                "the path is not UTF-8 once its percent-encoding is undone",
            ));
        }
        Lookup::OtherMethods(allowed) => return other_methods(request, &allowed),
        Lookup::Nothing => {}
    }
    // `OPTIONS *` asks for the server as a whole (RFC 9110, section 9.3.7).
    if request.method() == Method::OPTIONS && path == "*" {
        return Answer::Ready(with_allow(
            StatusCode::NO_CONTENT,
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ));
    }
    if site.options.trailing_slash != TrailingSlash::Strict
        && let Some((lookup, other)) = site.router.find_with_other_slash(method, host, path)
    {
        match lookup {
            Lookup::Found { route, parameters } => {
                if site.options.trailing_slash == TrailingSlash::Ignore {
                    return Answer::Route(site.router.matched(route, parameters));
                }
                let query = request.uri().query();
                if let Some(redirect) = redirect_to(site, connection.prefix(), &other, query) {
                    return Answer::Ready(redirect);
                }
            }
            Lookup::OtherMethods(allowed) => return other_methods(request, &allowed),
            Lookup::Nothing | Lookup::Malformed => {}
        }
    }
    Answer::Error(Error::not_found())
}

/// A redirect to the same path with or without the slash at its end.
fn redirect_to(site: &Site, prefix: &str, path: &str, query: Option<&str>) -> Option<Response> {
    // Two slashes in front would name another host.
    if path.starts_with("//") {
        return None;
    }
    let target = match query {
        Some(query) => format!("{prefix}{path}?{query}"),
        None => format!("{prefix}{path}"),
    };
    let mut response = redirect_permanent(target);
    if !site.options.is_prod {
        // Browsers keep it without an end, and the next edit may turn it round.
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(CACHE_CONTROL, no_store);
    }
    Some(response)
}

/// The answer for a path that has routes for other methods only.
fn other_methods(request: &Request, allowed: &[String]) -> Answer {
    let allow = allowed.join(", ");
    if request.method() == Method::OPTIONS {
        return Answer::Ready(with_allow(StatusCode::NO_CONTENT, &allow));
    }
    let message = format!("the path is answered for {allow}");
    let error = Error::new(StatusCode::METHOD_NOT_ALLOWED, message);
    Answer::Error(error.with_allow(allow))
}

fn with_allow(status: StatusCode, allow: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// The language of a request: what its route says, else what the visitor prefers, else the
/// default. `None` where the path names a language without messages.
pub(super) fn language(site: &Site, found: &Answer, request: &Request) -> Option<Language> {
    let (catalogue, tags) = (&site.catalogue, &site.languages);
    if let Answer::Route(route) = found {
        let named = match &route.def().language {
            Some(RouteLanguage::Fixed(language)) => Some(language.as_ref()),
            Some(RouteLanguage::Parameter(name)) => Some(route.parameter(name)?),
            None => None,
        };
        if let Some(named) = named {
            if catalogue.languages.is_empty() {
                return Some(Language::fixed(Arc::from(named)));
            }
            let language = catalogue.lookup(named)?;
            return Some(Language::fixed(tags.get(&language.code)));
        }
    }
    // A path that no route answers may lie below one that names the language.
    if !matches!(found, Answer::Route(_))
        && let Some((_, named)) = site.router.language_of(request.uri().path())
        && let Some(language) = catalogue.lookup(&named)
    {
        return Some(Language::fixed(tags.get(&language.code)));
    }
    if catalogue.languages.len() < 2 {
        return Some(Language::fixed(tags.default()));
    }
    Some(Language {
        tag: match negotiate(request.headers(), catalogue) {
            Some(language) => tags.get(language),
            None => tags.default(),
        },
        is_negotiated: true,
    })
}
