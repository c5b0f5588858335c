//! The text of a message, taken apart at its `{placeholders}`.

use super::format::{FORMATS, FormatOptions};
use super::{Format, Part};
use crate::routes::is_identifier;
use crate::suggest::did_you_mean;

/// What is wrong with a message's text, and at which bytes of it.
pub(super) struct PatternError {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) start: usize,
    pub(super) len: usize,
}

/// Takes a text apart. `{{` and `}}` are braces.
pub(super) fn parse(text: &str) -> Result<Vec<Part>, PatternError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(found) = next_brace(&text[at..]) {
        let brace = at + found;
        literal.push_str(&text[at..brace]);
        let rest = &text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal.push_str(&rest[..1]);
            at = brace + 2;
            continue;
        }
        let close = rest
            .strip_prefix('{')
            .and_then(next_brace)
            .map(|close| close + 1)
            .filter(|close| rest[*close..].starts_with('}'));
        let Some(close) = close else {
            return Err(PatternError {
                code: "message-braces",
                message: format!("this `{}` has no partner", &rest[..1]),
                help: format!(
                    "a placeholder is written `{{name}}`; a brace itself is written `{0}{0}`",
                    &rest[..1]
                ),
                start: brace,
                len: 1,
            });
        };
        let (name, format) = match rest[1..close].split_once('|') {
            Some((name, format)) => (name, Some(format)),
            None => (&rest[1..close], None),
        };
        let whole = (brace, close + 1);
        let part = placeholder(name.trim(), whole)?;
        let part = match format {
            None => Part::Placeholder(part.into()),
            Some(written) => {
                let start = brace + 1 + name.len() + 1;
                Part::Formatted(part.into(), self::format(written, start)?)
            }
        };
        if !literal.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut literal).into()));
        }
        parts.push(part);
        at = brace + close + 1;
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        parts.push(Part::Text(literal.into()));
    }
    Ok(parts)
}

/// Where the next brace stands. One character at a time is what the standard library looks for
/// fast in builds that are not optimised, as those of macros are.
fn next_brace(text: &str) -> Option<usize> {
    match (text.find('{'), text.find('}')) {
        (Some(open), Some(close)) => Some(open.min(close)),
        (open, close) => open.or(close),
    }
}

fn placeholder(name: &str, (start, len): (usize, usize)) -> Result<String, PatternError> {
    if is_identifier(name) {
        return Ok(name.to_owned());
    }
    Err(PatternError {
        code: "placeholder-name",
        message: format!("`{name}` is not a name for a placeholder"),
        help: String::from(
            "use letters, digits and `_`, and no digit first; braces themselves are written `{{` \
             and `}}`",
        ),
        start,
        len,
    })
}

/// `number`, `number(digits=2)`, `date(long)`: what stands behind the `|`, which begins at a byte
/// of the text.
fn format(written: &str, start: usize) -> Result<Format, PatternError> {
    let name = written.split('(').next().unwrap_or_default();
    let options = &written[name.len()..];
    let trimmed = name.trim();
    let at = |part: &str, offset: usize| {
        let inner = part.trim();
        let start = start + offset + (part.len() - part.trim_start().len());
        (start, inner.len().max(1))
    };
    let name_at = at(name, 0);
    let Some(mut format) = FormatOptions::of(trimmed) else {
        return Err(PatternError {
            code: "unknown-format",
            message: format!("there is no format `{trimmed}` for a placeholder"),
            help: did_you_mean(trimmed, &FORMATS).unwrap_or_default(),
            start: name_at.0,
            len: name_at.1,
        });
    };
    let options_trimmed = options.trim_end();
    let items = if options_trimmed.is_empty() {
        ""
    } else {
        options_trimmed
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .ok_or_else(|| PatternError {
                code: "format-option",
                message: format!("the options of the format `{trimmed}` have no closing `)`"),
                help: String::from("write `{value|number(digits=2)}` or `{when|date(long)}`"),
                start: start + name.len(),
                len: options_trimmed.len(),
            })?
    };
    let mut offset = name.len() + 1;
    for item in items.split(',').filter(|_| !items.trim().is_empty()) {
        let place = at(item, offset);
        offset += item.len() + 1;
        let outcome = match item.split_once('=') {
            Some((name, value)) => format.set(name.trim(), value.trim()),
            None => format.set_unnamed(item.trim()),
        };
        outcome.map_err(|error| PatternError {
            code: "format-option",
            message: error.message,
            help: error.help,
            start: place.0,
            len: place.1,
        })?;
    }
    Ok(format.format())
}
