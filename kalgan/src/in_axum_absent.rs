//! The twin of `in_axum` without the feature `axum`: nothing is known of it.

use http::Extensions;
use std::net::SocketAddr;

pub(crate) fn prefix<'a>(_: &'a Extensions, _: &str) -> Option<&'a str> {
    None
}

pub(crate) fn peer(_: &Extensions) -> Option<SocketAddr> {
    None
}
