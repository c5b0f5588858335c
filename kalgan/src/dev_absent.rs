//! The twin of `dev` in builds without development: the same names, which do nothing.

use crate::app::shared::{Shared, Turn};
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::site::Site;
use http::request::Parts;
use std::borrow::Cow;
use std::time::{Duration, Instant};

/// The look at the files that a request has waited for.
pub(crate) struct Look;

impl Look {
    pub(crate) fn new(_: Duration) -> Self {
        Self
    }
}

/// What is noted of a request.
#[derive(Clone, Copy)]
pub(crate) struct Record;

impl Record {
    pub(crate) fn begin(_: &Shared, _: &Turn, _: &Request, _: Instant, _: &Look) -> Self {
        Self
    }

    pub(crate) fn attach(self, _: &mut Request) {}

    pub(crate) fn of(_: &Request) -> Self {
        Self
    }

    pub(crate) async fn scope<F: Future>(self, future: F) -> F::Output {
        future.await
    }

    pub(crate) fn unconditional(self, parts: &Parts) -> Cow<'_, Parts> {
        Cow::Borrowed(parts)
    }

    pub(crate) fn inject(self, response: Response) -> Response {
        response
    }

    pub(crate) fn allow(self, _: &mut Response) {}
}

pub(crate) fn answer(_: &Shared, _: &Request) -> Option<Response> {
    None
}

pub(crate) fn close(_: &Shared) {}

/// Whether the pages of errors may tell of the request.
pub(crate) const EXPLAINS: bool = false;

pub(crate) fn has_found(_: &Site, _: Option<&Route>, _: &str, _: bool) {}

/// A template that is being rendered.
pub(crate) struct Rendering;

impl Rendering {
    pub(crate) fn end(self) {}
}

pub(crate) fn rendering(_: &str, _: &Site) -> Rendering {
    Rendering
}

#[cfg(feature = "disk")]
pub(crate) fn has_met(_: &[kalgan_core::diagnostic::Diagnostic]) {}

pub(crate) fn has_fallen_back(_: &str, _: &str, _: &str) {}

/// The layer of the log that notes the lines of a request.
pub(crate) fn lines() -> tracing_subscriber::layer::Identity {
    tracing_subscriber::layer::Identity::new()
}

pub(crate) fn writes() {}
