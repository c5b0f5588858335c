//! What Kalgan's macros and run time share: the model of a site, the parsers of its files, the
//! checks and the diagnostics.

pub mod diagnostic;
pub mod messages;
pub mod routes;
pub mod scalar;
pub mod settings;
pub mod source;
pub mod suggest;
pub mod text;
#[cfg(feature = "parse")]
pub mod yaml;
