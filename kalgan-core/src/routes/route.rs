//! A route, and the table of all.

use super::pattern::{HostPattern, Param, PathPattern, Segment};
use crate::text::{List, Text};

/// All routes, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteTable {
    /// The routes. The first that fits a request answers it.
    pub routes: List<RouteDef>,
}

/// A route as its file says.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteDef {
    /// The name, unique in the table.
    pub name: Text,
    /// The path as written, with the prefixes of its groups.
    pub path: Text,
    /// The path, taken apart.
    pub pattern: PathPattern,
    /// The host, where the route names one.
    pub host: Option<HostPattern>,
    /// The methods in capital letters; none means all.
    pub methods: List<Text>,
    /// The controller below `crate::controller`, with `::`.
    pub controller: Text,
    /// The middlewares below `crate::middleware`, in order, with `::`.
    pub middleware: List<Text>,
    /// Where the request's language comes from.
    pub language: Option<RouteLanguage>,
    /// Values for parameters that the path may leave out, and further parameters.
    pub defaults: List<(Text, Text)>,
    /// The largest request body in bytes, where the route has a limit of its own.
    pub max_body: Option<u64>,
    /// Where the route stands: `path:line:column`.
    pub place: Text,
}

/// Where a route's language comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteLanguage {
    /// This language.
    Fixed(Text),
    /// The value of this path parameter.
    Parameter(Text),
}

impl RouteTable {
    /// The route of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&RouteDef> {
        self.routes.iter().find(|route| route.name == name)
    }

    /// Whether it takes a regex engine to find a route.
    #[must_use]
    pub fn needs_regex(&self) -> bool {
        self.routes.iter().any(|route| {
            let host = route.host.iter().flat_map(|host| host.labels.iter());
            host.chain(route.pattern.segments.iter())
                .any(Segment::needs_regex)
        })
    }
}

impl RouteDef {
    /// Whether the route answers this method. HEAD is answered where GET is.
    #[must_use]
    pub fn allows(&self, method: &str) -> bool {
        self.methods.is_empty()
            || self
                .methods
                .iter()
                .any(|allowed| allowed == method || (method == "HEAD" && allowed == "GET"))
    }

    /// The default of a parameter.
    #[must_use]
    pub fn default(&self, name: &str) -> Option<&str> {
        self.defaults
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }

    /// The parameter that holds the language.
    #[must_use]
    pub fn language_parameter(&self) -> Option<&str> {
        match &self.language {
            Some(RouteLanguage::Parameter(name)) => Some(name),
            _ => None,
        }
    }

    /// All parameters of host and path, in order.
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        let host = self.host.iter().flat_map(HostPattern::params);
        host.chain(self.pattern.params())
    }
}

/// Whether this is the path of a function in a module: `a::b`, `a::b::c` or `a`.
#[must_use]
pub fn is_controller_path(path: &str) -> bool {
    !path.is_empty() && path.split("::").all(is_rust_identifier)
}

/// Whether this is a name as Rust's identifiers are.
fn is_rust_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    first.is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && chars.all(unicode_ident::is_xid_continue)
        && name != "_"
}
