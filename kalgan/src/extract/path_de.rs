//! Deserialises the parameters of a route into the type of a [`Path`](super::Path).

use kalgan_core::suggest::counted;
use std::any::type_name;
use std::cell::Cell;
use std::iter::Enumerate;
use std::slice;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::path_value::{Mistake, Value};
use super::readings::{self, Readings};
use crate::routing::route::Matched;
use crate::{Error, Result, Route};

/// Deserialises the parameters of a route.
///
/// # Errors
///
/// 404 for a value that is not of its type, 500 for a type that does not fit the route.
pub(super) fn from_route<T: DeserializeOwned>(route: &Route) -> Result<T> {
    let (all, in_path) = route.matched().parameters_and_in_path();
    let in_path = &all[..in_path];
    let texts = |at: usize| all.get(at).map(|(_, value)| std::iter::once(*value));
    let asked_any = Cell::new(false);
    let make = |as_one: bool| {
        readings::read(texts, |readings| {
            let parameters = Parameters {
                route: route.matched(),
                all: &all,
                in_path,
                readings,
                as_one,
                asked_any: &asked_any,
            };
            T::deserialize(parameters).map_err(|mistake| parameters.placed(mistake))
        })
    };
    let mut made = make(false);
    // A type that takes anything may be made of one value, such as a decimal number.
    if asked_any.get() && matches!(made, Err(Mistake::Shape(_))) {
        match make(true) {
            Err(Mistake::Shape(_) | Mistake::Missing(_)) => {}
            as_one => made = as_one,
        }
    }
    made.map_err(|mistake| {
        let readings = Readings::default();
        let parameters = Parameters {
            route: route.matched(),
            all: &all,
            in_path,
            readings: &readings,
            as_one: true,
            asked_any: &asked_any,
        };
        // A conversion of the whole type (`#[serde(try_from = …)]`) does not know the parameter.
        let mistake = match (mistake, parameters.one()) {
            (Mistake::Refused(message), Ok(value)) => value.refused(message),
            (mistake, _) => mistake,
        };
        let shape = match mistake {
            Mistake::Value(message) | Mistake::Refused(message) => {
                return Error::new(http::StatusCode::NOT_FOUND, message);
            }
            Mistake::Missing(field) => format!(
                "missing field `{field}`. The parameters are {}: rename the field, or make it an \
                 `Option`",
                names(&all)
            ),
            mistake @ Mistake::Mismatch(..) => format!("a parameter is one value, {mistake}"),
            Mistake::Shape(message) => message,
        };
        Error::internal(format!(
            "`Path<{}>` does not fit the route {:?} with the path {:?}: {shape}",
            type_name::<T>(),
            route.name(),
            route.path(),
        ))
    })
}

/// The parameters as a whole: what `T` itself is made of.
#[derive(Clone, Copy)]
struct Parameters<'a> {
    route: &'a Matched,
    all: &'a [(&'a str, &'a str)],
    in_path: &'a [(&'a str, &'a str)],
    readings: &'a Readings,
    /// Whether a type that takes anything is given the one value.
    as_one: bool,
    /// Whether there is such a type.
    asked_any: &'a Cell<bool>,
}

impl<'a> Parameters<'a> {
    /// The parameters of the path without the language.
    fn without_language(self) -> Places<'a> {
        Places {
            rest: self.in_path.iter().enumerate(),
            left_out: self.route.language_parameter(),
            readings: self.readings,
        }
    }

    /// As many as the type has places: all of the path, or all but the language.
    fn places(self, count: usize) -> Result<Places<'a>, Mistake> {
        let all = self.in_path;
        let fewer = self.without_language();
        if count == all.len() {
            Ok(Places {
                rest: all.iter().enumerate(),
                left_out: None,
                readings: self.readings,
            })
        } else if count == fewer.clone().count() {
            Ok(fewer)
        } else {
            Err(Mistake::Shape(wrong_count(count, all, fewer)))
        }
    }

    /// The one parameter that a single value takes.
    fn one(self) -> Result<Value<'a>, Mistake> {
        if let [(name, value)] = self.in_path {
            return Ok(Value {
                name,
                value,
                at: 0,
                readings: self.readings,
            });
        }
        let mut places = self.places(1)?;
        places
            .next()
            .ok_or_else(|| Mistake::Shape("it has 1 place for no parameter".to_owned()))
    }

    fn map(self) -> Named<'a> {
        Named {
            rest: self.all.iter().enumerate(),
            value: None,
            readings: self.readings,
        }
    }

    /// Names the parameter whose text a type refused that did not ask for it.
    fn placed(self, mistake: Mistake) -> Mistake {
        let Mistake::Mismatch(text, expected) = mistake else {
            return mistake;
        };
        let mut named = self.map();
        let refused = named.find(|value| value.value == text && self.readings.is_untyped(value.at));
        match refused {
            Some(value) => value.refused(format_args!("expected {expected}")),
            None => Mistake::Mismatch(text, expected),
        }
    }
}

