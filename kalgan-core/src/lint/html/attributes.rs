//! Which tags tell something of their page, and what is seen in a tag alone.

use super::levels::Levels;
use super::tree::Tag;
use super::{duplicate_attribute, image_alt, page_language, unclosed_text};
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;

/// Attributes by which a page is looked through.
const TELLING: &[&str] = &[
    "id",
    "for",
    "list",
    "form",
    "name",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
];

/// Elements that tell something of their page.
const ELEMENTS: &[&str] = &[
    "button", "html", "input", "label", "script", "select", "textarea", "title", "h1", "h2", "h3",
    "h4", "h5", "h6",
];

/// Whether a tag tells something of its page beside what opens and closes.
pub(super) fn is_notable(tag: &Tag) -> bool {
    if tag.is_end {
        return false;
    }
    let Some(name) = tag.name.as_deref() else {
        return true;
    };
    ELEMENTS.contains(&name)
        || tag.attributes.iter().any(|attribute| {
            let Some(name) = attribute.name.as_deref() else {
                return true;
            };
            TELLING.contains(&name) || name == "href" && has_fragment(attribute)
        })
}

fn has_fragment(attribute: &super::tree::Attribute) -> bool {
    let text = attribute.literal();
    text.is_some_and(|text| text.trim_start().starts_with('#'))
}

/// What is wrong with a tag by itself.
pub(super) fn check(levels: &Levels, entry: &Entry, tag: &Tag, found: &mut Vec<Diagnostic>) {
    if tag.is_end {
        return;
    }
    unclosed_text::check(levels, entry, tag, found);
    duplicate_attribute::check(levels, entry, tag, found);
    image_alt::check(levels, entry, tag, found);
    page_language::check(levels, entry, tag, found);
}
