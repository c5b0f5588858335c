//! Every check between files: of the files of an app, and of these against its Rust.
//!
//! A check is a file here and a line in [`Lint`]. It looks things up in [`Known`] and nowhere else.
//! The macros and the command `check` call [`all`]; development keeps a [`Lint`] up to date, so that
//! an edit has only that checked again which it can make wrong or right.

pub mod calls;
mod check;
mod compared;
mod entities;
mod hidden_routes;
mod html;
mod known;
mod languages;
mod own_settings;
mod structure;
#[cfg(test)]
mod tests;
mod unused;
mod values;
pub mod variables;

pub(crate) use calls::unnamed_argument;
pub use check::Changes;
pub use known::{Files, HasName, Known, MissingAsset, MissingAssets, Rust, SettingPlaces};

use crate::diagnostic::Diagnostic;
use crate::templates::registered::Registered;
use calls::{arguments, names, registered};
use check::{Check, EachTemplate, Whole};
use structure::Structure;

/// Checks, and what they have found.
#[derive(Debug)]
pub struct Lint {
    checks: Vec<Box<dyn Check>>,
    /// What the app registered at the last update; none before the first.
    registered: Option<Registered>,
}

impl Lint {
    /// The checks of files against each other.
    #[must_use]
    pub fn of_files() -> Self {
        Self::new(vec![
            Box::new(Whole::of_tables(languages::check)),
            Box::new(Whole::of_tables(hidden_routes::check)),
            Box::new(Structure::default()),
            Box::new(EachTemplate::new(names::check)),
            Box::new(Whole::new(entities::check)),
            Box::new(html::Html::default()),
        ])
    }

    /// The checks of files against Rust.
    #[must_use]
    pub fn of_rust() -> Self {
        Self::new(vec![
            Box::new(EachTemplate::new(registered::check)),
            Box::new(EachTemplate::new(arguments::check)),
            Box::new(EachTemplate::new(values::check)),
            Box::new(Whole::new(variables::check)),
            Box::new(Whole::new(unused::check)),
            Box::new(Whole::new(compared::check)),
            Box::new(Whole::new(own_settings::check)),
        ])
    }

    fn new(checks: Vec<Box<dyn Check>>) -> Self {
        Self {
            checks,
            registered: None,
        }
    }

    /// Looks at what has changed since the last update; at all of it, where it is the first.
    pub fn update(&mut self, known: &Known<'_>, mut changes: Changes) {
        let registered = known.registered();
        if self.registered.as_ref() != Some(registered) {
            self.registered = Some(registered.clone());
            changes.all = true;
        }
        for check in &mut self.checks {
            check.update(known, &changes);
        }
    }

    /// All that is wrong.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.checks.iter().flat_map(|check| check.diagnostics())
    }
}

/// All that is wrong between the files of an app and its Rust. What is wrong between the files alone
/// is found when they are loaded.
#[must_use]
pub fn all(files: &Files, rust: Rust<'_>) -> Vec<Diagnostic> {
    let mut lint = Lint::of_rust();
    lint.update(&Known::new(files, Some(rust)), Changes::default());
    lint.diagnostics().cloned().collect()
}
