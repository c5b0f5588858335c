//! Variables and fields that are only asked for, in conditions and before a default, and that nothing
//! gives.

use super::shapes::{Lack, follow};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use crate::syntax::ast::Node;
use crate::syntax::visit::{self, Visitor};
use crate::templates::registered::Registered;
use crate::templates::views::{RustFiles, View};
use crate::templates::{PROVIDED, Set};
use std::collections::{BTreeMap, HashSet};

/// What templates ask for and nothing has that any view gives there: what is asked for may be missing in
/// some of the places that share a template, but not in all. Variables count where one of nearly the
/// same name is given.
#[must_use]
pub fn of_conditions(
    templates: &Set,
    views: &[View],
    registered: &Registered,
    files: RustFiles<'_>,
) -> Vec<Diagnostic> {
    let (all, pages): (Vec<&View>, Vec<&View>) = views.iter().partition(|view| view.is_global());
    let mut globals: HashSet<&str> = PROVIDED.into_iter().collect();
    globals.extend(registered.variables.iter().map(String::as_str));
    let all = all.iter().flat_map(|view| view.variables.iter());
    globals.extend(all.map(|variable| &*variable.name));
    let mut lacking = BTreeMap::new();
    let mut known = HashSet::new();
    for view in pages {
        let Some(needs) = templates.needs(&view.template) else {
            continue;
        };
        for need in &needs.variables {
            let mut variables = view.variables.iter();
            let variable = variables.find(|variable| *variable.name == *need.name);
            for used in need.uses.iter().filter(|used| !used.is_asked) {
                let place = (used.place.file.path().to_owned(), used.place.span.start);
                let lack = match variable {
                    Some(variable) => match follow(&view.shapes, variable.shape, &used.steps) {
                        Some(lack @ Lack::Field(..)) => Some(lack.diagnostic(&[used], files)),
                        _ => None,
                    },
                    None if globals.contains(&*need.name) => None,
                    None if !used.steps.is_empty() => continue,
                    None => {
                        let set = assigned(templates, used.place.file.path());
                        let names = view.variables.iter().map(|variable| &*variable.name);
                        let names = names.chain(globals.iter().copied()).chain(set);
                        let near = nearest(&need.name, names);
                        match near.filter(|near| !is_plural(near, &need.name)) {
                            Some(near) => Some(
                                Diagnostic::error_at(
                                    used.place.clone(),
                                    format!("nothing gives the variable `{}`", need.name),
                                )
                                .with_code("unknown-variable")
                                .with_help(format!("did you mean `{near}`?")),
                            ),
                            None => continue,
                        }
                    }
                };
                match lack.filter(|_| !used.is_required) {
                    Some(lack) => {
                        lacking
                            .entry(place)
                            .or_insert_with(|| view.told(lack, files));
                    }
                    None => {
                        known.insert(place);
                    }
                }
            }
        }
    }
    lacking.retain(|place, _| !known.contains(place));
    lacking.into_values().collect()
}

/// The variables that a template sets itself.
fn assigned<'s>(templates: &'s Set, path: &str) -> Vec<&'s str> {
    let mut assigned = Assigned::default();
    let parsed = templates.parsed();
    for (_, _, parsed) in parsed.filter(|(_, entry, _)| entry.file.path() == path) {
        visit::walk(&mut assigned, &parsed.tree);
    }
    assigned.0
}

#[derive(Default)]
struct Assigned<'s>(Vec<&'s str>);

impl<'s> Visitor<'s> for Assigned<'s> {
    fn node(&mut self, node: &'s Node) {
        self.0.extend(visit::assigned(node).map(|name| &*name.text));
        visit::walk_node(self, node);
    }
}

/// Whether one name is the plural of the other.
fn is_plural(one: &str, other: &str) -> bool {
    one.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(one)
}
