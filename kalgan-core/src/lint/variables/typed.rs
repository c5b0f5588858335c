//! What templates do with values whose types Rust tells.

use super::shapes::{At, find, is_text, some};
use super::{Misfit, Part};
use crate::lint::values::check_typed;
use crate::lint::values::kind::Kind;
use crate::lint::values::trial::Trials;
use crate::lint::values::typed::{Missing, Typed, Types};
use crate::templates::Set;
use crate::templates::needs::Read;
use crate::templates::registered::Registered;
use crate::templates::views::{Shape, View};
use crate::text::SourceFile;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What is known beside a view.
type Beside<'a> = (&'a Set, &'a Registered, &'a Trials);

/// Operations of the template of a view, and of those that it extends and includes, that fail for what
/// the view gives.
#[must_use]
pub fn typed_misfits(view: &View, templates: &Set, registered: &Registered) -> Vec<Misfit> {
    let beside = (templates, registered, &Trials::default());
    of_page(&view.template, view, beside)
}

/// What a template does with the values of a view, be it the template's own or one of all.
pub(super) fn of_page(template: &str, view: &View, beside: Beside<'_>) -> Vec<Misfit> {
    let (templates, registered, trials) = beside;
    // Nothing is known of what most views give.
    if view.shapes.is_empty() {
        return Vec::new();
    }
    let reads = templates.reads(template);
    let mut of_files: HashMap<*const SourceFile, Types<'_>> = HashMap::new();
    for read in &reads {
        let types = of_files.entry(Arc::as_ptr(&read.place.file)).or_default();
        let Some(typed) = typed(view, read) else {
            continue;
        };
        match types.entry(read.place.span) {
            Entry::Vacant(place) => {
                place.insert(typed);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.missing = known.missing.or(typed.missing);
                let is_same =
                    (known.kind, known.name, known.of) == (typed.kind, typed.name, typed.of);
                if !is_same {
                    (known.kind, known.name, known.of) = (Kind::Any, None, None);
                }
            }
        }
    }
    of_files.retain(|_, types| !types.is_empty());
    if of_files.is_empty() {
        return Vec::new();
    }
    let parsed = templates.parsed().filter_map(|(_, entry, parsed)| {
        let types = of_files.get(&Arc::as_ptr(&entry.file))?;
        Some(check_typed(registered, trials, entry, parsed, types))
    });
    let found = parsed.flatten().map(|(diagnostic, root)| Misfit {
        part: Part::Value(root),
        diagnostic,
    });
    found.collect()
}

/// What is known of the value of an expression; `None`: nothing.
fn typed<'a>(view: &'a View, read: &'a Read) -> Option<Typed<'a>> {
    let shapes = &*view.shapes;
    let mut variables = view.variables.iter();
    let variable = variables.find(|variable| *variable.name == *read.root)?;
    let (shape, is_groups) = match find(shapes, variable.shape, &read.steps)? {
        At::Unknown => return None,
        At::Groups(list) => (list, true),
        At::Shape(shape) => (shape, false),
    };
    let mut typed = Typed {
        root: read.root.clone(),
        kind: Kind::Any,
        name: None,
        of: None,
        missing: missing(shapes, variable.shape, read),
    };
    if is_groups {
        typed.kind = Kind::Map;
    } else if !read.has_default
        && let Some(shape) = some(shapes, Some(shape)).and_then(|some| shapes.get(some))
    {
        (typed.kind, typed.name) = match shape {
            Shape::Scalar(name) => (kind_of_scalar(name), Some(&**name)),
            Shape::List(_) => (Kind::Array, None),
            Shape::Map(_) => (Kind::Map, None),
            Shape::Struct(of) => (Kind::Map, Some(&*of.name)),
            Shape::Enum(of) => {
                typed.of = Some(of);
                (Kind::Text, Some(&*of.name))
            }
            Shape::Option(_) | Shape::Skipped(_) => (Kind::Any, None),
        };
    }
    (typed.kind != Kind::Any || typed.missing.is_some()).then_some(typed)
}

/// Whether a value may be none, or one that it is a part of.
fn missing(shapes: &[Shape], start: Option<usize>, read: &Read) -> Option<Missing> {
    let steps = &read.steps;
    let is_none = |count: usize| {
        let is_some = read.some.is_some_and(|some| count <= some);
        let at = find(shapes, start, &steps[..count]);
        !is_some && matches!(at, Some(At::Shape(at)) if may_be_none(shapes, at))
    };
    match (0..=steps.len()).find(|count| is_none(*count))? {
        all if all == steps.len() => Some(Missing::None),
        some => Some(Missing::Part(steps.len() - some)),
    }
}

fn may_be_none(shapes: &[Shape], at: usize) -> bool {
    match shapes.get(at) {
        Some(Shape::Option(_)) => true,
        Some(Shape::Skipped(Some(inner))) => may_be_none(shapes, *inner),
        _ => false,
    }
}

fn kind_of_scalar(name: &str) -> Kind {
    match name {
        "bool" => Kind::Bool,
        name if is_text(name) => Kind::Text,
        _ => Kind::Number,
    }
}

#[cfg(test)]
mod tests;
