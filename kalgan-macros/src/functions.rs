//! Whether the functions that a site names are in the crate's sources, and take what their routes
//! have.
//!
//! rustc would say that `crate::controller::x` is missing, but not which line of which YAML file
//! names it. So the sources are looked through here, as far as they can be understood without
//! expanding them; where they cannot, rustc has the last word.

mod locate;
mod modules;
mod paths;
mod shape;
mod structs;

use crate::package::{CrateRoot, Package};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::routes::is_controller_path;
use kalgan_core::suggest::nearest;
use kalgan_core::text::Place;
use modules::{Lookup, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// What a function is for; also the module that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Controller,
    Middleware,
}

impl Kind {
    /// The module below the crate's root.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Middleware => "middleware",
        }
    }

    /// The class of the mistake where there is none of this name.
    fn missing(self) -> &'static str {
        match self {
            Self::Controller => "missing-controller",
            Self::Middleware => "missing-middleware",
        }
    }

    fn example(self, name: &str) -> String {
        match self {
            Self::Controller => {
                format!("pub async fn {name}() -> kalgan::Result<kalgan::Response>")
            }
            Self::Middleware => format!(
                "pub async fn {name}(request: kalgan::Request, next: kalgan::Next) -> \
                 kalgan::Response"
            ),
        }
    }
}

/// The functions that a site names: those to refer to, and what is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub(crate) controllers: Vec<String>,
    pub(crate) middlewares: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Looks up each function once, at the first place that names it.
pub(crate) fn check(loaded: &Loaded, root: Option<CrateRoot>, package: &Package) -> Functions {
    let mut functions = Functions::default();
    let mut sources = root.map(|root| Sources::new(root, package));
    let mut reported = BTreeSet::new();
    for ((kind, path), place) in named(loaded) {
        let lookup = match &mut sources {
            Some(sources) => sources.find(kind.module(), path),
            None => Lookup::Unknown,
        };
        match problem(kind, path, &lookup) {
            None => match kind {
                Kind::Controller => functions.controllers.push(path.to_owned()),
                Kind::Middleware => functions.middlewares.push(path.to_owned()),
            },
            // A module that is missing is said once, not for each function in it.
            Some(problem) => {
                if reported.insert(problem.message.clone()) {
                    functions.diagnostics.push(
                        Diagnostic::error_at(place.clone(), problem.message)
                            .with_code(problem.code)
                            .with_help(problem.help),
                    );
                }
            }
        }
    }
    if let Some(sources) = &mut sources {
        let problems = paths::check(loaded, &functions.controllers, sources, package);
        functions.diagnostics.extend(problems);
    }
    functions
}

/// The functions that routes and settings name, each with the first place.
fn named(loaded: &Loaded) -> BTreeMap<(Kind, &str), &Place> {
    let mut named = BTreeMap::new();
    let mut add = |kind, path, place| {
        // What is no path was reported where it was read.
        if is_controller_path(path) {
            named.entry((kind, path)).or_insert(place);
        }
    };
    for (route, places) in loaded.site.routes.routes.iter().zip(&*loaded.route_places) {
        add(
            Kind::Controller,
            route.controller.as_ref(),
            &places.controller,
        );
        for (path, place) in route.middleware.iter().zip(&places.middleware) {
            add(Kind::Middleware, path.as_ref(), place);
        }
    }
    for (path, place) in &loaded.error_controllers {
        add(Kind::Controller, path.as_str(), place);
    }
    named
}

/// What is wrong, and what to do.
struct Problem {
    code: &'static str,
    message: String,
    help: String,
}

/// `None` where the function can be referred to.
fn problem(kind: Kind, path: &str, lookup: &Lookup) -> Option<Problem> {
    let what = kind.module();
    match lookup {
        Lookup::Found | Lookup::Unknown => None,
        Lookup::Private { name, file } => Some(Problem {
            code: "private-function",
            message: format!("the {what} `{path}` is not public"),
            help: format!("write `pub` before `{name}` in `{file}`"),
        }),
        Lookup::PrivateModule { name, path, file } => Some(Problem {
            code: "private-function",
            message: format!("the module `{path}` is not public"),
            help: format!("write `pub mod {name}` in `{file}`"),
        }),
        Lookup::Missing {
            name,
            file,
            candidates,
        } => {
            let help = nearest(name, candidates.iter().map(String::as_str))
                .map(|nearest| format!("did you mean `{}`?", beside(path, nearest)))
                .unwrap_or_else(|| format!("add `{}` to `{file}`", kind.example(name)));
            Some(Problem {
                code: kind.missing(),
                message: format!("there is no {what} `{path}` in `{file}`"),
                help,
            })
        }
        Lookup::NoModule {
            name,
            path,
            file,
            candidates,
        } => {
            let is_nested = path.contains("::");
            let visibility = if is_nested { "pub " } else { "" };
            // A module beside `controller` is not meant by it.
            let help = nearest(name, candidates.iter().map(String::as_str))
                .filter(|_| is_nested)
                .map(|nearest| format!("did you mean `{}`?", beside(path, nearest)))
                .unwrap_or_else(|| format!("add `{visibility}mod {name};` to `{file}`"));
            Some(Problem {
                code: "missing-module",
                message: format!("there is no module `{path}`"),
                help,
            })
        }
    }
}

/// The path with another last name.
fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once("::") {
        Some((front, _)) => format!("{front}::{name}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
