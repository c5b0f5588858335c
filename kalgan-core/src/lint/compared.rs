//! Comparisons of what Kalgan provides with texts that it never is: `lang == "fr"` where there is no French.

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::messages::Plurals;
use crate::suggest::{did_you_mean, there_is};
use crate::templates::references::{Comparison, Provided};
use std::collections::BTreeSet;

/// Finds texts that what is compared with them never is.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let set = &known.files.templates;
    let mut own: BTreeSet<&str> = set
        .parsed()
        .flat_map(|(_, _, parsed)| parsed.references.overridden.iter().copied())
        .collect();
    // The app's own variables of that name win.
    own.extend(known.registered().variables.iter().map(String::as_str));
    let views = known.rust.map(|rust| rust.views).unwrap_or_default();
    let given = views.iter().flat_map(|view| view.variables.iter());
    own.extend(given.map(|variable| &*variable.name));
    let mut found = Vec::new();
    for (_, entry, parsed) in set.parsed() {
        for comparison in &parsed.references.comparisons {
            if own.contains(comparison.of.variable()) {
                continue;
            }
            if let Some((message, help)) = mistake(known, comparison) {
                found.push(
                    Diagnostic::error_at(entry.place(comparison.text.span), message)
                        .with_code("impossible-comparison")
                        .with_help(help),
                );
            }
        }
    }
    found
}

/// What is wrong, and what to do.
fn mistake(known: &Known<'_>, comparison: &Comparison) -> Option<(String, String)> {
    let text = &*comparison.text.text;
    let (what, names): (&str, Vec<String>) = match comparison.of {
        Provided::Language => {
            let languages = known.files.site.catalogue.languages.iter();
            let tags = languages.map(|language| language.code.replace('_', "-"));
            ("lang", tags.collect())
        }
        Provided::RouteName => {
            let names = known.routes().keys();
            ("route.name", names.map(|name| (*name).to_owned()).collect())
        }
        Provided::Method => ("request.method", vec![text.to_ascii_uppercase()]),
    };
    let is_known = match comparison.of {
        Provided::Language => known.files.has_all_messages,
        Provided::RouteName => known.files.has_all_routes,
        Provided::Method => true,
    };
    // A list that many sites share, such as that of the languages from right to left.
    let is_shared =
        comparison.of == Provided::Language && comparison.is_listed && Plurals::of(text).is_known();
    if !is_known || is_shared || names.is_empty() || names.iter().any(|name| name == text) {
        return None;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match comparison.of {
        Provided::Method => Some(format!("methods are written in capitals: `{}`", names[0])),
        _ => did_you_mean(text, &names),
    };
    let message = format!("`{what}` is never `{text}`");
    Some((message, help.unwrap_or_else(|| there_is(&names))))
}
