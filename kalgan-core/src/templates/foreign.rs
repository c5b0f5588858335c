//! The filters, tests and functions of templates against those that are built in and registered.

use super::arguments;
use super::builtin::Kind;
use super::references::Call;
use super::registered::Registered;
use super::set::{Entry, Parsed, Set};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use std::collections::BTreeSet;

/// The names that templates use and that are not built in.
#[must_use]
pub fn names(set: &Set) -> BTreeSet<(Kind, &str)> {
    set.parsed()
        .flat_map(|(_, _, parsed)| names_in(parsed))
        .collect()
}

/// The names that one template uses and that are not built in.
pub fn names_in(parsed: &Parsed) -> impl Iterator<Item = (Kind, &str)> {
    Kind::ALL.into_iter().flat_map(|kind| {
        let names = arguments::of(kind, &parsed.references).iter();
        let names = names.map(|Call { name, .. }| &*name.text);
        names
            .filter(move |name| !kind.is_built_in(name))
            .map(move |name| (kind, name))
    })
}

/// Finds filters, tests and functions that nobody registers.
#[must_use]
pub fn check(set: &Set, registered: &Registered) -> Vec<Diagnostic> {
    set.parsed()
        .flat_map(|(_, entry, parsed)| check_one(entry, parsed, registered))
        .collect()
}

/// The same in one template.
#[must_use]
pub fn check_one(entry: &Entry, parsed: &Parsed, registered: &Registered) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for kind in Kind::ALL {
        for Call { name, .. } in arguments::of(kind, &parsed.references) {
            if kind.is_built_in(&name.text) || registered.of(kind).contains(&*name.text) {
                continue;
            }
            diagnostics.push(
                Diagnostic::error_at(
                    entry.place(name.span),
                    format!("there is no {} `{}`", kind.word(), name.text),
                )
                .with_code(match kind {
                    Kind::Filter => "unknown-filter",
                    Kind::Test => "unknown-test",
                    Kind::Function => "unknown-function",
                })
                .with_help(help(kind, &name.text, registered)),
            );
        }
    }
    diagnostics
}

fn help(kind: Kind, name: &str, registered: &Registered) -> String {
    let mut known: Vec<&str> = kind.built_in().collect();
    known.extend(registered.of(kind).iter().map(String::as_str));
    if let Some(nearest) = nearest(name, known) {
        return format!("did you mean `{nearest}`?");
    }
    format!(
        "register it in `main`: `app.tera(|tera| tera.register_{word}(\"{name}\", …))`; where the \
         name is not written there, declare it in the setting `{}`",
        kind.setting(),
        word = kind.word(),
    )
}
