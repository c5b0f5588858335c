//! Messages and templates that nothing names.
//!
//! What may be used is not listed: every text of a template or of the Rust sources may be a name or a
//! part of one. A name that comes from elsewhere, such as a database, is not seen.

mod names;
#[cfg(test)]
mod tests;

use super::known::{Files, Known};
use crate::diagnostic::Diagnostic;
use crate::settings::Value;
use crate::suggest::list;
use crate::syntax::ast::{Binary, Component, ComponentCall, Expr, ExprKind, MapEntry, MapKey};
use crate::syntax::visit::{self, Visitor};
use crate::templates::{Entry, ParsedTemplate};
use crate::text::Span;
use names::Names;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Finds messages and templates that nothing names, as warnings, where the texts of the sources are
/// known. Nothing is said where a template cannot be read, since that may name anything.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let files = known.files;
    let Some(texts) = known.rust.and_then(|rust| rust.texts) else {
        return Vec::new();
    };
    if !files.templates.is_whole() {
        return Vec::new();
    }
    let rust: Vec<Vec<String>> = texts.iter().map(|text| texts_of(text)).collect();
    let templates: Vec<(&str, &Entry, Literals<'_>)> = files
        .templates
        .parsed()
        .map(|(name, entry, parsed)| (name, entry, Literals::of(parsed)))
        .collect();
    let mut diagnostics = unused_messages(files, &rust, &templates);
    diagnostics.extend(unused_templates(files, &rust, &templates));
    diagnostics
}

/// The texts of a Rust file. One that is no Rust is not compiled either; what stands between its
/// quotes is taken for texts.
fn texts_of(file: &str) -> Vec<String> {
    crate::rust::texts(file).unwrap_or_else(|| file.split('"').map(str::to_owned).collect())
}

fn unused_messages(
    files: &Files,
    rust: &[Vec<String>],
    templates: &[(&str, &Entry, Literals<'_>)],
) -> Vec<Diagnostic> {
    let mut names = elsewhere(files, rust);
    for (_, _, literals) in templates {
        names.add_file(literals.texts.iter().copied());
        for part in &literals.parts {
            names.add_part(part);
        }
    }
    // Whoever asks for a form by itself uses the message that has it.
    let catalogue = &files.site.catalogue;
    let with_used_form: HashSet<&str> = names
        .whole()
        .filter_map(|text| catalogue.form_of(text))
        .collect();
    let unused = files
        .message_places
        .iter()
        .filter(|(key, _)| !names.may_be(key) && !with_used_form.contains(&***key))
        .filter(|(key, _)| {
            let message = catalogue.form_of(key);
            message.is_none_or(|message| !names.may_be(message))
        });
    unused
        .map(|(key, place)| {
            let languages = catalogue.languages.iter();
            let languages: Vec<&str> = languages
                .filter(|language| language.find(key).is_some())
                .map(|language| &*language.code)
                .collect();
            Diagnostic::warning_at(
                place.clone(),
                format!(
                    "nothing names the message `{key}`, which stands in {}",
                    list(&languages)
                ),
            )
            .with_code("unused-message")
            .with_help("remove it, unless its key comes from elsewhere, such as a database")
        })
        .collect()
}

fn unused_templates(
    files: &Files,
    rust: &[Vec<String>],
    templates: &[(&str, &Entry, Literals<'_>)],
) -> Vec<Diagnostic> {
    let names = elsewhere(files, rust);
    let known: HashMap<&str, (&ParsedTemplate, &Literals<'_>)> = files
        .templates
        .parsed()
        .zip(templates)
        .map(|((name, _, parsed), (_, _, literals))| (name, (parsed, literals)))
        .collect();
    let mut definitions: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, (parsed, _)) in &known {
        for component in &parsed.tree.components {
            definitions
                .entry(&component.name.text)
                .or_default()
                .push(name);
        }
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = known
        .keys()
        .copied()
        .filter(|name| names.may_be(name))
        .collect();
    while let Some(name) = open.pop() {
        if !used.insert(name) {
            continue;
        }
        let Some((parsed, literals)) = known.get(name) else {
            continue;
        };
        open.extend(parsed.tree.parent.iter().map(|parent| &*parent.text));
        let includes = parsed.references.includes.iter();
        open.extend(includes.map(|include| &*include.text));
        let calls = literals.components.iter();
        open.extend(calls.filter_map(|call| definitions.get(call)).flatten());
    }
    let unused = templates.iter().filter(|(name, _, _)| !used.contains(name));
    unused
        .map(|(name, entry, _)| {
            let first_line = Span::new(0, entry.file.line(1).len());
            Diagnostic::warning_at(
                entry.place(first_line),
                format!("nothing names the template `{name}`"),
            )
            .with_code("unused-template")
            .with_help(
                "remove it, or render, extend or include it, unless its name comes from elsewhere, \
                 such as a database",
            )
        })
        .collect()
}

/// What Rust, the settings and the routes may name: `{{ route.name|trans }}`.
fn elsewhere<'a>(files: &'a Files, rust: &'a [Vec<String>]) -> Names<'a> {
    let mut names = Names::default();
    for texts in rust {
        names.add_file(texts.iter().map(String::as_str));
        for text in texts {
            names.add_format(text);
        }
    }
    for setting in files.site.settings.iter() {
        add_value(&mut names, &setting.value);
    }
    for route in files.site.routes.routes.iter() {
        names.add_text(&route.name);
        for (_, value) in route.defaults.iter() {
            names.add_text(value);
        }
    }
    for language in files.site.catalogue.languages.iter() {
        names.add_text(&language.code);
    }
    names
}

fn add_value<'a>(names: &mut Names<'a>, value: &'a Value) {
    match value {
        Value::Scalar(scalar) => names.add_text(&scalar.text),
        Value::List(values) => values.iter().for_each(|value| add_value(names, value)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            names.add_text(key);
            add_value(names, value);
        }),
    }
}

/// The texts of a template, and the components that it calls.
#[derive(Default)]
struct Literals<'a> {
    texts: Vec<&'a str>,
    /// The texts that are put together with something else.
    parts: Vec<&'a str>,
    components: Vec<&'a str>,
}

impl<'a> Literals<'a> {
    fn of(parsed: &'a ParsedTemplate) -> Self {
        let mut literals = Self::default();
        visit::walk(&mut literals, &parsed.tree);
        literals
    }
}

impl<'a> Visitor<'a> for Literals<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.texts.push(text),
            ExprKind::Map(entries) => {
                for entry in entries {
                    if let MapEntry::Pair(MapKey::Text(key), _, _) = entry {
                        self.texts.push(key);
                    }
                }
            }
            ExprKind::Binary(Binary::Concatenate | Binary::Plus, left, right) => {
                for side in [left, right] {
                    if let ExprKind::Text(text) = &side.kind {
                        self.parts.push(text);
                    }
                }
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }

    fn component_call(&mut self, call: &'a ComponentCall) {
        self.components.push(&call.name.text);
        visit::walk_component_call(self, call);
    }

    fn component(&mut self, component: &'a Component) {
        let defaults = component.parameters.iter();
        let defaults = defaults.filter_map(|parameter| parameter.default.as_ref());
        for value in defaults.chain(&component.metadata) {
            self.expr(value);
        }
        visit::nodes(self, &component.body);
    }
}
