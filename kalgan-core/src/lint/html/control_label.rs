//! Controls of forms that no label names.

use super::elements;
use super::facts::{Fact, Facts};
use super::levels::Levels;
use crate::diagnostic::Diagnostic;

pub(super) fn check(levels: &Levels, facts: &Facts<'_>) -> Vec<Diagnostic> {
    if facts.is_open || facts.is_lost {
        return Vec::new();
    }
    // The rest of a page may have a label for what has an id.
    let is_whole = facts.has("html");
    let without = facts
        .tags
        .iter()
        .filter(|fact| !is_named(facts, fact) && (is_whole || !fact.tag.may_have("id")));
    without
        .filter_map(|fact| {
            let name = fact.tag.name.as_deref()?;
            let mistake = levels.mistake(
                "control-label",
                fact.list.place(fact.tag.span),
                format!("no label names this `<{name}>`"),
            )?;
            let id = fact.tag.literal("id").filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| String::from("…"));
            Some(mistake.with_help(format!(
                "write `<label for=\"{id}\">…</label>`, or put it into a `<label>`, or add `aria-label`"
            )))
        })
        .collect()
}

/// Whether a control may have a label, or needs none.
fn is_named(facts: &Facts<'_>, fact: &Fact<'_>) -> bool {
    let tag = fact.tag;
    let needs = match tag.name.as_deref() {
        Some("input") => match tag.literal("type") {
            Some(kind) => !elements::is_unlabelled_input(&kind),
            None => !tag.may_have("type"),
        },
        Some("select" | "textarea") => true,
        _ => false,
    };
    let others = [
        "aria-label",
        "aria-labelledby",
        "title",
        "hidden",
        "aria-hidden",
        "role",
    ];
    // A trap for programs, which nobody comes to.
    let is_reached = tag.literal("tabindex").as_deref() != Some("-1");
    if !needs
        || !is_reached
        || fact.within.label > 0
        || fact.within.template > 0
        || others.iter().any(|name| tag.may_have(name))
    {
        return true;
    }
    if !tag.may_have("id") {
        return false;
    }
    let Some(id) = tag.literal("id") else {
        return true;
    };
    facts.may_have(&["for"], &id)
}
