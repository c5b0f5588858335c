//! What Kalgan's macros and run time share: the model of a site, the parsers of its files, the
//! checks and the diagnostics.
//!
//! An arrow between modules runs down only: [`text`], [`source`], [`yaml`] and [`diagnostic`] are the
//! ground; [`settings`], [`routes`], [`messages`], [`syntax`] and [`templates`] each know their own
//! files; [`lint`] checks these against each other and against Rust; the [`loader`] drives it all and
//! remembers what it has parsed. Nothing here knows of `proc_macro`, tokio or HTTP.

#![forbid(unsafe_code)]

pub mod asset_path;
pub mod commands;
pub mod content_hash;
pub mod diagnostic;
#[cfg(feature = "parse")]
pub mod lint;
#[cfg(feature = "parse")]
pub mod loader;
pub mod messages;
pub mod routes;
#[cfg(feature = "parse")]
pub mod rust;
pub mod scalar;
#[cfg(feature = "parse")]
pub mod schema;
pub mod settings;
pub mod site;
pub mod source;
pub mod stack;
pub mod suggest;
pub mod syntax;
pub mod templates;
pub mod text;
#[cfg(feature = "parse")]
pub mod yaml;
