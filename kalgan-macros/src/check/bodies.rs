//! Arguments that read the request's body. It is read once, so only the last argument of a controller
//! may; a middleware leaves it to the controller.
//!
//! rustc says of such a function that it is no controller, and neither which argument is wrong nor
//! where it stands. What the sources do not tell is left to it.

use super::functions::{self, Functions, Role};
use super::path::DEPTH;
use crate::krate::functions::Function;
use crate::krate::resolve::Meaning;
use crate::krate::types::type_arguments;
use crate::krate::{Crate, ScopeId};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::text::Place;
use std::sync::Arc;
use syn::{FnArg, Type};

/// What reads the body, by crate.
const READERS: &[(&str, &[&str])] = &[
    ("kalgan", &["Form", "Json", "Request"]),
    (
        "axum",
        &[
            "Body",
            "Bytes",
            "Form",
            "Json",
            "Multipart",
            "RawForm",
            "Request",
        ],
    ),
    ("axum_core", &["Body", "Bytes", "Request"]),
    (
        "axum_extra",
        &[
            "Form",
            "JsonDeserializer",
            "JsonLines",
            "Multipart",
            "Protobuf",
        ],
    ),
    ("axum_typed_multipart", &["TypedMultipart"]),
    ("bytes", &["Bytes", "BytesMut"]),
    ("http", &["Request"]),
];

/// Checks each controller and middleware that was found. Those with a mistake are taken from the
/// functions, so that rustc does not report them once more.
pub(super) fn check(loaded: &Loaded, found: &mut Functions, krate: &Crate) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for ((role, path), place) in functions::named(loaded) {
        if !found.has(role, path) {
            continue;
        }
        let function = krate.function(role.module(), path);
        let wrong = function.and_then(|function| problem(krate, role, path, &function));
        if let Some(diagnostic) = wrong {
            diagnostics.push(diagnostic.with_note("it is named here", place.clone()));
            found.set_aside(role, path);
        }
    }
    diagnostics
}

/// The first argument that reads the body where it may not.
fn problem(krate: &Crate, role: Role, path: &str, function: &Function) -> Option<Diagnostic> {
    // A parameter of type may be called like a type.
    if function.signature.generics.type_params().next().is_some() {
        return None;
    }
    let inputs = &function.signature.inputs;
    let reader = |at: usize| match inputs.get(at)? {
        FnArg::Typed(input) if input.attrs.is_empty() => {
            reads_body(krate, function.place, &input.ty, DEPTH)
        }
        _ => None,
    };
    let allowed = inputs.len().checked_sub(match role {
        Role::Controller => 1,
        Role::Middleware => 2,
    });
    let is_allowed = |at: usize, name: &str| {
        Some(at) == allowed && (role == Role::Controller || name == "Request")
    };
    let (at, name) = (0..inputs.len())
        .filter_map(|at| Some((at, reader(at)?)))
        .find(|(at, name)| !is_allowed(*at, name))?;
    let shown = match inputs.get(at) {
        Some(FnArg::Typed(input)) if has_arguments(&input.ty) => format!("{name}<…>"),
        _ => name.clone(),
    };
    let (rule, help) = match role {
        Role::Controller if reader(inputs.len() - 1).is_some() => (
            "must be the last argument",
            String::from(
                "the last argument reads it as well, and it can be read once: take one of them",
            ),
        ),
        Role::Controller => (
            "must be the last argument",
            format!(
                "move it behind the others: `fn {}(…, {shown})`",
                function.signature.ident
            ),
        ),
        Role::Middleware if name == "Request" => (
            "must be the last argument but one",
            String::from("the last two are `request: Request, next: Next`"),
        ),
        Role::Middleware => (
            "cannot be an argument",
            String::from("take it from the `Request`, or in the controller"),
        ),
    };
    let what = role.module();
    let file = Arc::clone(&krate.file_of(function.place).source);
    let span = *function.arguments.get(at)?;
    Some(
        Diagnostic::error_at(
            Place::new(file, span),
            format!("`{shown}` reads the body: it {rule} of the {what} `{path}`"),
        )
        .with_code("body-argument")
        .with_help(help),
    )
}

/// The name of a type that reads the body, also within an `Option` or a `Result`.
pub(super) fn reads_body(krate: &Crate, place: ScopeId, ty: &Type, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let Type::Path(path) = ty else { return None };
    if krate.std_name(place, &path.path).as_deref() == Some("String") {
        return Some(String::from("String"));
    }
    match krate.meaning(place, &path.path) {
        Meaning::Foreign(names) => {
            let (first, last) = (names.first()?, names.last()?);
            if ["Option", "Result"].contains(&last.as_str()) {
                let given = type_arguments(path.path.segments.last()?);
                return reads_body(krate, place, given.first()?, depth);
            }
            let mut readers = READERS.iter();
            readers
                .any(|(krate, names)| krate == first && names.contains(&last.as_str()))
                .then(|| last.clone())
        }
        Meaning::Type(found) => {
            let (ty, place) = krate.alias(found)?;
            reads_body(krate, place, &ty, depth)
        }
        Meaning::Module(_) | Meaning::Unknown => None,
    }
}

fn has_arguments(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| !last.arguments.is_empty())
}

#[cfg(test)]
mod tests;
