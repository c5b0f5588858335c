//! Whether the controllers of errors do with what a request has that no route answers: neither
//! parameters nor a route. 404 and 405 are for such requests; what only routes answer with is let be.

use super::functions::{Functions, Role};
use super::path::{self, Taker};
use super::path_shape::{self, PathShape};
use super::{bodies, views};
use crate::input::arguments::CratePath;
use crate::krate::functions::Function;
use crate::krate::{Crate, ScopeId};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::templates::Set;
use kalgan_core::templates::needs::Use;
use kalgan_core::text::Place;
use std::sync::Arc;
use syn::{FnArg, Type};

/// Checks each controller of an error that was found. The crate `kalgan` may have another name.
pub(super) fn check(
    loaded: &Loaded,
    found: &Functions,
    krate: &Crate,
    name: &CratePath,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (path, place) in &loaded.error_controllers {
        if !found.has(Role::Controller, path) {
            continue;
        }
        let is_for_unknown = is_for_unknown(loaded, path);
        diagnostics.extend(parameters(loaded, krate, (path, place), is_for_unknown));
        let Some(function) = krate.function(Role::Controller.module(), path) else {
            continue;
        };
        diagnostics.extend(arguments(krate, &function, (path, place), is_for_unknown));
        if is_for_unknown {
            diagnostics.extend(pages(
                &loaded.templates,
                krate,
                &function,
                name,
                (path, place),
            ));
        }
    }
    diagnostics
}

/// Whether a controller is that of 404 or 405, by these or for want of them.
fn is_for_unknown(loaded: &Loaded, path: &str) -> bool {
    let named = |wanted: &str| {
        let mut settings = loaded.site.settings.below("error");
        let (_, setting) = settings.find(|(status, _)| *status == wanted)?;
        Some(setting.value.as_str()?.replace('/', "::"))
    };
    ["404", "405"].iter().any(|status| {
        let controller = [status, "4xx", "default"].into_iter().find_map(named);
        controller.is_some_and(|controller| controller == path)
    })
}

/// Parameters of a path that are asked for. Those of another error may be those of a route.
fn parameters(
    loaded: &Loaded,
    krate: &Crate,
    (path, place): (&str, &Place),
    is_for_unknown: bool,
) -> Vec<Diagnostic> {
    let Some(taking) = path::taking_of(krate, Role::Controller, path) else {
        return Vec::new();
    };
    let taker = Taker {
        what: Role::Controller.module(),
        path,
        place,
    };
    let asked = taking.arguments.iter().filter(|argument| {
        let is_asked = match &argument.shape {
            PathShape::Places(_) => true,
            PathShape::Optional(_) => false,
            PathShape::Fields(fields) => fields.iter().any(|field| field.is_required),
        };
        let routes = loaded.site.routes.routes.iter().zip(&*loaded.route_places);
        let mut fitting = routes
            .filter(|(route, places)| path::problem(route, places, taker, argument).is_none());
        is_asked && !argument.is_optional && (is_for_unknown || fitting.next().is_none())
    });
    let diagnostics = asked.map(|argument| {
        let message = format!(
            "the controller `{path}` takes path parameters, and a path that no route answers has none"
        );
        let diagnostic = Diagnostic::error_at(place.clone(), message)
            .with_code("error-controller")
            .with_help("remove the argument, or take an `Option` of the value: `Path<Option<u64>>`");
        taking.noted(diagnostic, argument, krate, taker.what)
    });
    diagnostics.collect()
}

