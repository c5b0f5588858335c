//! The routes, messages and static files that templates name, against those that there are.

use super::references::{Call, References};
use super::set::{Entry, Set};
use crate::calls::{self, At, Given, Mistake};
use crate::diagnostic::Diagnostic;
use crate::messages::Catalogue;
use crate::routes::{RouteDef, RouteTable};
use crate::suggest::did_you_mean;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

/// What the names of templates are looked up in. `None` is what could not be read as a whole, so
/// that nothing can be said of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Site<'a> {
    /// The routes.
    pub routes: Option<&'a RouteTable>,
    /// The messages.
    pub catalogue: Option<&'a Catalogue>,
    /// The static files that templates name and that are not there.
    pub missing_assets: Option<&'a MissingAssets>,
}

/// Static files that are not there, by the path as templates write it.
pub type MissingAssets = BTreeMap<Box<str>, MissingAsset>;

/// A static file that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingAsset {
    /// Where it is looked for, from the app's folder on.
    pub path: String,
    /// What to do.
    pub help: String,
}

/// Finds names of routes, messages and static files that there are not, and calls that do not fit
/// them. Names that are put together at run time are not looked at.
#[must_use]
pub fn check(set: &Set, site: Site<'_>) -> Vec<Diagnostic> {
    let all = set.parsed().map(|(name, _, _)| name);
    let found = check_some(set, site, all);
    found.into_iter().flat_map(|(_, found)| found).collect()
}

/// The same for some templates, each with what was found in it; those without mistakes are left
/// out.
pub(super) fn check_some<'s>(
    set: &'s Set,
    site: Site<'s>,
    names: impl IntoIterator<Item = &'s str>,
) -> Vec<(&'s str, Vec<Diagnostic>)> {
    let mut check = Check {
        site,
        routes: OnceCell::new(),
        placeholders: HashMap::new(),
        diagnostics: Vec::new(),
    };
    let mut found = Vec::new();
    for (name, entry, parsed) in set.parsed_of(names) {
        check.template(entry, &parsed.references);
        if !check.diagnostics.is_empty() {
            found.push((name, std::mem::take(&mut check.diagnostics)));
        }
    }
    found
}

struct Check<'a> {
    site: Site<'a>,
    /// The routes by name, once one is looked up.
    routes: OnceCell<HashMap<&'a str, &'a RouteDef>>,
    /// The placeholders of a message; `None` where no language has it.
    placeholders: HashMap<&'a str, Option<Vec<&'a str>>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn template(&mut self, entry: &'a Entry, references: &'a References) {
        for call in &references.urls {
            self.url(entry, call);
        }
        for call in &references.messages {
            self.message(entry, call);
        }
        for asset in &references.assets {
            let Some(missing) = self
                .site
                .missing_assets
                .and_then(|missing| missing.get(&asset.text))
            else {
                continue;
            };
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(asset.span),
                    format!("there is no static file `{}`", missing.path),
                )
                .with_code("unknown-asset")
                .with_help(missing.help.as_str()),
            );
        }
    }

    fn url(&mut self, entry: &Entry, call: &Call) {
        let Some(table) = self.site.routes else {
            return;
        };
        let routes = self.routes.get_or_init(|| {
            let routes = table.routes.iter().rev();
            routes.map(|route| (route.name.as_ref(), route)).collect()
        });
        let Some(route) = routes.get(&*call.name.text) else {
            let names: Vec<&str> = routes.keys().copied().collect();
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.name.span),
                    format!("there is no route `{}`", call.name.text),
                )
                .with_code("unknown-route")
                .with_optional_help(route_help(&call.name.text, names)),
            );
            return;
        };
        let given = given(call);
        for mistake in calls::check_route(route, &given) {
            self.mistake(entry, call, mistake, calls::ROUTE_CODE);
        }
    }

    fn message(&mut self, entry: &Entry, call: &'a Call) {
        let Some(catalogue) = self.site.catalogue else {
            return;
        };
        let key = &*call.name.text;
        let placeholders = self
            .placeholders
            .entry(key)
            .or_insert_with(|| catalogue.placeholders(key));
        let Some(placeholders) = placeholders.clone() else {
            let help = match catalogue.nearest(key) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!(
                    "add it to a file of each language in the folder of messages, as `{}`",
                    key.replace('.', ": ")
                ),
            };
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.name.span),
                    format!("there is no message `{key}`"),
                )
                .with_code("unknown-message")
                .with_help(help),
            );
            return;
        };
        // The language of one message may be given, too.
        let given: Vec<Given<'_>> = given(call);
        let own: Vec<usize> = (0..given.len())
            .filter(|at| given[*at].name != "_lang" || placeholders.contains(&"_lang"))
            .collect();
        let values: Vec<Given<'_>> = own.iter().map(|at| given[*at]).collect();
        for mut mistake in calls::check_message(key, &placeholders, &values) {
            mistake.at = match mistake.at {
                At::Name(at) => At::Name(own[at]),
                At::Value(at) => At::Value(own[at]),
                at @ At::Call(_) => at,
            };
            self.mistake(entry, call, mistake, calls::MESSAGE_CODE);
        }
    }

    fn mistake(&mut self, entry: &Entry, call: &Call, mistake: Mistake<'_>, code: &'static str) {
        let (span, example) = match &mistake.at {
            At::Name(at) => (call.given[*at].name.span, None),
            At::Value(at) => (call.given[*at].span, None),
            At::Call(missing) => {
                let example: Vec<String> = missing.iter().map(|name| format!("{name}=…")).collect();
                (
                    call.name.span,
                    Some(format!("add `{}`", example.join(", "))),
                )
            }
        };
        self.diagnostics.push(
            Diagnostic::error_at(entry.place(span), mistake.message)
                .with_code(code)
                .with_optional_help(mistake.help.or(example)),
        );
    }
}

fn given(call: &Call) -> Vec<Given<'_>> {
    call.given
        .iter()
        .map(|given| Given {
            name: &given.name.text,
            literal: given.literal.as_deref(),
        })
        .collect()
}

/// What to do about a route that there is not.
#[must_use]
pub fn route_help(name: &str, mut names: Vec<&str>) -> Option<String> {
    if names.is_empty() {
        return Some(String::from(
            "this app has no routes yet: write them into files of the folder `config/routes`",
        ));
    }
    names.sort_unstable();
    did_you_mean(name, &names)
}
