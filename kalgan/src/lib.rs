//! Kalgan.

mod app;
mod assets;
mod dev;
mod dispatch;
mod error;
mod error_page;
pub mod extract;
mod handler;
mod language;
mod middleware;
mod names;
mod private;
pub mod response;
mod routing;
mod server;
pub mod settings;
mod site;
mod templates;
#[cfg(all(test, feature = "disk"))]
mod tests;

pub use app::states::States;
pub use app::{App, AppService};
#[doc(hidden)]
pub use assets::EmbeddedAsset;
pub use error::{Error, ErrorInfo, OrStatus, Result};
pub use extract::{Cookies, Form, Json, Lang, Path, Query, Request, State};
pub use handler::{BoxedHandler, Handler, Responder};
pub use middleware::{BoxedMiddleware, Middleware, Next};
pub use names::{trans, url};
pub use response::{IntoResponse, Response, ResponseExt};
pub use routing::route::Route;
pub use routing::url::UrlError;
pub use server::connection::Connection;
pub use templates::{TemplateError, render};

/// What the macros expand to. Nothing here is for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}
