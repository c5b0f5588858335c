//! What most controllers need: `use kalgan::prelude::*;`.

pub use crate::app::App;
pub use crate::error::{Error, ErrorInfo, OrStatus, Result};
pub use crate::extract::{Args, Cookies, Form, Json, Lang, Path, Query, Request, State};
pub use crate::middleware::Next;
pub use crate::render::template::Template;
pub use crate::response::{IntoResponse, Response, ResponseExt};
pub use crate::routing::route::Route;
pub use crate::server::connection::Connection;
pub use crate::settings;
pub use kalgan_macros::{Template, redirect, render, trans, url};
