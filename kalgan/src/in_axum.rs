//! What axum knows of a request, where an app is a service within its router.

use axum::extract::{ConnectInfo, OriginalUri};
use http::Extensions;
use std::net::SocketAddr;

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
