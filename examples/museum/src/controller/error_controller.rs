//! The pages that answer when another page cannot. Kalgan keeps the status of the error.

use kalgan::prelude::*;

use crate::language::{LanguageLink, home_links, language_links};

pub async fn not_found(lang: Lang, route: Option<Route>) -> Result<Response> {
    render!("error/404.html", { languages: links(&lang, route.as_ref())? })
}

pub async fn server_error(lang: Lang, route: Option<Route>) -> Result<Response> {
    render!("error/500.html", { languages: links(&lang, route.as_ref())? })
}

/// Only a route below a language has a counterpart in the others.
fn links(lang: &str, route: Option<&Route>) -> Result<Vec<LanguageLink>> {
    match route {
        Some(route) if route.parameter("_lang").is_some() => language_links(route, None),
        _ => home_links(lang),
    }
}
