//! A site: one immutable snapshot of everything that its files say, ready to answer requests.

pub(crate) mod current;
pub(crate) mod options;
pub(crate) mod plan;

use crate::assets::Assets;
use crate::assets::cache::CachePolicy;
use crate::engine::compiled::Programs;
use crate::engine::{Engine, Provided, Reads};
use crate::global::Globals;
use crate::handler::BoxedHandler;
use crate::in_axum::Routers;
use crate::language::Tags;
use crate::middleware::BoxedMiddleware;
use crate::routing::router::Router;
use kalgan_core::messages::Catalogue;
use kalgan_core::settings::Settings;
use kalgan_core::templates::Templates;
use options::Options;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// One snapshot. Production has one for ever; development swaps in a new one when a file changed.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) settings: Arc<Settings>,
    pub(crate) options: Arc<Options>,
    pub(crate) router: Arc<Router>,
    pub(crate) catalogue: Arc<Catalogue>,
    /// The tags of the catalogue's languages.
    pub(crate) languages: Tags,
    pub(crate) assets: Assets,
    pub(crate) cache: CachePolicy,
    /// What renders pages without a program; development has others for the pages.
    pub(crate) tera: Engine,
    pub(crate) templates: Templates,
    /// The pages as programs; development has none.
    pub(crate) programs: Programs,
    /// The variables of `App::global`.
    pub(crate) globals: Globals,
    /// Which of these and of the provided variables each page reads.
    pub(crate) provided: Provided,
    /// What answers each route, in the order of the router's table.
    endpoints: Arc<Vec<Endpoint>>,
    /// The controllers of `error.*`.
    errors: Arc<ErrorControllers>,
    /// What crates for axum are told of the routes.
    pub(crate) in_axum: Routers,
    /// When this snapshot was made, in UNIX milliseconds.
    pub(crate) made: u128,
}

/// What answers a route.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) handler: BoxedHandler,
    pub(crate) middlewares: Arc<[BoxedMiddleware]>,
}

/// The controllers of errors, by the statuses that each is for.
#[derive(Debug, Default)]
pub(crate) struct ErrorControllers(Vec<(RangeInclusive<u16>, BoxedHandler)>);

impl ErrorControllers {
    pub(crate) fn insert(&mut self, statuses: RangeInclusive<u16>, handler: BoxedHandler) {
        self.0.push((statuses, handler));
    }

    /// The one that is for the fewest statuses.
    fn find(&self, status: u16) -> Option<&BoxedHandler> {
        let fits = self
            .0
            .iter()
            .filter(|(statuses, _)| statuses.contains(&status));
        let nearest = fits.min_by_key(|(statuses, _)| statuses.end() - statuses.start());
        nearest.map(|(_, handler)| handler)
    }
}

impl Site {
    /// Which of the provided variables a page reads.
    pub(crate) fn reads(&self, page: &str) -> Reads {
        self.provided.reads(page, &self.templates)
    }

    /// What answers a route.
    pub(crate) fn endpoint(&self, route: usize) -> Option<&Endpoint> {
        self.endpoints.get(route)
    }

    /// Whether the app has pages of its own for errors.
    pub(crate) fn has_error_controllers(&self) -> bool {
        !self.errors.0.is_empty()
    }

    /// The controller of an error, by its status.
    pub(crate) fn error_controller(&self, status: http::StatusCode) -> Option<&BoxedHandler> {
        self.errors.find(status.as_u16())
    }
}
