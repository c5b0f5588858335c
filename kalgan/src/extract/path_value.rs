//! Deserialises one parameter of a route, and what can be wrong with it.

use super::readings::{self, Reading, Readings};
use kalgan_core::suggest::counted;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};

/// Why the parameters cannot become the type.
#[derive(Debug)]
pub(super) enum Mistake {
    /// A value is not of its type; the message is complete.
    Value(String),
    /// A type refused a value, which the message does not name yet.
    Refused(String),
    /// A struct has a field that is no parameter.
    Missing(&'static str),
    /// A type refused a text, which was no number to it.
    Mismatch(String, String),
    /// The type cannot be made of the route's parameters, whatever their values.
    Shape(String),
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(message) | Self::Refused(message) | Self::Shape(message) => {
                f.write_str(message)
            }
            Self::Mismatch(value, expected) => write!(f, "`{value}`, expected {expected}"),
            Self::Missing(field) => write!(f, "missing field `{field}`"),
        }
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        readings::refuse(&unexpected, expected);
        if let de::Unexpected::Str(text) = unexpected {
            return Self::Mismatch(text.to_owned(), expected.to_string());
        }
        Self::Shape(format!(
            "a parameter is one value, {unexpected}, where the type has {expected}"
        ))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self::Shape(format!(
            "the path has {}, where the type has {expected}",
            counted(length, "parameter")
        ))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Shape(format!(
            "the parameter `{field}` has no field. Add it, or remove `deny_unknown_fields`"
        ))
    }
}

/// The value of one parameter.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// Its index among the parameters.
    pub(super) at: usize,
    pub(super) readings: &'a Readings,
}

impl Value<'_> {
    /// A mistake that names the parameter, its value and why the type refused it.
    pub(super) fn refused(self, message: impl fmt::Display) -> Mistake {
        Mistake::Value(format!(
            "the path parameter {:?} is {:?}: {message}",
            self.name, self.value
        ))
    }

    /// Names the parameter in a mistake that does not do so yet.
    pub(super) fn name_mistake<T>(self, result: Result<T, Mistake>) -> Result<T, Mistake> {
        result.map_err(|mistake| match mistake {
            Mistake::Refused(message) => self.refused(message),
            other => other,
        })
    }

    fn not_one_value<T>(self, what: &str) -> Result<T, Mistake> {
        Err(Mistake::Shape(format!(
            "a parameter is one value, but the type has {what} for `{}`",
            self.name
        )))
    }
}

/// Parses the value; the visitor gets the type that it asks for.
macro_rules! parsed {
    ($($method:ident $visit:ident $ty:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            match self.value.parse::<$ty>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Mistake::Value(format!(
                    concat!("the path parameter {:?} is {:?}, which is no ", stringify!($ty)),
                    self.name, self.value
                ))),
            }
        }
    )*};
}

/// The value as it is.
macro_rules! text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            visitor.visit_str(self.value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Mistake;

    parsed! {
        deserialize_bool visit_bool bool
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
        deserialize_char visit_char char
    }

    text! { deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.readings.untyped(self.at) {
            Reading::Guess => readings::guess(self.value, visitor),
            _ => visitor.visit_str(self.value),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_bytes(self.value.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_bytes(self.value.as_bytes())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let is_empty = self.value.is_empty();
        self.readings.optional(self.at, is_empty, self, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Mistake> {
        self.not_one_value("a sequence")
    }

    /// A pair is a name and its value, for a `Vec` of pairs.
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if len != 2 {
            return self.not_one_value("a tuple");
        }
        visitor.visit_seq(Pair {
            name: Some(self),
            value: Some(self),
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Mistake> {
        self.not_one_value("a map")
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Mistake> {
        self.not_one_value(&format!("the struct `{name}`"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let variant: StrDeserializer<'_, Mistake> = self.value.into_deserializer();
        visitor.visit_enum(variant)
    }
}

/// The name and the value of a parameter, as a sequence of two.
struct Pair<'a> {
    name: Option<Value<'a>>,
    value: Option<Value<'a>>,
}

impl<'de> SeqAccess<'de> for Pair<'de> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        if let Some(Value { name, .. }) = self.name.take() {
            let name: StrDeserializer<'_, Mistake> = name.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        self.value
            .take()
            .map(|value| seed.deserialize(value))
            .transpose()
    }
}
