//! Finds the route that answers a request.
//!
//! The routes' segments form a tree, so that a look-up costs what its path is long, not what the
//! table is. Several branches may fit; the first route in file order wins, so a branch whose first
//! route comes after the best one so far is not entered.

use crate::routing::ascii_class::AsciiClass;
use crate::routing::decode::{BadPath, Segments};
use crate::routing::expression::Compile;
use crate::routing::matcher::{Matcher, Requirement, Values};
use crate::routing::route::{Matched, Parameters};
use crate::server::host::without_port;
use kalgan_core::routes::{HostPattern, Param, RouteDef, RouteLanguage, RouteTable, Segment};
use kalgan_core::text::Text;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The routes of a site, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Router {
    table: Arc<RouteTable>,
    /// The segments before that which names the language, each once.
    languages: Vec<Vec<Text>>,
    nodes: Vec<Node>,
    hosts: Vec<Option<Vec<Matcher>>>,
    /// Whether any route names a host.
    has_hosts: bool,
    /// The largest `max_body` of the routes that have one.
    max_body: Option<u64>,
    by_name: HashMap<Text, usize>,
    /// By route, whether a URL that is made of it may be answered by another one, or be read as other
    /// values.
    is_uncertain: Vec<bool>,
    requirements: HashMap<Text, Arc<Requirement>>,
    /// The regex engine, where the app has it.
    compile: Option<Compile>,
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

#[derive(Debug, Default)]
struct Node {
    /// Sorted by the text.
    literals: Vec<(Text, usize)>,
    dynamic: Vec<(Matcher, usize)>,
    /// Routes whose remainder begins here.
    rests: Vec<(Option<Arc<Requirement>>, usize)>,
    /// Routes that end here.
    ends: Vec<usize>,
    /// The first route at or below this node.
    first: usize,
}

impl Router {
    /// Makes the tree. `compile` is the regex engine, which a table needs that says so.
    pub(crate) fn new(table: Arc<RouteTable>, compile: Option<Compile>) -> Self {
        let mut router = Self {
            nodes: vec![Node {
                first: usize::MAX,
                ..Node::default()
            }],
            languages: Vec::new(),
            hosts: Vec::with_capacity(table.routes.len()),
            has_hosts: table.routes.iter().any(|route| route.host.is_some()),
            max_body: table.routes.iter().filter_map(|route| route.max_body).max(),
            by_name: HashMap::with_capacity(table.routes.len()),
            is_uncertain: Vec::new(),
            requirements: HashMap::new(),
            compile,
            table: Arc::default(),
        };
        for (at, route) in table.routes.iter().enumerate() {
            router.insert(at, route);
        }
        router.is_uncertain = (table.routes.iter().enumerate())
            .map(|(at, route)| router.may_be_misread(route) || router.is_contested(&table, at))
            .collect();
        router.table = table;
        router
    }

    fn insert(&mut self, at: usize, route: &RouteDef) {
        let labels = route.host.as_ref().map(|HostPattern { labels, .. }| labels);
        let host = labels.map(|labels| labels.iter().map(|label| self.matcher(label)).collect());
        self.hosts.push(host);
        self.by_name.entry(route.name.clone()).or_insert(at);
        if let Some(before) = before_language(route)
            && !self.languages.contains(&before)
        {
            self.languages.push(before);
        }
        for param in route.params() {
            if let Some(requirement) = &param.requirement {
                self.requirement(requirement);
            }
        }
        let segments = &route.pattern.segments;
        for absent in 0..=route.pattern.optional.min(segments.len()) {
            let mut present = &segments[..segments.len() - absent];
            // With everything left out the path is `/`.
            if present.is_empty() && absent > 0 {
                present = &[Segment::Literal(Text::Borrowed(""))];
            }
            self.insert_path(at, present);
        }
    }

    fn insert_path(&mut self, at: usize, segments: &[Segment]) {
        let mut node = 0;
        self.nodes[node].first = self.nodes[node].first.min(at);
        for segment in segments {
            if let Segment::Rest(param) = segment {
                let requirement = param.requirement.as_ref();
                let requirement = requirement.map(|text| self.requirement(text));
                self.nodes[node].rests.push((requirement, at));
                return;
            }
            let matcher = self.matcher(segment);
            node = self.child(node, matcher, at);
        }
        self.nodes[node].ends.push(at);
    }

    fn child(&mut self, node: usize, matcher: Matcher, at: usize) -> usize {
        let known = match &matcher {
            Matcher::Literal(text) => self.nodes[node].literal(text),
            matcher => self.nodes[node]
                .dynamic
                .iter()
                .find(|(known, _)| known.is_same(matcher))
                .map(|(_, child)| *child),
        };
        let child = known.unwrap_or_else(|| {
            let child = self.nodes.len();
            self.nodes.push(Node {
                first: at,
                ..Node::default()
            });
            match matcher {
                Matcher::Literal(text) => {
                    let literals = &mut self.nodes[node].literals;
                    let at = literals.partition_point(|(known, _)| *known < text);
                    literals.insert(at, (text, child));
                }
                matcher => self.nodes[node].dynamic.push((matcher, child)),
            }
            child
        });
        self.nodes[child].first = self.nodes[child].first.min(at);
        child
    }

    fn matcher(&mut self, segment: &Segment) -> Matcher {
        match segment {
            Segment::Literal(text) => Matcher::Literal(text.clone()),
            Segment::Param(param) | Segment::Rest(param) => match &param.requirement {
                None => Matcher::Any,
                Some(requirement) => match AsciiClass::of(requirement) {
                    Some(class) => Matcher::Class(class),
                    None => Matcher::Whole(self.requirement(requirement)),
                },
            },
            Segment::Mixed(pieces) => Matcher::pieces(pieces, self.compile),
        }
    }

    /// Each requirement is read once, however many routes have it.
    fn requirement(&mut self, text: &Text) -> Arc<Requirement> {
        let compile = self.compile;
        let known = self.requirements.entry(text.clone());
        Arc::clone(known.or_insert_with(|| Arc::new(Requirement::new(text, compile))))
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

    /// Whether the values of a URL may be read otherwise than they were put in.
    fn may_be_misread(&self, route: &RouteDef) -> bool {
        let takes_nothing = |param: &Param| {
            let requirement = param.requirement.as_deref();
            requirement.is_some_and(|requirement| self.meets(requirement, ""))
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

    /// Whether an earlier route may answer URLs of this one.
    fn is_contested(&self, table: &RouteTable, at: usize) -> bool {
        let route = &table.routes[at];
        if route.pattern.params().next().is_none() {
            return false;
        }
        let segments = &route.pattern.segments;
        (0..=route.pattern.optional.min(segments.len()))
            .any(|absent| self.has_earlier(table, 0, &segments[..segments.len() - absent], at))
    }

    /// Whether a route before this one, at or below a node, may answer what these segments make.
    fn has_earlier(
        &self,
        table: &RouteTable,
        node: usize,
        segments: &[Segment],
        at: usize,
    ) -> bool {
        let node = &self.nodes[node];
        if node.first >= at {
            return false;
        }
        let route = &table.routes[at];
        let contests = |earlier: &usize| {
            let other = &table.routes[*earlier];
            let same_method =
                route.methods.is_empty() || route.methods.iter().any(|method| other.allows(method));
            *earlier < at && same_method && (other.host.is_none() || other.host == route.host)
        };
        if node.rests.iter().any(|(_, earlier)| contests(earlier)) {
            return true;
        }
        let Some((segment, rest)) = segments.split_first() else {
            return node.ends.iter().any(contests);
        };
        let below = |child: &usize| self.has_earlier(table, *child, rest, at);
        match segment {
            Segment::Literal(text) => {
                node.literal(text).is_some_and(|child| below(&child))
                    || node.dynamic.iter().any(|(matcher, child)| {
                        matcher.take(text, &mut Values::new()) && below(child)
                    })
            }
            // Where it ends is not known.
            Segment::Rest(_) => true,
            Segment::Param(param) => {
                let requirement = param.requirement.as_deref();
                let takes = |text: &str| match requirement {
                    Some(requirement) => self.meets(requirement, text),
                    None => !text.is_empty(),
                };
                let class = requirement.and_then(AsciiClass::of);
                let may_meet = |matcher: &Matcher| match (matcher, class) {
                    (Matcher::Class(a), Some(b)) => a.meets(b),
                    _ => true,
                };
                (node.literals.iter()).any(|(text, child)| takes(text) && below(child))
                    || (node.dynamic.iter())
                        .any(|(matcher, child)| may_meet(matcher) && below(child))
            }
            Segment::Mixed(_) => {
                let literals = node.literals.iter().map(|(_, child)| child);
                let dynamic = node.dynamic.iter().map(|(_, child)| child);
                literals.chain(dynamic).any(below)
            }
        }
    }

    /// Whether a value meets a requirement of this table.
    pub(crate) fn meets(&self, requirement: &str, value: &str) -> bool {
        self.requirements
            .get(requirement)
            .is_none_or(|requirement| requirement.takes(value))
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
        let mut search = Search {
            router: self,
            method,
            host: host.as_deref(),
            values: Values::new(),
            best: None,
            other_methods: SmallVec::new(),
        };
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

struct Search<'a> {
    router: &'a Router,
    method: &'a str,
    host: Option<&'a [String]>,
    values: Values<'a>,
    best: Option<Best<'a>>,
    /// Routes of the path for other methods.
    other_methods: SmallVec<[usize; 8]>,
}

/// The first route so far that fits, with the values of its parameters.
struct Best<'a> {
    route: usize,
    values: Values<'a>,
    /// All that remained of the path.
    rest: Option<Cow<'a, str>>,
}

impl Node {
    /// The child behind a literal segment.
    fn literal(&self, text: &str) -> Option<usize> {
        // Few are found sooner one by one: most differ in their length.
        if self.literals.len() <= 8 {
            let mut literals = self.literals.iter();
            return literals
                .find(|(known, _)| known == text)
                .map(|(_, child)| *child);
        }
        let at = self
            .literals
            .binary_search_by(|(known, _)| known.as_ref().cmp(text))
            .ok()?;
        Some(self.literals[at].1)
    }
}

impl<'a> Search<'a> {
    /// Whether this route comes after the best one so far, so that it cannot win.
    fn is_late(&self, route: usize) -> bool {
        self.best.as_ref().is_some_and(|best| best.route < route)
    }

    /// Looks for routes at and below a node; `None` is the end of the path.
    fn enter(&mut self, mut node: usize, mut segments: Option<Segments<'a>>) {
        loop {
            let here = &self.router.nodes[node];
            if self.is_late(here.first) {
                return;
            }
            let Some(remaining) = segments else {
                for route in &here.ends {
                    self.offer(*route, None);
                }
                return;
            };
            let (segment, rest) = remaining.split_first();
            let literal = here.literal(segment);
            // Most nodes lead on by their texts alone.
            if here.dynamic.is_empty() && here.rests.is_empty() {
                let Some(child) = literal else { return };
                (node, segments) = (child, rest);
                continue;
            }
            if let Some(child) = literal {
                self.enter(child, rest);
            }
            for (matcher, child) in &here.dynamic {
                let known = self.values.len();
                if matcher.take(segment, &mut self.values) {
                    self.enter(*child, rest);
                }
                self.values.truncate(known);
            }
            if !here.rests.is_empty() {
                self.offer_rests(&here.rests, remaining);
            }
            return;
        }
    }

    /// Offers the routes whose parameter takes all that remains of the path.
    fn offer_rests(
        &mut self,
        rests: &[(Option<Arc<Requirement>>, usize)],
        remaining: Segments<'a>,
    ) {
        let remainder = remaining.join();
        for (requirement, route) in rests {
            let requirement = requirement.as_ref();
            let fits = !remainder.is_empty()
                && requirement.is_none_or(|requirement| requirement.takes(&remainder));
            if fits {
                self.offer(*route, Some(&remainder));
            }
        }
    }

    /// A route whose path fits: it is the best if its host and method fit, too, and it comes first.
    fn offer(&mut self, route: usize, rest: Option<&Cow<'a, str>>) {
        if self.best.as_ref().is_some_and(|best| best.route <= route) {
            return;
        }
        let mut in_host = Values::new();
        if let Some(labels) = &self.router.hosts[route] {
            let host = self.host.unwrap_or_default();
            let fits = host.len() == labels.len()
                && labels
                    .iter()
                    .zip(host)
                    .all(|(matcher, label)| matcher.take(label, &mut in_host));
            if !fits {
                return;
            }
        }
        if !self.router.table.routes[route].allows(self.method) {
            self.other_methods.push(route);
            return;
        }
        in_host.extend_from_slice(&self.values);
        self.best = Some(Best {
            route,
            values: in_host,
            rest: rest.cloned(),
        });
    }
}
