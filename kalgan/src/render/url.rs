//! URLs of routes by their names.

use super::given::{Given, given, site};
use super::query;
use crate::error::Result;
use crate::routing::url::{self, Here, UrlError};
use crate::site::{Site, current};
use kalgan_core::routes::QUERY;
use std::fmt::Display;
use tera::Value;

/// The URL of a route: its path with these parameters, percent-encoded. The parameter that holds
/// the route's language may be left out; it is then the language of the request. What `_query` names
/// is no parameter but the URL's query, encoded as it is in `q=gold&page=2`.
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
    let mut parameters = given(&parameters);
    let query = parameters.iter().position(|(name, _)| *name == QUERY);
    let query = query.map(|at| Value::from(parameters.remove(at).1.to_string()));
    make(name, &parameters, query.as_ref())
}

/// The URL of a route; see [`url()`].
#[track_caller]
pub(super) fn make(name: &str, parameters: &[Given<'_>], query: Option<&Value>) -> Result<String> {
    let site = site(format_args!("the URL of `{name}` was made"))?;
    let language = current::language(&site);
    // In paths languages are spelt as their folders are.
    let folder = site.catalogue.language(&language);
    let prefix = current::prefix(&site);
    let here = Here {
        language: folder.map_or(&*language, |folder| &*folder.code),
        prefix: prefix.as_deref().unwrap_or_default(),
        port: &|| current::port(&site),
    };
    let mut url = match url::make(&site.router, name, parameters, here) {
        Err(UrlError::Unanswered {
            route,
            url,
            instead,
        }) => {
            let shown = url.clone();
            let error = UrlError::Unanswered {
                route,
                url,
                instead,
            };
            as_in_production(&site, error, || shown)?
        }
        made => made?,
    };
    if let Some(query) = query {
        query::push(&mut url, query)?;
    }
    Ok(url)
}

/// In production a page is shown all the same, with another URL, and the log tells: which values lead
/// elsewhere may be up to visitors.
pub(super) fn as_in_production(
    site: &Site,
    error: UrlError,
    url: impl FnOnce() -> String,
) -> Result<String, UrlError> {
    if !site.options.is_prod {
        return Err(error);
    }
    tracing::error!(target: "kalgan", "{error}");
    Ok(url())
}
