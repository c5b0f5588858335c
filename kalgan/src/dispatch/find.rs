//! The route of a request, and its language.

use crate::error::Error;
use crate::extract::Request;
use crate::language::negotiate;
use crate::response::{Response, redirect_permanent};
use crate::routing::route::Route;
use crate::routing::router::Lookup;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::Language;
use crate::site::options::TrailingSlash;
use axum_core::body::Body;
use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};
use kalgan_core::routes::RouteLanguage;
use std::sync::Arc;

/// What the look-up of a request's route has led to.
pub(super) enum Answer {
    /// The route.
    Route(Route),
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
    let lookup = site.router.find(method, host, path);
    match lookup {
        Lookup::Found { route, parameters } => {
            return Answer::Route(site.router.matched(route, parameters));
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
                return Answer::Route(site.router.matched(route, parameters));
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

/// The language of a request: what its route says, else what the visitor prefers, else the
/// default. `None` where the path names a language without messages.
pub(super) fn language(site: &Site, found: &Answer, request: &Request) -> Option<Language> {
    let (catalogue, tags) = (&site.catalogue, &site.languages);
    if let Answer::Route(route) = found {
        let named = match &route.matched.def().language {
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
