//! The query string.

use axum_core::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::fields;
use crate::{Error, Result};

/// The query string, deserialised.
///
/// A repeated key fills a `Vec`. A request without a query is one with an empty query, so give
/// fields that may be absent an `Option`, a `Vec` with `#[serde(default)]` or another default.
///
/// ```
/// use kalgan::extract::Query;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Search {
///     q: String,
///     #[serde(default)]
///     tag: Vec<String>,
///     page: Option<u32>,
/// }
///
/// // /search?q=rust&tag=web&tag=async
/// async fn search(Query(search): Query<Search>) -> String {
///     format!("{} {:?} {:?}", search.q, search.tag, search.page)
/// }
/// ```
///
/// # Errors
///
/// 400 where the query does not fit the type, with a message that names the field, or is not UTF-8.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

super::deref_to_value!(Query);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        deserialize(query.as_bytes(), "query", StatusCode::BAD_REQUEST).map(Self)
    }
}

/// Deserialises `application/x-www-form-urlencoded` (WHATWG URL, section 5.1).
///
/// `status` is that of well-formed data which does not fit; `what` is named in the message.
pub(super) fn deserialize<T: DeserializeOwned>(
    input: &[u8],
    what: &str,
    status: StatusCode,
) -> Result<T> {
    // The parser would replace invalid bytes, and the app would get what nobody sent.
    if percent_decode(input).decode_utf8().is_err() {
        return Err(Error::bad_request(format!("the {what} is not UTF-8")));
    }
    fields::deserialize(input, what, status)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;
    use crate::extract::testing::{get, parts};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Search {
        q: String,
        #[serde(default)]
        tag: Vec<String>,
        page: Option<u32>,
    }

    #[tokio::test]
    async fn fields_and_repeated_keys() {
        let Query(search) = parts::<Query<Search>>(get("/?q=a+b%C3%A9&tag=x&tag=y&page=2"))
            .await
            .unwrap();
        assert_eq!(
            search,
            Search {
                q: "a bé".to_owned(),
                tag: vec!["x".to_owned(), "y".to_owned()],
                page: Some(2),
            }
        );
        let search = parts::<Query<Search>>(get("/?q=&tag=x")).await.unwrap();
        assert_eq!(search.tag, ["x"]);
        assert_eq!(search.page, None);
    }

    #[tokio::test]
    async fn a_missing_query_is_an_empty_one() {
        let Query(map) = parts::<Query<HashMap<String, String>>>(get("/"))
            .await
            .unwrap();
        assert!(map.is_empty());
    }

    #[tokio::test]
    async fn what_does_not_fit_is_a_400_that_names_the_field() {
        let error = parts::<Query<Search>>(get("/?q=a&page=x"))
            .await
            .unwrap_err();
        assert_eq!(error.status_code(), 400);
        assert_eq!(
            error.to_string(),
            "the query does not fit, field \"page\": invalid digit found in string"
        );
        let error = parts::<Query<Search>>(get("/?page=1")).await.unwrap_err();
        assert_eq!(error.status_code(), 400);
        assert_eq!(
            error.to_string(),
            "the query does not fit: missing field `q`"
        );
    }

    #[tokio::test]
    async fn invalid_utf8_is_a_400() {
        let error = parts::<Query<Search>>(get("/?q=%FF")).await.unwrap_err();
        assert_eq!(error.status_code(), 400);
        assert_eq!(error.to_string(), "the query is not UTF-8");
    }
}
