//! What is wrong between routes, rather than within one.

use super::ParsedRoute;
use super::cover::Earlier;
use crate::diagnostic::Diagnostic;
use crate::suggest::list;
use std::collections::{HashMap, HashSet};

/// Finds names that stand twice and routes that an earlier route always answers first.
#[must_use]
pub fn check(routes: &[&ParsedRoute]) -> Vec<Diagnostic> {
    let mut diagnostics = duplicate_names(routes);
    diagnostics.extend(unreachable(routes));
    diagnostics
}

/// Finds routes of groups whose path `/` makes the prefix end with a slash, while the prefix itself
/// is not found. `is_strict`: the one does not answer for the other.
#[must_use]
pub fn roots_of_groups(routes: &[&ParsedRoute], is_strict: bool) -> Vec<Diagnostic> {
    if !is_strict {
        return Vec::new();
    }
    let paths: HashSet<&str> = routes.iter().map(|parsed| &*parsed.route.path).collect();
    let mut diagnostics = Vec::new();
    for parsed in routes
        .iter()
        .filter(|parsed| parsed.places.is_root_of_group)
    {
        let path = &*parsed.route.path;
        let Some(prefix) = path.strip_suffix('/').filter(|path| !paths.contains(path)) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::warning_at(
                parsed.places.path.clone(),
                format!("the path of `{}` is `{path}`, and `{prefix}` is not found", parsed.route.name),
            )
            .with_code("root-of-group")
            .with_help(format!(
                "write `path: \"\"` for `{prefix}`, or set `router.trailing_slash: redirect`, so that \
                 both lead here"
            )),
        );
    }
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
