//! Whether the `Path<…>` of a controller or a middleware fits the parameters of the routes that name it.
//!
//! The extractor tells it at the first request; here it is told when the app is compiled. What the
//! sources do not tell is left to the extractor.

use super::functions::{Functions, Role};
use super::path_scalar::Scalar;
use super::path_shape::{self as shape, PathField, PathShape};
use crate::krate::functions::Function;
use crate::krate::resolve::Meaning;
use crate::krate::{Crate, ScopeId};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::routes::{Param, RouteDef, RoutePlaces};
use kalgan_core::suggest::{counted, list, nearest};
use kalgan_core::text::Place;
use std::collections::HashMap;
use std::sync::Arc;
use syn::{FnArg, Type};

/// How many aliases may lead to a type.
pub(super) const DEPTH: usize = 8;

/// A `Path<…>` among a controller's arguments.
pub(super) struct Argument {
    index: usize,
    pub(super) shape: PathShape,
    /// Whether it is an `Option<Path<…>>`: none where the language is all that there is.
    pub(super) is_optional: bool,
}

/// A function that was looked up, with those of its arguments that are known.
pub(super) struct Taking {
    function: Function,
    pub(super) arguments: Vec<Argument>,
}

/// What a route names that takes its parameters.
#[derive(Clone, Copy)]
pub(super) struct Taker<'a> {
    /// `controller` or `middleware`.
    pub(super) what: &'static str,
    pub(super) path: &'a str,
    pub(super) place: &'a Place,
}

/// Checks the controllers and middlewares of each route that were found.
pub(super) fn check(loaded: &Loaded, found: &Functions, krate: &Crate) -> Vec<Diagnostic> {
    let mut known: HashMap<(Role, &str), Option<Taking>> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (route, places) in loaded.site.routes.routes.iter().zip(&*loaded.route_places) {
        let controller = (Role::Controller, &route.controller, &places.controller);
        let middlewares = route.middleware.iter().zip(&places.middleware);
        let middlewares = middlewares.map(|(path, place)| (Role::Middleware, path, place));
        for (role, path, place) in std::iter::once(controller).chain(middlewares) {
            if !found.has(role, path) {
                continue;
            }
            let taking = known.entry((role, path));
            let Some(taking) = taking.or_insert_with(|| taking_of(krate, role, path)) else {
                continue;
            };
            let taker = Taker {
                what: role.module(),
                path,
                place,
            };
            diagnostics.extend(taking.arguments.iter().filter_map(|argument| {
                let diagnostic = problem(route, places, taker, argument)?;
                Some(taking.noted(diagnostic, argument, krate, taker.what))
            }));
        }
    }
    diagnostics
}

impl Taking {
    /// The diagnostic with the place of the argument.
    pub(super) fn noted(
        &self,
        diagnostic: Diagnostic,
        argument: &Argument,
        krate: &Crate,
        what: &str,
    ) -> Diagnostic {
        let Some(span) = self.function.arguments.get(argument.index) else {
            return diagnostic;
        };
        let file = Arc::clone(&krate.file_of(self.function.place).source);
        diagnostic.with_note(format!("the {what} takes it here"), Place::new(file, *span))
    }
}

/// A function with its arguments that take parameters; `None` where it has none, or nothing is known.
pub(super) fn taking_of(krate: &Crate, role: Role, path: &str) -> Option<Taking> {
    let function = krate.function(role.module(), path)?;
    // A parameter of type may be called like a type.
    if function.signature.generics.type_params().next().is_some() {
        return None;
    }
    let mut arguments = Vec::new();
    for (index, argument) in function.signature.inputs.iter().enumerate() {
        if let FnArg::Typed(argument) = argument
            && argument.attrs.is_empty()
            && let optional = shape::option(krate, function.place, &argument.ty)
            && let ty = optional.unwrap_or(&argument.ty)
            && let Some((ty, place)) = extracted(krate, function.place, ty)
            && let Some(shape) = shape::of(krate, place, &ty)
        {
            arguments.push(Argument {
                index,
                shape,
                is_optional: optional.is_some(),
            });
        }
    }
    (!arguments.is_empty()).then_some(Taking {
        function,
        arguments,
    })
}

/// The `T` of Kalgan's `Path<T>`, with the place that names it.
fn extracted(krate: &Crate, place: ScopeId, ty: &Type) -> Option<(Type, ScopeId)> {
    let (path, place) = of_kalgan(krate, place, ty, "Path", DEPTH)?;
    let inner = shape::only_argument(&path.segments.last()?.arguments)?;
    Some((inner.clone(), place))
}

