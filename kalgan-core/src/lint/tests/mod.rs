//! Apps in memory.

mod arguments;
mod compared;
mod kept;
mod languages;
mod messages;
mod names;
mod structure;

use super::{Changes, Files, Known, Lint, Rust, all};
use crate::diagnostic::Diagnostic;
use crate::templates::Set;
use crate::templates::registered::Registered;
use crate::templates::tests::{lines, set};
use std::sync::Arc;

/// An app that has nothing but templates.
fn of_templates(set: Set) -> Files {
    Files {
        templates: Arc::new(set),
        ..Files::default()
    }
}

/// What is wrong between files.
fn in_files(files: &Files) -> Vec<Diagnostic> {
    let mut lint = Lint::of_files();
    lint.update(&Known::new(files, None), Changes::default());
    lint.diagnostics().cloned().collect()
}

/// What is wrong with the only template of an app that registers this.
pub(in crate::lint) fn against(text: &str, registered: &Registered) -> Vec<String> {
    let files = of_templates(set(&[("page.html", text)]));
    lines(all(&files, Rust::new(registered)))
}
