//! Whether the `Path<…>` of a controller fits the parameters of the routes that name it.
//!
//! The extractor tells it at the first request; here it is told when the app is compiled. What the
//! sources do not tell is left to the extractor.

use super::path_shape::{self as shape, PathField, PathShape, Scalar};
use crate::krate::functions::Function;
use crate::krate::resolve::Meaning;
use crate::krate::{Crate, ScopeId};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::routes::words::{may_hold_a_digit, words};
use kalgan_core::routes::{Param, RouteDef, RoutePlaces};
use kalgan_core::suggest::{list, nearest};
use kalgan_core::text::Place;
use std::collections::HashMap;
use std::sync::Arc;
use syn::{FnArg, Type};

/// How many aliases may lead to a type.
const DEPTH: usize = 8;

/// A `Path<…>` among a controller's arguments.
struct Argument {
    index: usize,
    shape: PathShape,
}

/// A controller that was looked up, with those of its arguments that are known.
struct Controller {
    function: Function,
    arguments: Vec<Argument>,
}

/// Checks each route whose controller was found.
pub(super) fn check(loaded: &Loaded, found: &[String], krate: &Crate) -> Vec<Diagnostic> {
    let mut controllers: HashMap<&str, Option<Controller>> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (route, places) in loaded.site.routes.routes.iter().zip(&*loaded.route_places) {
        let path = route.controller.as_ref();
        if !found.iter().any(|found| found == path) {
            continue;
        }
        let controller = controllers
            .entry(path)
            .or_insert_with(|| controller(krate, path));
        let Some(controller) = controller else {
            continue;
        };
        for argument in &controller.arguments {
            if let Some(diagnostic) = problem(route, places, &argument.shape) {
                let function = &controller.function;
                diagnostics.push(match function.arguments.get(argument.index) {
                    Some(span) => {
                        let file = Arc::clone(&krate.file_of(function.place).source);
                        let place = Place::new(file, *span);
                        diagnostic.with_note("the controller takes it here", place)
                    }
                    None => diagnostic,
                });
            }
        }
    }
    diagnostics
}

fn controller(krate: &Crate, path: &str) -> Option<Controller> {
    let function = krate.function("controller", path)?;
    // A parameter of type may be called like a type.
    if function.signature.generics.type_params().next().is_some() {
        return None;
    }
    let mut arguments = Vec::new();
    for (index, argument) in function.signature.inputs.iter().enumerate() {
        if let FnArg::Typed(argument) = argument
            && argument.attrs.is_empty()
            && let Some((ty, place)) = extracted(krate, function.place, &argument.ty, DEPTH)
            && let Some(shape) = shape::of(krate, place, &ty)
        {
            arguments.push(Argument { index, shape });
        }
    }
    (!arguments.is_empty()).then_some(Controller {
        function,
        arguments,
    })
}

/// The `T` of Kalgan's `Path<T>`, with the place that names it.
fn extracted(krate: &Crate, place: ScopeId, ty: &Type, depth: usize) -> Option<(Type, ScopeId)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match krate.meaning(place, &path.path) {
        Meaning::Foreign(names) => {
            let is_kalgans = names.first()? == "kalgan" && names.last()? == "Path";
            let inner = shape::only_argument(&last.arguments).filter(|_| is_kalgans)?;
            Some((inner.clone(), place))
        }
        Meaning::Type(found) => {
            let (ty, place) = krate.alias(found)?;
            extracted(krate, place, &ty, depth.checked_sub(1)?)
        }
        _ => None,
    }
}

fn problem(route: &RouteDef, places: &RoutePlaces, shape: &PathShape) -> Option<Diagnostic> {
    match shape {
        PathShape::Places(types) => by_place(route, places, types),
        PathShape::Optional(_) if route.params().next().is_none() => None,
        PathShape::Optional(types) => by_place(route, places, types),
        PathShape::Fields(fields) => by_name(route, places, fields),
    }
}

/// All parameters of host and path, and those without the language.
fn parameters(route: &RouteDef) -> (Vec<&Param>, Vec<&Param>) {
    let all: Vec<&Param> = route.params().collect();
    let language = route.language_parameter();
    let fewer = all
        .iter()
        .copied()
        .filter(|param| Some(param.name.as_ref()) != language)
        .collect();
    (all, fewer)
}

fn by_place(
    route: &RouteDef,
    places: &RoutePlaces,
    types: &[Option<Scalar>],
) -> Option<Diagnostic> {
    let (all, fewer) = parameters(route);
    let taken = if types.len() == all.len() {
        &all
    } else if types.len() == fewer.len() {
        &fewer
    } else {
        return Some(wrong_count(route, places, types, &all, &fewer));
    };
    let pairs = taken.iter().zip(types);
    pairs
        .filter_map(|(param, ty)| Some((*param, (*ty)?)))
        .find_map(|(param, ty)| wrong_type(places, param, ty))
}

