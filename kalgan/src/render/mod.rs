//! The only way from a name to a text: the URL of a route, a message, a page. The macros, the
//! functions for names that are known at run time only, and the filters of templates all end here.

mod asset;
pub(crate) mod checked;
mod compiled;
mod contexts;
mod error;
pub(crate) mod filters;
mod formats;
mod given;
mod here;
mod message;
mod page;
mod provided;
pub(crate) mod query;
pub(crate) mod response;
pub(crate) mod template;
mod url;

pub use error::TemplateError;
pub use here::here;
pub use message::trans;
pub use response::render;
pub use url::url;
