//! The language of a request.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use serde::{Serialize, Serializer};

use crate::site::current::Current;
use crate::{Error, Result};

/// The language of the request, such as `en`.
///
/// It is the one that the route names, else the best match for `Accept-Language` (RFC 9110, section
/// 12.5.4), else the setting `i18n.language.default`.
///
/// ```
/// use kalgan::extract::Lang;
///
/// async fn language(Lang(lang): Lang) -> String {
///     format!("speaking {lang}, {} letters", lang.len())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lang(pub Arc<str>);

impl Lang {
    /// A language for the extensions of a request.
    #[cfg(test)]
    pub(crate) fn new(lang: impl Into<Arc<str>>) -> Self {
        Self(lang.into())
    }
}

impl Deref for Lang {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Lang {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Lang {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Lang {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Lang {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let extensions = &parts.extensions;
        let current = || Some(Self(Arc::clone(&Current::of(extensions)?.language.tag)));
        extensions
            .get::<Self>()
            .cloned()
            .or_else(current)
            .ok_or_else(|| {
                Error::internal(
                    "the request has no language: Lang can be extracted only from requests that a \
                 Kalgan app handles",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{get, parts};

    #[tokio::test]
    async fn from_the_request() {
        let error = parts::<Lang>(get("/")).await.unwrap_err();
        assert_eq!(error.status_code(), 500);

        let mut request = get("/");
        request.extensions_mut().insert(Lang::new("es"));
        let lang = parts::<Lang>(request).await.unwrap();
        assert_eq!(lang, "es");
        assert_eq!(lang.len(), 2);
        assert_eq!(format!("{lang:>3}"), " es");
        assert_eq!(serde_json::to_string(&lang).unwrap(), "\"es\"");
    }
}
