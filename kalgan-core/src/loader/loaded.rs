//! What the files of a site say together.

use crate::diagnostic::Diagnostic;
use crate::lint::Files;
use crate::text::{Place, Text};
use std::collections::BTreeSet;
use std::ops::Deref;

/// What was read: the data, what is wrong with it, and where everything stands.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What the files say.
    pub files: Files,
    /// All mistakes, errors first, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The error controllers that settings name, and where.
    pub error_controllers: Vec<(String, Place)>,
    /// The folder of the templates.
    pub template_folder: String,
    /// The templates that are new, changed or gone since the data before.
    pub changed_templates: BTreeSet<Text>,
}

impl Deref for Loaded {
    type Target = Files;

    fn deref(&self) -> &Files {
        &self.files
    }
}

impl Loaded {
    /// Whether a site can be built from it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}
