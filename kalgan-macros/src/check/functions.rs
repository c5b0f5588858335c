//! Whether the functions that a site names are in the crate's sources, and take what their routes
//! have.
//!
//! rustc would say that `crate::controller::x` is missing, but not which line of which YAML file
//! names it. So they are looked up here, as far as the sources tell without expanding macros; where
//! they do not, rustc has the last word.

use crate::krate::Crate;
use crate::krate::functions::Lookup;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::routes::is_controller_path;
use kalgan_core::suggest::nearest;
use kalgan_core::text::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What a function is for; also the module that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    Controller,
    Middleware,
}

impl Role {
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
    /// Those that are there and of which something else was reported.
    pub(crate) set_aside: Vec<(Role, String)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Functions {
    /// Whether a function can be referred to.
    pub(super) fn has(&self, role: Role, path: &str) -> bool {
        let known = match role {
            Role::Controller => &self.controllers,
            Role::Middleware => &self.middlewares,
        };
        known.iter().any(|known| known == path)
    }

    /// Takes a function from those to refer to.
    pub(super) fn set_aside(&mut self, role: Role, path: &str) {
        let known = match role {
            Role::Controller => &mut self.controllers,
            Role::Middleware => &mut self.middlewares,
        };
        known.retain(|known| known != path);
        self.set_aside.push((role, path.to_owned()));
    }
}

/// Looks up each function once, at the first place that names it.
/// Without a certain root of the crate a module that it lacks is no mistake.
pub(crate) fn check(loaded: &Loaded, krate: &Crate, is_certain: bool) -> Functions {
    let mut functions = Functions::default();
    let mut reported = BTreeSet::new();
    for ((role, path), place) in named(loaded) {
        let lookup = krate.find(role.module(), path, is_certain);
        match problem(role, path, &lookup) {
            None => match role {
                Role::Controller => functions.controllers.push(path.to_owned()),
                Role::Middleware => functions.middlewares.push(path.to_owned()),
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
    functions
}

/// The functions that routes and settings name, each with the first place.
pub(super) fn named(loaded: &Loaded) -> BTreeMap<(Role, &str), &Place> {
    let mut named = BTreeMap::new();
    let mut add = |role, path, place| {
        // What is no path was reported where it was read.
        if is_controller_path(path) {
            named.entry((role, path)).or_insert(place);
        }
    };
    for (route, places) in loaded.site.routes.routes.iter().zip(&*loaded.route_places) {
        add(
            Role::Controller,
            route.controller.as_ref(),
            &places.controller,
        );
        for (path, place) in route.middleware.iter().zip(&places.middleware) {
            add(Role::Middleware, path.as_ref(), place);
        }
    }
    for (path, place) in &loaded.error_controllers {
        add(Role::Controller, path.as_str(), place);
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
fn problem(role: Role, path: &str, lookup: &Lookup) -> Option<Problem> {
    let what = role.module();
    match lookup {
        Lookup::Found | Lookup::Unknown => None,
        Lookup::Private {
            name,
            file,
            is_restricted,
        } => Some(Problem {
            code: "private-function",
            message: format!("the {what} `{path}` is not public{}", whole(*is_restricted)),
            help: match is_restricted {
                true => format!(
                    "write `pub` or `pub(crate)` before `{name}` in `{file}`, in place of what it has"
                ),
                false => format!("write `pub` before `{name}` in `{file}`"),
            },
        }),
        Lookup::PrivateModule {
            name,
            path,
            file,
            is_restricted,
        } => Some(Problem {
            code: "private-function",
            message: format!("the module `{path}` is not public{}", whole(*is_restricted)),
            help: format!("write `pub mod {name}` in `{file}`"),
        }),
        Lookup::Missing {
            name,
            file,
            candidates,
        } => {
            let help = nearest(name, candidates.iter().map(String::as_str))
                .map(|nearest| format!("did you mean `{}`?", beside(path, nearest)))
                .unwrap_or_else(|| format!("add `{}` to `{file}`", role.example(name)));
            Some(Problem {
                code: role.missing(),
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

/// What is public for a part of the crate is not so for its root.
fn whole(is_restricted: bool) -> &'static str {
    if is_restricted {
        " for the whole crate"
    } else {
        ""
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
