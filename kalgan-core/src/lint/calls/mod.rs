//! Calls by name, from templates and from Rust, against what they name: the parameters of a route,
//! the placeholders of a message.

pub(super) mod arguments;
mod foreign;
mod message_value;
pub(super) mod names;
pub(super) mod registered;

pub(crate) use foreign::unnamed_argument;
pub use message_value::{WrongValue, check_message_value};

use crate::routes::{Param, QUERY, RouteDef, requirement};
use crate::suggest::{did_you_mean, list, plural};

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value as text, where that is known now.
    pub literal: Option<&'a str>,
}

/// What is wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake<'a> {
    /// What it is about.
    pub at: At<'a>,
    /// What is wrong.
    pub message: String,
    /// What to do, where the call itself does not show it.
    pub help: Option<String>,
}

/// The part of a call that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At<'a> {
    /// The call as a whole: these arguments are missing.
    Call(Vec<&'a str>),
    /// The name of the argument with this index.
    Name(usize),
    /// The value of the argument with this index.
    Value(usize),
}

/// The class of a mistake in the parameters of a route.
pub const ROUTE_CODE: &str = "route-parameters";
/// The class of a mistake in the placeholders of a message.
pub const MESSAGE_CODE: &str = "message-placeholders";

/// Whether a URL of the route can be made of these parameters. The parameter that holds the
/// route's language may be left out, and [`QUERY`] is none.
#[must_use]
pub fn check_route<'a>(route: &'a RouteDef, given: &[Given<'_>]) -> Vec<Mistake<'a>> {
    let known: Vec<&str> = route.params().map(|param| param.name.as_ref()).collect();
    let mut mistakes = Vec::new();
    for (at, argument) in given.iter().enumerate() {
        if argument.name == QUERY {
            continue;
        }
        let Some(param) = route.params().find(|param| param.name == argument.name) else {
            let help = if known.is_empty() {
                format!("its path is `{}`; remove the parameter", route.path)
            } else {
                did_you_mean(argument.name, &known)
                    .unwrap_or_else(|| format!("it has {}", list(&known)))
            };
            mistakes.push(Mistake {
                at: At::Name(at),
                message: format!(
                    "the route `{}` has no parameter `{}`",
                    route.name, argument.name
                ),
                help: Some(help),
            });
            continue;
        };
        if let Some(value) = argument.literal
            && let Some((message, help)) = check_value(route, param, value)
        {
            mistakes.push(Mistake {
                at: At::Value(at),
                message,
                help: Some(help),
            });
        }
    }
    let missing: Vec<&str> = known
        .into_iter()
        .filter(|known| given.iter().all(|argument| argument.name != *known))
        .filter(|known| route.default(known).is_none() && route.language_parameter() != Some(known))
        .collect();
    if !missing.is_empty() {
        mistakes.push(Mistake {
            message: format!(
                "the route `{}` needs the {} {} for its path `{}`",
                route.name,
                plural(missing.len(), "parameter"),
                list(&missing),
                route.path
            ),
            at: At::Call(missing),
            help: None,
        });
    }
    mistakes
}

/// What is wrong with a value of a route's parameter, and what to do: one that is written down is known
/// now, so whether it fits is, too.
fn check_value(route: &RouteDef, param: &Param, value: &str) -> Option<(String, String)> {
    match &param.requirement {
        None if value.is_empty() => Some((
            format!(
                "the parameter `{}` of the route `{}` is empty",
                param.name, route.name
            ),
            format!("its path is `{}`", route.path),
        )),
        None => None,
        Some(requirement) => {
            if requirement::takes(requirement, value) {
                return None;
            }
            Some((
                format!(
                    "`{value}` is not a value for `{}` of the route `{}`",
                    param.name, route.name
                ),
                format!("it must match `{requirement}` as a whole"),
            ))
        }
    }
}

/// Whether a message with these placeholders can be made of these values.
#[must_use]
pub fn check_message<'a>(
    key: &str,
    placeholders: &[&'a str],
    given: &[Given<'_>],
) -> Vec<Mistake<'a>> {
    let mut mistakes = Vec::new();
    for (at, argument) in given.iter().enumerate() {
        if placeholders.contains(&argument.name) {
            continue;
        }
        let help = if placeholders.is_empty() {
            String::from("it has none; remove the value")
        } else {
            did_you_mean(argument.name, placeholders)
                .unwrap_or_else(|| format!("it has {}", list(placeholders)))
        };
        mistakes.push(Mistake {
            at: At::Name(at),
            message: format!("the message `{key}` has no placeholder `{}`", argument.name),
            help: Some(help),
        });
    }
    let missing: Vec<&str> = placeholders
        .iter()
        .copied()
        .filter(|name| given.iter().all(|argument| argument.name != *name))
        .collect();
    if !missing.is_empty() {
        mistakes.push(Mistake {
            message: format!("the message `{key}` needs a value for {}", list(&missing)),
            at: At::Call(missing),
            help: None,
        });
    }
    mistakes
}

/// What to do about a route that there is not.
#[must_use]
pub fn route_help(name: &str, mut names: Vec<&str>) -> Option<String> {
    if names.is_empty() {
        return Some(String::from(
            "this app has no routes yet: write them into files of the folder `config/routes`",
        ));
    }
    names.sort_unstable();
    did_you_mean(name, &names)
}
