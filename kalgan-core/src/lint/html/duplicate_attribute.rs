//! Attributes that stand twice in a tag: browsers ignore the second.

use super::levels::Levels;
use super::tree::{Attribute, Tag};
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;

pub(super) fn check(levels: &Levels, entry: &Entry, tag: &Tag, found: &mut Vec<Diagnostic>) {
    for (at, second) in tag.attributes.iter().enumerate() {
        let Some(name) = second.name.as_deref() else {
            continue;
        };
        let mut before = tag.attributes[..at].iter();
        let is_same = |first: &&Attribute| first.name == second.name && are_together(first, second);
        let Some(first) = before.find(is_same) else {
            continue;
        };
        let message = format!("the attribute `{name}` stands twice in this tag");
        let mistake = levels.mistake("duplicate-attribute", entry.place(second.span), message);
        found.extend(mistake.map(|mistake| {
            mistake
                .with_help("browsers ignore the second; write both values into one")
                .with_note("it stands here first", entry.place(first.span))
        }));
    }
}

/// Whether one of them is never written without the other.
fn are_together(a: &Attribute, b: &Attribute) -> bool {
    a.branches.starts_with(&b.branches) || b.branches.starts_with(&a.branches)
}
