//! What is wrong between messages and between languages.

use super::ParsedMessage;
use crate::diagnostic::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// The messages of one language, from all its files.
pub type ByLanguage<'a> = BTreeMap<&'a str, Vec<&'a ParsedMessage>>;

/// Finds keys that two files of a language define, and keys that are both a message and a section.
#[must_use]
pub fn duplicates(languages: &ByLanguage<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for messages in languages.values() {
        let mut seen: BTreeMap<&str, &ParsedMessage> = BTreeMap::new();
        for message in messages {
            let key = message.message.key.as_ref();
            if let Some(first) = seen.get(key) {
                diagnostics.push(
                    Diagnostic::error_at(
                        message.key.clone(),
                        format!("the message `{key}` is defined twice in this language"),
                    )
                    .with_help("remove one of them, or rename it")
                    .with_note("it is defined here first", first.key.clone()),
                );
            } else {
                seen.insert(key, message);
            }
        }
    }
    diagnostics
}

/// Finds messages that a language lacks, measured against all languages together.
#[must_use]
pub fn missing(languages: &ByLanguage<'_>, severity: Severity) -> Vec<Diagnostic> {
    let mut all: BTreeMap<&str, &ParsedMessage> = BTreeMap::new();
    let keys: BTreeMap<&str, std::collections::BTreeSet<&str>> = languages
        .iter()
        .map(|(language, messages)| {
            let keys = messages.iter().map(|m| m.message.key.as_ref()).collect();
            (*language, keys)
        })
        .collect();
    for messages in languages.values() {
        for message in messages {
            all.entry(message.message.key.as_ref()).or_insert(message);
        }
    }
    let mut diagnostics = Vec::new();
    for (key, message) in all {
        let lacking: Vec<&str> = keys
            .iter()
            .filter(|(_, keys)| !keys.contains(key))
            .map(|(language, _)| *language)
            .collect();
        if lacking.is_empty() {
            continue;
        }
        let mut diagnostic = Diagnostic::error_at(
            message.key.clone(),
            format!(
                "the message `{key}` is missing in {}",
                crate::suggest::list(&lacking)
            ),
        )
        .with_help(
            "add it to the files of that language; until then the default language is shown",
        );
        diagnostic.severity = severity;
        diagnostics.push(diagnostic);
    }
    diagnostics
}
