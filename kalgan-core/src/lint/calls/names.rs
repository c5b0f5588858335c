//! The routes, messages and static files that templates name, against those that there are.

use super::{At, Given, Mistake};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::known::Known;
use crate::lint::languages::unknown_language;
use crate::syntax::ast::Name;
use crate::templates::references::{self, Call, References};
use crate::templates::{Entry, Literal, LiteralKind, ParsedTemplate};

/// Finds names of routes, messages and static files that there are not, and calls that do not fit
/// them. Names that are put together at run time are not looked at.
pub(in crate::lint) fn check(
    known: &Known<'_>,
    entry: &Entry,
    parsed: &ParsedTemplate,
) -> Vec<Diagnostic> {
    let mut check = Check {
        known,
        entry,
        diagnostics: Vec::new(),
    };
    check.all(&parsed.references);
    check.diagnostics
}

struct Check<'a, 'k> {
    known: &'a Known<'k>,
    entry: &'a Entry,
    diagnostics: Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn all(&mut self, references: &References) {
        for call in &references.urls {
            self.url(call);
        }
        for call in &references.messages {
            self.message(call);
        }
        for language in &references.languages {
            self.language(language);
        }
        for span in &references.not_in_queries {
            self.diagnostics.push(
                Diagnostic::error_at(
                    self.entry.place(*span),
                    "a query has texts and numbers, or lists of them",
                )
                .with_code(super::ROUTE_CODE)
                .with_help("give each value a key of its own, such as `\"filter[color]\": …`"),
            );
        }
        for asset in &references.assets {
            let Some(missing) = self.known.files.missing_assets.get(&asset.text) else {
                continue;
            };
            self.diagnostics.push(
                Diagnostic::error_at(
                    self.entry.place(asset.span),
                    format!("there is no static file `{}`", missing.path),
                )
                .with_code("unknown-asset")
                .with_help(missing.help.as_str()),
            );
        }
    }

    fn url(&mut self, call: &Call) {
        if !self.known.files.has_all_routes {
            return;
        }
        let routes = self.known.routes();
        let Some(route) = routes.get(&*call.name.text) else {
            let names: Vec<&str> = routes.keys().copied().collect();
            self.diagnostics.push(
                Diagnostic::error_at(
                    self.entry.place(call.name.span),
                    format!("there is no route `{}`", call.name.text),
                )
                .with_code("unknown-route")
                .with_optional_help(super::route_help(&call.name.text, names)),
            );
            return;
        };
        let values = given(call);
        for mistake in super::check_route(route, &values) {
            self.mistake(call, mistake, super::ROUTE_CODE);
        }
        // Those that come by a variable.
        for given in call.given.iter().filter(|given| given.literal().is_none()) {
            let Some(param) = route.params().find(|param| *param.name == *given.name.text) else {
                continue;
            };
            for literal in scalars(given) {
                if let Some((message, help)) = super::check_value(route, param, &literal.text) {
                    self.diagnostics.push(
                        Diagnostic::error_at(self.entry.place(literal.span), message)
                            .with_code(super::ROUTE_CODE)
                            .with_help(help),
                    );
                }
            }
        }
    }

