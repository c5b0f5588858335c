//! A value that a message shows.

use super::arena::{Arena, Node};
use super::escape::{escape, push_number};
use super::value::{ByTera, Val};
use std::borrow::Cow;

/// A value that a message shows, or that chooses its form.
#[derive(Clone, Debug)]
pub(super) enum Shown<'a> {
    Unsigned(u64),
    /// A text of the arena.
    Text {
        start: u32,
        len: u32,
        /// Whether it is escaped already.
        is_escaped: bool,
    },
    Val(Val<'a>),
}

impl<'a> Shown<'a> {
    /// That of a node, where it is at hand.
    #[inline]
    pub(super) fn of_node(node: Node) -> Option<Self> {
        Some(match node {
            Node::Unsigned(value) => Self::Unsigned(value),
            Node::Signed(value) => Self::Unsigned(u64::try_from(value).ok()?),
            Node::Text { start, len } => Self::Text {
                start,
                len,
                is_escaped: false,
            },
            Node::Escaped { start, len } => Self::Text {
                start,
                len,
                is_escaped: true,
            },
            _ => return None,
        })
    }

    /// That of a value, which must be there.
    pub(super) fn of(value: Val<'a>) -> Result<Self, ByTera> {
        match value {
            Val::Undefined | Val::List { .. } | Val::Record { .. } => Err(ByTera),
            Val::Signed(number) if number >= 0 => Ok(Self::Unsigned(number.unsigned_abs())),
            Val::Unsigned(number) => Ok(Self::Unsigned(number)),
            value => Ok(Self::Val(value)),
        }
    }

    /// The value as it looks in Rust.
    pub(super) fn text<'t>(&'t self, arena: &'t Arena) -> Result<Cow<'t, str>, ByTera> {
        Ok(match self {
            Self::Unsigned(value) => value.to_string().into(),
            Self::Text {
                is_escaped: true, ..
            } => return Err(ByTera),
            Self::Text { start, len, .. } => arena.text(*start, *len).into(),
            Self::Val(Val::Text { text, .. }) => Cow::Borrowed(text),
            Self::Val(value) => value.to_string().into(),
        })
    }

    /// Writes the value as it looks in Rust.
    #[inline]
    pub(super) fn write(
        &self,
        to: &mut Vec<u8>,
        arena: &Arena,
        escapes: bool,
    ) -> Result<(), ByTera> {
        match self {
            Self::Unsigned(value) => push_number(to, *value),
            Self::Text {
                start,
                len,
                is_escaped,
            } if *is_escaped == escapes => to.extend_from_slice(arena.bytes(*start, *len)),
            value => {
                let text = value.text(arena)?;
                match escapes {
                    true => escape(to, &text),
                    false => to.extend_from_slice(text.as_bytes()),
                }
            }
        }
        Ok(())
    }
}
