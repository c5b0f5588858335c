//! The parameters of a route's path.

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::path_de;
use crate::{Error, Result};

/// The parameters of the route, deserialised.
///
/// A single value and a tuple take them by place, without the parameter that holds the language:
///
/// ```
/// use kalgan::extract::Path;
///
/// // path: /{_lang}/user/{id}, language: _lang
/// async fn show(Path(id): Path<u64>) -> String {
///     format!("user {id}")
/// }
///
/// // path: /{_lang}/user/{id}/{tab}
/// async fn tab(Path((id, tab)): Path<(u64, String)>) -> String {
///     format!("user {id}, {tab}")
/// }
/// ```
///
/// A tuple with a place for every parameter gets the language too, in the order of the path. A
/// struct, or a map, gets all parameters by name, the language and the route's `defaults` among
/// them:
///
/// ```
/// use kalgan::extract::Path;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Tab {
///     id: u64,
///     tab: Option<String>,
/// }
///
/// async fn tab(Path(tab): Path<Tab>) -> String {
///     format!("user {}, {}", tab.id, tab.tab.as_deref().unwrap_or("profile"))
/// }
/// ```
///
/// Values are numbers, `bool`, `char`, `String`, enums with plain variants and newtypes of these. A
/// `Vec` takes as many as there are without the language, as values or as pairs of name and value.
///
/// # Errors
///
/// 404 where a value is not of its type, since no such page exists. 500 where the type does not fit
/// the route at all; the message says what to change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

super::deref_to_value!(Path);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(route) = super::route::of(&parts.extensions) else {
            return Err(Error::internal(
                "no route was matched, so there are no path parameters: extract Path only in \
                 controllers and middlewares of routes",
            ));
        };
        path_de::from_route(&route).map(Self)
    }
}

