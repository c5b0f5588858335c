//! Serialises values into an arena: of each just what its shape has.

use super::arena::{Arena, At, Node};
use super::shape::{Field, Kind, Shape};
use serde::ser::{self, Impossible, Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;
use tera::Value;

/// The name by which Tera's values tell its own serialiser that they are some.
const VALUE: &str = "$__tera::private::Value";

/// Puts a value in, as far as its shape has it.
///
/// # Errors
/// It cannot be serialised.
pub(crate) fn put<T: Serialize + ?Sized>(
    arena: &mut Arena,
    at: At,
    shape: &Shape,
    value: &T,
) -> Result<(), Failed> {
    // Only within Tera's own serialiser its values tell that they are some.
    let entry = Entry(RefCell::new(Some(|| fill(arena, at, shape, value))));
    match Value::try_from_serializable(&entry) {
        Ok(_) => Ok(()),
        Err(_) => Err(Failed),
    }
}

/// Code that runs within Tera's serialiser.
struct Entry<F>(RefCell<Option<F>>);

impl<F: FnOnce() -> Result<(), Failed>> Serialize for Entry<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.take().map_or(Ok(()), |run| run()) {
            Ok(()) => serializer.serialize_unit(),
            Err(Failed) => Err(ser::Error::custom("")),
        }
    }
}

/// Puts a value in. One that is not as its shape is kept whole.
#[inline]
fn fill<T: Serialize + ?Sized>(
    arena: &mut Arena,
    at: At,
    shape: &Shape,
    value: &T,
) -> Result<(), Failed> {
    fill_at(arena, at, None, shape, value)
}

/// `fields`: where the fields of a record have their places.
#[inline]
fn fill_at<T: Serialize + ?Sized>(
    arena: &mut Arena,
    at: At,
    fields: Option<At>,
    shape: &Shape,
    value: &T,
) -> Result<(), Failed> {
    if shape.kind() != Kind::Whole {
        let slot = Slot {
            arena,
            at,
            fields,
            shape,
        };
        match value.serialize(slot) {
            Ok(()) => return Ok(()),
            Err(Other::Failed) => return Err(Failed),
            Err(Other::Shape) => {}
        }
    }
    whole(arena, at, value)
}

#[cold]
fn whole<T: Serialize + ?Sized>(arena: &mut Arena, at: At, value: &T) -> Result<(), Failed> {
    let value = Value::try_from_serializable(value).map_err(|_| Failed)?;
    arena.put_whole(at, value).ok_or(Failed)
}

/// A value cannot be serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// Why a value has no place in its slot.
#[derive(Clone, Copy, Debug)]
enum Other {
    /// It is not as its shape.
    Shape,
    /// It cannot be serialised.
    Failed,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Other {}

impl ser::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Failed
    }
}

impl From<Failed> for Other {
    fn from(_: Failed) -> Self {
        Self::Failed
    }
}

/// The place of one value.
struct Slot<'a> {
    arena: &'a mut Arena,
    at: At,
    /// Where the fields of a record have their places, if they have some.
    fields: Option<At>,
    shape: &'a Shape,
}

impl Slot<'_> {
    fn node(self, node: Node) -> Result<(), Other> {
        self.arena.put(self.at, node);
        Ok(())
    }
}

impl<'a> Slot<'a> {
    fn record(self) -> Result<Record<'a>, Other> {
        // A shape without fields does not say what of them is read.
        if self.shape.kind() != Kind::Record {
            return Err(Other::Shape);
        }
        let start = match self.fields {
            Some(start) => start,
            None => {
                let start = self.arena.reserve(self.shape.fields().len());
                start.ok_or(Other::Failed)?
            }
        };
        Ok(Record {
            start,
            len: 0,
            next: 0,
            slot: self,
        })
    }
}

/// The numbers that a node holds.
macro_rules! numbers {
    ($($kind:ident: $($method:ident($value:ty))*;)*) => {$($(
        fn $method(self, value: $value) -> Result<(), Other> {
            self.node(Node::$kind(value.into()))
        }
    )*)*};
}

