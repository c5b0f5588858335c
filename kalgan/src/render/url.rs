//! URLs of routes by their names.

use super::given::{Given, given, site};
use crate::error::Result;
use crate::routing::url::{self, Here, UrlError};
use crate::site::current;
use std::fmt::Display;

/// The URL of a route: its path with these parameters, percent-encoded. The parameter that holds
/// the route's language may be left out; it is then the language of the request.
///
/// # Errors
/// A 500: there is no such route, a parameter is missing or superfluous, a value does not meet its
/// requirement, or no link leads to the route with it: `..` as a segment, or what another route
/// answers first. In production the link is made in this last case, and the log tells.
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
    // In paths languages are spelt as their folders are.
    let folder = site.catalogue.language(&language);
    let here = Here {
        language: folder.map_or(&*language, |folder| &*folder.code),
        port: &|| current::port(&site),
    };
    match url::make(&site.router, name, parameters, here) {
        // The page is shown all the same; which values lead elsewhere may be up to visitors.
        Err(UrlError::Unanswered {
            route,
            url,
            instead,
        }) if site.options.is_prod => {
            let shown = url.clone();
            let error = UrlError::Unanswered {
                route,
                url,
                instead,
            };
            tracing::error!(target: "kalgan", "{error}");
            Ok(shown)
        }
        made => Ok(made?),
    }
}
