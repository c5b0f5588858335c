//! Pages that do not say in which language they are.

use super::levels::Levels;
use super::tree::Tag;
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;

pub(super) fn check(levels: &Levels, entry: &Entry, tag: &Tag, found: &mut Vec<Diagnostic>) {
    if !tag.is_start_of("html") || tag.may_have("lang") || tag.may_have("xml:lang") {
        return;
    }
    let message = String::from("the page does not say in which language it is");
    let mistake = levels.mistake("page-language", entry.place(tag.span), message);
    found.extend(mistake.map(|mistake| mistake.with_help("write `<html lang=\"{{ lang }}\">`")));
}
