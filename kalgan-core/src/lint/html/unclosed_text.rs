//! Quotes, comments and elements with text that are not closed, so that the rest of the page is a part
//! of them.

use super::levels::Levels;
use super::state::Unfinished;
use super::tree::Tag;
use crate::diagnostic::Diagnostic;
use crate::templates::Entry;
use crate::text::{Place, Span};

/// What is said where a template ends.
pub(super) fn told(levels: &Levels, what: Unfinished<'_>, place: Place) -> Option<Diagnostic> {
    let (message, help) = match what {
        Unfinished::Element(name) => (
            format!("`<{name}>` is not closed"),
            format!("write `</{name}>` where it ends"),
        ),
        Unfinished::Comment => (
            String::from("this comment is not closed"),
            String::from("write `-->` where it ends"),
        ),
        Unfinished::Quote(quote) => not_closed(quote),
    };
    Some(
        levels
            .mistake("unclosed-tag", place, message)?
            .with_help(help),
    )
}

fn not_closed(quote: u8) -> (String, String) {
    let quote = char::from(quote);
    (
        String::from("this quotation mark is not closed"),
        format!("write `{quote}` where the value ends"),
    )
}

/// Whether a quotation mark before this tag, or in it, is not closed, so that what follows is not as it
/// was meant.
pub(super) fn is_in(tag: &Tag) -> bool {
    let names = tag.attributes.iter();
    names
        .filter_map(|attribute| attribute.name.as_deref())
        .any(is_odd)
}

fn is_odd(name: &str) -> bool {
    name.contains(['"', '\'', '<'])
}

/// A quotation mark in the name of an attribute: one before it is not closed.
pub(super) fn check(levels: &Levels, entry: &Entry, tag: &Tag, found: &mut Vec<Diagnostic>) {
    let Some(at) = tag
        .attributes
        .iter()
        .position(|attribute| attribute.name.as_deref().is_some_and(is_odd))
    else {
        return;
    };
    let before = tag.attributes[..at].iter().rev();
    let before = before
        .filter_map(|attribute| attribute.value.as_ref())
        .next();
    let text = entry.file.text().as_bytes();
    let quoted = before.and_then(|value| {
        let start = value.span.start.checked_sub(1)?;
        let quote = *text.get(start)?;
        matches!(quote, b'"' | b'\'').then(|| (quote, Span::new(start, start + 1)))
    });
    let (span, (message, help)) = match quoted {
        Some((quote, span)) => (span, not_closed(quote)),
        None => (
            tag.attributes[at].span,
            (
                String::from("there is a quotation mark in the name of an attribute"),
                String::from("write a space between attributes, and quotes around values only"),
            ),
        ),
    };
    let mistake = levels.mistake("unclosed-tag", entry.place(span), message);
    found.extend(mistake.map(|mistake| mistake.with_help(help)));
}