impl<'a> Serializer for Slot<'a> {
    type Ok = ();
    type Error = Other;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = Impossible<(), Other>;
    type SerializeMap = Record<'a>;
    type SerializeStruct = Record<'a>;
    type SerializeStructVariant = Impossible<(), Other>;

    fn serialize_bool(self, value: bool) -> Result<(), Other> {
        self.node(Node::Bool(value))
    }

    numbers! {
        Signed: serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64);
        Unsigned: serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64);
        Float: serialize_f32(f32) serialize_f64(f64);
    }

    fn serialize_i128(self, _: i128) -> Result<(), Other> {
        Err(Other::Shape)
    }

    fn serialize_u128(self, _: u128) -> Result<(), Other> {
        Err(Other::Shape)
    }

    fn serialize_char(self, value: char) -> Result<(), Other> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<(), Other> {
        let put = match self.shape.kind() {
            Kind::Written => self.arena.put_escaped(self.at, text),
            _ => self.arena.put_text(self.at, text),
        };
        put.ok_or(Other::Failed)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Other> {
        Err(Other::Shape)
    }

    fn serialize_none(self) -> Result<(), Other> {
        self.node(Node::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Other> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Other> {
        self.node(Node::None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Other> {
        self.node(Node::None)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Other> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Other> {
        match name {
            // It may be a text that is not to be escaped, which only Tera's own serialiser keeps.
            VALUE => Err(Other::Shape),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Other> {
        Err(Other::Shape)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<List<'a>, Other> {
        let (Some(len), Some(items), Kind::List) = (len, self.shape.items(), self.shape.kind())
        else {
            return Err(Other::Shape);
        };
        // The items are one behind the other; so are the fields of all.
        let width = match items.kind() {
            Kind::Record => items.fields().len(),
            _ => 0,
        };
        let all = len.checked_mul(1 + width).ok_or(Other::Failed)?;
        let start = self.arena.reserve(all).ok_or(Other::Failed)?;
        let len = u32::try_from(len).map_err(|_| Other::Failed)?;
        Ok(List {
            start,
            len,
            next: start,
            fields: start + len,
            width: u32::try_from(width).map_err(|_| Other::Failed)?,
            items,
            at: self.at,
            arena: self.arena,
        })
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'a>, Other> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List<'a>, Other> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Other> {
        Err(Other::Shape)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Record<'a>, Other> {
        self.record()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record<'a>, Other> {
        self.record()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Other> {
        Err(Other::Shape)
    }
}

/// A list that is looped over.
struct List<'a> {
    arena: &'a mut Arena,
    at: At,
    items: &'a Shape,
    start: At,
    len: u32,
    next: At,
    /// The places of the next record's fields, and how many it has.
    fields: At,
    width: u32,
}

impl List<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Other> {
        if self.next - self.start == self.len {
            // It has more items than it told.
            return Err(Other::Shape);
        }
        fill_at(self.arena, self.next, Some(self.fields), self.items, value)?;
        self.next += 1;
        self.fields += self.width;
        Ok(())
    }

    fn done(self) -> Result<(), Other> {
        let (start, len) = (self.start, self.next - self.start);
        self.arena.put(self.at, Node::List { start, len });
        Ok(())
    }
}

/// Implements the kinds of lists.
macro_rules! list {
    ($($kind:ident $method:ident)*) => {$(
        impl ser::$kind for List<'_> {
            type Ok = ();
            type Error = Other;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Other> {
                self.item(value)
            }

            fn end(self) -> Result<(), Other> {
                self.done()
            }
        }
    )*};
}

list! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
}

/// A struct or a map, of which some fields are read.
struct Record<'a> {
    slot: Slot<'a>,
    start: At,
    len: u32,
    /// The field that is expected next: structs give theirs in the same order again and again. Of a
    /// map, the one whose key was given.
    next: usize,
}

/// A key of a map that is no field.
const NO_FIELD: usize = usize::MAX;

impl Record<'_> {
    /// The index of the field that `is` says yes to, where it is read.
    fn find(&self, is: impl Fn(&Field) -> bool) -> usize {
        let fields = self.slot.shape.fields();
        match fields.get(self.next) {
            Some(field) if is(field) => self.next,
            _ => fields.iter().position(is).unwrap_or(NO_FIELD),
        }
    }

    fn fill<T: Serialize + ?Sized>(&mut self, field: usize, value: &T) -> Result<(), Other> {
        match self.slot.shape.fields().get(field) {
            Some(Field { shape, .. }) => self.put(field, shape, value),
            None => {
                self.len = self.len.saturating_add(1);
                Ok(())
            }
        }
    }

    /// Puts in the field with this index and shape.
    #[inline]
    fn put<T: Serialize + ?Sized>(
        &mut self,
        field: usize,
        shape: &Shape,
        value: &T,
    ) -> Result<(), Other> {
        self.len = self.len.saturating_add(1);
        // There are at most as many as fit into a `u16`.
        let at = self.start + At::try_from(field).map_err(|_| Other::Failed)?;
        Ok(fill(self.slot.arena, at, shape, value)?)
    }

    fn done(self) -> Result<(), Other> {
        let (start, len) = (self.start, self.len);
        self.slot.node(Node::Record { start, len })
    }
}

impl ser::SerializeStruct for Record<'_> {
    type Ok = ();
    type Error = Other;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Other> {
        // Mostly it is the expected one.
        let shape: &Shape = self.slot.shape;
        let next = self.next;
        if let Some(field) = shape.fields().get(next)
            && field.is_named(key)
        {
            self.next = next + 1;
            return self.put(next, &field.shape, value);
        }
        let field = self.find(|field| field.is_named(key));
        if field != NO_FIELD {
            self.next = field + 1;
        }
        self.fill(field, value)
    }

    fn end(self) -> Result<(), Other> {
        self.done()
    }
}

impl ser::SerializeMap for Record<'_> {
    type Ok = ();
    type Error = Other;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Other> {
        self.next = key.serialize(Key(self))?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Other> {
        self.fill(self.next, value)
    }

    fn end(self) -> Result<(), Other> {
        self.done()
    }
}

/// The key of a map: which field it is.
struct Key<'r, 'a>(&'r Record<'a>);

/// What a map may have as a key, but no field.
macro_rules! no_field {
    ($($method:ident($value:ty))*) => {$(
        fn $method(self, _: $value) -> Result<usize, Other> {
            Ok(NO_FIELD)
        }
    )*};
}

/// What no key is made of, or what Tera has to judge.
macro_rules! no_key {
    ($($method:ident($($value:ty),*) -> $result:ty;)*) => {$(
        fn $method(self, $(_: $value),*) -> Result<$result, Other> {
            Err(Other::Shape)
        }
    )*};
}

impl Serializer for Key<'_, '_> {
    type Ok = usize;
    type Error = Other;
    type SerializeSeq = Impossible<usize, Other>;
    type SerializeTuple = Impossible<usize, Other>;
    type SerializeTupleStruct = Impossible<usize, Other>;
    type SerializeTupleVariant = Impossible<usize, Other>;
    type SerializeMap = Impossible<usize, Other>;
    type SerializeStruct = Impossible<usize, Other>;
    type SerializeStructVariant = Impossible<usize, Other>;

    no_field! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32)
        serialize_i64(i64) serialize_i128(i128) serialize_u8(u8) serialize_u16(u16)
        serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
    }

    no_key! {
        serialize_f32(f32) -> usize;
        serialize_f64(f64) -> usize;
        serialize_bytes(&[u8]) -> usize;
        serialize_none() -> usize;
        serialize_unit() -> usize;
        serialize_unit_struct(&'static str) -> usize;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_char(self, value: char) -> Result<usize, Other> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, key: &str) -> Result<usize, Other> {
        Ok(self.0.find(|field| *field.name == *key))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<usize, Other> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<usize, Other> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<usize, Other> {
        match name {
            VALUE => Err(Other::Shape),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<usize, Other> {
        Err(Other::Shape)
    }
}