/// `None` where the path has no parameter but the language, or no route was matched.
impl<S, T> OptionalFromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
        let Some(route) = super::route::of(&parts.extensions) else {
            return Ok(None);
        };
        let language = route.matched().language_parameter();
        let (all, in_path) = route.matched().parameters_and_in_path();
        match all[..in_path]
            .iter()
            .all(|(name, _)| Some(*name) == language)
        {
            true => Ok(None),
            false => path_de::from_route(&route).map(|value| Some(Self(value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde::Deserialize;

    use super::*;
    use crate::Route;
    use crate::extract::testing::{get, parts, route};
    use crate::routing::route::Matched;

    const SHOW: &[(&str, &str)] = &[("_lang", "en"), ("id", "7")];
    const TAB: &[(&str, &str)] = &[("_lang", "en"), ("id", "7"), ("tab", "posts")];

    async fn extract<T: DeserializeOwned>(parameters: &[(&str, &str)]) -> Result<T> {
        let mut request = get("/");
        request.extensions_mut().insert(route(parameters));
        parts::<Path<T>>(request).await.map(|path| path.0)
    }

    async fn ok<T: DeserializeOwned>(parameters: &[(&str, &str)]) -> T {
        extract(parameters).await.unwrap()
    }

    async fn fails<T: DeserializeOwned>(parameters: &[(&str, &str)]) -> (u16, String) {
        let Err(error) = extract::<T>(parameters).await else {
            panic!("it fits");
        };
        (error.status_code().as_u16(), error.to_string())
    }

    #[derive(Debug, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
    #[serde(rename_all = "lowercase")]
    enum Tab {
        Posts,
        Likes,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Id(u64);

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(try_from = "String")]
    struct Even(u64);

    impl TryFrom<String> for Even {
        type Error = &'static str;

        fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
            match text.parse() {
                Ok(number) if number % 2 == 0 => Ok(Self(number)),
                _ => Err("not an even number"),
            }
        }
    }

    #[tokio::test]
    async fn a_single_value_leaves_the_language_out() {
        assert_eq!(ok::<u64>(SHOW).await, 7);
        assert_eq!(ok::<i8>(SHOW).await, 7);
        assert_eq!(ok::<u128>(SHOW).await, 7);
        assert!((ok::<f64>(SHOW).await - 7.0).abs() < f64::EPSILON);
        assert_eq!(ok::<char>(SHOW).await, '7');
        assert_eq!(ok::<String>(SHOW).await, "7");
        assert_eq!(ok::<Option<u64>>(SHOW).await, Some(7));
        assert_eq!(ok::<Id>(SHOW).await, Id(7));
        assert!(ok::<bool>(&[("on", "true")]).await);
        assert_eq!(ok::<Tab>(&[("tab", "posts")]).await, Tab::Posts);
        assert_eq!(ok::<Even>(&[("id", "8")]).await, Even(8));
        assert_eq!(ok::<(u64,)>(SHOW).await, (7,));
    }

    #[tokio::test]
    async fn a_single_value_is_the_language_where_that_is_all() {
        assert_eq!(ok::<String>(&[("_lang", "en")]).await, "en");
        assert_eq!(ok::<(String,)>(&[("_lang", "en")]).await.0, "en");
    }

    #[tokio::test]
    async fn a_tuple_with_a_place_for_all_takes_all() {
        assert_eq!(
            ok::<(String, u64)>(SHOW).await,
            ("en".to_owned(), 7),
            "two places, two parameters"
        );
        assert_eq!(ok::<(u64, Tab)>(TAB).await, (7, Tab::Posts));
        assert_eq!(
            ok::<(String, u64, Tab)>(TAB).await,
            ("en".to_owned(), 7, Tab::Posts)
        );
        #[derive(Debug, Deserialize, PartialEq)]
        struct Pair(Id, String);
        assert_eq!(ok::<Pair>(TAB).await, Pair(Id(7), "posts".to_owned()));
    }

    #[tokio::test]
    async fn sequences_leave_the_language_out() {
        assert_eq!(ok::<Vec<String>>(TAB).await, ["7", "posts"]);
        assert_eq!(
            ok::<Vec<(String, String)>>(TAB).await,
            [("id", "7"), ("tab", "posts")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
    }

    #[tokio::test]
    async fn structs_and_maps_get_all_by_name() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct All {
            tab: Tab,
            _lang: String,
            id: Even,
            page: Option<u32>,
        }
        let parameters = &[("_lang", "en"), ("id", "8"), ("tab", "likes")];
        assert_eq!(
            ok::<All>(parameters).await,
            All {
                tab: Tab::Likes,
                _lang: "en".to_owned(),
                id: Even(8),
                page: None,
            }
        );
        let map = ok::<HashMap<String, String>>(SHOW).await;
        assert_eq!(map.len(), 2);
        assert_eq!(map["_lang"], "en");
        let map = ok::<BTreeMap<Tab, u8>>(&[("posts", "1")]).await;
        assert_eq!(map[&Tab::Posts], 1);
    }

    /// A type that takes anything, as those of `rust_decimal` and `time` do.
    #[derive(Debug, PartialEq)]
    struct Decimal(String);

    impl<'de> Deserialize<'de> for Decimal {
        fn deserialize<D: serde::Deserializer<'de>>(
            deserializer: D,
        ) -> std::result::Result<Self, D::Error> {
            struct Any;
            impl serde::de::Visitor<'_> for Any {
                type Value = Decimal;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a decimal number")
                }
                fn visit_str<E: serde::de::Error>(
                    self,
                    text: &str,
                ) -> std::result::Result<Decimal, E> {
                    match text.parse::<f64>() {
                        Ok(_) => Ok(Decimal(text.to_owned())),
                        Err(_) => Err(E::custom("not a decimal number")),
                    }
                }
            }
            deserializer.deserialize_any(Any)
        }
    }

    #[tokio::test]
    async fn types_that_take_anything() {
        let price = || Decimal("1.50".to_owned());
        let show = &[("_lang", "en"), ("price", "1.50")];
        assert_eq!(ok::<Decimal>(show).await, price());
        assert_eq!(ok::<Option<Decimal>>(show).await, Some(price()));
        assert_eq!(ok::<(String, Decimal)>(show).await.1, price());
        assert_eq!(
            ok::<HashMap<String, Decimal>>(&show[1..]).await["price"],
            price()
        );
        assert_eq!(
            fails::<Decimal>(&[("price", "x")]).await,
            (
                404,
                "the path parameter \"price\" is \"x\": not a decimal number".to_owned()
            )
        );
        assert_eq!(fails::<Decimal>(TAB).await.0, 500);
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(untagged)]
        enum Either {
            Id { id: u64 },
            Tab { tab: String },
        }
        assert_eq!(ok::<Either>(SHOW).await, Either::Id { id: 7 });
        let tab = ok::<Either>(&[("tab", "7")]).await;
        assert_eq!(
            tab,
            Either::Tab {
                tab: "7".to_owned()
            }
        );
    }

    #[tokio::test]
    async fn flattened_fields_are_parsed() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Inner {
            id: u64,
            tab: String,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Outer {
            _lang: String,
            #[serde(flatten)]
            inner: Inner,
        }
        let outer = |tab: &str| Outer {
            _lang: "en".to_owned(),
            inner: Inner {
                id: 7,
                tab: tab.to_owned(),
            },
        };
        assert_eq!(ok::<Outer>(TAB).await, outer("posts"));
        let numbers = &[("_lang", "en"), ("id", "7"), ("tab", "7")];
        assert_eq!(ok::<Outer>(numbers).await, outer("7"));
        let bad = &[("_lang", "en"), ("id", "x"), ("tab", "y")];
        assert_eq!(
            fails::<Outer>(bad).await,
            (
                404,
                "the path parameter \"id\" is \"x\": expected u64".to_owned()
            )
        );
    }

    #[tokio::test]
    async fn defaults_are_there_by_name_and_not_by_place() {
        let matched = Route::from(Matched::sample(TAB, 2));
        let mut request = get("/");
        request.extensions_mut().insert(matched.clone());
        assert_eq!(parts::<Path<u64>>(request).await.unwrap().0, 7);

        let mut request = get("/");
        request.extensions_mut().insert(matched);
        let map = parts::<Path<HashMap<String, String>>>(request)
            .await
            .unwrap();
        assert_eq!(map["tab"], "posts");
    }

    #[tokio::test]
    async fn a_route_without_parameters() {
        ok::<()>(&[]).await;
        assert_eq!(ok::<Option<u64>>(&[]).await, None);
        assert!(ok::<Vec<String>>(&[]).await.is_empty());
        assert!(ok::<HashMap<String, String>>(&[]).await.is_empty());
    }

    #[tokio::test]
    async fn a_value_of_another_type_is_a_404() {
        let bad = &[("_lang", "en"), ("id", "x"), ("tab", "y")];
        let id = "the path parameter \"id\" is \"x\", which is no u64".to_owned();
        assert_eq!(fails::<u64>(&bad[..2]).await, (404, id.clone()));
        assert_eq!(fails::<(u64, String)>(bad).await, (404, id.clone()));
        assert_eq!(fails::<HashMap<String, u64>>(&bad[1..]).await, (404, id));
        assert_eq!(
            fails::<u8>(&[("id", "256")]).await.1,
            "the path parameter \"id\" is \"256\", which is no u8"
        );
        assert_eq!(
            fails::<(String, Tab)>(bad).await,
            (
                404,
                "the path parameter \"tab\" is \"y\": unknown variant `y`, expected `posts` or \
                 `likes`"
                    .to_owned()
            )
        );
        assert_eq!(
            fails::<Even>(&[("id", "7")]).await,
            (
                404,
                "the path parameter \"id\" is \"7\": not an even number".to_owned()
            )
        );
        #[derive(Debug, Deserialize)]
        struct Named {
            #[allow(dead_code)]
            id: Even,
        }
        assert_eq!(
            fails::<Named>(SHOW).await,
            (
                404,
                "the path parameter \"id\" is \"7\": not an even number".to_owned()
            )
        );
    }

    #[tokio::test]
    async fn a_shape_that_does_not_fit_is_a_500_that_says_what_to_change() {
        let (status, message) = fails::<(u64, u64, u64, u64)>(TAB).await;
        assert_eq!(status, 500);
        assert_eq!(
            message,
            "`Path<(u64, u64, u64, u64)>` does not fit the route \"user\" with the path \
             \"/{_lang}/{id}/{tab}\": it has 4 places. Take 2 for `id`, `tab`, or 3 for `_lang`, \
             `id`, `tab`, or a struct with fields of these names"
        );
        let (status, message) = fails::<u64>(&[]).await;
        assert_eq!(status, 500);
        assert!(
            message
                .ends_with("it has 1 place, but the path has no parameters. Remove the argument"),
            "{message}"
        );
        let (status, message) = fails::<u64>(TAB).await;
        assert_eq!(status, 500);
        assert!(message.contains("it has 1 place. Take 2"), "{message}");

        #[derive(Debug, Deserialize)]
        struct Other {
            #[allow(dead_code)]
            name: String,
        }
        let (status, message) = fails::<Other>(TAB).await;
        assert_eq!(status, 500);
        assert!(
            message.ends_with(
                "missing field `name`. The parameters are `_lang`, `id`, `tab`: rename the field, \
                 or make it an `Option`"
            ),
            "{message}"
        );

        let (status, message) = fails::<HashMap<Tab, String>>(SHOW).await;
        assert_eq!(status, 500);
        assert!(message.contains("unknown variant `_lang`"), "{message}");

        let (status, message) = fails::<(u64, HashMap<String, String>)>(TAB).await;
        assert_eq!(status, 500);
        assert!(message.contains("a parameter is one value"), "{message}");
    }

    #[tokio::test]
    async fn without_a_route_it_is_a_500() {
        let error = parts::<Path<u64>>(get("/")).await.unwrap_err();
        assert_eq!(error.status_code(), 500);
        assert!(error.message().unwrap().starts_with("no route was matched"));
    }

    #[tokio::test]
    async fn an_optional_path() {
        let asked = |parameters: &[(&str, &str)]| {
            let mut request = get("/");
            request.extensions_mut().insert(route(parameters));
            request
        };
        async fn id(request: crate::Request) -> Result<Option<u8>, u16> {
            let path = parts::<Option<Path<u8>>>(request).await;
            path.map(|path| path.map(|Path(id)| id))
                .map_err(|error| error.status_code().as_u16())
        }
        assert_eq!(
            id(asked(&[("_lang", "en"), ("id", "5")])).await,
            Ok(Some(5))
        );
        assert_eq!(id(asked(&[("_lang", "en"), ("id", "x")])).await, Err(404));
        assert_eq!(id(asked(&[("_lang", "en")])).await, Ok(None));
        assert_eq!(id(asked(&[])).await, Ok(None));
        assert_eq!(id(get("/")).await, Ok(None));
    }
}
