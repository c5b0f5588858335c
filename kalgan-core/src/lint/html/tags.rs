//! What is said of tags that are not closed, close nothing or cross each other.

use super::elements;
use super::levels::Levels;
use super::open::Met;
use super::structure::Wrong;
use crate::diagnostic::Diagnostic;

/// The mistakes of a page.
pub(super) fn told(levels: &Levels, wrong: &[Wrong]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // An end tag that comes too late is that of what was crossed before.
    let mut is_late = vec![false; wrong.len()];
    for (at, one) in wrong.iter().enumerate() {
        if let Wrong::Crosses { end, open } = one {
            let late = wrong.iter().enumerate().skip(at).position(|(later, one)| {
                let is_same = matches!(one, Wrong::Stray { end } if end.name == open.name);
                is_same && !is_late[later]
            });
            match late {
                Some(later) => {
                    is_late[at + later] = true;
                    found.extend(crossed(levels, end, open));
                }
                None => found.extend(unclosed(levels, open, Some(end))),
            }
        }
    }
    for (at, one) in wrong.iter().enumerate() {
        match one {
            Wrong::Stray { end } if !is_late[at] => found.extend(stray(levels, end)),
            Wrong::Unclosed { open } => found.extend(unclosed(levels, open, None)),
            Wrong::Stray { .. } | Wrong::Crosses { .. } => {}
        }
    }
    found
}

fn crossed(levels: &Levels, end: &Met, open: &Met) -> Option<Diagnostic> {
    let message = format!(
        "`</{}>` stands before `</{}>`, which was opened later",
        end.name, open.name
    );
    let mistake = levels.mistake("stray-end-tag", end.place.clone(), message)?;
    Some(
        mistake
            .with_help(format!("close `<{}>` first", open.name))
            .with_note("it is opened here", open.place.clone()),
    )
}

fn unclosed(levels: &Levels, open: &Met, end: Option<&Met>) -> Option<Diagnostic> {
    let name = &open.name;
    let is_heading = |met: &Met| elements::heading(&met.name).is_some();
    let mistake = levels.mistake(
        "unclosed-tag",
        open.place.clone(),
        format!("`<{name}>` is not closed"),
    )?;
    Some(match end {
        Some(end) if is_heading(end) && is_heading(open) => mistake
            .with_help(format!("write `</{name}>` instead of `</{}>`", end.name))
            .with_note("it ends here", end.place.clone()),
        Some(end) => mistake
            .with_help(format!("write `</{name}>` before `</{}>`", end.name))
            .with_note(format!("`</{}>` stands here", end.name), end.place.clone()),
        None => mistake.with_help(format!("write `</{name}>` where it ends")),
    })
}

fn stray(levels: &Levels, end: &Met) -> Option<Diagnostic> {
    let name = &*end.name;
    let mistake = levels.mistake(
        "stray-end-tag",
        end.place.clone(),
        format!("`</{name}>` closes nothing that is open"),
    )?;
    Some(mistake.with_help(match name {
        "p" => String::from(
            "a `<p>` ends where a block such as `<div>`, `<ul>` or a heading begins; remove this tag, or use \
             a `<div>` instead of the `<p>`",
        ),
        "a" | "button" => format!("a `<{name}>` ends where another one begins; remove this tag, or the inner `<{name}>`"),
        _ => format!("remove it, or write `<{name}>` where it begins"),
    }))
}
