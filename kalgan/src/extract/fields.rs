//! Deserialises the fields of a query or a form, which are texts with names.

use super::readings::{self, Reading, Readings};
use crate::{Error, Result};
use http::StatusCode;
use kalgan_core::suggest::counted;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Deserialises `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), which is UTF-8.
///
/// `status` is that of well-formed data which does not fit; `what` is named in the message.
pub(super) fn deserialize<T: DeserializeOwned>(
    input: &[u8],
    what: &str,
    status: StatusCode,
) -> Result<T> {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(input).collect();
    let groups = group(&pairs);
    let texts = |at: usize| {
        let values = groups.get(at).map(|group| group.values.iter().copied());
        let pair = pairs.get(at).map(|(_, value)| &**value);
        values.map(|values| values.chain(pair))
    };
    let made = readings::read(texts, |readings| {
        serde_path_to_error::deserialize(Fields {
            pairs: &pairs,
            groups: &groups,
            readings,
        })
    });
    made.map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." {
            String::new()
        } else {
            format!(", field {path:?}")
        };
        Error::new(status, format!("the {what} does not fit{field}"))
            .with_source(error.into_inner())
    })
}

/// A field, and its values in order.
struct Group<'a> {
    name: &'a str,
    values: Vec<&'a str>,
}

fn group<'a>(pairs: &'a [(Cow<'a, str>, Cow<'a, str>)]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::with_capacity(pairs.len());
    let mut known: HashMap<&str, usize> = HashMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        let at = *known.entry(name).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.values.push(value),
            None => groups.push(Group {
                name,
                values: vec![&**value],
            }),
        }
    }
    groups
}

/// Why fields cannot become a type.
#[derive(Debug)]
struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        readings::refuse(&unexpected, expected);
        Self(format!("invalid type: {unexpected}, expected {expected}"))
    }
}

/// All fields.
#[derive(Clone, Copy)]
struct Fields<'a> {
    pairs: &'a [(Cow<'a, str>, Cow<'a, str>)],
    groups: &'a [Group<'a>],
    readings: &'a Readings,
}

impl<'de> Deserializer<'de> for Fields<'de> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let fields = self.groups.iter().enumerate().map(|(at, group)| {
            let field = Field {
                values: &group.values,
                at,
                readings: self.readings,
            };
            (group.name, field)
        });
        visitor.visit_map(MapDeserializer::new(fields.map(|(name, field)| {
            let name = Part {
                text: name,
                at: usize::MAX,
                readings: self.readings,
            };
            (name, field)
        })))
    }

    /// Pairs of name and value.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let part = |text: &'de str, at: usize| Part {
            text,
            at,
            readings: self.readings,
        };
        let pairs = self.pairs.iter().enumerate();
        let pairs = pairs.map(|(at, (name, value))| (part(name, usize::MAX), part(value, at)));
        visitor.visit_seq(MapDeserializer::new(pairs))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.groups.first() {
            None => visitor.visit_unit(),
            Some(group) => Err(de::Error::custom(format_args!(
                "there is no field `{}`",
                group.name
            ))),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf map struct
        identifier tuple tuple_struct enum
    }
}

/// The values of a field.
#[derive(Clone, Copy)]
struct Field<'a> {
    values: &'a [&'a str],
    at: usize,
    readings: &'a Readings,
}

impl<'de> Field<'de> {
    fn part(self, text: &'de str) -> Part<'de> {
        Part {
            text,
            at: self.at,
            readings: self.readings,
        }
    }

    fn one(self) -> Result<Part<'de>, Unfit> {
        match self.values {
            [one] => Ok(self.part(one)),
            more => Err(de::Error::custom(format_args!(
                "it is given {}, and takes one value",
                counted(more.len(), "time")
            ))),
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let parts = self.values.iter().map(move |text| self.part(text));
        visitor.visit_seq(SeqDeserializer::new(parts))
    }
}

impl<'de> IntoDeserializer<'de, Unfit> for Field<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Hands single values to the one value.
macro_rules! of_one {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.one()?.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let reading = self.readings.untyped(self.at);
        match (self.values, reading) {
            ([one], Reading::Text | Reading::Guess) => self.part(one).deserialize_any(visitor),
            _ => self.list(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let is_empty = self.values == [""];
        self.readings.optional(self.at, is_empty, self, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.one()?.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.one()?.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    of_one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
        deserialize_unit deserialize_map
    }
}

/// One text: a name or a value.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    at: usize,
    readings: &'a Readings,
}

impl<'de> IntoDeserializer<'de, Unfit> for Part<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Parses the text; the visitor gets the type that it asks for.
macro_rules! parsed {
    ($($method:ident $visit:ident $ty:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            match self.text.parse::<$ty>() {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(de::Error::custom(error)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Part<'de> {
    type Error = Unfit;

    parsed! {
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
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.readings.untyped(self.at) {
            Reading::Text | Reading::List => visitor.visit_borrowed_str(self.text),
            Reading::Guess | Reading::GuessList => readings::guess(self.text, visitor),
        }
    }

    /// A checkbox that has no value of its own sends `on`, and nothing where it is not ticked.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.text {
            "true" | "on" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(de::Error::invalid_value(
                de::Unexpected::Str(other),
                &"\"true\", \"on\" or \"false\"",
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let is_empty = self.text.is_empty();
        self.readings.optional(self.at, is_empty, self, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_seq(SeqDeserializer::new(std::iter::once(self)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let variant: StrDeserializer<'_, Unfit> = self.text.into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_bytes(self.text.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_borrowed_bytes(self.text.as_bytes())
    }

    serde::forward_to_deserialize_any! { map struct tuple tuple_struct }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    fn made<T: DeserializeOwned>(text: &str) -> Result<T> {
        deserialize(text.as_bytes(), "query", StatusCode::BAD_REQUEST)
    }

    #[track_caller]
    fn ok<T: DeserializeOwned>(text: &str) -> T {
        made(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn fails<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        made::<T>(text).unwrap_err().to_string()
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Page {
        page: u64,
        per: Option<u8>,
        #[serde(default)]
        ratio: f64,
        #[serde(default)]
        all: bool,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Search {
        q: String,
        #[serde(flatten)]
        page: Page,
    }

    #[test]
    fn flattened_fields_are_parsed() {
        let search = |q: &str, page, per, ratio, all| Search {
            q: q.to_owned(),
            page: Page {
                page,
                per,
                ratio,
                all,
            },
        };
        for (text, expected) in [
            ("q=a&page=2", search("a", 2, None, 0.0, false)),
            ("q=2&page=2", search("2", 2, None, 0.0, false)),
            (
                "page=2&q=2&per=2&ratio=2",
                search("2", 2, Some(2), 2.0, false),
            ),
            (
                "q=1e5&page=0&per=&ratio=1.5&all=true",
                search("1e5", 0, None, 1.5, true),
            ),
            (
                "q=true&page=007&per=3&all=on",
                search("true", 7, Some(3), 0.0, true),
            ),
            (
                "q=&page=18446744073709551615",
                search("", u64::MAX, None, 0.0, false),
            ),
        ] {
            assert_eq!(ok::<Search>(text), expected, "{text}");
        }
        assert!(fails::<Search>("q=a&page=x").contains("invalid type: string \"x\", expected u64"));
        assert!(fails::<Search>("q=a").contains("missing field `page`"));
        assert!(fails::<Search>("q=a&page=1&per=300").contains("the query does not fit"));
    }

    #[test]
    fn texts_within_what_is_flattened_stay_texts() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Inner {
            code: String,
            count: i32,
            note: Option<String>,
            #[serde(default)]
            tag: Vec<u8>,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Outer {
            #[serde(flatten)]
            inner: Inner,
            #[serde(flatten)]
            rest: BTreeMap<String, String>,
        }
        let expected = Outer {
            inner: Inner {
                code: "007".to_owned(),
                count: -7,
                note: Some("7".to_owned()),
                tag: vec![1],
            },
            rest: BTreeMap::from([("x".to_owned(), "1".to_owned())]),
        };
        assert_eq!(ok::<Outer>("code=007&count=-7&note=7&tag=1&x=1"), expected);
        let outer = ok::<Outer>("code=5&count=5&note=5&tag=5&tag=5&x=5");
        assert_eq!((outer.inner.count, &*outer.inner.tag), (5, &[5, 5][..]));
        assert_eq!((&*outer.inner.code, &*outer.rest["x"]), ("5", "5"));
    }

    #[test]
    fn enums_with_and_without_tags() {
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(tag = "kind", rename_all = "lowercase")]
        enum Shape {
            Circle { radius: f64 },
            Square { side: u32, name: Option<String> },
        }
        assert_eq!(
            ok::<Shape>("kind=circle&radius=2"),
            Shape::Circle { radius: 2.0 }
        );
        let square = Shape::Square {
            side: 3,
            name: Some("3".to_owned()),
        };
        assert_eq!(ok::<Shape>("kind=square&side=3&name=3"), square);
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(untagged)]
        enum Id {
            Number { id: u64 },
            Name { name: String },
        }
        assert_eq!(ok::<Id>("id=5"), Id::Number { id: 5 });
        assert_eq!(
            ok::<Id>("name=5"),
            Id::Name {
                name: "5".to_owned()
            }
        );
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(rename_all = "lowercase")]
        enum Plain {
            One,
            Two,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Of {
            plain: Plain,
            maybe: Option<Plain>,
        }
        assert_eq!(ok::<Of>("plain=one&maybe=two").maybe, Some(Plain::Two));
        assert_eq!(ok::<Of>("plain=one&maybe=").maybe, None);
    }

    /// A type that is read from a text, as those of `uuid`, `chrono`, `jiff` and `time` are.
    #[derive(Debug, PartialEq)]
    struct Day(u8, u8);

    impl<'de> Deserialize<'de> for Day {
        fn deserialize<D: Deserializer<'de>>(
            deserializer: D,
        ) -> std::result::Result<Self, D::Error> {
            struct AsText;
            impl Visitor<'_> for AsText {
                type Value = Day;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a day")
                }
                fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Day, E> {
                    let (month, day) = text.split_once('-').ok_or_else(|| E::custom("no day"))?;
                    let number = |text: &str| text.parse().map_err(E::custom);
                    Ok(Day(number(month)?, number(day)?))
                }
            }
            deserializer.deserialize_str(AsText)
        }
    }

    #[test]
    fn empty_optional_fields_are_none() {
        #[derive(Debug, Default, Deserialize, PartialEq)]
        #[serde(default)]
        struct Fields {
            day: Option<Day>,
            big: Option<u128>,
            letter: Option<char>,
            name: Option<String>,
            wrapped: Option<Wrapped>,
            list: Option<Vec<u8>>,
            days: Vec<Option<Day>>,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Wrapped(i64);
        let fields = ok::<Fields>("day=&big=&letter=&name=&wrapped=&days=&days=1-2&list=");
        let name = Some(String::new());
        let days = vec![None, Some(Day(1, 2))];
        assert_eq!(
            fields,
            Fields {
                name,
                days,
                ..Fields::default()
            }
        );
        let fields =
            ok::<Fields>("day=1-2&big=340282366920938463463374607431768211455&letter=x&wrapped=-1");
        assert_eq!(fields.day, Some(Day(1, 2)));
        assert_eq!(fields.big, Some(u128::MAX));
        assert_eq!(
            (fields.letter, fields.wrapped),
            (Some('x'), Some(Wrapped(-1)))
        );
        #[derive(Debug, Deserialize, PartialEq)]
        struct Outer {
            #[serde(flatten)]
            inner: Fields,
        }
        assert_eq!(ok::<Outer>("day=&big=").inner, Fields::default());
        assert_eq!(
            ok::<Outer>("day=1-2&wrapped=5").inner.wrapped,
            Some(Wrapped(5))
        );
        assert!(fails::<Fields>("day=x").contains("field \"day\": no day"));
    }

    #[test]
    fn pairs_maps_and_repeated_keys() {
        let pairs = ok::<Vec<(String, u32)>>("a=1&b=2&a=3");
        assert_eq!(
            pairs,
            [
                ("a".to_owned(), 1),
                ("b".to_owned(), 2),
                ("a".to_owned(), 3)
            ]
        );
        let map = ok::<BTreeMap<String, Vec<u8>>>("a=1&b=2&a=3");
        assert_eq!(map["a"], [1, 3]);
        assert_eq!(ok::<BTreeMap<u8, char>>("1=a")[&1], 'a');
        assert_eq!(ok::<BTreeMap<String, (u8, u8)>>("a=1&a=2")["a"], (1, 2));
        assert!(fails::<Page>("page=1&page=2").contains("field \"page\": it is given 2 times"));
        ok::<()>("");
        ok::<Option<BTreeMap<String, String>>>("");
    }

    #[test]
    fn what_nobody_can_read_ends() {
        #[derive(Debug, Deserialize)]
        struct Outer {
            #[serde(flatten)]
            #[allow(dead_code)]
            rest: BTreeMap<String, [u64; 2]>,
        }
        let many: Vec<String> = (0..2000).map(|at| format!("k{at}=5")).collect();
        assert!(made::<Outer>(&many.join("&")).is_err());
        let same: Vec<&str> = vec!["k=5"; 2000];
        assert!(made::<Outer>(&same.join("&")).is_err());
    }
}
