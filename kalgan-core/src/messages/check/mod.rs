//! What is wrong between messages and between languages.

mod forms;
mod kinds;
mod placeholders;
mod strange;
#[cfg(test)]
mod tests;

pub use forms::forms;
pub use kinds::kinds;
pub use placeholders::placeholders;
pub use strange::{Entity, entities, foreign_placeholders};

use super::merge::{Entry, Merged};
use crate::diagnostic::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// Finds keys that stand twice in a language, in one file or in two.
#[must_use]
pub fn duplicates(merged: &Merged<'_>) -> Vec<Diagnostic> {
    let twice = merged
        .languages
        .values()
        .flat_map(|language| &language.twice);
    twice
        .map(|(key, first, second)| {
            Diagnostic::error_at(
                second.clone(),
                format!("the message `{key}` is defined twice in this language"),
            )
            .with_help("remove one of them, or rename it")
            .with_note("it is defined here first", first.clone())
            .with_code("duplicate-message")
        })
        .collect()
}

/// Finds messages that a language lacks, measured against all languages together.
#[must_use]
pub fn missing(merged: &Merged<'_>, severity: Severity) -> Vec<Diagnostic> {
    let mut keys = merged.languages.values().map(|language| {
        let entries = language.entries.iter();
        entries
            .filter(|(_, entry)| entry.is_message())
            .map(|(key, _)| *key)
    });
    // Mostly nothing is missing.
    if let Some(first) = keys.next()
        && keys.all(|other| other.eq(first.clone()))
    {
        return Vec::new();
    }
    let mut all: BTreeMap<&str, (Entry<'_>, &str, usize)> = BTreeMap::new();
    for (code, language) in &merged.languages {
        for (key, entry) in &language.entries {
            if entry.is_message() {
                all.entry(key).or_insert((*entry, code, 0)).2 += 1;
            }
        }
    }
    let mut diagnostics = Vec::new();
    for (key, (entry, code, count)) in all {
        if count == merged.languages.len() {
            continue;
        }
        let lacking: Vec<&str> = merged
            .languages
            .iter()
            .filter(|(_, language)| {
                !language
                    .entries
                    .get(key)
                    .is_some_and(|entry| entry.is_message())
            })
            .map(|(language, _)| *language)
            .collect();
        let files: Vec<String> = lacking
            .iter()
            .map(|other| file_of_other(entry.key().file.path(), code, other))
            .collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let files = crate::suggest::list(&files);
        let mut diagnostic = Diagnostic::error_at(
            entry.key().clone(),
            format!(
                "the message `{key}` is missing in {}",
                crate::suggest::list(&lacking)
            ),
        )
        .with_code("missing-message");
        diagnostic.severity = severity;
        diagnostics.push(diagnostic.with_help(if severity == Severity::Error {
            format!(
                "add it to {files}; with `i18n.missing: warn` the default \
                 language's text is shown until then"
            )
        } else {
            format!("add it to {files}; until then the default language's text is shown")
        }));
    }
    diagnostics
}

/// The file of another language that corresponds to this one: `i18n/es/shop.yaml` for
/// `i18n/en/shop.yaml`.
fn file_of_other(path: &str, language: &str, other: &str) -> String {
    let mut segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    let own = segments.iter_mut().find_map(|segment| {
        let rest = segment.strip_prefix(language)?;
        let renamed = format!("{other}{rest}");
        (rest.is_empty() || rest.starts_with('.')).then_some((segment, renamed))
    });
    if let Some((segment, renamed)) = own {
        *segment = renamed;
    }
    segments.join("/")
}

/// The language that the others are measured against under a key: the default one, else the first
/// that has what is asked for.
fn reference<'m, 'a, T>(
    merged: &'m Merged<'a>,
    key: &str,
    get: impl Fn(Entry<'a>) -> Option<T>,
) -> Option<(&'m str, T)> {
    let of = |language: &str| {
        let (code, language) = merged.languages.get_key_value(language)?;
        Some((*code, get(*language.entries.get(key)?)?))
    };
    of(&merged.default).or_else(|| merged.languages.keys().find_map(|language| of(language)))
}
