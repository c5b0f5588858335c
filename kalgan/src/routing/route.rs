//! The route that answers a request, as its controller sees it.

use kalgan_core::routes::{Param, RouteDef, RouteTable, Segment};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// The values of the parameters that a request has given, in the order of the route's. They are one
/// text, so that there is one allocation for all of them, and none for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    text: String,
    /// Where each ends. No target of a request is longer than 64 KiB.
    ends: SmallVec<[u32; 6]>,
}

/// Names and values of parameters.
pub(crate) type Pairs<'a> = SmallVec<[(&'a str, &'a str); 4]>;

impl Parameters {
    /// Those before the remainder of the path, and the remainder where the route takes it.
    pub(crate) fn of(values: &[&str], rest: Option<&str>) -> Self {
        let lengths = values.iter().map(|value| value.len()).sum::<usize>();
        let mut text = String::with_capacity(lengths + rest.map_or(0, str::len));
        let mut ends = SmallVec::new();
        for value in values.iter().copied().chain(rest) {
            text.push_str(value);
            ends.push(text.len() as u32);
        }
        Self { text, ends }
    }

    /// With their names, which those of the route are.
    pub(crate) fn named<'a>(&'a self, route: &'a RouteDef) -> Pairs<'a> {
        let names = route.params().map(|param| &*param.name);
        names.zip(self.values()).collect()
    }

    fn values(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let value = &self.text[start..*end as usize];
            start = *end as usize;
            value
        })
    }
}

/// The route that was matched: its name, its path pattern and the values of its parameters.
///
/// As an extractor it is infallible where a route was matched, and a 500 in an error controller
/// that answers a request without one; use `Option<Route>` there.
#[derive(Clone)]
pub struct Route(Arc<dyn HasRoute>);

/// What holds the route of a request, so that a [`Route`] is a handle to it.
pub(crate) trait HasRoute: Send + Sync {
    /// The route.
    fn matched(&self) -> &Matched;
}

/// A route of the table with the parameters of one request.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    table: Arc<RouteTable>,
    /// The index in the table.
    at: usize,
    /// Percent-decoded.
    given: Parameters,
}

impl Matched {
    /// The route at this index, with the parameters that its path gave.
    ///
    /// # Panics
    /// The table has no such index.
    pub(crate) fn new(table: Arc<RouteTable>, at: usize, given: Parameters) -> Self {
        assert!(at < table.routes.len());
        Self { table, at, given }
    }

    /// The route `user` of a table with no other, with these parameters.
    #[cfg(test)]
    pub(crate) fn sample(parameters: &[(&str, &str)], in_path: usize) -> Self {
        use kalgan_core::routes::{PathPattern, RouteLanguage};
        let (given, further) = parameters.split_at(in_path);
        let segments = given.iter().map(|(name, _)| {
            Segment::Param(Param {
                name: (*name).to_owned().into(),
                requirement: None,
            })
        });
        let path: String = parameters
            .iter()
            .map(|(name, _)| format!("/{{{name}}}"))
            .collect();
        let text = |text: &str| text.to_owned().into();
        let defaults = further
            .iter()
            .map(|(name, value)| (text(name), text(value)));
        let route = RouteDef {
            name: "user".into(),
            path: path.into(),
            pattern: PathPattern {
                segments: segments.collect(),
                optional: 0,
            },
            host: None,
            methods: Vec::new().into(),
            controller: "user_controller::show".into(),
            middleware: Vec::new().into(),
            language: Some(RouteLanguage::Parameter("_lang".into())),
            defaults: defaults.collect(),
            max_body: None,
            place: "".into(),
        };
        Self {
            table: Arc::new(RouteTable {
                routes: vec![route].into(),
            }),
            at: 0,
            given: Parameters::of(
                &given.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
                None,
            ),
        }
    }

    /// The route in its table.
    pub(crate) fn def(&self) -> &RouteDef {
        &self.table.routes[self.at]
    }

    /// Its name in the routes file.
    pub(crate) fn name(&self) -> &str {
        &self.def().name
    }

    /// The index in the table.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// All parameters in the order of the path, then the route's further `defaults`.
    pub(crate) fn parameters(&self) -> Pairs<'_> {
        self.parameters_and_in_path().0
    }

    /// All parameters, and how many of them are the path's; those that it left out have their
    /// defaults.
    pub(crate) fn parameters_and_in_path<'r>(&'r self) -> (Pairs<'r>, usize) {
        let route = self.def();
        let mut pairs = Pairs::new();
        let mut values = self.given.values();
        // Every request with parameters comes here, and a chain of iterators takes three times as long.
        let mut add = |segments: &'r [Segment]| {
            for segment in segments {
                let mut add = |param: &'r Param| {
                    if let Some(value) = values.next().or_else(|| route.default(&param.name)) {
                        pairs.push((&*param.name, value));
                    }
                };
                match segment {
                    Segment::Literal(_) => {}
                    Segment::Param(param) | Segment::Rest(param) => add(param),
                    Segment::Mixed(_) => segment.params().for_each(add),
                }
            }
        };
        if let Some(host) = &route.host {
            add(&host.labels);
        }
        add(&route.pattern.segments);
        let in_path = pairs.len();
        for (name, value) in route.defaults.iter() {
            if !pairs.iter().any(|(known, _)| known == name) {
                pairs.push((name, value));
            }
        }
        (pairs, in_path)
    }

    /// The value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let route = self.def();
        let mut values = self.given.values();
        for param in route.params() {
            match values.next() {
                Some(value) if param.name == name => return Some(value),
                Some(_) => {}
                None => break,
            }
        }
        route.default(name)
    }

    /// The parameter that holds the language, where the route names one.
    pub(crate) fn language_parameter(&self) -> Option<&str> {
        self.def().language_parameter()
    }
}

impl HasRoute for Matched {
    fn matched(&self) -> &Matched {
        self
    }
}

impl From<Matched> for Route {
    fn from(matched: Matched) -> Self {
        Self(Arc::new(matched))
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Route").field(self.matched()).finish()
    }
}

impl Route {
    /// A handle to the route that this holds.
    pub(crate) fn of(holder: Arc<dyn HasRoute>) -> Self {
        Self(holder)
    }

    pub(crate) fn matched(&self) -> &Matched {
        self.0.matched()
    }

    /// The route's name in the routes file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.matched().name()
    }

    /// The path pattern, as written in the routes file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.matched().def().path
    }

    /// The controller's path, with `::`.
    #[must_use]
    pub fn controller(&self) -> &str {
        &self.matched().def().controller
    }

    /// The value of a parameter, percent-decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.matched().parameter(name)
    }

    /// All parameters in the order of the path, then the route's further `defaults`.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.matched().parameters().into_iter()
    }
}