/// Other arguments that the controller of an error does not have: what is read of a body, which is
/// gone, and, where no route has answered, what only some requests have.
fn arguments(
    krate: &Crate,
    function: &Function,
    (path, place): (&str, &Place),
    is_for_unknown: bool,
) -> Vec<Diagnostic> {
    let scope = function.place;
    let file = &krate.file_of(function.place).source;
    let inputs = function.signature.inputs.iter().zip(&function.arguments);
    let found = inputs.filter_map(|(input, span)| {
        let FnArg::Typed(input) = input else {
            return None;
        };
        let is = |name| path::of_kalgan(krate, scope, &input.ty, name, path::DEPTH);
        let body = bodies::reads_body(krate, scope, &input.ty, path::DEPTH)
            .filter(|name| !EMPTY.contains(&name.as_str()))
            // What is no body is then a value as well.
            .filter(|_| !is_wrapped(&input.ty));
        let (what, whose, help) = if let Some(body) = body {
            let help = "remove the argument; `Request` has what is left of the request";
            (format!("a body by `{body}`"), "the page of an error", help)
        } else if is_for_unknown && is("Route").is_some() {
            (
                String::from("the route"),
                UNKNOWN,
                "take an `Option<Route>`",
            )
        } else if is_for_unknown
            && let Some((ty, scope)) = is("Query")
            && needs_query(krate, scope, &ty)
        {
            let help = "make the fields an `Option`, or give them a `#[serde(default)]`";
            (String::from("a query with certain fields"), UNKNOWN, help)
        } else {
            return None;
        };
        let message = format!("the controller `{path}` takes {what}, which {whose} does not have");
        Some(
            Diagnostic::error_at(place.clone(), message)
                .with_code("error-controller")
                .with_help(help)
                .with_note(
                    "the controller takes it here",
                    Place::new(Arc::clone(file), *span),
                ),
        )
    });
    found.collect()
}

/// What takes an empty body as well.
const EMPTY: [&str; 6] = ["Body", "Bytes", "BytesMut", "RawForm", "Request", "String"];

/// Whose requests have no route.
const UNKNOWN: &str = "a path that no route answers";

/// Whether a type takes a rejection for a value.
fn is_wrapped(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Option" || last.ident == "Result")
}

/// Whether a `Query<…>` has fields that have to be there.
fn needs_query(krate: &Crate, scope: ScopeId, ty: &syn::Path) -> bool {
    let last = ty.segments.last();
    let inner = last.and_then(|last| path_shape::only_argument(&last.arguments));
    match inner.and_then(|inner| path_shape::of(krate, scope, inner)) {
        Some(PathShape::Fields(fields)) => fields.iter().any(|field| field.is_required),
        _ => false,
    }
}

/// Fields of `route` that the controller's pages cannot do without.
fn pages(
    templates: &Set,
    krate: &Crate,
    function: &Function,
    name: &CratePath,
    (path, place): (&str, &Place),
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for view in views::rendered_in(krate, function, name) {
        let needs = templates.needs(&view.template);
        let is_given = view.variables.iter().any(|given| given.name == "route");
        let Some(need) = needs
            .as_ref()
            .and_then(|needs| needs.find("route"))
            .filter(|_| !is_given)
        else {
            continue;
        };
        // A guard is for the variable itself: what it does not hold needs both.
        let is_bad = |both: &&[Use]| {
            let [whole, field] = both else { return false };
            let are_required = whole.is_required && field.is_required;
            whole.steps.is_empty() && are_required && is_printed(field)
        };
        if let Some([_, used]) = need.uses.windows(2).find(is_bad) {
            let message = "the page of an error needs a field of `route`, which is none where no route answers";
            diagnostics.push(
                Diagnostic::error_at(used.place.clone(), message)
                    .with_code("error-controller")
                    .with_help(
                        "write `{% if route %}` around it, or `route.name if route else \"\"`",
                    )
                    .with_note(
                        format!("`{path}` renders `{}`", view.template),
                        place.clone(),
                    ),
            );
        }
    }
    diagnostics
}

/// Whether a field is what braces print. In a condition, and with a default, it may be undefined.
fn is_printed(used: &Use) -> bool {
    let Place { file, span } = &used.place;
    let (before, rest) = (&file.text()[..span.start], &file.text()[span.end..]);
    let is_first = before.strip_suffix("route.").is_some_and(|before| {
        let before = before.trim_end();
        before.ends_with("{{") || before.ends_with("{{-")
    });
    let rest = rest.trim_start();
    let is_last = rest.starts_with("}}") || rest.starts_with("-}}");
    let filter = rest.strip_prefix('|').map(str::trim_start);
    is_first && (is_last || filter.is_some_and(|filter| !filter.starts_with("default")))
}

#[cfg(test)]
mod tests;
