//! The route that answers a request, as its controller sees it.

use std::sync::Arc;

/// The route that was matched: its name, its path pattern and the values of its parameters.
///
/// As an extractor it is infallible where a route was matched, and a 500 in an error controller
/// that answers a request without one; use `Option<Route>` there.
#[derive(Clone, Debug)]
pub struct Route {
    pub(crate) inner: Arc<MatchedRoute>,
}

/// What [`Route`] shares.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MatchedRoute {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) controller: String,
    /// In the order of the path, percent-decoded; then `defaults` that the path does not have.
    pub(crate) parameters: Vec<(String, String)>,
    /// How many of `parameters` the path itself has.
    pub(crate) in_path: usize,
    /// The parameter that holds the language, where the route names one.
    pub(crate) language_parameter: Option<String>,
}

impl Route {
    /// The route's name in the routes file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The path pattern, as written in the routes file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// The controller's path, with `::`.
    #[must_use]
    pub fn controller(&self) -> &str {
        &self.inner.controller
    }

    /// The value of a parameter, percent-decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.inner
            .parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All parameters in the order of the path, then the route's further `defaults`.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.inner
            .parameters
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
