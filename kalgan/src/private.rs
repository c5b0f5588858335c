//! What the macros expand to. Nothing here is for people, and anything may change.

use crate::app::App;
use crate::error::Result;
use crate::response::{self, Response};
use crate::routing::url as urls;
use crate::site::current;
use crate::templates;
use crate::templates::template::Template;
use std::fmt::Display;
use std::path::PathBuf;

pub use crate::app::main::main;
pub use crate::assets::EmbeddedAsset;
pub use crate::handler::BoxedHandler;
pub use crate::middleware::BoxedMiddleware;
pub use crate::templates::template::Variables;
pub use include_dir;
pub use kalgan_core::templates::views;
pub use kalgan_core::{messages, routes, scalar, settings, site};
pub use kalgan_macros::__bake;
pub use serde::Serialize;

/// An app as `kalgan::embed!` knows it.
#[derive(Debug)]
pub struct Spec {
    /// The name of the package.
    pub name: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// Its files.
    pub files: Files,
    /// The controllers and middlewares that the routes and settings name.
    pub functions: fn() -> Functions,
    /// What its sources register with Tera.
    pub registered: views::RegisteredNames,
    /// Where its sources render templates; in development only.
    pub views: &'static [views::View],
}

impl Spec {
    /// The folder of what is read from disk: the app's own in development; for a binary that
    /// carries its files `KALGAN_ROOT`, else the working directory.
    pub(crate) fn root(&self) -> PathBuf {
        match &self.files {
            Files::Disk { root, .. } => PathBuf::from(root),
            Files::Baked { .. } => {
                std::env::var_os("KALGAN_ROOT").map_or_else(|| PathBuf::from("."), PathBuf::from)
            }
        }
    }
}

/// Where an app's files are.
#[derive(Debug)]
pub enum Files {
    /// On disk, for development.
    Disk {
        /// The app's folder.
        root: &'static str,
        /// The settings below it, where they are not in the usual place.
        settings: Option<&'static str>,
    },
    /// In the binary.
    Baked {
        /// Settings, routes and messages, as parsed and checked.
        site: site::BakedSite,
        /// The templates.
        templates: &'static include_dir::Dir<'static>,
        /// The static files, with `static.embed`.
        assets: &'static [EmbeddedAsset],
    },
}

/// Functions of the app by their paths.
#[derive(Debug, Default)]
pub struct Functions {
    /// Below `crate::controller`.
    pub controllers: Vec<(&'static str, BoxedHandler)>,
    /// Below `crate::middleware`.
    pub middlewares: Vec<(&'static str, BoxedMiddleware)>,
}

/// What `kalgan::embed!` evaluates to.
#[must_use]
pub fn app(spec: &'static Spec) -> App {
    App::load(spec, Vec::new())
}

/// `render!`.
#[doc(hidden)]
pub fn render(name: &'static str, variables: Variables) -> Result<Response> {
    variables.render(name)
}

/// A struct with `#[derive(Template)]` as a response.
#[must_use]
pub fn respond<T: Template>(template: &T) -> Response {
    use crate::response::IntoResponse;
    template.render().into_response()
}

/// `url!`. The route was proven when the app was compiled; in development it may have changed
/// since, and a value may not meet its requirement: the log then tells, and the URL is `#`.
#[must_use]
pub fn url(name: &'static str, parameters: &[(&'static str, &dyn Display)]) -> String {
    let parameters: Vec<(&str, String)> = parameters
        .iter()
        .map(|(key, value)| (*key, value.to_string()))
        .collect();
    let Some(site) = current::site() else {
        tracing::error!(target: "kalgan", "the URL of `{name}` was made before an app has started");
        return String::from("#");
    };
    let language = current::language(&site);
    urls::make(&site.router, name, &parameters, &language).unwrap_or_else(|error| {
        tracing::error!(target: "kalgan", "{error}");
        String::from("#")
    })
}

/// `redirect!`.
#[must_use]
pub fn redirect(name: &'static str, parameters: &[(&'static str, &dyn Display)]) -> Response {
    use crate::response::IntoResponse;
    let values = parameters.iter().map(|(key, value)| (*key, value));
    match crate::names::url(name, values) {
        Ok(url) => response::redirect(url),
        Err(error) => error.into_response(),
    }
}

/// A value of `trans!` that must be a number.
#[must_use]
pub fn number<T: crate::Number>(value: &T) -> &dyn Display {
    value
}

/// `trans!`. Where the message has changed since the app was compiled, the log tells, and the key
/// is shown.
#[must_use]
pub fn trans(
    language: Option<&str>,
    key: &'static str,
    values: &[(&'static str, &dyn Display)],
) -> String {
    let Some(site) = current::site() else {
        tracing::error!(target: "kalgan", "the message `{key}` was made before an app has started");
        return key.to_owned();
    };
    let own = current::language(&site);
    templates::message(&site, language.unwrap_or(&own), key, |name| {
        let value = values.iter().find(|(key, _)| *key == name);
        value.map(|(_, value)| value.to_string())
    })
    .unwrap_or_else(|_| key.to_owned())
}

/// The name of the route that answers a request; for measurements.
#[must_use]
pub fn find_route(app: &App, method: &str, path: &str) -> Option<String> {
    use crate::routing::router::Lookup;
    let site = app.latest_site()?;
    match site.router.find(method, None, path) {
        Lookup::Found { route, .. } => Some(site.router.routes()[route].name.to_string()),
        _ => None,
    }
}
