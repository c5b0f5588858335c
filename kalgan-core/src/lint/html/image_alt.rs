//! Images without a text.

use super::levels::Levels;
use super::tree::Tag;
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;

pub(super) fn check(levels: &Levels, entry: &Entry, tag: &Tag, found: &mut Vec<Diagnostic>) {
    let is_image = tag.is_start_of("img")
        || tag.is_start_of("area") && tag.get("href").is_some()
        || tag.is_start_of("input")
            && tag
                .literal("type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("image"));
    let named = [
        "alt",
        "aria-label",
        "aria-labelledby",
        "aria-hidden",
        "role",
        "title",
    ];
    // A script fills it in.
    let is_named = named.iter().any(|name| tag.may_have(name))
        || tag.attributes.iter().any(|attribute| {
            let name = attribute.name.as_deref().unwrap_or_default();
            name.ends_with(":alt")
        });
    if !is_image || is_named {
        return;
    }
    let message = String::from("this image has no text for those who do not see it");
    let mistake = levels.mistake("image-alt", entry.place(tag.span), message);
    found.extend(mistake.map(|mistake| {
        mistake.with_help("add `alt=\"…\"`; `alt=\"\"` where it adds nothing to the text around it")
    }));
}
