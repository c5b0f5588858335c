//! URLs and messages by names that are known at run time only; the macros `url!` and `trans!` are
//! the checked forms.

use crate::error::{Error, Result};
use crate::routing::url;
use crate::site::current;
use crate::templates::message;

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
    V: ToString,
{
    let values: Vec<(K, String)> = parameters
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect();
    let parameters: Vec<(&str, String)> = values
        .iter()
        .map(|(key, value)| (key.as_ref(), value.clone()))
        .collect();
    let Some(site) = current::site() else {
        return Err(Error::internal(format!(
            "the URL of `{name}` was made before an app has started"
        )));
    };
    let language = current::language(&site);
    Ok(url::make(&site.router, name, &parameters, &language)?)
}

/// The message of a key in a language, with a value for each of its placeholders. Where that
/// language lacks it, the message of the default language.
///
/// # Errors
/// A 500: no language has the message, or a placeholder has no value. In production the key or the
/// placeholder is shown in its place, and the log tells.
///
/// ```no_run
/// # fn f() -> kalgan::Result<()> {
/// let title = kalgan::trans("es", "user.title", [("name", "Ann")])?;
/// # Ok(()) }
/// ```
#[track_caller]
pub fn trans<K, V>(
    language: impl AsRef<str>,
    key: &str,
    values: impl IntoIterator<Item = (K, V)>,
) -> Result<String>
where
    K: AsRef<str>,
    V: ToString,
{
    let values: Vec<(K, String)> = values
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect();
    let Some(site) = current::site() else {
        return Err(Error::internal(format!(
            "the message `{key}` was made before an app has started"
        )));
    };
    let text = message(&site, language.as_ref(), key, |name| {
        let value = values.iter().find(|(key, _)| key.as_ref() == name);
        value.map(|(_, value)| value.clone())
    })?;
    Ok(text)
}
