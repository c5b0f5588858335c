//! Pages without a title.

use super::facts::Facts;
use super::levels::Levels;
use crate::diagnostic::Diagnostic;

pub(super) fn check(levels: &Levels, facts: &Facts<'_>) -> Option<Diagnostic> {
    if !facts.is_known()
        || facts
            .tags
            .iter()
            .any(|fact| fact.tag.is_start_of("title") && fact.within.foreign == 0)
    {
        return None;
    }
    let html = facts
        .tags
        .iter()
        .find(|fact| fact.tag.is_start_of("html"))?;
    let message = String::from("the page has no title");
    let mistake = levels.mistake("page-title", html.list.place(html.tag.span), message)?;
    Some(mistake.with_help("write `<title>…</title>` in its `<head>`"))
}
