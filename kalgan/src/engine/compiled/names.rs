//! What a page needs of its site: messages, URLs of routes and of static files.

use kalgan_core::messages::Message;
use std::fmt::Display;
use tera::Value;

/// A named value.
pub(crate) type Given<'a> = (&'a str, &'a dyn Display);

/// Names of a site's messages, routes and static files, and what they stand for. `None` where there is
/// a mistake, which Tera's rendering tells.
pub(crate) trait Names {
    /// A message, in the language of the request unless another one is given.
    fn message(&self, language: Option<&str>, key: &str, values: &[Given<'_>]) -> Option<String>;

    /// The URL of a route.
    fn url(&self, name: &str, values: &[Given<'_>], query: Option<&Value>) -> Option<String>;

    /// The URL of a static file.
    fn asset(&self, path: &str) -> Option<String>;
}

/// What is known of a site's names before there is a request.
pub(crate) trait Folded: Sync {
    /// How many languages the site has.
    fn languages(&self) -> usize;

    /// A message, and the language that it comes from.
    fn message(&self, language: usize, key: &str) -> Option<(&Message, &str)>;

    /// The URL of a route with these values, for a request at the app's own prefix.
    fn url(&self, language: usize, name: &str, values: &[Given<'_>]) -> Option<String>;

    /// The URL of a static file, for a request at the app's own prefix.
    fn asset(&self, path: &str) -> Option<String>;
}
