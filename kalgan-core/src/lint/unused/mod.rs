//! Messages, templates and components that code does not reach.
//!
//! What may be used is not listed: every text of the Rust sources, or of a template that is used, may be
//! a name or a part of one. A name that comes from elsewhere, such as a database, is not seen.

mod blocks;
mod names;
mod parameters;
mod reach;
mod routes;
mod settings;
#[cfg(test)]
mod tests;

use super::known::{Files, Known};
use crate::diagnostic::Diagnostic;
use crate::settings::Value;
use crate::suggest::list;
use crate::text::Span;
use names::Names;
use reach::Pieces;
use std::collections::HashSet;

/// Finds messages, templates and components that nothing names but what is unused itself, as warnings,
/// where the texts of the sources are known. Nothing is said where a template cannot be read, since
/// that may name anything.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let files = known.files;
    let Some(texts) = known.rust.and_then(|rust| rust.texts) else {
        return Vec::new();
    };
    if !files.templates.is_whole() {
        return Vec::new();
    }
    let rust: Vec<Vec<String>> = texts.iter().map(|text| texts_of(text)).collect();
    let code = elsewhere(files, &rust);
    let calls_components = texts.iter().any(|text| text.contains("render_component"));
    let pieces = Pieces::new(
        &files.templates,
        |template| code.may_be(template),
        |component| calls_components && code.may_be(component),
    );
    let mut diagnostics = Vec::new();
    let may_render = |template: &str| code.may_be(template);
    diagnostics.extend(blocks::unused(&files.templates, may_render));
    diagnostics.extend(unused_messages(files, code, &pieces));
    diagnostics.extend(unused_templates(&pieces));
    diagnostics.extend(unused_components(&pieces));
    diagnostics.extend(parameters::unused(&pieces));
    let of_rust = of_rust(&rust);
    diagnostics.extend(settings::unused(files, &of_rust));
    diagnostics.extend(routes::unused(files, of_rust, &pieces, &rust));
    diagnostics
}

/// The texts of a Rust file. One that is no Rust is not compiled either; what stands between its
/// quotes is taken for texts.
fn texts_of(file: &str) -> Vec<String> {
    crate::rust::texts(file).unwrap_or_else(|| file.split('"').map(str::to_owned).collect())
}

fn unused_messages(files: &Files, code: Names<'_>, pieces: &Pieces<'_>) -> Vec<Diagnostic> {
    let mut anywhere = code.clone();
    let mut used = code;
    for piece in pieces.iter() {
        anywhere.add_template(&piece.texts, &piece.parts);
        if piece.is_used {
            used.add_template(&piece.texts, &piece.parts);
        }
    }
    // Whoever asks for a form by itself uses the message that has it.
    let catalogue = &files.site.catalogue;
    let with_used_form: HashSet<&str> = used
        .whole()
        .filter_map(|text| catalogue.form_of(text))
        .collect();
    let may_be = |names: &Names<'_>, key: &str| {
        let message = catalogue.form_of(key);
        names.may_be(key) || message.is_some_and(|message| names.may_be(message))
    };
    let unused = files
        .message_places
        .iter()
        .filter(|(key, _)| !may_be(&used, key) && !with_used_form.contains(&***key));
    unused
        .map(|(key, place)| {
            let languages = catalogue.languages.iter();
            let languages: Vec<&str> = languages
                .filter(|language| language.find(key).is_some())
                .map(|language| &*language.code)
                .collect();
            let who = match may_be(&anywhere, key) {
                true => "only unused templates name",
                false => "nothing names",
            };
            Diagnostic::warning_at(
                place.clone(),
                format!(
                    "{who} the message `{key}`, which stands in {}",
                    list(&languages)
                ),
            )
            .with_code("unused-message")
            .with_help("remove it, unless its key comes from elsewhere, such as a database")
        })
        .collect()
}

fn unused_templates(pieces: &Pieces<'_>) -> Vec<Diagnostic> {
    let pages = pieces.iter().filter(|piece| piece.component.is_none());
    let unused = pages.filter(|page| !pieces.uses(page.template));
    unused
        .map(|page| {
            let name = page.template;
            let first_line = Span::new(0, page.entry.file.line(1).len());
            let who = match pieces.is_named(name) {
                true => "only unused templates name",
                false => "nothing names",
            };
            Diagnostic::warning_at(
                page.entry.place(first_line),
                format!("{who} the template `{name}`"),
            )
            .with_code("unused-template")
            .with_help(
                "remove it, or render, extend or include it, unless its name comes from elsewhere, \
                 such as a database",
            )
        })
        .collect()
}

/// The components that nothing calls, of templates that are used: those of the others go with them.
fn unused_components(pieces: &Pieces<'_>) -> Vec<Diagnostic> {
    let unused = pieces.iter().filter(|piece| !piece.is_used);
    unused
        .filter_map(|piece| Some((piece, &piece.component?.name)))
        .filter(|(piece, _)| pieces.uses(piece.template))
        .map(|(piece, name)| {
            let who = match pieces.is_called(&name.text) {
                true => "only what is unused calls",
                false => "nothing calls",
            };
            Diagnostic::warning_at(
                piece.entry.place(name.span),
                format!("{who} the component `{}`", name.text),
            )
            .with_code("unused-component")
            .with_help(format!(
                "remove it, or call it: `{{{{ <{} … /> }}}}`",
                name.text
            ))
        })
        .collect()
}

/// What Rust may name.
fn of_rust(rust: &[Vec<String>]) -> Names<'_> {
    let mut names = Names::default();
    for texts in rust {
        names.add_file(texts.iter().map(String::as_str));
        for text in texts {
            names.add_format(text);
        }
    }
    names
}

/// What Rust, the settings and the routes may name: `{{ route.name|trans }}`.
fn elsewhere<'a>(files: &'a Files, rust: &'a [Vec<String>]) -> Names<'a> {
    let mut names = of_rust(rust);
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
