//! Kalgan is a web framework in which a site is files: routes, messages and settings in YAML,
//! templates in [Tera](https://docs.rs/tera). In development each request checks whether they have
//! changed, so an edit shows at the next reload; a release build parses and checks them and carries
//! them in the binary.
//!
//! ```ignore
//! // src/main.rs
//! mod controller;
//!
//! #[kalgan::app]
//! fn main() {}
//! ```
//!
//! ```yaml
//! # config/routes/site.yaml
//! routes:
//!   - user:
//!       path: /{_lang}/user/{id}
//!       controller: user_controller::show   # crate::controller::user_controller::show
//!       methods: get
//!       language: _lang
//!       requirements: { id: "[0-9]+", _lang: "en|es" }
//! ```
//!
//! ```ignore
//! // src/controller/user_controller.rs
//! use kalgan::prelude::*;
//!
//! pub async fn show(Path(id): Path<u64>, State(store): State<Store>) -> Result<Response> {
//!     let user = store.user(id).or_not_found()?;
//!     render!("user/show.html", { user })
//! }
//! ```
//!
//! A route to a controller that is not there, a key that is misspelt, a template that extends one
//! that does not exist: each is a build error with file, line and column.
//!
//! # Where to look
//!
//! * [`prelude`]: what most controllers need.
//! * [`extract`]: the arguments of controllers. [`response`]: what they return. [`Error`].
//! * [`App`]: state, filters for templates, tower layers, and an app as a tower service.
//! * [`Template`]: the variables of a template as a struct, checked by the build.
//! * [`mod@settings`]: the app's settings.
//! * [`url()`], [`here()`], [`trans()`], [`render()`]: by names that are known at run time only.
//!
//! # Features
//!
//! * `axum`: an app within a router of axum knows the path that it is nested below and, by
//!   `ConnectInfo`, who asks.
//! * `dates` (default): dates and times as each language writes them, in messages and by the filters
//!   of templates. Without it they are written as ISO 8601 does.
//! * `dev` (default, implies `disk`): development. A build with debug assertions reads the app's
//!   files from disk, shows edits in open pages and explains errors; a build without them leaves all
//!   of it out. Without `dev` every build carries its files.
//! * `disk` (default): the commands that read files, such as `check`, and `KALGAN_SETTINGS`. Without
//!   it no YAML parser is linked.
//! * `test`: the module `test`, a client that calls an app without a socket. Apps switch it on among
//!   their `dev-dependencies`, for their tests.

#![forbid(unsafe_code)]

mod app;
mod assets;
mod cli;
mod command;
mod cookies;
#[cfg_attr(not(all(feature = "dev", debug_assertions)), path = "dev_absent.rs")]
mod dev;
#[cfg_attr(not(feature = "disk"), path = "disk_absent.rs")]
mod disk;
mod dispatch;
mod early_log;
mod engine;
mod error;
mod error_page;
pub mod extract;
mod global;
mod handler;
mod http_date;
#[cfg_attr(not(feature = "axum"), path = "in_axum_absent.rs")]
mod in_axum;
mod intl;
mod language;
mod middleware;
mod moved;
mod number;
pub mod prelude;
mod rejection;
mod render;
pub mod response;
mod routing;
mod server;
pub mod settings;
mod site;
mod spawn;
mod spec;
mod states;
#[cfg(feature = "test")]
pub mod test;
#[cfg(not(feature = "test"))]
#[path = "test_absent.rs"]
mod test;
#[cfg(test)]
#[cfg(all(feature = "dev", debug_assertions))]
mod tests;

/// The template engine, for what [`App::tera`] registers.
pub use tera;

pub use kalgan_macros::{Template, app, embed, redirect, render, settings, trans, url};

pub use app::{App, AppService};
#[doc(hidden)]
pub use assets::EmbeddedAsset;
pub use command::{Command, Finish, Outcome};
pub use error::{Error, ErrorInfo, OrStatus, Result};
pub use extract::{Args, Cookies, Form, Json, Lang, Path, Query, Request, State};
pub use global::Global;
pub use handler::{BoxedHandler, Handler, Responder};
pub use middleware::{BoxedMiddleware, Middleware, Next};
pub use number::Number;
pub use render::template::Template;
pub use render::{TemplateError, here, render, trans, url};
pub use response::{IntoResponse, Response, ResponseExt};
pub use routing::route::Route;
pub use routing::url::UrlError;
pub use server::connection::Connection;
pub use settings::Secret;
pub use spawn::{spawn, spawn_blocking};
pub use states::States;

/// What the macros expand to. Nothing here is for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::app::{app, find_route};
    pub use crate::assets::EmbeddedAsset;
    pub use crate::cli::main;
    pub use crate::handler::BoxedHandler;
    pub use crate::intl::Calendars;
    pub use crate::middleware::BoxedMiddleware;
    pub use crate::render::checked::{
        number, redirect, redirect_with, render, respond, trans, url, url_with,
    };
    pub use crate::render::query::{query, query_of};
    pub use crate::render::template::Variables;
    pub use crate::routing::expression::{Compile, REGEX};
    pub use crate::spec::{Files, Functions, Linked, Spec};
    pub use include_dir;
    pub use kalgan_core::templates::views;
    pub use kalgan_core::{commands, messages, routes, scalar, settings, site};
    pub use kalgan_macros::__bake;
    pub use serde::Serialize;
}
