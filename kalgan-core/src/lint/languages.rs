//! The languages that routes name, against those that have messages.

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::messages::Catalogue;
use crate::routes::RouteLanguage;
use crate::routes::words::words;
use crate::suggest::{nearest, there_is};
use crate::text::Place;
use std::collections::HashMap;

/// Finds languages that routes name or allow and that have no messages. An app without any messages
/// may name what it likes.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let (catalogue, folder) = (&known.files.site.catalogue, &known.files.message_folder);
    if catalogue.languages.is_empty() {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    // Most routes share one requirement.
    let mut allowed: HashMap<&str, Vec<String>> = HashMap::new();
    for (route, places) in known
        .files
        .site
        .routes
        .routes
        .iter()
        .zip(&*known.files.route_places)
    {
        match &route.language {
            Some(RouteLanguage::Fixed(language)) => {
                if catalogue.lookup(language).is_none()
                    && let Some(place) = &places.language
                {
                    diagnostics.push(unknown_language(place.clone(), language, catalogue, folder));
                }
            }
            Some(RouteLanguage::Parameter(name)) => {
                let default = route.default(name).filter(|default| !default.is_empty());
                let place = places.defaults.iter().find(|(of, _)| of == name);
                if let (Some(default), Some((_, place))) = (default, place)
                    && catalogue.lookup(default).is_none()
                {
                    diagnostics.push(unknown_language(place.clone(), default, catalogue, folder));
                }
                let requirement = route
                    .params()
                    .find(|param| param.name == *name)
                    .and_then(|param| param.requirement.as_deref());
                let place = places.requirements.iter().find(|(of, _)| of == name);
                let (Some(requirement), Some((_, place))) = (requirement, place) else {
                    continue;
                };
                // What allows more than some words may be meant to be narrowed by the app.
                let words = allowed
                    .entry(requirement)
                    .or_insert_with(|| words(requirement).unwrap_or_default());
                for word in words {
                    if !word.is_empty() && catalogue.lookup(word).is_none() {
                        let at = word_in(place, word);
                        diagnostics.push(
                            unknown_language(at, word, catalogue, folder)
                                .with_label(format!("`{name}` may be `{word}`")),
                        );
                    }
                }
            }
            None => {}
        }
    }
    diagnostics
}

/// What to say of a language that has no messages.
pub(super) fn unknown_language(
    place: Place,
    language: &str,
    catalogue: &Catalogue,
    folder: &str,
) -> Diagnostic {
    let codes: Vec<&str> = catalogue
        .languages
        .iter()
        .map(|language| language.code.as_ref())
        .collect();
    let add = format!("add the folder `{folder}/{language}`");
    let help = match nearest(language, codes.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`? Or {add}"),
        None => format!("{}; {add}, or leave `{language}` out", there_is(&codes)),
    };
    Diagnostic::error_at(place, format!("there are no messages in `{language}`"))
        .with_code("unknown-language")
        .with_help(help)
}

/// The word in a requirement, where it stands there once as it is; else all of it.
fn word_in(place: &Place, word: &str) -> Place {
    let text = place.file.slice(place.span);
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut found = text.match_indices(word).filter(|(at, _)| {
        !text[..*at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    });
    match (found.next(), found.next()) {
        (Some((at, _)), None) => {
            let span = place.span.part(at, word.len());
            Place::new(std::sync::Arc::clone(&place.file), span)
        }
        _ => place.clone(),
    }
}
