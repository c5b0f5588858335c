//! The templates of an app: their files, what they refer to and what they need.

mod builtin;
#[cfg(feature = "parse")]
mod constants;
mod file;
#[cfg(feature = "parse")]
pub mod needs;
#[cfg(feature = "parse")]
pub mod references;
pub mod registered;
#[cfg(feature = "parse")]
mod set;
#[cfg(feature = "parse")]
pub mod signatures;
mod tera;
pub mod views;

pub use self::tera::{KnownNames, add, check_syntax, diagnose, judge};
pub use builtin::{
    ALL_VARIABLES, CallKind, FILTERS, FUNCTIONS, PROVIDED, PROVIDED_FIELDS, TERA_FILTERS,
    TERA_FUNCTIONS, TERA_TESTS,
};
#[cfg(feature = "parse")]
pub use constants::{Literal, LiteralKind};
pub use file::{TemplateFile, is_html, without_template};
#[cfg(feature = "parse")]
pub use set::{Block, Closure, Entry, ParsedTemplate, Set, blocks};

use crate::text::SourceFile;
use std::sync::Arc;

/// The templates of a site, however they are held.
#[derive(Clone, Debug)]
pub enum Templates {
    /// Sorted by name: those that a binary carries.
    Listed(Arc<[TemplateFile]>),
    /// Those on disk.
    #[cfg(feature = "parse")]
    Set(Arc<Set>),
}

impl Default for Templates {
    fn default() -> Self {
        Self::Listed(Arc::default())
    }
}

impl PartialEq for Templates {
    fn eq(&self, other: &Self) -> bool {
        self.files() == other.files()
    }
}

impl Templates {
    /// Templates in any order.
    #[must_use]
    pub fn listed(mut templates: Vec<TemplateFile>) -> Self {
        templates.sort_by(|a, b| a.name.cmp(&b.name));
        Self::Listed(templates.into())
    }

    /// The file of a template that Tera takes.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<SourceFile>> {
        match self {
            Self::Listed(templates) => {
                let at = templates.binary_search_by(|template| template.name.as_ref().cmp(name));
                Some(&templates[at.ok()?].file)
            }
            #[cfg(feature = "parse")]
            Self::Set(set) => {
                let entry = set.entry(name).filter(|entry| entry.is_good)?;
                Some(&entry.file)
            }
        }
    }

    /// All of them that Tera takes, sorted by name.
    #[must_use]
    pub fn files(&self) -> Vec<TemplateFile> {
        match self {
            Self::Listed(templates) => templates.to_vec(),
            #[cfg(feature = "parse")]
            Self::Set(set) => set.files().collect(),
        }
    }
}

#[cfg(all(test, feature = "parse"))]
pub(crate) mod tests;
