//! The twin of `dev` in builds without development: the same names, which do nothing.

use crate::cli::print::say_error;
use crate::error::Error;
use crate::extract::Request;
use crate::response::Response;
use crate::site::Site;
use crate::site::current::Current;
use crate::spec::Spec;
use futures_util::future::BoxFuture;
use http::request::Parts;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::Setting;
use std::any::Any;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tera::Context;

/// Pages are rendered by programs.
pub(crate) const COMPILES: bool = true;

/// The one snapshot of an app.
pub(crate) struct Snapshots(Arc<Site>);

/// Files with mistakes, which the app does not start with.
pub(crate) enum Broken {}

pub(crate) type Turn = Result<Arc<Site>, Broken>;

impl Snapshots {
    pub(crate) fn fixed(site: Arc<Site>) -> Self {
        Self(site)
    }

    #[cfg(feature = "disk")]
    pub(crate) fn reloaded(
        plan: crate::site::plan::Plan,
        read: crate::disk::Read,
    ) -> Result<Self, Box<(crate::site::plan::Plan, crate::disk::Read)>> {
        Err(Box::new((plan, read)))
    }

    pub(crate) fn at_once(&self) -> Option<Turn> {
        Some(Ok(Arc::clone(&self.0)))
    }

    pub(crate) async fn turn(&self) -> Turn {
        Ok(Arc::clone(&self.0))
    }

    pub(crate) fn latest(&self) -> Option<Arc<Site>> {
        Some(Arc::clone(&self.0))
    }

    pub(crate) fn how(&self) -> &'static str {
        "its files were read once"
    }
}

impl Broken {
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        match *self {}
    }

    pub(crate) fn last_good(&self) -> Option<&Arc<Site>> {
        match *self {}
    }
}

/// The look at the files that a request has waited for.
pub(crate) struct Look;

impl Look {
    pub(crate) fn begin() -> Self {
        Self
    }

    pub(crate) fn end(self) -> Self {
        self
    }

    pub(crate) fn begun(&self) -> Instant {
        Instant::now()
    }
}

/// What is noted of a request.
#[derive(Clone)]
pub(crate) struct Record;

impl Record {
    pub(crate) fn begin(
        _: &Snapshots,
        _: &Turn,
        _: &Request,
        _: &Look,
        _: Option<&Arc<str>>,
    ) -> Self {
        Self
    }

    pub(crate) fn current() -> Self {
        Self
    }

    pub(crate) fn attach(&self, _: &mut Request) {}

    pub(crate) fn of(_: &Request) -> Self {
        Self
    }

    pub(crate) fn scope<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) fn sync_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        run()
    }

    pub(crate) fn unconditional<'a>(&self, parts: &'a Parts) -> Cow<'a, Parts> {
        Cow::Borrowed(parts)
    }

    pub(crate) fn inject(&self, response: Response) -> Response {
        response
    }

    pub(crate) fn allow(&self, _: &mut Response) {}
}

pub(crate) fn answer(_: &Snapshots, _: &Request) -> Option<Response> {
    None
}

pub(crate) fn close(_: &Snapshots) {}

/// The command `dev`.
pub(crate) fn supervise(spec: &Spec, _: Vec<String>, _: Vec<Setting>) -> ExitCode {
    let why = if cfg!(debug_assertions) {
        "`dev` is for apps that read their files, and this one was built without Kalgan's feature \
         `dev`"
    } else {
        "`dev` is for debug builds, and this is a release build: `cargo run -- dev`"
    };
    say_error(&format!("{}: {why}", spec.name));
    ExitCode::from(2)
}

pub(crate) fn follow_parent() {}

pub(crate) fn tell_pages(_: &Snapshots) {}

pub(crate) fn warn_of_address(_: &Snapshots, _: SocketAddr) {}

/// Whether the pages of errors may tell of the request.
pub(crate) const EXPLAINS: bool = false;

pub(crate) fn has_found(_: &Current) {}

pub(crate) async fn explain(_: &Snapshots, broken: &Broken, _: Request, _: &Record) -> Response {
    match *broken {}
}

pub(crate) async fn explained(
    _: &Arc<Error>,
    _: &Snapshots,
    _: &Current,
    _: &Parts,
    _: bool,
) -> Option<Response> {
    None
}

pub(crate) async fn explained_again(
    _: &Arc<Error>,
    _: &Snapshots,
    _: &Current,
    _: &Parts,
) -> Option<Response> {
    None
}

pub(crate) fn traced(
    _: &Arc<Current>,
    run: BoxFuture<'static, Response>,
) -> Result<BoxFuture<'static, Result<Response, Panic>>, BoxFuture<'static, Response>> {
    Err(run)
}

pub(crate) type Panic = (Box<dyn Any + Send>, Option<backtrace::BoxedTrace>);

pub(crate) mod backtrace {
    use http::StatusCode;

    #[derive(Debug)]
    pub(crate) enum BoxedTrace {}

    pub(crate) fn trace_of(_: StatusCode) -> Option<BoxedTrace> {
        None
    }

    pub(crate) fn place_of_panic(trace: &BoxedTrace) -> Option<String> {
        match *trace {}
    }
}

#[cfg(test)]
pub(crate) mod panics {
    pub(crate) fn install() {}
}

pub(crate) fn fresh(site: Arc<Site>, _: &str) -> Result<Arc<Site>, Vec<Diagnostic>> {
    Ok(site)
}

pub(crate) fn check_request(
    _: &Site,
    _: &'static str,
    _: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), Vec<Diagnostic>> {
    Ok(())
}

pub(crate) fn render(site: &Site, name: &str, context: &Context) -> tera::TeraResult<String> {
    site.tera.with(&site.templates)?.render(name, context)
}

/// A template that is being rendered.
pub(crate) struct Rendering;

impl Rendering {
    pub(crate) fn end(self) {}
}

pub(crate) fn rendering(_: &str, _: &Site) -> Rendering {
    Rendering
}

pub(crate) fn has_no_request() {}

pub(crate) fn has_fallen_back(_: &str, _: &str, _: &str) {}

/// The layer of the log that notes the lines of a request.
pub(crate) fn lines() -> tracing_subscriber::layer::Identity {
    tracing_subscriber::layer::Identity::new()
}

pub(crate) fn writes() {}