fn wrong_count(
    route: &RouteDef,
    places: &RoutePlaces,
    types: &[Option<Scalar>],
    all: &[&Param],
    fewer: &[&Param],
) -> Diagnostic {
    let takes = match types.len() {
        1 => String::from("1 path parameter"),
        count => format!("{count} path parameters"),
    };
    let has = match all.len() {
        0 => String::from("none"),
        count => count.to_string(),
    };
    let message = format!(
        "the controller `{}` takes {takes}, but `{}` has {has}",
        route.controller,
        shown(route)
    );
    let help = if all.is_empty() {
        String::from("remove the argument, or add the parameters to the path")
    } else if fewer.len() == all.len() || fewer.is_empty() {
        format!("write `{}`", signature(all))
    } else {
        format!(
            "write `{}`, or with the language `{}`",
            signature(fewer),
            signature(all)
        )
    };
    Diagnostic::error_at(places.controller.clone(), message)
        .with_code("path-count")
        .with_help(help)
}

/// The path, behind its host where that may have parameters, too.
fn shown(route: &RouteDef) -> String {
    match &route.host {
        Some(host) => format!("{}{}", host.text, route.path),
        None => route.path.to_string(),
    }
}

/// The argument that takes these parameters.
fn signature(params: &[&Param]) -> String {
    let names: Vec<&str> = params.iter().map(|param| param.name.as_ref()).collect();
    let types: Vec<&str> = params.iter().map(|param| likely_type(param)).collect();
    match (names.as_slice(), types.as_slice()) {
        ([name], [ty]) => format!("Path({name}): Path<{ty}>"),
        _ => format!("Path(({})): Path<({})>", names.join(", "), types.join(", ")),
    }
}

/// A type for what a requirement allows.
fn likely_type(param: &Param) -> &'static str {
    match param.requirement.as_deref() {
        Some(r"\d+" | "[0-9]+" | r"^\d+$" | "^[0-9]+$" | "^[0-9]+" | "[1-9][0-9]*") => "u64",
        _ => "String",
    }
}

fn by_name(route: &RouteDef, places: &RoutePlaces, fields: &[PathField]) -> Option<Diagnostic> {
    let (all, _) = parameters(route);
    let mut known: Vec<&str> = all.iter().map(|param| param.name.as_ref()).collect();
    for (name, _) in route.defaults.iter() {
        if !known.contains(&name.as_ref()) {
            known.push(name);
        }
    }
    for field in fields {
        let is_there = |name: &String| known.contains(&name.as_str());
        if field.is_required && !field.names.iter().any(is_there) {
            return Some(missing_field(route, places, field, &known));
        }
        let Some(ty) = field.scalar else { continue };
        let named = |param: &&&Param| field.names.iter().any(|name| *name == param.name);
        if let Some(param) = all.iter().find(named)
            && let Some(diagnostic) = wrong_type(places, param, ty)
        {
            return Some(diagnostic);
        }
    }
    None
}

fn missing_field(
    route: &RouteDef,
    places: &RoutePlaces,
    field: &PathField,
    known: &[&str],
) -> Diagnostic {
    // A field has at least its own name.
    let name = field.names.first().map_or("", String::as_str);
    let help = match (nearest(name, known.iter().copied()), known) {
        (Some(nearest), _) => {
            format!("did you mean `{nearest}`? A field that may be absent is an `Option`")
        }
        (None, []) => String::from("the path has no parameters"),
        (None, [one]) => {
            format!("the parameter is `{one}`; a field that may be absent is an `Option`")
        }
        (None, many) => format!(
            "the parameters are {}; a field that may be absent is an `Option`",
            list(many)
        ),
    };
    Diagnostic::error_at(
        places.controller.clone(),
        format!(
            "the controller `{}` takes the path parameter `{name}`, which `{}` does not have",
            route.controller,
            shown(route)
        ),
    )
    .with_code("path-field")
    .with_help(help)
}

/// Where no value that a requirement allows is one of the type: then no page is ever found.
fn wrong_type(places: &RoutePlaces, param: &Param, ty: Scalar) -> Option<Diagnostic> {
    let requirement = param.requirement.as_deref()?;
    let never = match words(requirement) {
        Some(words) => !words.is_empty() && !words.iter().any(|word| ty.reads(word)),
        None => ty.is_integer() && !may_hold_a_digit(requirement),
    };
    if !never {
        return None;
    }
    let diagnostic = Diagnostic::error_at(
        places.controller.clone(),
        format!(
            "no value of the path parameter `{}` can be a `{}`",
            param.name,
            ty.name()
        ),
    )
    .with_code("path-type")
    .with_help(format!(
        "it must match `{requirement}`: take a `String`, or write another requirement"
    ));
    let required = places.requirements.iter().find(|(of, _)| *of == param.name);
    Some(match required {
        Some((_, place)) => diagnostic.with_note("the requirement is here", place.clone()),
        None => diagnostic,
    })
}

#[cfg(test)]
mod tests;
