//! What stands in a text and means something elsewhere: placeholders as others write them, and HTML.

use super::placeholders::Texts;
use crate::diagnostic::Diagnostic;
use crate::messages::Part;
use crate::messages::merge::Merged;
use crate::routes::is_identifier;
use crate::text::{Place, Span};
use std::sync::Arc;

/// An entity of HTML in a text: `&nbsp;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The message.
    pub key: Box<str>,
    /// The entity as it is written.
    pub text: Box<str>,
    /// Where it stands.
    pub place: Place,
}

/// Finds what is a placeholder in other libraries and is shown as it stands, or nearly so, here.
#[must_use]
pub fn foreign_placeholders(merged: &Merged<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    each_text(merged, |language, _, place, parts| {
        for (at, part) in parts.iter().enumerate() {
            let Part::Text(text) = part else { continue };
            // The rest of a text that had its braces twice.
            let mut rest: &str = text;
            while let Some(start) = rest.find('{') {
                rest = &rest[start + 1..];
                let Some(inner) = rest.split_once('}').map(|(inner, _)| inner) else {
                    break;
                };
                if let Some(name) = placeholder(inner) {
                    let written = format!("{{{{{inner}}}}}");
                    diagnostics.push(warning(
                        place,
                        &written,
                        format!("`{written}` is shown as `{{{inner}}}`: two braces are one that is shown"),
                        format!("write `{{{name}}}` for a value"),
                    ));
                }
            }
            // Turkish and Basque write `%5`.
            let has_percent_first = ["tr", "eu", "ku"].contains(&primary(language));
            let before = text.strip_suffix('%');
            let is_percent = |before: &str| match before.chars().last() {
                Some(last) => last.is_numeric() || last == '%',
                None => at > 0,
            };
            if before.is_some_and(|before| !is_percent(before))
                && !has_percent_first
                && let Some(Part::Placeholder(name)) = parts.get(at + 1)
            {
                let written = format!("%{{{name}}}");
                diagnostics.push(warning(
                    place,
                    &written,
                    format!("`{written}` shows a `%` before the value"),
                    format!("write `{{{name}}}`"),
                ));
            }
            if let Some((written, name)) = of_printf(text) {
                let name = name.unwrap_or("name");
                diagnostics.push(warning(
                    place,
                    written,
                    format!("`{written}` is shown as it stands: it is no placeholder here"),
                    format!("write `{{{name}}}` for a value"),
                ));
            }
        }
    });
    diagnostics
}

/// Finds entities of HTML. Where a template prints the message they are escaped.
#[must_use]
pub fn entities(merged: &Merged<'_>) -> Vec<Entity> {
    let mut found = Vec::new();
    each_text(merged, |_, key, place, parts| {
        for part in parts {
            let Part::Text(text) = part else { continue };
            if let Some(entity) = entity(text) {
                found.push(Entity {
                    key: key.into(),
                    text: entity.into(),
                    place: part_of(place, entity),
                });
            }
        }
    });
    found
}

fn each_text<'a>(merged: &'a Merged<'_>, mut visit: impl FnMut(&str, &str, &'a Place, &'a [Part])) {
    for (code, language) in &merged.languages {
        for (key, entry) in &language.entries {
            let Some(texts) = Texts::of(*entry) else {
                continue;
            };
            for (place, parts) in texts.patterns() {
                visit(code, key, place, parts);
            }
        }
    }
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

fn warning(place: &Place, written: &str, message: String, help: String) -> Diagnostic {
    Diagnostic::warning_at(part_of(place, written), message)
        .with_code("foreign-placeholder")
        .with_help(help)
}

/// The part of a text that reads so, where it stands in the file as it is; else the text.
fn part_of(place: &Place, part: &str) -> Place {
    let text = place.file.slice(place.span);
    match text.find(part) {
        Some(at) => {
            let start = place.span.start + at;
            Place::new(
                Arc::clone(&place.file),
                Span::new(start, start + part.len()),
            )
        }
        None => place.clone(),
    }
}

/// The name of a placeholder as others have it: `name`, ` user.name `, `name|upper`.
fn placeholder(inner: &str) -> Option<&str> {
    let name = inner.split('|').next().unwrap_or_default().trim();
    let is_name = name.split('.').all(is_identifier);
    let last = name.rsplit('.').next()?;
    is_name.then_some(last)
}

/// `%s`, `%d`, `%1$s`, `%(name)s` and `%name%`: what is written, and the name that it has.
fn of_printf(text: &str) -> Option<(&str, Option<&str>)> {
    for (at, _) in text.match_indices('%') {
        let before = &text[..at];
        // `50 %` and `100%` are percent.
        if before.trim_end().ends_with(|c: char| c.is_numeric()) || before.ends_with('%') {
            continue;
        }
        let rest = &text[at + 1..];
        if let Some(inner) = rest.strip_prefix('(')
            && let Some((name, behind)) = inner.split_once(')')
            && behind.starts_with(['s', 'd', 'i', 'f'])
            && is_identifier(name)
        {
            return Some((&text[at..at + name.len() + 4], Some(name)));
        }
        if let Some((name, _)) = rest.split_once('%')
            && name.len() > 1
            && is_identifier(name)
            // A variable of Windows.
            && name.contains(|c: char| c.is_ascii_lowercase())
        {
            return Some((&text[at..at + name.len() + 2], Some(name)));
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let conversion = match rest[digits..].strip_prefix('$') {
            Some(behind) if digits > 0 => behind,
            _ if digits == 0 => rest,
            _ => continue,
        };
        let mut chars = conversion.chars();
        if matches!(chars.next(), Some('s' | 'd'))
            && !chars
                .next()
                .is_some_and(|c| c.is_alphanumeric() || c == '_')
        {
            let end = text.len() - conversion.len() + 1;
            return Some((&text[at..end], None));
        }
    }
    None
}

/// The first entity of a text: `&nbsp;`, `&#160;`, `&#xA0;`.
fn entity(text: &str) -> Option<&str> {
    text.match_indices('&').find_map(|(at, _)| {
        let (name, _) = text[at + 1..].split_once(';')?;
        let is_entity = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
                None => !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()),
            },
            // `Q&A;` is a text.
            None => name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        };
        is_entity.then(|| &text[at..at + name.len() + 2])
    })
}
