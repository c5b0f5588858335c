//! Buttons of forms that do not say what they do.

use super::facts::Facts;
use super::levels::Levels;
use crate::diagnostic::Diagnostic;

pub(super) fn check(levels: &Levels, facts: &Facts<'_>) -> Vec<Diagnostic> {
    let buttons = facts.tags.iter().filter(|fact| {
        fact.tag.is_start_of("button") && fact.within.form > 0 && !fact.tag.may_have("type")
    });
    buttons
        .filter_map(|fact| {
            let mistake = levels.mistake(
                "button-type",
                fact.list.place(fact.tag.span),
                String::from("a button in a form sends it unless its `type` says otherwise"),
            )?;
            Some(mistake.with_help(
                "write `type=\"submit\"` if it is to send the form, or `type=\"button\"`",
            ))
        })
        .collect()
}
