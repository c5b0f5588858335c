//! The templates of an app: their files, and what is wrong within and between them.

#[cfg(feature = "parse")]
pub mod arguments;
mod builtin;
#[cfg(feature = "parse")]
pub mod foreign;
#[cfg(feature = "parse")]
pub mod names;
#[cfg(feature = "parse")]
pub mod needs;
#[cfg(feature = "parse")]
pub mod references;
pub mod registered;
#[cfg(feature = "parse")]
mod set;
#[cfg(feature = "parse")]
#[cfg(feature = "parse")]
pub mod signatures;
#[cfg(feature = "parse")]
pub mod structure;
mod tera;

pub use self::tera::{KnownNames, add, check_syntax, diagnose, judge};
pub use builtin::{
    ALL_VARIABLES, FILTERS, FUNCTIONS, Kind, PROVIDED, PROVIDED_FIELDS, TERA_FILTERS,
    TERA_FUNCTIONS, TERA_TESTS,
};
#[cfg(feature = "parse")]
pub use set::{Block, Entry, Parsed, Set, blocks};

use crate::routes::Text;
use crate::text::SourceFile;
use std::sync::Arc;

/// A template's name, as `render!` and `{% extends %}` give it, and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// The path below the folder of templates.
    pub name: Text,
    /// The file.
    pub file: Arc<SourceFile>,
}

#[cfg(all(test, feature = "parse"))]
mod tests;