/// The path of a type that is Kalgan's of this name, with the place that names it.
pub(super) fn of_kalgan(
    krate: &Crate,
    place: ScopeId,
    ty: &Type,
    name: &str,
    depth: usize,
) -> Option<(syn::Path, ScopeId)> {
    let Type::Path(path) = ty else { return None };
    match krate.meaning(place, &path.path) {
        Meaning::Foreign(names) => {
            let is_it = names.first()? == "kalgan" && names.last()? == name;
            is_it.then(|| (path.path.clone(), place))
        }
        Meaning::Type(found) => {
            let (ty, place) = krate.alias(found)?;
            of_kalgan(krate, place, &ty, name, depth.checked_sub(1)?)
        }
        _ => None,
    }
}

pub(super) fn problem(
    route: &RouteDef,
    places: &RoutePlaces,
    taker: Taker<'_>,
    argument: &Argument,
) -> Option<Diagnostic> {
    if argument.is_optional && parameters(route).1.is_empty() {
        return None;
    }
    match &argument.shape {
        PathShape::Places(types) => by_place(route, places, taker, types),
        PathShape::Optional(_) if route.params().next().is_none() => None,
        PathShape::Optional(types) => by_place(route, places, taker, types),
        PathShape::Fields(fields) => by_name(route, places, taker, fields),
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
    taker: Taker<'_>,
    types: &[Option<Scalar>],
) -> Option<Diagnostic> {
    let (all, fewer) = parameters(route);
    let taken = if types.len() == all.len() {
        &all
    } else if types.len() == fewer.len() {
        &fewer
    } else {
        return Some(wrong_count(route, taker, types, &all, &fewer));
    };
    let pairs = taken.iter().zip(types);
    pairs
        .filter_map(|(param, ty)| Some((*param, (*ty)?)))
        .find_map(|(param, ty)| wrong_type(route, places, taker, param, ty))
}

fn wrong_count(
    route: &RouteDef,
    taker: Taker<'_>,
    types: &[Option<Scalar>],
    all: &[&Param],
    fewer: &[&Param],
) -> Diagnostic {
    let takes = counted(types.len(), "path parameter");
    let has = match all.len() {
        0 => String::from("none"),
        count => count.to_string(),
    };
    let message = format!(
        "the {} `{}` takes {takes}, but `{}` has {has}",
        taker.what,
        taker.path,
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
    Diagnostic::error_at(taker.place.clone(), message)
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

fn by_name(
    route: &RouteDef,
    places: &RoutePlaces,
    taker: Taker<'_>,
    fields: &[PathField],
) -> Option<Diagnostic> {
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
            return Some(missing_field(route, taker, field, &known));
        }
        let Some(ty) = field.scalar else { continue };
        let named = |param: &&&Param| field.names.iter().any(|name| *name == param.name);
        let diagnostic = match all.iter().find(named) {
            Some(param) => wrong_type(route, places, taker, param, ty),
            None => {
                let mut names = field.names.iter();
                names.find_map(|name| wrong_default(route, places, taker, name, ty))
            }
        };
        if diagnostic.is_some() {
            return diagnostic;
        }
    }
    None
}

fn missing_field(
    route: &RouteDef,
    taker: Taker<'_>,
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
        taker.place.clone(),
        format!(
            "the {} `{}` takes the path parameter `{name}`, which `{}` does not have",
            taker.what,
            taker.path,
            shown(route)
        ),
    )
    .with_code("path-field")
    .with_help(help)
}

/// Where no value that a requirement allows is one of the type, so that no page is ever found, or the
/// default is none.
fn wrong_type(
    route: &RouteDef,
    places: &RoutePlaces,
    taker: Taker<'_>,
    param: &Param,
    ty: Scalar,
) -> Option<Diagnostic> {
    let requirement = param
        .requirement
        .as_deref()
        .filter(|text| ty.has_none_of(text));
    let Some(requirement) = requirement else {
        return wrong_default(route, places, taker, &param.name, ty);
    };
    let diagnostic = Diagnostic::error_at(
        taker.place.clone(),
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

/// Where the default of a parameter is no value of the type: the page is not found without it.
fn wrong_default(
    route: &RouteDef,
    places: &RoutePlaces,
    taker: Taker<'_>,
    name: &str,
    ty: Scalar,
) -> Option<Diagnostic> {
    let (_, value) = route.defaults.iter().find(|(of, _)| *of == name)?;
    if ty.reads(value) {
        return None;
    }
    let (_, place) = places.defaults.iter().find(|(of, _)| *of == name)?;
    let message = format!(
        "the default `{value}` of the path parameter `{name}` is no `{}`",
        ty.name()
    );
    let diagnostic = Diagnostic::error_at(place.clone(), message).with_code("path-type");
    Some(diagnostic.with_help(format!(
        "write a value that the {} `{}` can take, or take a `String` there",
        taker.what, taker.path
    )))
}

#[cfg(test)]
mod tests;
