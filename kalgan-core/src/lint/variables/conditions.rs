//! Variables and fields that are only asked for, in conditions and before a default, and that nothing
//! gives.

use super::shapes::{Lack, follow};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use crate::syntax::ast::Node;
use crate::syntax::visit::{self, Visitor};
use crate::templates::needs::Use;
use crate::templates::registered::Registered;
use crate::templates::views::{RustFiles, View};
use crate::templates::{PROVIDED, Set};
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    let assigned = LazyCell::new(|| assigned(templates));
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
                    // One that is given nowhere is told where it begins.
                    None if !used.steps.is_empty() => continue,
                    None => {
                        let set = assigned.get(used.place.file.path()).into_iter().flatten();
                        let given = view.variables.iter().map(|variable| &*variable.name);
                        let names = given.chain(globals.iter().copied());
                        let names = names.chain(set.copied());
                        match nearest(&need.name, names) {
                            Some(near) if !is_plural(near, &need.name) => {
                                Some(not_given(&need.name, near, used))
                            }
                            _ => continue,
                        }
                    }
                };
                match lack.filter(|_| !used.is_required) {
                    Some(lack) => {
                        let told = || view.told(lack, files);
                        lacking.entry(place).or_insert_with(told);
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

fn not_given(name: &str, near: &str, used: &Use) -> Diagnostic {
    let message = format!("nothing gives the variable `{name}`");
    Diagnostic::error_at(used.place.clone(), message)
        .with_code("unknown-variable")
        .with_help(format!("did you mean `{near}`?"))
}

/// The variables that templates set themselves, by the paths of their files.
fn assigned(templates: &Set) -> HashMap<&str, Vec<&str>> {
    let files = templates.parsed().map(|(_, entry, parsed)| {
        let mut assigned = Assigned::default();
        visit::walk(&mut assigned, &parsed.tree);
        (entry.file.path(), assigned.0)
    });
    files.collect()
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
