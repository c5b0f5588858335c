//! What Kalgan's macros and run time share: the model of a site, the parsers of its files, the
//! checks and the diagnostics.

pub mod diagnostic;
#[cfg(feature = "parse")]
pub mod loader;
pub mod messages;
pub mod routes;
pub mod scalar;
pub mod settings;
pub mod site;
pub mod source;
pub mod suggest;
pub mod templates;
pub mod text;
#[cfg(feature = "parse")]
pub mod yaml;