    fn message(&mut self, call: &Call) {
        let catalogue = &self.known.files.site.catalogue;
        if !self.known.files.has_all_messages {
            return;
        }
        let key = &*call.name.text;
        let Some(placeholders) = self.known.placeholders(key) else {
            let help = match catalogue.nearest(key) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!(
                    "add it to a file of each language in the folder of messages, as `{}`",
                    key.replace('.', ": ")
                ),
            };
            self.diagnostics.push(
                Diagnostic::error_at(
                    self.entry.place(call.name.span),
                    format!("there is no message `{key}`"),
                )
                .with_code("unknown-message")
                .with_help(help),
            );
            return;
        };
        // The language of one message may be given, too.
        let given: Vec<Given<'_>> = given(call);
        let own: Vec<usize> = (0..given.len())
            .filter(|at| given[*at].name != "_lang" || placeholders.contains(&"_lang"))
            .collect();
        let values: Vec<Given<'_>> = own.iter().map(|at| given[*at]).collect();
        for mut mistake in super::check_message(key, &placeholders, &values) {
            mistake.at = match mistake.at {
                At::Name(at) => At::Name(own[at]),
                At::Value(at) => At::Value(own[at]),
                at @ At::Call(_) => at,
            };
            self.mistake(call, mistake, super::MESSAGE_CODE);
        }
        self.values(call, key);
    }

    /// The values of a message that are written down.
    fn values(&mut self, call: &Call, key: &str) {
        let catalogue = &self.known.files.site.catalogue;
        let language = match call.literals("_lang") {
            [one] if one.kind == LiteralKind::Text => Some(&*one.text),
            _ => None,
        };
        let others = |name: &str| {
            let mut given = call.given.iter();
            let given = given.find(|given| &*given.name.text == name)?;
            given.literal().map(str::to_owned)
        };
        for given in &call.given {
            let name = &*given.name.text;
            for literal in &given.literals {
                if name == "_lang" {
                    // A text is looked up among the languages.
                    if literal.kind != LiteralKind::Text && &*literal.text != "none" {
                        let message = format!("`{}` is not a language", literal.text);
                        self.diagnostics.push(
                            Diagnostic::error_at(self.entry.place(literal.span), message)
                                .with_code("message-value")
                                .with_help("`_lang` is the tag of a language, such as `\"en\"`"),
                        );
                    }
                    continue;
                }
                let wrong = super::check_message_value(
                    catalogue,
                    (key, language),
                    (name, &literal.text),
                    &others,
                );
                let Some(wrong) = wrong else { continue };
                let is_error = wrong.severity == Severity::Error;
                // What has no text chooses no form, and one of several values may be for the rest.
                let is_sure = literal.kind != LiteralKind::Other && given.literal().is_some();
                if wrong.code == "select-value" && !is_sure && !is_error {
                    continue;
                }
                let diagnostic =
                    Diagnostic::error_at(self.entry.place(literal.span), wrong.message)
                        .with_code(wrong.code)
                        .with_help(wrong.help);
                self.diagnostics.push(Diagnostic {
                    severity: wrong.severity,
                    ..diagnostic
                });
            }
        }
    }

    /// An app without any messages may name what it likes.
    fn language(&mut self, language: &Name) {
        let files = &self.known.files;
        let catalogue = &files.site.catalogue;
        if !files.has_all_messages
            || catalogue.languages.is_empty()
            || catalogue.lookup(&language.text).is_some()
        {
            return;
        }
        let place = self.entry.place(language.span);
        self.diagnostics.push(unknown_language(
            place,
            &language.text,
            catalogue,
            &files.message_folder,
        ));
    }

    fn mistake(&mut self, call: &Call, mistake: Mistake<'_>, code: &'static str) {
        let (span, example) = match &mistake.at {
            At::Name(at) => (call.given[*at].name.span, None),
            At::Value(at) => (call.given[*at].span, None),
            At::Call(missing) => {
                let example: Vec<String> = missing.iter().map(|name| format!("{name}=…")).collect();
                (
                    call.name.span,
                    Some(format!("add `{}`", example.join(", "))),
                )
            }
        };
        self.diagnostics.push(
            Diagnostic::error_at(self.entry.place(span), mistake.message)
                .with_code(code)
                .with_optional_help(mistake.help.or(example)),
        );
    }
}

/// What a value of a call may be, where that has a text.
fn scalars(given: &references::Given) -> impl Iterator<Item = &Literal> {
    let literals = given.literals.iter();
    literals.filter(|literal| literal.kind != LiteralKind::Other)
}

fn given(call: &Call) -> Vec<Given<'_>> {
    call.given
        .iter()
        .map(|given| Given {
            name: &given.name.text,
            literal: given.literal(),
        })
        .collect()
}
