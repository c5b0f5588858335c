//! The keys of route files: what the parser knows, and what an editor shows.

use crate::suggest::nearest;

/// The methods of HTTP (RFC 9110, section 9, and RFC 5789).
pub const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// Further ones that are registered (<https://www.iana.org/assignments/http-methods>), and those of
/// caches.
const FURTHER_METHODS: &str = "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE \
    MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PRI PROPFIND PROPPATCH QUERY \
    REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL PURGE BAN \
    REFRESH NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH";

/// Whether this is a method as routes name it: one that is known, in capital or small letters, or one's
/// own in capitals, unless it is a known one misspelt.
pub(super) fn is_method(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let is_own =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    METHODS.contains(&upper.as_str())
        || FURTHER_METHODS
            .split_whitespace()
            .any(|known| known == upper)
        || (word.len() > 2 && word.bytes().all(is_own) && nearest(word, METHODS).is_none())
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A path, with parameters in braces.
    Path,
    /// What stands before the paths of a group.
    Prefix,
    /// A function below `crate::controller`.
    Controller,
    /// Functions below `crate::middleware`.
    Middleware,
    /// Methods of HTTP.
    Methods,
    /// A host, with parameters in braces.
    Host,
    /// A language, or the name of the parameter that holds it.
    Language,
    /// A regular expression for each of some parameters.
    Requirements,
    /// A value for each of some parameters.
    Defaults,
    /// A number of bytes.
    Size,
    /// The routes of a group.
    Routes,
}

/// A key of a route or of a group of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteKey {
    /// The key.
    pub name: &'static str,
    /// What stands behind it.
    pub shape: Shape,
    /// Whether a route has it.
    pub in_route: bool,
    /// Whether a group has it.
    pub in_group: bool,
    /// What it is for, with an example.
    pub about: &'static str,
}

const fn of_route(name: &'static str, shape: Shape, about: &'static str) -> RouteKey {
    RouteKey {
        name,
        shape,
        in_route: true,
        in_group: false,
        about,
    }
}

const fn of_group(name: &'static str, shape: Shape, about: &'static str) -> RouteKey {
    RouteKey {
        name,
        shape,
        in_route: false,
        in_group: true,
        about,
    }
}

const fn of_both(name: &'static str, shape: Shape, about: &'static str) -> RouteKey {
    RouteKey {
        name,
        shape,
        in_route: true,
        in_group: true,
        about,
    }
}

/// All keys of routes and groups, sorted.
pub const KEYS: &[RouteKey] = &[
    of_route(
        "controller",
        Shape::Controller,
        "The function below `crate::controller` that answers: `user_controller::show` is \
         `pub async fn show` in `src/controller/user_controller.rs`.",
    ),
    of_both(
        "defaults",
        Shape::Defaults,
        "Values of parameters. A request may leave out the last segments of a path when each is a \
         parameter with a default: with `path: /list/{page}` and `page: 1`, `/list` is page 1. A \
         name that is not in the path is a further parameter, which the controller gets by name. A \
         route's defaults are added to its group's.",
    ),
    of_both(
        "host",
        Shape::Host,
        "The host that the route is for, such as `www.example.com` or `{shop}.example.com`. Without \
         it every host will do.",
    ),
    of_both(
        "language",
        Shape::Language,
        "The language of the answer: a language such as `en`, or the name of the parameter that \
         holds it, such as `_lang` with `path: /{_lang}/about`.",
    ),
    of_both(
        "max_body",
        Shape::Size,
        "The largest request body, in the place of `server.max_body`: bytes, or a number with a unit \
         such as `20 MiB`. A larger one is answered with 413. A route's replaces its group's.",
    ),
    of_both(
        "methods",
        Shape::Methods,
        "The methods that the route answers, such as `get, post`; without it, all. HEAD is answered \
         where GET is. A route's methods replace its group's.",
    ),
    of_both(
        "middleware",
        Shape::Middleware,
        "The functions below `crate::middleware` that a request passes before the controller, in \
         this order; a route's run after its group's. Such as `auth_middleware::check`.",
    ),
    of_route(
        "path",
        Shape::Path,
        "The path, from `/` on. `{id}` is a parameter of one segment, `{name}.{format}` are two of \
         one, and `{rest*}` at the end takes all that is left. The first route that fits answers.",
    ),
    of_group(
        "prefix",
        Shape::Prefix,
        "What stands before the path of each route in the group, such as `/{_lang}`. Prefixes of \
         groups within groups are joined.",
    ),
    of_both(
        "requirements",
        Shape::Requirements,
        "For parameters, the regular expression that the whole value must match: `id: '[0-9]+'`, or \
         `_lang: en|es`. A route's requirements are added to its group's.",
    ),
    of_group(
        "routes",
        Shape::Routes,
        "The routes of the group, and groups within it. Each gets the group's prefix, host, methods, \
         middlewares, language, requirements, defaults and limit of bodies.",
    ),
];

/// The key of this name that a route has.
pub(super) fn of_a_route(name: &str) -> Option<&'static RouteKey> {
    KEYS.iter().find(|key| key.in_route && key.name == name)
}

/// The key of this name that a group has.
pub(super) fn of_a_group(name: &str) -> Option<&'static RouteKey> {
    KEYS.iter().find(|key| key.in_group && key.name == name)
}

/// The names of a route's keys.
pub(super) fn names_of_a_route() -> Vec<&'static str> {
    let keys = KEYS.iter().filter(|key| key.in_route);
    keys.map(|key| key.name).collect()
}

/// The names of a group's keys.
pub(super) fn names_of_a_group() -> Vec<&'static str> {
    let keys = KEYS.iter().filter(|key| key.in_group);
    keys.map(|key| key.name).collect()
}
