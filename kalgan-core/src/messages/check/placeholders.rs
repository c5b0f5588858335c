//! Whether a message has the same placeholders in all languages.

use super::reference;
use crate::diagnostic::Diagnostic;
use crate::messages::forms::ParsedForms;
use crate::messages::merge::{Entry, Merged};
use crate::messages::{Content, ParsedMessage, Part};
use crate::suggest::{list, nearest};
use crate::text::{Place, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What one language has of a message.
#[derive(Clone, Copy)]
pub(super) enum Texts<'a> {
    One(&'a ParsedMessage),
    Forms(&'a ParsedForms),
}

/// Finds placeholders that one language has and another one lacks. The value that chooses a form
/// may be left out, since it need not be shown, and a language may get by without forms.
#[must_use]
pub fn placeholders(merged: &Merged<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if merged.languages.len() < 2 {
        return diagnostics;
    }
    let mut selectors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, entry) in merged
        .languages
        .values()
        .flat_map(|language| &language.entries)
    {
        if let Entry::Forms(forms) = entry {
            selectors.entry(key).or_default().insert(forms.chosen_by());
        }
    }
    let none = BTreeSet::new();
    for (code, language) in &merged.languages {
        // The others are measured against it.
        if *code == merged.default {
            continue;
        }
        for (key, entry) in &language.entries {
            let Some(texts) = Texts::of(*entry) else {
                continue;
            };
            let Some((other, expected)) = reference(merged, key, Texts::of) else {
                continue;
            };
            // Most have the same in the same order.
            if other == *code || texts.has_order_of(expected) {
                continue;
            }
            let optional = selectors.get(key).unwrap_or(&none);
            let of = |texts: Texts<'_>| texts.names(optional);
            let (found, wanted) = (of(texts), of(expected));
            if found != wanted {
                let pair = (*code, texts);
                diagnostics.push(difference(key, pair, (other, expected), &found, &wanted));
            }
        }
    }
    diagnostics
}

fn difference(
    key: &str,
    (language, texts): (&str, Texts<'_>),
    (reference, expected): (&str, Texts<'_>),
    found: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> Diagnostic {
    let braces = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
        list(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let missing: Vec<&str> = wanted.difference(found).map(String::as_str).collect();
    let extra: Vec<&str> = found.difference(wanted).map(String::as_str).collect();
    let (message, help) = match (missing.as_slice(), extra.as_slice()) {
        (missing, []) => (
            format!(
                "the message `{key}` lacks {} in `{language}`",
                braces(missing)
            ),
            format!(
                "write {} where the value shall stand, as `{reference}` does",
                braces(missing)
            ),
        ),
        ([], extra) => (
            format!(
                "the message `{key}` has {} in `{language}`, and not in `{reference}`",
                braces(extra)
            ),
            String::from("remove it here, or add it to the other languages"),
        ),
        (missing, extra) => {
            let meant = extra
                .iter()
                .find_map(|name| nearest(name, missing.iter().copied()));
            (
                format!(
                    "the message `{key}` has {} in `{language}` where `{reference}` has {}",
                    braces(extra),
                    braces(missing)
                ),
                match meant {
                    Some(meant) => format!("did you mean `{{{meant}}}`?"),
                    None => String::from("use the same names in all languages"),
                },
            )
        }
    };
    Diagnostic::error_at(texts.place(extra.first().copied()), message)
        .with_help(help)
        .with_note(
            format!("the message in `{reference}`"),
            expected.place(missing.first().copied()),
        )
        .with_code("placeholders-differ")
}

impl<'a> Texts<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Option<Self> {
        match entry {
            Entry::Text(message) => Some(Self::One(message)),
            Entry::Forms(forms) => Some(Self::Forms(forms)),
            Entry::Form(_) => None,
        }
    }

    pub(super) fn patterns(self) -> Vec<(&'a Place, &'a [Part])> {
        match self {
            Self::One(message) => match &message.message.content {
                Content::Text(parts) => vec![(&message.text, parts)],
                // A file's own messages are texts; forms are told from sections later.
                Content::Forms(_) => Vec::new(),
            },
            Self::Forms(forms) => forms
                .cases
                .iter()
                .map(|case| (&case.text, case.parts.as_slice()))
                .collect(),
        }
    }

    /// Whether both are one text, with the same placeholders in the same order.
    fn has_order_of(self, other: Self) -> bool {
        let (Self::One(one), Self::One(other)) = (self, other) else {
            return false;
        };
        let (Content::Text(one), Content::Text(other)) =
            (&one.message.content, &other.message.content)
        else {
            return false;
        };
        let names = |parts: &'a [Part]| {
            let values = parts.iter().filter_map(Part::placeholder);
            values.map(|value| value.name)
        };
        names(one).eq(names(other))
    }

    fn names(self, optional: &BTreeSet<&str>) -> BTreeSet<String> {
        self.patterns()
            .into_iter()
            .flat_map(|(_, parts)| parts)
            .filter_map(Part::placeholder)
            .filter(|value| !optional.contains(value.name))
            .map(|value| value.name.to_owned())
            .collect()
    }

    /// Where a placeholder stands; else the text, or the key of the forms.
    fn place(self, name: Option<&str>) -> Place {
        let named = name.and_then(|name| {
            self.patterns()
                .into_iter()
                .filter(|(_, parts)| {
                    let mut values = parts.iter().filter_map(Part::placeholder);
                    values.any(|value| value.name == name)
                })
                .map(|(place, _)| within(place, name))
                .next()
        });
        named.unwrap_or_else(|| match self {
            Self::One(message) => message.text.clone(),
            Self::Forms(forms) => forms.place.clone(),
        })
    }
}

/// The placeholder in the text as the file has it; the text where it stands there otherwise.
pub(super) fn within(place: &Place, name: &str) -> Place {
    let text = place.file.slice(place.span);
    let found = text.match_indices('{').find_map(|(start, _)| {
        let rest = text[start + 1..].trim_start().strip_prefix(name)?;
        let end = start + text[start..].find('}')? + 1;
        rest.trim_start()
            .starts_with(['}', '|'])
            .then_some((start, end))
    });
    match found {
        Some((start, end)) => Place::new(
            std::sync::Arc::clone(&place.file),
            Span::new(place.span.start + start, place.span.start + end),
        ),
        None => place.clone(),
    }
}
