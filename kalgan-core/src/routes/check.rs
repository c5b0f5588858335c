//! What is wrong between routes, rather than within one.

use super::{ParsedRoute, Piece, RouteDef, Segment, pieces_regex, whole};
use crate::diagnostic::Diagnostic;
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

/// Routes by the literals at the front of their paths, so that only candidates are compared.
fn unreachable(routes: &[&ParsedRoute]) -> Vec<Diagnostic> {
    let mut earlier: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (at, parsed) in routes.iter().enumerate() {
        let first = first_literal(&parsed.route);
        let mut candidates: Vec<usize> = earlier.get("{}").cloned().unwrap_or_default();
        if let Some(first) = first {
            candidates.extend(earlier.get(first).into_iter().flatten());
        }
        candidates.sort_unstable();
        let shadow = candidates
            .into_iter()
            .find(|candidate| covers(&routes[*candidate].route, &parsed.route));
        if let Some(shadow) = shadow {
            let shadow = routes[shadow];
            diagnostics.push(
                Diagnostic::error_at(
                    parsed.places.path.clone(),
                    format!(
                        "the route `{}` is never reached: `{}` answers first",
                        parsed.route.name, shadow.route.name
                    ),
                )
                .with_help(format!(
                    "put `{}` before `{}`, or give `{}` a requirement or methods",
                    parsed.route.name, shadow.route.name, shadow.route.name
                ))
                .with_note(
                    format!("`{}` takes the same requests", shadow.route.name),
                    shadow.places.path.clone(),
                ),
            );
        }
        earlier.entry(first.unwrap_or("{}")).or_default().push(at);
    }
    diagnostics
}

fn first_literal(route: &RouteDef) -> Option<&str> {
    match route.pattern.segments.first() {
        // An optional first segment may be absent, so it does not tell routes apart.
        Some(Segment::Literal(text)) => Some(text),
        _ => None,
    }
}

/// Whether `a` answers each request that `b` would answer. Where that cannot be told, it does not.
fn covers(a: &RouteDef, b: &RouteDef) -> bool {
    let methods = if b.methods.is_empty() {
        a.methods.is_empty()
    } else {
        b.methods.iter().all(|method| a.allows(method))
    };
    let hosts = match (&a.host, &b.host) {
        (None, _) => true,
        (Some(a), Some(b)) => a.labels == b.labels,
        (Some(_), None) => false,
    };
    methods && hosts && variants(b).all(|b| variants(a).any(|a| covers_path(a, b)))
}

/// The path with none, one, … all of its optional segments left out.
fn variants(route: &RouteDef) -> impl Iterator<Item = &[Segment]> {
    let segments = &route.pattern.segments;
    (0..=route.pattern.optional).map(move |absent| &segments[..segments.len() - absent])
}

fn covers_path(a: &[Segment], b: &[Segment]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([Segment::Rest(rest)], [_, ..]) => match &rest.requirement {
            None => b.iter().all(never_empty) || b.len() > 1,
            Some(requirement) => {
                matches!(b, [Segment::Rest(other)] if other.requirement.as_ref() == Some(requirement))
            }
        },
        ([a, a_rest @ ..], [b, b_rest @ ..]) => covers_segment(a, b) && covers_path(a_rest, b_rest),
        _ => false,
    }
}

fn never_empty(segment: &Segment) -> bool {
    !matches!(segment, Segment::Literal(text) if text.is_empty())
}

fn covers_segment(a: &Segment, b: &Segment) -> bool {
    match (a, b) {
        (Segment::Literal(a), Segment::Literal(b)) => a == b,
        (Segment::Param(param), b) => match (&param.requirement, b) {
            (None, Segment::Rest(_)) => false,
            (None, b) => never_empty(b),
            (Some(requirement), Segment::Literal(text)) => {
                whole(requirement).is_ok_and(|regex| regex.is_match(text))
            }
            (Some(requirement), Segment::Param(other)) => match &other.requirement {
                None => false,
                Some(other) if other == requirement => true,
                Some(other) => alternatives(other).is_some_and(|words| {
                    whole(requirement)
                        .is_ok_and(|regex| words.into_iter().all(|word| regex.is_match(word)))
                }),
            },
            (Some(_), _) => false,
        },
        (Segment::Mixed(pieces), Segment::Literal(text)) => {
            pieces_regex(pieces).is_ok_and(|regex| regex.is_match(text))
        }
        (Segment::Mixed(a), Segment::Mixed(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|pair| match pair {
                    (Piece::Literal(a), Piece::Literal(b)) => a == b,
                    (Piece::Param(a), Piece::Param(b)) => a.requirement == b.requirement,
                    _ => false,
                })
        }
        _ => false,
    }
}

/// The words of a requirement such as `en|es`.
fn alternatives(requirement: &str) -> Option<Vec<&str>> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '|');
    requirement
        .chars()
        .all(plain)
        .then(|| requirement.split('|').collect())
}
