//! The query of a link.

use super::given::Argument;
use crate::error::{Error, Result};
use crate::routing::decode::NOT_IN_A_URI;
use crate::routing::url::UrlError;
use form_urlencoded::byte_serialize;
use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::Serialize;
use std::fmt::Display;
use tera::{Map, Value};

/// A query that is encoded already keeps its `%`.
const NOT_IN_A_QUERY: &AsciiSet = &NOT_IN_A_URI.add(b'#');

/// What the macros give as a query, which may not be serialised.
pub(crate) type Query = Result<Value>;

/// The expression of `_query = expression`.
///
/// # Errors
/// A 500: the value cannot be serialised.
pub fn query<T: Serialize + ?Sized>(value: &T) -> Result<Value> {
    Value::try_from_serializable(value).map_err(|error| {
        Error::internal("the query of a link cannot be serialised").with_source(error)
    })
}

/// The pairs of `_query = { key: expression }`.
///
/// # Errors
/// A 500: a value could not be serialised.
pub fn query_of<const N: usize>(pairs: [(&'static str, Query); N]) -> Result<Value> {
    let mut map = Map::default();
    for (key, value) in pairs {
        map.insert(key.into(), value?);
    }
    Ok(Value::from(map))
}

/// Adds a query to a URL: the pairs of a map or of a list, or a text that is encoded already. What is
/// `none` is left out, and a list is the same key again and again.
pub(super) fn push(url: &mut String, query: &Value) -> Result<(), UrlError> {
    let start = url.len();
    if let Some(map) = query.as_map() {
        for (key, value) in map {
            pair(url, key, value)?;
        }
    } else if let Some(pairs) = query.as_array() {
        for item in pairs {
            match item.as_array() {
                Some([key, value]) => pair(url, key, value)?,
                _ => return Err(UrlError::Query { key: None }),
            }
        }
    } else if !query.is_none() && !query.is_undefined() {
        let text = Argument::new(query).to_string();
        let text = text.strip_prefix('?').unwrap_or(&text);
        if !text.is_empty() {
            url.push('&');
            url.extend(utf8_percent_encode(text, NOT_IN_A_QUERY));
        }
    }
    if url.len() > start {
        url.replace_range(start..=start, "?");
    }
    Ok(())
}

fn pair(url: &mut String, key: &impl Display, value: &Value) -> Result<(), UrlError> {
    let nested = || UrlError::Query {
        key: Some(key.to_string()),
    };
    if let Some(items) = value.as_array() {
        for item in items {
            if item.as_array().is_some() {
                return Err(nested());
            }
            pair(url, key, item)?;
        }
        return Ok(());
    }
    if value.as_map().is_some() {
        return Err(nested());
    }
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    url.push('&');
    url.extend(byte_serialize(key.to_string().as_bytes()));
    url.push('=');
    url.extend(byte_serialize(Argument::new(value).to_string().as_bytes()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(value: &impl Serialize) -> String {
        let mut url = String::from("/x");
        match push(&mut url, &query(value).unwrap()) {
            Ok(()) => url,
            Err(error) => error.to_string(),
        }
    }

    #[derive(Serialize)]
    struct Search<'a> {
        q: &'a str,
        page: Option<u32>,
        tags: Vec<&'a str>,
        ratio: f32,
        exact: bool,
    }

    #[test]
    fn pairs_are_encoded_and_what_is_none_is_left_out() {
        let search = Search {
            q: "a&b=c ñ+#",
            page: None,
            tags: vec!["x", "y z"],
            ratio: 0.1,
            exact: true,
        };
        assert_eq!(
            written(&search),
            "/x?q=a%26b%3Dc+%C3%B1%2B%23&tags=x&tags=y+z&ratio=0.1&exact=true"
        );
        assert_eq!(written(&[("q", "a"), ("q", "b")]), "/x?q=a&q=b");
        assert_eq!(written(&json!({"filter[a]": 2})), "/x?filter%5Ba%5D=2");
        for nothing in [
            json!({}),
            json!([]),
            json!(null),
            json!({"a": null}),
            json!("?"),
        ] {
            assert_eq!(written(&nothing), "/x", "{nothing}");
        }
    }

    #[test]
    fn a_text_is_encoded_already() {
        assert_eq!(written(&"a=b%20c&d"), "/x?a=b%20c&d");
        assert_eq!(written(&"?a=<b> \"#c\r\n"), "/x?a=%3Cb%3E%20%22%23c%0D%0A");
    }

    #[test]
    fn what_no_query_can_hold() {
        assert_eq!(
            written(&json!({"a": {"b": 1}})),
            "the value of `a` in a query is a map or a list of lists: give each value a key of its own"
        );
        assert!(written(&json!({"a": [[1]]})).contains("`a`"));
        assert!(written(&json!([1, 2])).contains("has keys with values"));
    }
}
