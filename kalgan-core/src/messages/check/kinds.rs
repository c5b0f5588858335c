//! Whether a value is a number at one place of a message and a date at another.

use super::placeholders::{Texts, within};
use crate::diagnostic::Diagnostic;
use crate::messages::merge::Merged;
use crate::messages::{Choice, Part, ValueKind};
use crate::text::Place;
use std::collections::{HashMap, HashSet};

/// Where a value is a number or a date first, and what it is there.
struct First<'a> {
    kind: ValueKind,
    language: &'a str,
    place: Place,
}

/// Finds values that no caller can give: those that are to be a number and a date.
#[must_use]
pub fn kinds(merged: &Merged<'_>) -> Vec<Diagnostic> {
    let mut firsts: HashMap<(&str, &str), First<'_>> = HashMap::new();
    let mut told: HashSet<(&str, &str)> = HashSet::new();
    let mut diagnostics = Vec::new();
    // The others are measured against the default language.
    let default = merged.languages.get_key_value(merged.default.as_str());
    let others = merged.languages.iter();
    let others = others.filter(|(code, _)| **code != merged.default);
    for (code, language) in default.into_iter().chain(others) {
        for (key, entry) in &language.entries {
            let Some(texts) = Texts::of(*entry) else {
                continue;
            };
            for (name, kind, place) in values(texts) {
                let first = firsts.entry((key, name)).or_insert_with(|| First {
                    kind,
                    language: code,
                    place: place.find(name),
                });
                if first.kind != kind && told.insert((key, name)) {
                    let here = if first.language == *code {
                        String::from("here as well")
                    } else {
                        format!("in `{}`", first.language)
                    };
                    diagnostics.push(
                        Diagnostic::error_at(
                            place.find(name),
                            format!(
                                "`{name}` of the message `{key}` is {} in `{code}`, and {} {here}",
                                word(kind),
                                word(first.kind)
                            ),
                        )
                        .with_code("placeholder-kind")
                        .with_help("use one format for it, or give the message two values")
                        .with_note(
                            format!("it is {} here", word(first.kind)),
                            first.place.clone(),
                        ),
                    );
                }
            }
        }
    }
    diagnostics
}

fn word(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "a number",
        ValueKind::Moment => "a date or a time",
        ValueKind::Text => "a text",
    }
}

/// Where a value stands: in a text, or as what chooses a form.
enum Where<'a> {
    Text(&'a Place),
    Selector(&'a Place),
}

impl Where<'_> {
    fn find(&self, name: &str) -> Place {
        match self {
            Self::Text(text) => within(text, name),
            Self::Selector(place) => (*place).clone(),
        }
    }
}

/// The values that are no mere texts.
fn values<'a>(texts: Texts<'a>) -> impl Iterator<Item = (&'a str, ValueKind, Where<'a>)> {
    let selector = match texts {
        Texts::Forms(forms) if forms.choice() != Choice::Select => {
            let place = forms.selector.as_ref();
            let place = place.map_or(&forms.place, |selector| &selector.place);
            Some((forms.chosen_by(), ValueKind::Number, Where::Selector(place)))
        }
        _ => None,
    };
    let in_texts = texts.patterns().into_iter().flat_map(|(place, parts)| {
        let formatted = parts.iter().filter_map(Part::placeholder);
        let formatted = formatted.filter(|value| value.kind != ValueKind::Text);
        formatted.map(move |value| (value.name, value.kind, Where::Text(place)))
    });
    selector.into_iter().chain(in_texts)
}
