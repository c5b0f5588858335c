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
mod private;
pub mod response;
mod routing;
mod server;
pub mod settings;
mod site;
mod templates;

pub use app::states::States;
#[doc(hidden)]
pub use assets::EmbeddedAsset;
pub use error::{Error, ErrorInfo, OrStatus, Result};
pub use extract::{Cookies, Form, Json, Lang, Path, Query, Request, State};
pub use handler::{BoxedHandler, Handler, Responder};
pub use middleware::{BoxedMiddleware, Middleware, Next};
pub use response::{IntoResponse, Response, ResponseExt};
pub use routing::route::Route;
pub use server::connection::Connection;
