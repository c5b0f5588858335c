//! Apps in memory.

mod arguments;
mod kept;
mod languages;
mod names;
mod structure;

use super::{Changes, Known, Lint, Rust, all};
use crate::diagnostic::Diagnostic;
use crate::loader::Loaded;
use crate::templates::Set;
use crate::templates::registered::Registered;
use crate::templates::tests::{lines, set};
use std::sync::Arc;

/// An app that has nothing but templates.
fn of_templates(set: Set) -> Loaded {
    Loaded {
        templates: Arc::new(set),
        ..Loaded::default()
    }
}

/// What is wrong between files.
fn in_files(loaded: &Loaded) -> Vec<Diagnostic> {
    let mut lint = Lint::of_files();
    lint.update(&Known::new(loaded.files(), None), Changes::default());
    lint.diagnostics().cloned().collect()
}

/// What is wrong with the only template of an app that registers this.
fn against(text: &str, registered: &Registered) -> Vec<String> {
    let loaded = of_templates(set(&[("page.html", text)]));
    lines(all(loaded.files(), Rust::new(registered)))
}
