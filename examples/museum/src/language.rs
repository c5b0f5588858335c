//! The language switch: the same page in each language.

use kalgan::prelude::*;
use serde::Serialize;

/// The site's languages with the name that each has for itself.
pub(crate) const LANGUAGES: [(&str, &str); 3] =
    [("en", "English"), ("es", "Español"), ("ja", "日本語")];

/// The way to a page in one language.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LanguageLink {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// The page of this route in each language, with the same parameters and query.
pub(crate) fn language_links(route: &Route, query: Option<&str>) -> Result<Vec<LanguageLink>> {
    let current = route.parameter("_lang");
    links(current, |code| {
        let parameters = route
            .parameters()
            .map(|(key, value)| (key, if key == "_lang" { code } else { value }));
        let href = kalgan::url(route.name(), parameters)?;
        Ok(match query {
            Some(query) if !query.is_empty() => format!("{href}?{query}"),
            _ => href,
        })
    })
}

/// The home page in each language, for a page that no route led to.
pub(crate) fn home_links(lang: &str) -> Result<Vec<LanguageLink>> {
    links(Some(lang), |code| kalgan::url("home", [("_lang", code)]))
}

fn links(
    current: Option<&str>,
    href: impl Fn(&'static str) -> Result<String>,
) -> Result<Vec<LanguageLink>> {
    LANGUAGES
        .into_iter()
        .map(|(code, name)| {
            Ok(LanguageLink {
                code,
                name,
                href: href(code)?,
                current: current == Some(code),
            })
        })
        .collect()
}
