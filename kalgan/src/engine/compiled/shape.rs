//! What a page reads of the values that it is given.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What a page reads of a value, so that no more of it has to be kept.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// All of it is read.
    is_whole: bool,
    /// It is compared or handed on as it is.
    is_value: bool,
    /// It is written, with escaping.
    is_written: bool,
    /// These of its fields are read.
    fields: Vec<Field>,
    /// It is looped over, and this is read of each item.
    items: Option<Box<Shape>>,
    kind: Kind,
}

/// How a value is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As it is, unless it has parts.
    #[default]
    Leaf,
    /// As a leaf; its text is written and nothing else, so that it may be escaped at once.
    Written,
    /// As it is.
    Whole,
    /// These fields.
    Record,
    /// These parts of its items.
    List,
}

/// A field of a value.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: Box<str>,
    pub(crate) shape: Shape,
    /// Where the name of the struct's own field was seen last.
    seen: AtomicUsize,
}

impl Field {
    /// Whether this is the field of that name, which a struct gives with each of its values: the same
    /// text is at the same place for ever.
    #[inline]
    pub(crate) fn is_named(&self, name: &'static str) -> bool {
        if self.name.len() != name.len() {
            return false;
        }
        let place = name.as_ptr().addr();
        if self.seen.load(Ordering::Relaxed) == place {
            return true;
        }
        self.is_seen(name)
    }

    #[inline(never)]
    fn is_seen(&self, name: &'static str) -> bool {
        let is_same = *self.name == *name;
        if is_same {
            self.seen.store(name.as_ptr().addr(), Ordering::Relaxed);
        }
        is_same
    }
}

/// A step from a value to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The field with this index in its shape.
    Field(u16),
    /// Each item.
    Items,
}

impl Shape {
    /// How the value is kept.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Decides how values are kept, once all that is read of them is known.
    pub(crate) fn settle(&mut self) {
        self.kind = match (self.fields.is_empty(), &self.items) {
            _ if self.is_whole => Kind::Whole,
            (true, None) if self.is_written && !self.is_value => Kind::Written,
            (true, None) => Kind::Leaf,
            _ if self.is_value || self.is_written => Kind::Whole,
            (false, None) => Kind::Record,
            (true, Some(_)) => Kind::List,
            // What is both is kept as it is.
            (false, Some(_)) => Kind::Whole,
        };
        for field in &mut self.fields {
            field.shape.settle();
        }
        if let Some(items) = &mut self.items {
            items.settle();
        }
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub(crate) fn items(&self) -> Option<&Self> {
        self.items.as_deref()
    }

    /// The index of a field; the shape has it afterwards. `None` where there are too many.
    pub(crate) fn field(&mut self, name: &str) -> Option<u16> {
        let known = self.fields.iter().position(|field| *field.name == *name);
        let at = known.unwrap_or_else(|| {
            self.fields.push(Field {
                name: name.into(),
                shape: Self::default(),
                seen: AtomicUsize::new(0),
            });
            self.fields.len() - 1
        });
        u16::try_from(at).ok()
    }

    /// The value is read as it is.
    pub(crate) fn read(&mut self) {
        self.is_value = true;
    }

    /// The value is written, with escaping.
    pub(crate) fn write(&mut self) {
        self.is_written = true;
    }

    /// All of the value is read.
    pub(crate) fn read_whole(&mut self) {
        self.is_whole = true;
    }

    /// The shape of a part, which it has afterwards.
    pub(crate) fn part(&mut self, steps: &[Step]) -> Option<&mut Self> {
        let mut shape = self;
        for step in steps {
            shape = match step {
                Step::Field(at) => &mut shape.fields.get_mut(usize::from(*at))?.shape,
                Step::Items => shape.items.get_or_insert_default(),
            };
        }
        Some(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(shape: &mut Shape) -> Kind {
        shape.settle();
        shape.kind()
    }

    #[test]
    fn what_is_read_by_parts_and_as_a_whole_is_kept_whole() {
        let mut shape = Shape::default();
        assert_eq!(kind(&mut shape), Kind::Leaf);
        shape.write();
        assert_eq!(kind(&mut shape), Kind::Written);
        shape.read();
        assert_eq!(kind(&mut shape), Kind::Leaf);
        assert_eq!(shape.field("a"), Some(0));
        assert_eq!(kind(&mut shape), Kind::Whole);

        let mut shape = Shape::default();
        let indices = ["a", "b", "a"].map(|name| shape.field(name));
        assert_eq!(indices, [Some(0), Some(1), Some(0)]);
        shape.part(&[Step::Field(1), Step::Items]).unwrap().read();
        assert_eq!(kind(&mut shape), Kind::Record);
        assert_eq!(shape.fields()[1].shape.kind(), Kind::List);
        assert_eq!(shape.fields()[1].shape.items().unwrap().kind(), Kind::Leaf);
        shape.part(&[Step::Items]).unwrap();
        assert_eq!(kind(&mut shape), Kind::Whole);
    }
}
