//! The twin of `in_axum` without the feature `axum`: nothing is known of it.

use crate::extract::Request;
use crate::routing::route::Matched;
use crate::server::connection::Connection;
use http::{Extensions, StatusCode};
use std::error::Error;
use std::net::SocketAddr;

pub(crate) fn prefix<'a>(_: &'a Extensions, _: &str) -> Option<&'a str> {
    None
}

pub(crate) fn peer(_: &Extensions) -> Option<SocketAddr> {
    None
}

pub(crate) fn status_of(_: &(dyn Error + Send + Sync + 'static)) -> Option<StatusCode> {
    None
}

#[derive(Debug)]
pub(crate) struct Routers;

impl Routers {
    pub(crate) fn new(_: usize) -> Self {
        Self
    }
}

pub(crate) fn tell_request(_: &mut Request, _: &Connection) {}

pub(crate) fn tell_route(_: &Routers, _: &mut Request, _: &Matched) {}
