//! The filters, tests and functions of templates against those that are built in and registered.

use super::foreign;
use crate::diagnostic::Diagnostic;
use crate::lint::known::Known;
use crate::suggest::nearest;
use crate::templates::{CallKind, Entry, ParsedTemplate};

/// Finds filters, tests and functions that nobody registers.
pub(in crate::lint) fn check(
    known: &Known<'_>,
    entry: &Entry,
    parsed: &ParsedTemplate,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for kind in CallKind::ALL {
        for call in parsed.references.calls(kind) {
            let name = &*call.name.text;
            if kind.is_built_in(name) || is_registered(known, kind, name) {
                continue;
            }
            diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.name.span),
                    format!("there is no {} `{name}`", kind.word()),
                )
                .with_code(match kind {
                    CallKind::Filter => "unknown-filter",
                    CallKind::Test => "unknown-test",
                    CallKind::Function => "unknown-function",
                })
                .with_help(help(known, kind, name)),
            );
        }
    }
    diagnostics
}

/// What Tera has is registered, whatever the sources show.
fn is_registered(known: &Known<'_>, kind: CallKind, name: &str) -> bool {
    match known.rust.and_then(|rust| rust.has) {
        Some(has) => has(kind, name),
        None => known.registered().of(kind).contains(name),
    }
}

fn help(known: &Known<'_>, kind: CallKind, name: &str) -> String {
    if let Some(help) = foreign::name(kind, name) {
        return help;
    }
    let registered = known.registered().of(kind).iter().map(String::as_str);
    let mut names: Vec<&str> = kind.built_in().collect();
    names.extend(registered.filter(|name| is_registered(known, kind, name)));
    if let Some(nearest) = nearest(name, names) {
        return format!("did you mean `{nearest}`?");
    }
    format!(
        "register it in `main`: `app.tera(|tera| tera.register_{word}(\"{name}\", …))`; where the \
         name is not written there, declare it in the setting `{}`",
        kind.setting(),
        word = kind.word(),
    )
}
