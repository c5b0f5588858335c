//! The values of one rendering, as far as its page reads them.

use super::escape::escape;
use tera::Value;

/// Where a value of an [`Arena`] is.
pub(crate) type At = u32;

/// A value. Texts, lists and what is kept whole lie beside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    Undefined,
    None,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// A part of the texts.
    Text {
        start: u32,
        len: u32,
    },
    /// A part of the texts, which is escaped already.
    Escaped {
        start: u32,
        len: u32,
    },
    /// Items, one behind the other.
    List {
        start: At,
        len: u32,
    },
    /// The fields of its shape, one behind the other; how many there are in all.
    Record {
        start: At,
        len: u32,
    },
    /// One of the whole values.
    Whole(u32),
}

/// The values of one rendering.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    texts: Vec<u8>,
    wholes: Vec<Value>,
}

impl Arena {
    /// Forgets all values and keeps the room for further ones, unless it is large.
    pub(crate) fn clear(&mut self) {
        const LARGE: usize = 1 << 18;
        if self.nodes.capacity() > LARGE / 16 || self.texts.capacity() > LARGE {
            *self = Self::default();
        }
        self.nodes.clear();
        self.texts.clear();
        self.wholes.clear();
    }

    /// Room for this many values, one behind the other.
    ///
    /// `None`: there are too many.
    pub(crate) fn reserve(&mut self, count: usize) -> Option<At> {
        let start = At::try_from(self.nodes.len()).ok()?;
        At::try_from(self.nodes.len() + count).ok()?;
        self.nodes.resize(self.nodes.len() + count, Node::Undefined);
        Some(start)
    }

    #[inline]
    pub(crate) fn node(&self, at: At) -> Node {
        // An index comes from this arena.
        self.nodes
            .get(at as usize)
            .copied()
            .unwrap_or(Node::Undefined)
    }

    /// The fields of the record at a place, and what lies behind them; none where there is no record.
    #[inline]
    pub(crate) fn fields(&self, at: At) -> &[Node] {
        match self.node(at) {
            Node::Record { start, .. } => self.nodes.get(start as usize..).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(crate) fn put(&mut self, at: At, node: Node) {
        if let Some(place) = self.nodes.get_mut(at as usize) {
            *place = node;
        }
    }

    /// Puts in a text.
    #[inline]
    pub(crate) fn put_text(&mut self, at: At, text: &str) -> Option<()> {
        let start = u32::try_from(self.texts.len()).ok()?;
        let len = u32::try_from(text.len()).ok()?;
        self.texts.extend_from_slice(text.as_bytes());
        self.put(at, Node::Text { start, len });
        Some(())
    }

    /// Puts in a text that is only written, escaped.
    #[inline]
    pub(crate) fn put_escaped(&mut self, at: At, text: &str) -> Option<()> {
        let start = u32::try_from(self.texts.len()).ok()?;
        escape(&mut self.texts, text);
        let len = u32::try_from(self.texts.len()).ok()? - start;
        self.put(at, Node::Escaped { start, len });
        Some(())
    }

    /// Puts in a value as it is.
    pub(crate) fn put_whole(&mut self, at: At, value: Value) -> Option<()> {
        let index = u32::try_from(self.wholes.len()).ok()?;
        self.wholes.push(value);
        self.put(at, Node::Whole(index));
        Some(())
    }

    #[inline]
    pub(crate) fn bytes(&self, start: u32, len: u32) -> &[u8] {
        let start = start as usize;
        // The range of a text that was put in.
        self.texts
            .get(start..start + len as usize)
            .unwrap_or_default()
    }

    pub(crate) fn text(&self, start: u32, len: u32) -> &str {
        std::str::from_utf8(self.bytes(start, len)).unwrap_or_default()
    }

    pub(crate) fn whole(&self, index: u32) -> Option<&Value> {
        self.wholes.get(index as usize)
    }
}
