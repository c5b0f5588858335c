//! Kalgan.

#[allow(dead_code)]
mod app;
#[allow(dead_code)]
mod error;
#[allow(dead_code)]
pub mod extract;
#[allow(dead_code)]
mod handler;
#[allow(dead_code)]
mod middleware;
#[allow(dead_code, unused_imports)]
pub mod response;
#[allow(dead_code)]
mod routing;

pub use app::states::States;
pub use error::{Error, ErrorInfo, OrStatus, Result};
pub use extract::{Cookies, Form, Json, Lang, Path, Query, Request, State};
pub use handler::{BoxedHandler, Handler, Responder};
pub use middleware::{BoxedMiddleware, Middleware, Next};
pub use response::{IntoResponse, Response, ResponseExt};
pub use routing::route::Route;
