//! Which tags tell something of their page, and what is seen in a tag alone.

use super::levels::Levels;
use super::tree::Tag;
use super::{duplicate_attribute, image_alt, page_language, unclosed_text};
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;

/// Attributes by which a page is looked through.
const TELLING: &[&str] = &[
    "aria-controls",
    "aria-describedby",
    "aria-labelledby",
    "for",
    "form",
    "id",
    "list",
    "name",
];

/// Elements that tell something of their page.
const ELEMENTS: &[&str] = &[
    "button", "h1", "h2", "h3", "h4", "h5", "h6", "html", "input", "label", "script", "select",
    "textarea", "title",
];

/// Whether a tag tells something of its page beside what opens and closes.
pub(super) fn is_notable(tag: &Tag) -> bool {
    if tag.is_end {
        return false;
    }
    let Some(name) = tag.name.as_deref() else {
        return true;
    };
    ELEMENTS.binary_search(&name).is_ok()
        || tag.attributes.iter().any(|attribute| {
            let Some(name) = attribute.name.as_deref() else {
                return true;
            };
            TELLING.binary_search(&name).is_ok() || name == "href" && has_fragment(attribute)
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

#[cfg(test)]
mod tests {
    use super::{ELEMENTS, TELLING};

    #[test]
    fn lists_that_are_searched_are_sorted() {
        assert!(ELEMENTS.is_sorted() && TELLING.is_sorted());
    }
}