fn wrong_count(count: usize, all: &[(&str, &str)], fewer: Places<'_>) -> String {
    let start = format!("it has {}", counted(count, "place"));
    if all.is_empty() {
        return format!("{start}, but the path has no parameters. Remove the argument");
    }
    let without: Vec<_> = fewer.collect();
    let mut counts = String::new();
    if !without.is_empty() && without.len() != all.len() {
        let names = names_of(without.iter().map(|value| value.name));
        counts = format!("{} for {names}, or ", without.len());
    }
    format!(
        "{start}. Take {counts}{} for {}, or a struct with fields of these names",
        all.len(),
        names(all)
    )
}

fn names(parameters: &[(&str, &str)]) -> String {
    names_of(parameters.iter().map(|(name, _)| *name))
}

fn names_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// Hands single values to the one parameter.
macro_rules! of_one {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            let value = self.one()?;
            value.name_mistake(value.$method(visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for Parameters<'de> {
    type Error = Mistake;

    of_one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.asked_any.set(true);
        if !self.as_one {
            return self.deserialize_map(visitor);
        }
        let value = self.one()?;
        value.name_mistake(value.deserialize_any(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        if self.in_path.is_empty() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
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

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_seq(self.without_language())
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_seq(self.places(len)?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_seq(self.places(len)?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_map(self.map())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_map(self.map())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let value = self.one()?;
        value.name_mistake(value.deserialize_enum(name, variants, visitor))
    }
}

/// Parameters by place.
#[derive(Clone)]
struct Places<'a> {
    rest: Enumerate<slice::Iter<'a, (&'a str, &'a str)>>,
    left_out: Option<&'a str>,
    readings: &'a Readings,
}

impl<'a> Iterator for Places<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.rest
            .by_ref()
            .find(|(_, (name, _))| Some(*name) != self.left_out)
            .map(|(at, (name, value))| Value {
                name,
                value,
                at,
                readings: self.readings,
            })
    }
}

impl<'de> SeqAccess<'de> for Places<'de> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        self.next()
            .map(|value| value.name_mistake(seed.deserialize(value)))
            .transpose()
    }
}

/// Parameters by name.
struct Named<'a> {
    rest: Enumerate<slice::Iter<'a, (&'a str, &'a str)>>,
    value: Option<Value<'a>>,
    readings: &'a Readings,
}

impl<'a> Iterator for Named<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (at, (name, value)) = self.rest.next()?;
        Some(Value {
            name,
            value,
            at,
            readings: self.readings,
        })
    }
}

impl<'de> MapAccess<'de> for Named<'de> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mistake> {
        let Some(value) = self.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let key: StrDeserializer<'_, Mistake> = value.name.into_deserializer();
        match seed.deserialize(key) {
            Ok(key) => Ok(Some(key)),
            // Names are the developer's, so what is wrong with one is no 404.
            Err(Mistake::Refused(message)) => Err(Mistake::Shape(message)),
            Err(mistake) => Err(mistake),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        match self.value.take() {
            Some(value) => value.name_mistake(seed.deserialize(value)),
            None => Err(Mistake::Shape(
                "a value was asked for before its name".to_owned(),
            )),
        }
    }
}
