//! The route that answers a request, as its controller sees it.

use kalgan_core::routes::{RouteDef, RouteTable};
use kalgan_core::text::Text;
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// The names of parameters, as the table has them, and their values.
pub(crate) type Parameters = SmallVec<[(Text, Text); 2]>;

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
    /// In the order of the path, percent-decoded; then `defaults` that the path does not have.
    parameters: Parameters,
    /// How many of `parameters` the path itself has.
    in_path: usize,
}

impl Matched {
    /// The route at this index, with the parameters that its path gave; its defaults are added.
    ///
    /// # Panics
    /// The table has no such index.
    pub(crate) fn new(table: Arc<RouteTable>, at: usize, mut parameters: Parameters) -> Self {
        let route = &table.routes[at];
        // Parameters that the path left out have their defaults, in the order of the path.
        if !route.defaults.is_empty() {
            for param in route.params().skip(parameters.len()) {
                let mut defaults = route.defaults.iter();
                if let Some(default) = defaults.find(|(name, _)| *name == param.name) {
                    parameters.push(default.clone());
                }
            }
        }
        let in_path = parameters.len();
        for (name, value) in route.defaults.iter() {
            if !parameters.iter().any(|(known, _)| known == name) {
                parameters.push((name.clone(), value.clone()));
            }
        }
        Self {
            table,
            at,
            parameters,
            in_path,
        }
    }

    /// The route `user` of a table with no other, with these parameters.
    #[cfg(test)]
    pub(crate) fn sample(parameters: &[(&str, &str)], in_path: usize) -> Self {
        use kalgan_core::routes::{PathPattern, RouteLanguage};
        let parameters: Parameters = parameters
            .iter()
            .map(|(name, value)| {
                (
                    Text::from((*name).to_owned()),
                    Text::from((*value).to_owned()),
                )
            })
            .collect();
        let path: String = parameters
            .iter()
            .map(|(name, _)| format!("/{{{name}}}"))
            .collect();
        let route = RouteDef {
            name: "user".into(),
            path: path.into(),
            pattern: PathPattern::default(),
            host: None,
            methods: Vec::new().into(),
            controller: "user_controller::show".into(),
            middleware: Vec::new().into(),
            language: Some(RouteLanguage::Parameter("_lang".into())),
            defaults: Vec::new().into(),
            max_body: None,
            place: "".into(),
        };
        Self {
            table: Arc::new(RouteTable {
                routes: vec![route].into(),
            }),
            at: 0,
            parameters,
            in_path,
        }
    }

    /// The route in its table.
    pub(crate) fn def(&self) -> &RouteDef {
        &self.table.routes[self.at]
    }

    /// The index in the table.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// All parameters in the order of the path, then the route's further `defaults`.
    pub(crate) fn parameters(&self) -> &[(Text, Text)] {
        &self.parameters
    }

    /// The parameters of the path.
    pub(crate) fn in_path(&self) -> &[(Text, Text)] {
        &self.parameters[..self.in_path]
    }

    /// The parameter that holds the language, where the route names one.
    pub(crate) fn language_parameter(&self) -> Option<&str> {
        self.def().language_parameter()
    }
}

impl Matched {
    /// See [`Route::name`].
    pub(crate) fn name(&self) -> &str {
        &self.def().name
    }

    /// See [`Route::parameter`].
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters().iter();
        let found = parameters.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_ref())
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
        let parameters = self.matched().parameters().iter();
        parameters.map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}
