//! The arguments of built-in filters, tests and functions against what these take.

use super::foreign;
use crate::diagnostic::Diagnostic;
use crate::lint::known::Known;
use crate::messages::FormatOptions;
use crate::suggest::{did_you_mean, list, nearest, plural};
use crate::templates::references::Call;
use crate::templates::signatures::Signature;
use crate::templates::{CallKind, Entry, ParsedTemplate};

/// Finds arguments that are not taken, that are missing, or whose values are not good. What the app
/// registers under a built-in name takes what it likes.
pub(in crate::lint) fn check(
    known: &Known<'_>,
    entry: &Entry,
    parsed: &ParsedTemplate,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for kind in CallKind::ALL {
        for call in parsed.references.calls(kind) {
            let name = &*call.name.text;
            if let Some(signature) = Signature::of(kind, name)
                && !known.registered().of(kind).contains(name)
            {
                let check = Check {
                    entry,
                    call,
                    signature,
                };
                diagnostics.extend(check.unknown());
                diagnostics.extend(check.missing());
                diagnostics.extend(check.values());
                diagnostics.extend(check.format());
            }
        }
    }
    diagnostics
}

struct Check<'a> {
    entry: &'a Entry,
    call: &'a Call,
    signature: &'a Signature,
}

impl Check<'_> {
    /// `` the filter `replace` ``.
    fn subject(&self) -> String {
        format!(
            "the {} `{}`",
            self.signature.kind.word(),
            self.signature.name
        )
    }

    fn is_known(&self, argument: &str) -> bool {
        self.signature.arguments().any(|known| known == argument)
    }

    /// The names that are given and that it does not know itself.
    fn others(&self) -> impl Iterator<Item = &str> {
        let names = self.call.given.iter().map(|given| &*given.name.text);
        names.filter(|name| !self.is_known(name))
    }

    fn unknown(&self) -> Vec<Diagnostic> {
        if self.signature.is_open {
            return Vec::new();
        }
        let known: Vec<&str> = self.signature.arguments().collect();
        let unknown = self.call.given.iter();
        unknown
            .filter(|given| !self.is_known(&given.name.text))
            .map(|given| {
                let is_filter = self.signature.kind == CallKind::Filter;
                let foreign = is_filter
                    .then(|| foreign::argument(self.signature.name, &given.name.text))
                    .flatten();
                let help = foreign.or_else(|| match known.is_empty() {
                    true => Some(String::from("it takes no arguments; remove it")),
                    false => did_you_mean(&given.name.text, &known),
                });
                Diagnostic::error_at(
                    self.entry.place(given.name.span),
                    format!("{} has no argument `{}`", self.subject(), given.name.text),
                )
                .with_code("filter-arguments")
                .with_optional_help(help)
            })
            .collect()
    }

    fn missing(&self) -> Option<Diagnostic> {
        let known: Vec<&str> = self.signature.arguments().collect();
        let is_given = |name: &str| {
            let mut given = self.call.given.iter();
            given.any(|given| &*given.name.text == name)
        };
        // One that is only misspelt was reported where it stands.
        let is_misspelt = |name: &str| {
            !self.signature.is_open
                && self
                    .others()
                    .any(|other| nearest(other, known.iter().copied()) == Some(name))
        };
        let required = self.signature.required.iter().copied();
        let missing: Vec<&str> = required
            .filter(|name| !is_given(name) && !is_misspelt(name))
            .collect();
        let first = missing.first()?;
        let help = match nearest(first, self.others()) {
            Some(given) if self.signature.is_open => {
                format!("write `{first}` for `{given}`, if it was meant")
            }
            _ => {
                let example: Vec<String> = missing.iter().map(|name| format!("{name}=…")).collect();
                format!("add `{}`", example.join(", "))
            }
        };
        Some(
            Diagnostic::error_at(
                self.entry.place(self.call.name.span),
                format!(
                    "{} needs the {} {}",
                    self.subject(),
                    plural(missing.len(), "argument"),
                    list(&missing)
                ),
            )
            .with_code("filter-arguments")
            .with_help(help),
        )
    }

    /// Texts that are none of those that an argument may be.
    fn values(&self) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (argument, known) in self.signature.values {
            let given = self.call.given.iter();
            for given in given.filter(|given| &*given.name.text == *argument) {
                let Some(value) = given.literal() else {
                    continue;
                };
                if !known.contains(&value) {
                    diagnostics.push(
                        Diagnostic::error_at(
                            self.entry.place(given.span),
                            format!(
                                "`{value}` is no value of the argument `{argument}` of {}",
                                self.subject()
                            ),
                        )
                        .with_code("filter-arguments")
                        .with_optional_help(did_you_mean(value, known)),
                    );
                }
            }
        }
        diagnostics
    }

    /// The options of a number, a date or a time, by the rules that they are written by.
    fn format(&self) -> Vec<Diagnostic> {
        if self.signature.kind != CallKind::Filter {
            return Vec::new();
        }
        let Some(mut format) = FormatOptions::of(self.signature.name) else {
            return Vec::new();
        };
        let mut diagnostics = Vec::new();
        for given in &self.call.given {
            let name = &*given.name.text;
            if name == "_lang" || !self.is_known(name) {
                continue;
            }
            let Some(value) = given.literal() else {
                continue;
            };
            if let Err(error) = format.set(name, value) {
                let help = (!error.help.is_empty()).then_some(error.help);
                diagnostics.push(
                    Diagnostic::error_at(self.entry.place(given.span), error.message)
                        .with_code("filter-arguments")
                        .with_optional_help(help),
                );
            }
        }
        diagnostics
    }
}
