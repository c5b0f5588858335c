//! What Rust tells of the values that a template is given.

use super::kind::Kind;
use crate::suggest::{did_you_mean, there_is};
use crate::templates::views::EnumShape;
use crate::text::Span;
use std::collections::HashMap;
use tera::Value;

/// What is known of the value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::lint) struct Typed<'a> {
    /// The variable that it is, or is a part of.
    pub(in crate::lint) root: Box<str>,
    pub(in crate::lint) kind: Kind,
    /// Its type in Rust, where that has a name.
    pub(in crate::lint) name: Option<&'a str>,
    /// The enum that it is one of.
    pub(in crate::lint) of: Option<&'a EnumShape>,
    pub(in crate::lint) missing: Option<Missing>,
}

/// Why there may be no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Missing {
    /// It may be none.
    None,
    /// So many steps before it something may be none, so that it is undefined.
    Part(usize),
}

impl Missing {
    pub(super) fn value(self) -> Value {
        match self {
            Self::None => Value::none(),
            Self::Part(_) => Value::undefined(),
        }
    }

    /// The text of what may be none, given that of the expression.
    pub(super) fn part(self, text: &str) -> &str {
        let steps = match self {
            Self::None => 0,
            Self::Part(steps) => steps,
        };
        let part = text.rsplitn(steps + 1, '.').nth(steps);
        part.map_or(text, |part| part.trim_end_matches('?'))
    }
}

/// The types of the expressions of one file.
pub(in crate::lint) type Types<'a> = HashMap<Span, Typed<'a>>;

impl Typed<'_> {
    /// The type, for "the type of `user.age` is …".
    pub(super) fn described(&self) -> String {
        let of = self.name.map_or_else(
            || described(self.kind).to_owned(),
            |name| format!("`{name}`"),
        );
        match self.missing {
            Some(Missing::None) => format!("{of}, or none"),
            _ => of,
        }
    }

    /// Why a value of this type never equals a constant, and what to do; `None` where it may.
    pub(super) fn never(&self, name: &str, constant: &Value) -> Option<(String, String)> {
        let kind = kind_of(constant)?;
        if self.kind == Kind::Any {
            return None;
        }
        if kind != self.kind {
            return Some((
                format!("`{name}` never equals a {}", described(kind)),
                format!("the type of `{name}` is {}", self.described()),
            ));
        }
        let text = constant.as_str()?;
        let names: Vec<&str> = self.of?.variants.iter().map(AsRef::as_ref).collect();
        if names.contains(&text) {
            return None;
        }
        let help = did_you_mean(text, &names).unwrap_or_else(|| there_is(&names));
        Some((format!("`{name}` is never `{text}`"), help))
    }
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        value if value.as_str().is_some() => Kind::Text,
        value if value.is_number() => Kind::Number,
        value if value.as_bool().is_some() => Kind::Bool,
        value if value.is_array() => Kind::Array,
        value if value.is_map() => Kind::Map,
        _ => return None,
    })
}

fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::Any => "value",
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Bool => "boolean",
        Kind::Array => "list",
        Kind::Map => "map",
    }
}
