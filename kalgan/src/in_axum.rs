//! What axum and crates for it look for in a request, and what axum knows of it where an app is a
//! service within its router.

use crate::extract::Request;
use crate::routing::route::Matched;
use crate::server::connection::Connection;
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection as rejections;
use axum::extract::{ConnectInfo, OriginalUri};
use axum::response::Response;
use futures_util::FutureExt;
use http::{Extensions, StatusCode, Uri};
use kalgan_core::routes::{RouteDef, Segment};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::OnceLock;
use tower_service::Service;

/// A router of axum for each route of a table, made when it is first asked.
#[derive(Debug)]
pub(crate) struct Routers(Vec<OnceLock<Router>>);

impl Routers {
    pub(crate) fn new(routes: usize) -> Self {
        Self((0..routes).map(|_| OnceLock::new()).collect())
    }
}

/// Puts in who asks, and for which URI: `ConnectInfo`, `OriginalUri`.
pub(crate) fn tell_request(request: &mut Request, connection: &Connection) {
    let has_uri = request.extensions().get::<OriginalUri>().is_some();
    let original = (!has_uri).then(|| match connection.prefix() {
        "" => request.uri().clone(),
        prefix => {
            let whole = format!("{prefix}{}", request.uri());
            whole.parse().unwrap_or_else(|_| request.uri().clone())
        }
    });
    let extensions = request.extensions_mut();
    if let Some(original) = original {
        extensions.insert(OriginalUri(original));
    }
    if let Some(peer) = connection.peer()
        && extensions.get::<ConnectInfo<SocketAddr>>().is_none()
    {
        extensions.insert(ConnectInfo(peer));
    }
}

/// Puts in the route: `MatchedPath`, and the parameters for axum's `Path`. Both are private to axum's
/// router, so it is asked, with a path that is made of the parameters.
pub(crate) fn tell_route(routers: &Routers, request: &mut Request, route: &Matched) {
    let def = route.def();
    let Some(router) = routers.0.get(route.at()) else {
        return;
    };
    let mut router = router.get_or_init(|| router_of(def)).clone();
    let Ok(uri) = path_of(route).parse::<Uri>() else {
        return;
    };
    let mut asked = Request::new(Body::empty());
    *asked.uri_mut() = uri;
    *asked.extensions_mut() = std::mem::take(request.extensions_mut());
    // What answers it waits for nothing.
    if let Some(Ok(mut response)) = router.call(asked).now_or_never() {
        *request.extensions_mut() = std::mem::take(response.extensions_mut());
    }
}

/// Encodes all that means something to axum or to a URL. axum compares texts as they are encoded, and
/// refuses patterns with `:` or `*` at the beginning of a segment.
fn encoded(text: &str) -> String {
    const SET: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, SET).to_string()
}

/// A router that hands the extensions of a request back.
fn router_of(def: &RouteDef) -> Router {
    let back = tower::service_fn(|request: Request| async move {
        let mut response = Response::new(Body::empty());
        *response.extensions_mut() = request.into_parts().0.extensions;
        Ok::<_, Infallible>(response)
    });
    let mut pattern = String::new();
    for segment in def.pattern.segments.iter() {
        pattern.push('/');
        match segment {
            Segment::Literal(text) => pattern.push_str(&encoded(text)),
            Segment::Rest(param) => pattern.push_str(&format!("{{*{}}}", param.name)),
            // Of several parameters in a segment each has one of its own.
            Segment::Param(_) | Segment::Mixed(_) => {
                let names = segment.params().map(|param| format!("{{{}}}", param.name));
                pattern.push_str(&names.collect::<Vec<_>>().join("/"));
            }
        }
    }
    Router::new()
        .route_service(&pattern, back)
        .fallback_service(back)
}

/// The path of a route with the values of its parameters, for [`router_of`].
fn path_of(route: &Matched) -> String {
    let mut path = String::new();
    let value = |name: &str| route.parameter(name).unwrap_or_default();
    for segment in route.def().pattern.segments.iter() {
        path.push('/');
        match segment {
            Segment::Literal(text) => path.push_str(&encoded(text)),
            Segment::Rest(param) => {
                let parts = value(&param.name).split('/').map(encoded);
                path.push_str(&parts.collect::<Vec<_>>().join("/"));
            }
            Segment::Param(_) | Segment::Mixed(_) => {
                let values = segment.params().map(|param| encoded(value(&param.name)));
                path.push_str(&values.collect::<Vec<_>>().join("/"));
            }
        }
    }
    path
}

/// The path that routers of axum have cut off.
pub(crate) fn prefix<'a>(extensions: &'a Extensions, path: &str) -> Option<&'a str> {
    let OriginalUri(original) = extensions.get()?;
    between(original.path(), path)
}

/// The other end of the socket, of `into_make_service_with_connect_info`.
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(*peer)
}

/// What a router has cut off in front of a path.
fn between<'a>(original: &'a str, path: &str) -> Option<&'a str> {
    let prefix = match original.strip_suffix(path) {
        Some(prefix) => prefix,
        // A router asks for `/`, whether it was asked for `/shop` or for `/shop/`.
        None if path == "/" => original,
        None => return None,
    };
    (!prefix.is_empty()).then_some(prefix)
}

/// The status of a rejection of one of axum's extractors.
pub(crate) fn status_of(error: &(dyn Error + Send + Sync + 'static)) -> Option<StatusCode> {
    macro_rules! find {
        ($($name:ident)*) => {
            $(if let Some(rejection) = error.downcast_ref::<rejections::$name>() {
                return Some(rejection.status());
            })*
        };
    }
    if let Some(error) = error.downcast_ref::<MultipartError>() {
        return Some(error.status());
    }
    if let Some(rejection) = error.downcast_ref::<MultipartRejection>() {
        return Some(rejection.status());
    }
    find!(
        PathRejection RawPathParamsRejection QueryRejection FormRejection RawFormRejection
        JsonRejection ExtensionRejection MatchedPathRejection
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_router_has_cut_off() {
        assert_eq!(between("/shop/a", "/a"), Some("/shop"));
        assert_eq!(between("/shop", "/"), Some("/shop"));
        assert_eq!(between("/shop/", "/"), Some("/shop"));
        assert_eq!(between("/a", "/a"), None);
        assert_eq!(between("/b", "/a"), None);
    }
}
