//! The filters, tests and functions of templates against those that are built in and registered.

use super::arguments;
use super::builtin::Kind;
use super::references::Call;
use super::registered::Registered;
use super::set::Set;
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use std::collections::BTreeSet;

/// The names that templates use and that are not built in.
#[must_use]
pub fn names(set: &Set) -> BTreeSet<(Kind, &str)> {
    let mut names = BTreeSet::new();
    for (_, _, parsed) in set.parsed() {
        for kind in Kind::ALL {
            for Call { name, .. } in arguments::of(kind, &parsed.references) {
                if !kind.is_built_in(&name.text) {
                    names.insert((kind, &*name.text));
                }
            }
        }
    }
    names
}

/// Finds filters, tests and functions that nobody registers.
#[must_use]
pub fn check(set: &Set, registered: &Registered) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (_, entry, parsed) in set.parsed() {
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
