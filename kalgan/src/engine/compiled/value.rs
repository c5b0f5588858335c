//! A value while a page is rendered.

use super::arena::{Arena, At, Node};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Display, Write as _};
use tera::Value;
use tera::value::{Key, ValueKind as Kind};

/// A value: borrowed from what the page was given, or made on the way.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    Undefined,
    None,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text {
        text: Cow<'a, str>,
        /// Whether it is written as it is.
        is_safe: bool,
    },
    /// Items in the arena.
    List {
        start: At,
        len: u32,
    },
    /// Fields in the arena.
    Record {
        start: At,
        len: u32,
    },
    Whole(Cow<'a, Value>),
}

/// The page has to be rendered by Tera: it has a mistake, or something that is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByTera;

impl<'a> Val<'a> {
    /// The value at a place of an arena.
    pub(crate) fn at(arena: &'a Arena, at: At) -> Self {
        Self::of_node(arena, arena.node(at))
    }

    pub(crate) fn of_node(arena: &'a Arena, node: Node) -> Self {
        match node {
            Node::Undefined => Self::Undefined,
            Node::None => Self::None,
            Node::Bool(value) => Self::Bool(value),
            Node::Unsigned(value) => Self::Unsigned(value),
            Node::Signed(value) => Self::Signed(value),
            Node::Float(value) => Self::Float(value),
            Node::Text { start, len } => Self::text(arena.text(start, len)),
            // It is written and nothing else.
            Node::Escaped { start, len } => Self::Text {
                text: Cow::Borrowed(arena.text(start, len)),
                is_safe: true,
            },
            Node::List { start, len } => Self::List { start, len },
            Node::Record { start, len } => Self::Record { start, len },
            Node::Whole(index) => arena
                .whole(index)
                .map_or(Self::Undefined, |value| Self::of(Cow::Borrowed(value))),
        }
    }

    /// A value of Tera's.
    pub(crate) fn of(value: Cow<'a, Value>) -> Self {
        match value.kind() {
            Kind::Undefined => Self::Undefined,
            Kind::None => Self::None,
            Kind::Bool => Self::Bool(value.as_bool().unwrap_or_default()),
            Kind::U64 => value.as_u64().map_or(Self::Undefined, Self::Unsigned),
            Kind::I64 => value.as_i64().map_or(Self::Undefined, Self::Signed),
            Kind::F64 => value.as_f64().map_or(Self::Undefined, Self::Float),
            Kind::String => {
                let is_safe = value.is_safe();
                let text = match value {
                    Cow::Borrowed(value) => Cow::Borrowed(value.as_str().unwrap_or_default()),
                    Cow::Owned(value) => Cow::Owned(value.as_str().unwrap_or_default().to_owned()),
                };
                Self::Text { text, is_safe }
            }
            _ => Self::Whole(value),
        }
    }

    /// A text that is escaped when it is written.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text {
            text: text.into(),
            is_safe: false,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// The attribute of a value: by its index, where the value is a record of the arena.
    pub(crate) fn attribute(
        self,
        arena: &'a Arena,
        index: Option<u16>,
        name: &'a str,
    ) -> Result<Self, ByTera> {
        Ok(match self {
            Self::Undefined => return Err(ByTera),
            Self::Record { start, .. } => Self::at(arena, start + At::from(index.ok_or(ByTera)?)),
            Self::Whole(Cow::Borrowed(value)) => match get(value, name) {
                Some(value) => Self::of(Cow::Borrowed(value)),
                None => Self::Undefined,
            },
            Self::Whole(Cow::Owned(value)) => match get(&value, name) {
                Some(value) => Self::of(Cow::Owned(value.clone())),
                None => Self::Undefined,
            },
            _ => Self::Undefined,
        })
    }

    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::None => false,
            Self::Bool(value) => *value,
            Self::Unsigned(value) => *value != 0,
            Self::Signed(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text { text, .. } => !text.is_empty(),
            Self::List { len, .. } | Self::Record { len, .. } => *len != 0,
            Self::Whole(value) => value.is_truthy(),
        }
    }

    /// As Tera has it. A list or record of the arena is not whole, so that there is none.
    pub(crate) fn to_tera(&self) -> Result<Value, ByTera> {
        Ok(match self {
            Self::Undefined => Value::undefined(),
            Self::None => Value::none(),
            Self::Bool(value) => Value::from(*value),
            Self::Unsigned(value) => Value::from(*value),
            Self::Signed(value) => Value::from(*value),
            Self::Float(value) => Value::from(*value),
            Self::Text {
                text,
                is_safe: false,
            } => Value::normal_string(text),
            Self::Text {
                text,
                is_safe: true,
            } => Value::safe_string(text),
            Self::Whole(value) => Value::clone(value),
            Self::List { .. } | Self::Record { .. } => return Err(ByTera),
        })
    }

    /// Whether two values are equal.
    pub(crate) fn equals(&self, other: &Self) -> Result<bool, ByTera> {
        Ok(match (self, other) {
            (Self::Text { text: a, .. }, Self::Text { text: b, .. }) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Unsigned(a), Self::Unsigned(b)) => a == b,
            (Self::Signed(a), Self::Signed(b)) => a == b,
            _ => self.to_tera()? == other.to_tera()?,
        })
    }

    /// The order of two values.
    pub(crate) fn compare(&self, other: &Self) -> Result<Ordering, ByTera> {
        match (self, other) {
            (Self::Text { text: a, .. }, Self::Text { text: b, .. }) => Ok(a.cmp(b)),
            (Self::Unsigned(a), Self::Unsigned(b)) => Ok(a.cmp(b)),
            (Self::Signed(a), Self::Signed(b)) => Ok(a.cmp(b)),
            // What cannot be compared is a mistake.
            _ => self.to_tera()?.partial_cmp(&other.to_tera()?).ok_or(ByTera),
        }
    }

    /// Adds the value to a text, as `{{ value }}` writes it without escaping.
    pub(crate) fn write(&self, to: &mut String) -> Result<(), ByTera> {
        match self {
            Self::Undefined | Self::None => {}
            Self::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
            Self::Unsigned(value) => to.push_str(itoa::Buffer::new().format(*value)),
            Self::Signed(value) => to.push_str(itoa::Buffer::new().format(*value)),
            // Nothing that is added to a text fails.
            Self::Float(value) => {
                let _ = write!(to, "{value:?}");
            }
            Self::Text { text, .. } => to.push_str(text),
            Self::Whole(value) => {
                let _ = write!(to, "{value}");
            }
            Self::List { .. } | Self::Record { .. } => return Err(ByTera),
        }
        Ok(())
    }
}

/// A field of a map.
fn get<'v>(value: &'v Value, name: &'v str) -> Option<&'v Value> {
    value.as_map()?.get(&Key::Str(name))
}

/// A value as messages and URLs show it: as it looks in Rust.
impl Display for Val<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(value) => {
                // A number that was an `f32` looks like one. What is lost, is seen.
                #[allow(clippy::cast_possible_truncation)]
                let short = *value as f32;
                match f64::from(short).to_bits() == value.to_bits() {
                    true => short.fmt(f),
                    false => value.fmt(f),
                }
            }
            Self::Text { text, .. } => f.write_str(text),
            Self::Unsigned(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
            _ => {
                let mut text = String::new();
                self.write(&mut text).map_err(|ByTera| fmt::Error)?;
                f.write_str(&text)
            }
        }
    }
}
