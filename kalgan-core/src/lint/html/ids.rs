//! Ids that stand twice in a page, and what refers to one that there is not.

use super::facts::{Fact, Facts};
use super::levels::Levels;
use super::tree::Attribute;
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, nearest};
use std::collections::HashMap;

/// Attributes that hold the id of an element, and whether they may hold several.
const REFERRING: &[(&str, bool)] = &[
    ("aria-controls", true),
    ("aria-describedby", true),
    ("aria-labelledby", true),
    ("for", true),
    ("form", false),
    ("list", false),
];

/// Finds ids that stand twice.
pub(super) fn duplicates(levels: &Levels, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut known: HashMap<String, Vec<(&Fact<'_>, &Attribute)>> = HashMap::new();
    let mut found = Vec::new();
    for fact in facts
        .tags
        .iter()
        .filter(|fact| fact.is_certain && fact.within.template == 0)
    {
        for attribute in fact.tag.all("id") {
            let Some(id) = attribute.literal().filter(|id| !id.is_empty()) else {
                continue;
            };
            let others = known.entry(id.clone()).or_default();
            let mut first = others.iter();
            let first = first.find(|(other, by)| {
                let is_tag = std::ptr::eq(other.tag, fact.tag) && std::ptr::eq(*by, attribute);
                // In one tag it is an attribute that stands twice.
                let is_one = std::ptr::eq(other.tag, fact.tag) && !is_tag;
                !is_one && are_together((other, by), (fact, attribute))
            });
            if let Some((other, by)) = first {
                let message = format!("the id `{id}` stands twice in a page");
                let mistake = levels.mistake("duplicate-id", fact.place(attribute), message);
                found.extend(mistake.map(|mistake| {
                    mistake
                        .with_help(
                            "links, labels and scripts find the first only; rename one of them",
                        )
                        .with_note("it stands here first", other.place(by))
                }));
            }
            others.push((fact, attribute));
        }
    }
    found
}

/// Whether one of them is never written without the other.
fn are_together(a: (&Fact<'_>, &Attribute), b: (&Fact<'_>, &Attribute)) -> bool {
    let path = |(fact, attribute): (&Fact<'_>, &Attribute)| -> Vec<(usize, usize)> {
        let tag = std::ptr::from_ref(fact.tag) as usize;
        let own = attribute.branches.iter();
        let own = own.map(|(branch, at)| (tag.wrapping_add(*branch), *at));
        fact.branches.iter().copied().chain(own).collect()
    };
    let (a, b) = (path(a), path(b));
    a.starts_with(&b) || b.starts_with(&a)
}

/// Finds fragments and attributes that lead to no id of a page.
pub(super) fn unknown(levels: &Levels, page: &str, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !facts.is_known() {
        return found;
    }
    let ids = facts.values("id");
    let has_script = facts.has("script");
    for fact in facts.tags.iter().filter(|fact| fact.within.template == 0) {
        for attribute in &fact.tag.attributes {
            let (Some(name), Some(text)) = (attribute.name.as_deref(), attribute.literal()) else {
                continue;
            };
            if name == "href" {
                let Some(id) = text.trim().strip_prefix('#') else {
                    continue;
                };
                let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
                found.extend(fragment(
                    levels,
                    page,
                    facts,
                    (fact, attribute),
                    &id,
                    &ids,
                    has_script,
                ));
                continue;
            }
            let Some((_, is_list)) = REFERRING.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            let is_of_element = match name {
                "for" => matches!(fact.tag.name.as_deref(), Some("label" | "output")),
                "list" => fact.tag.is_start_of("input"),
                _ => true,
            };
            if !is_of_element {
                continue;
            }
            let words: Vec<&str> = match *is_list && name != "for" {
                true => text.split_ascii_whitespace().collect(),
                false => vec![text.trim()],
            };
            for id in words.into_iter().filter(|id| !id.is_empty()) {
                if facts.may_have(&["id"], id) || has_script && nearest(id, near(&ids)).is_none() {
                    continue;
                }
                let mistake = levels.mistake(
                    "unknown-id",
                    fact.place(attribute),
                    format!(
                        "`{name}` names the id `{id}`, which no element of the page `{page}` has"
                    ),
                );
                found.extend(mistake.map(|mistake| mistake.with_optional_help(help(id, &ids))));
            }
        }
    }
    found
}

/// A link to a part of its own page. Scripts make ids and catch clicks, so that only what is nearly an
/// id is a mistake beside them.
fn fragment(
    levels: &Levels,
    page: &str,
    facts: &Facts<'_>,
    (fact, attribute): (&Fact<'_>, &Attribute),
    id: &str,
    ids: &[String],
    has_script: bool,
) -> Option<Diagnostic> {
    let is_of_script = id.starts_with(['/', '!', ':']) || id.contains(['{', '$', '<', '&']);
    if id.is_empty()
        || id.eq_ignore_ascii_case("top")
        || is_of_script
        || facts.may_have(&["id", "name"], id)
        || has_script && nearest(id, near(ids)).is_none()
    {
        return None;
    }
    let of_links = ["a", "area"];
    if !of_links.contains(&fact.tag.name.as_deref()?) {
        return None;
    }
    let message = format!("the page `{page}` has no element with the id `{id}`");
    let mistake = levels.mistake("unknown-fragment", fact.place(attribute), message)?;
    Some(mistake.with_optional_help(help(id, ids)))
}

fn near(ids: &[String]) -> impl Iterator<Item = &str> {
    ids.iter().map(String::as_str)
}

fn help(id: &str, ids: &[String]) -> Option<String> {
    let mut names: Vec<&str> = near(ids).collect();
    names.sort_unstable();
    names.dedup();
    did_you_mean(id, &names)
        .or_else(|| Some(format!("write `id=\"{id}\"` where it is meant to lead")))
}
