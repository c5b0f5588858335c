//! The model of the user's crate: files, modules, items, imports, serde's attributes.
//!
//! A macro sees its own tokens only. This reads the files that `mod` declarations lead to, by their
//! tokens and without expanding macros; what it does not understand is unknown, never a mistake.

mod app_arguments;
mod cache;
mod dependencies;
mod field_case;
mod files;
pub(crate) mod functions;
pub(crate) mod item;
mod locals;
mod modules;
pub(crate) mod package;
pub(crate) mod registered;
pub(crate) mod resolve;
mod scan;
pub(crate) mod serde;
pub(crate) mod types;
mod values;

pub(crate) use files::File;
pub(crate) use modules::{Crate, ScopeId};
