//! URLs of routes by their names.

use super::given::{Given, given, site};
use crate::error::Result;
use crate::routing::url;
use crate::site::current;
use std::fmt::Display;

/// The URL of a route: its path with these parameters, percent-encoded. The parameter that holds
/// the route's language may be left out; it is then the language of the request.
///
/// # Errors
/// A 500: there is no such route, a parameter is missing or superfluous, or a value does not meet
/// its requirement.
///
/// ```no_run
/// # fn f() -> kalgan::Result<()> {
/// let path = kalgan::url("user", [("id", 5)])?;
/// # Ok(()) }
/// ```
#[track_caller]
pub fn url<K, V>(name: &str, parameters: impl IntoIterator<Item = (K, V)>) -> Result<String>
where
    K: AsRef<str>,
    V: Display,
{
    let parameters: Vec<(K, V)> = parameters.into_iter().collect();
    make(name, &given(&parameters))
}

/// The URL of a route; see [`url()`].
#[track_caller]
pub(super) fn make(name: &str, parameters: &[Given<'_>]) -> Result<String> {
    let site = site(format_args!("the URL of `{name}` was made"))?;
    let language = current::language(&site);
    Ok(url::make(&site.router, name, parameters, &language)?)
}
