//! Finds the route that answers a request.
//!
//! The routes' segments form a tree, so that a look-up costs what its path is long, not what the
//! table is. Several branches may fit; the first route in file order wins, so a branch whose first
//! route comes after the best one so far is not entered.

use crate::routing::decode::{BadPath, Segments};
use crate::routing::expression::Compile;
use crate::routing::matcher::Requirements;
use crate::routing::route::{Matched, Parameters};
use crate::routing::search::{Index, Search};
use crate::routing::tree::Tree;
use crate::server::host::without_port;
use kalgan_core::routes::{HostPattern, Param, RouteDef, RouteLanguage, RouteTable, Segment};
use kalgan_core::text::Text;
use std::collections::HashMap;
use std::sync::Arc;

/// The routes of a site, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Router {
    table: Arc<RouteTable>,
    /// The segments before that which names the language, each once.
    languages: Vec<Vec<Text>>,
    index: Index,
    /// Whether any route names a host.
    has_hosts: bool,
    /// The largest `max_body` of the routes that have one.
    max_body: Option<u64>,
    by_name: HashMap<Text, usize>,
    /// By route, whether a URL that is made of it may be answered by another one, or be read as other
    /// values.
    is_uncertain: Vec<bool>,
    requirements: Requirements,
}

/// The result of a lookup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// The route, by its index in the table, and the parameters of host and path.
    Found {
        route: usize,
        parameters: Parameters,
    },
    /// A path that only other methods have; these are for `Allow`, sorted.
    OtherMethods(Vec<String>),
    /// No route.
    Nothing,
    /// The path is not UTF-8 once its percent-encoding is undone.
    Malformed,
}

impl Router {
    /// Makes the tree. `compile` is the regex engine, which a table needs that says so.
    pub(crate) fn new(table: Arc<RouteTable>, compile: Option<Compile>) -> Self {
        let mut tree = Tree::new();
        let mut requirements = Requirements::new(compile);
        let mut languages = Vec::new();
        let mut by_name = HashMap::with_capacity(table.routes.len());
        for (at, route) in table.routes.iter().enumerate() {
            by_name.entry(route.name.clone()).or_insert(at);
            if let Some(before) = before_language(route)
                && !languages.contains(&before)
            {
                languages.push(before);
            }
            for param in route.params() {
                if let Some(requirement) = &param.requirement {
                    requirements.get(requirement);
                }
            }
            let segments = &route.pattern.segments;
            for absent in 0..=route.pattern.optional.min(segments.len()) {
                let mut present = &segments[..segments.len() - absent];
                // With everything left out the path is `/`.
                if present.is_empty() && absent > 0 {
                    present = &[Segment::Literal(Text::Borrowed(""))];
                }
                tree.insert(at, present, &mut requirements);
            }
        }
        let has_hosts = table.routes.iter().any(|route| route.host.is_some());
        let mut hosts = Vec::new();
        if has_hosts {
            hosts.extend(table.routes.iter().map(|route| {
                let HostPattern { labels, .. } = route.host.as_ref()?;
                Some(
                    labels
                        .iter()
                        .map(|label| requirements.matcher(label))
                        .collect(),
                )
            }));
        }
        let is_uncertain = (table.routes.iter().enumerate())
            .map(|(at, route)| {
                may_be_misread(route, &requirements) || tree.is_contested(&table, &requirements, at)
            })
            .collect();
        Self {
            languages,
            index: Index::new(tree, &table, hosts),
            has_hosts,
            max_body: table.routes.iter().filter_map(|route| route.max_body).max(),
            by_name,
            is_uncertain,
            requirements,
            table,
        }
    }

    /// The routes.
    pub(crate) fn table(&self) -> &Arc<RouteTable> {
        &self.table
    }

    /// The route with the parameters that the path gave.
    pub(crate) fn matched(&self, at: usize, parameters: Parameters) -> Matched {
        Matched::new(Arc::clone(&self.table), at, parameters)
    }

    /// The routes, in file order.
    pub(crate) fn routes(&self) -> &[RouteDef] {
        &self.table.routes
    }

    /// The language in a path that begins as those of routes which name it there, and the index of
    /// its segment.
    pub(crate) fn language_of(&self, path: &str) -> Option<(usize, String)> {
        let segments = Segments::decode(path).ok()?;
        self.languages.iter().find_map(|before| {
            let (first, rest) = segments.split_at_checked(before.len())?;
            let named = (first == before).then(|| rest.first()).flatten()?;
            Some((before.len(), named.to_string()))
        })
    }

