//! Operations that fail whatever the values are that the build does not know: `1 / 0`, `5|upper`,
//! `title|truncate(length="x")`, `for x in 5`.
//!
//! Tera says what fails: each operation is rendered with values of every kind that its operands may
//! have, and is wrong where all of them fail.

mod attempt;
pub(super) mod kind;
mod scope;
#[cfg(test)]
mod tests;
pub(super) mod trial;
pub(super) mod typed;
mod visit;
mod walk;

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::templates::registered::Registered;
use crate::templates::{Entry, ParsedTemplate};
use scope::Scope;
use trial::Trials;
use typed::Types;
use walk::Walk;

/// Finds operations that fail whatever the unknown values are.
pub(super) fn check(known: &Known<'_>, entry: &Entry, parsed: &ParsedTemplate) -> Vec<Diagnostic> {
    let walk = Walk {
        registered: known.registered(),
        trials: &known.trials,
        entry,
        types: None,
        scope: Scope::new(&parsed.tree),
        found: Vec::new(),
    };
    let found = walk.through(parsed).into_iter();
    found.map(|(diagnostic, _)| diagnostic).collect()
}

/// Finds operations that fail by the types of expressions, each with the variable that it is about.
pub(in crate::lint) fn check_typed(
    registered: &Registered,
    trials: &Trials,
    entry: &Entry,
    parsed: &ParsedTemplate,
    types: &Types<'_>,
) -> Vec<(Diagnostic, Box<str>)> {
    let walk = Walk {
        registered,
        trials,
        entry,
        types: Some(types),
        scope: Scope::new(&parsed.tree),
        found: Vec::new(),
    };
    walk.through(parsed)
}
