//! Messages by their keys.

use super::given::{Given, given, site};
use crate::dev;
use crate::error::Result;
use crate::intl::Lazy;
use crate::site::Site;
use crate::site::current;
use kalgan_core::messages::MessageError;
use std::fmt::Display;

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
    V: Display,
{
    let values: Vec<(K, V)> = values.into_iter().collect();
    make(Some(language.as_ref()), key, &given(&values))
}

/// The message of a key, in the language of the request in progress unless another one is given;
/// see [`trans()`].
#[track_caller]
pub(super) fn make(language: Option<&str>, key: &str, values: &[Given<'_>]) -> Result<String> {
    let site = site(format_args!("the message `{key}` was made"))?;
    let text = match language {
        Some(language) => text(&site, language, key, values),
        None => text(&site, &current::language(&site), key, values),
    };
    Ok(text?)
}

/// The text of a message. What is missing is an error in development; in production the page is
/// shown all the same, with the key or the placeholder in its place.
fn text(
    site: &Site,
    language: &str,
    key: &str,
    values: &[Given<'_>],
) -> Result<String, MessageError> {
    let tolerate = |error: MessageError, text: String| {
        tracing::error!(target: "kalgan", language, "{error}");
        if site.options.is_prod {
            Ok(text)
        } else {
            Err(error)
        }
    };
    let found = match site.catalogue.find(language, key) {
        Ok(found) => found,
        Err(error) => return tolerate(error, key.to_owned()),
    };
    if !site.options.is_prod && found.is_missing_in(language, &site.catalogue) {
        dev::has_fallen_back(key, language, found.language);
        tracing::warn!(
            target: "kalgan",
            "the message `{key}` is missing in `{language}`; `{}` is shown",
            found.language
        );
    }
    let value = |name: &str| {
        let value = values.iter().find(|(known, _)| *known == name);
        value.map(|(_, value)| value)
    };
    // A message that comes from another language follows that language's rules.
    match found.message.render(&Lazy::new(found.language), value) {
        (text, None) => Ok(text),
        (text, Some(error)) => tolerate(error, text),
    }
}