    /// Whether any route names a host.
    pub(crate) fn has_hosts(&self) -> bool {
        self.has_hosts
    }

    /// The largest `max_body` of the routes that have one.
    pub(crate) fn max_body(&self) -> Option<u64> {
        self.max_body
    }

    /// The route of a name, by its index in the table.
    pub(crate) fn by_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether a URL that is made of this route may be answered by another one, or be read as other
    /// values.
    pub(crate) fn is_uncertain(&self, route: usize) -> bool {
        self.is_uncertain[route]
    }

    /// Whether a value meets a requirement of this table.
    pub(crate) fn meets(&self, requirement: &str, value: &str) -> bool {
        self.requirements.meets(requirement, value)
    }

    /// Finds the route for a method, a host and a percent-encoded path.
    pub(crate) fn find(&self, method: &str, host: Option<&str>, path: &str) -> Lookup {
        let decoded;
        let segments = match Segments::plain(path) {
            Some(segments) => segments,
            None => {
                decoded = match Segments::decode(path) {
                    Ok(decoded) => decoded,
                    Err(BadPath) => return Lookup::Malformed,
                };
                Segments::Decoded(&decoded)
            }
        };
        let host: Option<Vec<String>> = host
            .filter(|_| self.has_hosts)
            .map(|host| host_labels(host).map(str::to_lowercase).collect());
        let mut search = Search::new(&self.index, &self.table, method, host.as_deref());
        search.enter(0, Some(segments));
        match search.best {
            Some(best) => Lookup::Found {
                route: best.route,
                parameters: Parameters::of(&best.values, best.rest.as_deref()),
            },
            None if search.other_methods.is_empty() => Lookup::Nothing,
            None => Lookup::OtherMethods(self.allowed(&search.other_methods)),
        }
    }

    /// Finds the route for a path that has none, with a slash more or less at its end: the result, and
    /// that path. `None` where that has none either.
    pub(crate) fn find_with_other_slash(
        &self,
        method: &str,
        host: Option<&str>,
        path: &str,
    ) -> Option<(Lookup, String)> {
        let other = match path.strip_suffix('/') {
            _ if path.len() <= 1 => return None,
            Some(shorter) => shorter.to_owned(),
            None => format!("{path}/"),
        };
        match self.find(method, host, &other) {
            Lookup::Nothing | Lookup::Malformed => None,
            found => Some((found, other)),
        }
    }

    fn allowed(&self, routes: &[usize]) -> Vec<String> {
        let mut allowed: Vec<String> = routes
            .iter()
            .flat_map(|route| self.table.routes[*route].methods.iter())
            .map(|method| method.to_string())
            .collect();
        if allowed.iter().any(|method| method == "GET") {
            allowed.push(String::from("HEAD"));
        }
        allowed.push(String::from("OPTIONS"));
        allowed.sort_unstable();
        allowed.dedup();
        allowed
    }
}

/// Whether the values of a URL may be read otherwise than they were put in.
fn may_be_misread(route: &RouteDef, requirements: &Requirements) -> bool {
    let takes_nothing = |param: &Param| {
        let requirement = param.requirement.as_deref();
        requirement.is_some_and(|requirement| requirements.meets(requirement, ""))
    };
    let host = route.host.iter().flat_map(|host| host.labels.iter());
    host.chain(route.pattern.segments.iter())
        .any(|segment| match segment {
            Segment::Literal(_) => false,
            Segment::Param(param) | Segment::Rest(param) => takes_nothing(param),
            Segment::Mixed(_) => {
                segment.params().count() > 1 || segment.params().any(takes_nothing)
            }
        })
}

/// The literal segments of a path before that which is its language: a parameter, or the tag itself.
fn before_language(route: &RouteDef) -> Option<Vec<Text>> {
    let language = route.language.as_ref()?;
    let mut before = Vec::new();
    for segment in route.pattern.segments.iter() {
        match (segment, language) {
            (Segment::Literal(text), RouteLanguage::Fixed(tag)) if text == tag => {
                return Some(before);
            }
            (Segment::Param(param), RouteLanguage::Parameter(name)) if param.name == *name => {
                return Some(before);
            }
            (Segment::Literal(text), _) => before.push(text.clone()),
            _ => return None,
        }
    }
    None
}

/// The labels of a host without its port.
fn host_labels(host: &str) -> impl Iterator<Item = &str> {
    without_port(host).trim_end_matches('.').split('.')
}
