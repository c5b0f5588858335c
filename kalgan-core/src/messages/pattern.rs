//! The text of a message, taken apart at its `{placeholders}`.

use super::{Digits, Format, Part, Shown, Style};
use crate::routes::is_identifier;
use crate::suggest::did_you_mean;

/// The most digits behind a decimal separator that a format may ask for.
const MAX_DIGITS: u8 = 20;
const FORMATS: [&str; 4] = ["number", "date", "time", "datetime"];
const STYLES: [&str; 3] = ["short", "medium", "long"];
const OPTIONS: [&str; 3] = ["digits", "min", "max"];

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
    let shown = match trimmed {
        "number" => None,
        "date" => Some(Shown::Date),
        "time" => Some(Shown::Time),
        "datetime" => Some(Shown::DateTime),
        unknown => {
            return Err(PatternError {
                code: "unknown-format",
                message: format!("there is no format `{unknown}` for a placeholder"),
                help: did_you_mean(unknown, &FORMATS).unwrap_or_default(),
                start: name_at.0,
                len: name_at.1,
            });
        }
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
    let mut options = Options::default();
    for item in items.split(',') {
        let place = at(item, offset);
        offset += item.len() + 1;
        let item = item.trim();
        if item.is_empty() && items.trim().is_empty() {
            continue;
        }
        let outcome = match shown {
            None => options.number(item),
            Some(_) => options.style(item, trimmed),
        };
        outcome.map_err(|(message, help)| PatternError {
            code: "format-option",
            message,
            help,
            start: place.0,
            len: place.1,
        })?;
    }
    Ok(match shown {
        None => Format::Number(options.digits),
        Some(shown) => {
            let style = options.style.unwrap_or_else(|| default_style(shown));
            Format::Moment(shown, style)
        }
    })
}

/// How much room a date or a time takes where nothing is said.
pub(super) fn default_style(shown: Shown) -> Style {
    match shown {
        Shown::Time => Style::Short,
        Shown::Date | Shown::DateTime => Style::Medium,
    }
}

#[derive(Default)]
struct Options {
    digits: Digits,
    style: Option<Style>,
}

impl Options {
    fn number(&mut self, item: &str) -> Result<(), (String, String)> {
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None => (item, ""),
        };
        if !OPTIONS.contains(&name) {
            return Err((
                format!("the format `number` has no option `{name}`"),
                did_you_mean(name, &OPTIONS).unwrap_or_default(),
            ));
        }
        let value = value
            .parse()
            .ok()
            .filter(|digits| *digits <= MAX_DIGITS)
            .ok_or_else(|| {
                (
                    format!("`{name}` of the format `number` is not a number of digits"),
                    format!("write a number from 0 to {MAX_DIGITS}: `{name}=2`"),
                )
            })?;
        if name != "max" {
            self.digits.min = Some(value);
        }
        if name != "min" {
            self.digits.max = Some(value);
        }
        match self.digits {
            Digits {
                min: Some(min),
                max: Some(max),
            } if min > max => Err((
                format!("at least {min} digits and at most {max} cannot both be"),
                String::from("give `digits=` alone, or a `min=` that is not more than `max=`"),
            )),
            _ => Ok(()),
        }
    }

    fn style(&mut self, item: &str, format: &str) -> Result<(), (String, String)> {
        let style = match item {
            "short" => Style::Short,
            "medium" => Style::Medium,
            "long" => Style::Long,
            unknown => {
                return Err((
                    format!("the format `{format}` has no style `{unknown}`"),
                    did_you_mean(unknown, &STYLES).unwrap_or_default(),
                ));
            }
        };
        if self.style.replace(style).is_some() {
            return Err((
                format!("the format `{format}` has two styles"),
                String::from("remove one of them"),
            ));
        }
        Ok(())
    }
}
