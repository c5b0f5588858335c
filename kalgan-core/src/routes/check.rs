//! What is wrong between routes, rather than within one.

use super::cover::Earlier;
use super::words::words;
use super::{ParsedRoute, RouteDef, RouteLanguage, RoutePlaces};
use crate::diagnostic::Diagnostic;
use crate::messages::Catalogue;
use crate::suggest::{list, nearest, there_is};
use crate::text::Place;
use std::collections::HashMap;

/// Finds names that stand twice and routes that an earlier route always answers first.
#[must_use]
pub fn check(routes: &[&ParsedRoute]) -> Vec<Diagnostic> {
    let mut diagnostics = duplicate_names(routes);
    diagnostics.extend(unreachable(routes));
    diagnostics
}

fn duplicate_names(routes: &[&ParsedRoute]) -> Vec<Diagnostic> {
    let mut seen: HashMap<&str, &ParsedRoute> = HashMap::new();
    let mut diagnostics = Vec::new();
    for parsed in routes {
        let name = parsed.route.name.as_ref();
        if let Some(first) = seen.get(name) {
            diagnostics.push(
                Diagnostic::error_at(
                    parsed.places.name.clone(),
                    format!("there are two routes of the name `{name}`"),
                )
                .with_code("duplicate-route")
                .with_help("give one of them another name; links are made from names")
                .with_note("the first is here", first.places.name.clone()),
            );
        } else {
            seen.insert(name, parsed);
        }
    }
    diagnostics
}

/// Finds routes whose requests earlier ones answer, one of them or several together.
fn unreachable(routes: &[&ParsedRoute]) -> Vec<Diagnostic> {
    let mut earlier = Earlier::new();
    let mut diagnostics = Vec::new();
    for parsed in routes {
        let covering = earlier.covering(&parsed.route);
        earlier.add(&parsed.route);
        if covering.is_empty() {
            continue;
        }
        let name = parsed.route.name.as_ref();
        let names: Vec<&str> = covering
            .iter()
            .map(|at| routes[*at].route.name.as_ref())
            .collect();
        let listed = list(&names);
        let answers = if names.len() == 1 {
            "answers"
        } else {
            "answer"
        };
        let mut diagnostic = Diagnostic::error_at(
            parsed.places.path.clone(),
            format!("the route `{name}` is never reached: {listed} {answers} first"),
        )
        .with_code("unreachable-route")
        .with_help(match names.as_slice() {
            [one] => {
                format!("put `{name}` before `{one}`, or give `{one}` a requirement or methods")
            }
            _ => format!("put `{name}` before them, or remove it"),
        });
        for at in covering {
            let other = routes[at];
            diagnostic = diagnostic.with_note(
                match names.len() {
                    1 => format!("`{}` takes the same requests", other.route.name),
                    _ => format!("`{}` takes some of its requests", other.route.name),
                },
                other.places.path.clone(),
            );
        }
        diagnostics.push(diagnostic);
    }
    diagnostics
}

/// Finds languages that routes name or allow and that have no messages; `folder` is the one of all
/// messages. An app without any messages may name what it likes.
#[must_use]
pub fn languages(
    routes: &[RouteDef],
    places: &[RoutePlaces],
    catalogue: &Catalogue,
    folder: &str,
) -> Vec<Diagnostic> {
    if catalogue.languages.is_empty() {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    // Most routes share one requirement.
    let mut known: HashMap<&str, Vec<String>> = HashMap::new();
    for (route, places) in routes.iter().zip(places) {
        match &route.language {
            Some(RouteLanguage::Fixed(language)) => {
                if catalogue.lookup(language).is_none()
                    && let Some(place) = &places.language
                {
                    diagnostics.push(unknown_language(place.clone(), language, catalogue, folder));
                }
            }
            Some(RouteLanguage::Parameter(name)) => {
                let requirement = route
                    .params()
                    .find(|param| param.name == *name)
                    .and_then(|param| param.requirement.as_deref());
                let place = places.requirements.iter().find(|(of, _)| of == name);
                let (Some(requirement), Some((_, place))) = (requirement, place) else {
                    continue;
                };
                // What allows more than some words may be meant to be narrowed by the app.
                let words = known
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

fn unknown_language(
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
