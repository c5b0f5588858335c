//! The text of a message, taken apart at its `{placeholders}`.

use super::Part;
use crate::routes::is_identifier;

/// What is wrong with a message's text, and at which bytes of it.
pub(super) struct PatternError {
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
    while let Some(found) = text[at..].find(['{', '}']) {
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
            .and_then(|inner| inner.find(['{', '}']))
            .map(|close| close + 1)
            .filter(|close| rest[*close..].starts_with('}'));
        let Some(close) = close else {
            return Err(PatternError {
                message: format!("this `{}` has no partner", &rest[..1]),
                help: format!(
                    "a placeholder is written `{{name}}`; a brace itself is written `{0}{0}`",
                    &rest[..1]
                ),
                start: brace,
                len: 1,
            });
        };
        let name = rest[1..close].trim();
        if !is_identifier(name) {
            return Err(PatternError {
                message: format!("`{name}` is not a name for a placeholder"),
                help: String::from(
                    "use letters, digits and `_`, and no digit first; braces themselves are \
                     written `{{` and `}}`",
                ),
                start: brace,
                len: close + 1,
            });
        }
        if !literal.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut literal).into()));
        }
        parts.push(Part::Placeholder(name.to_owned().into()));
        at = brace + close + 1;
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        parts.push(Part::Text(literal.into()));
    }
    Ok(parts)
}
