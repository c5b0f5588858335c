//! The matched route as an extractor.

use std::convert::Infallible;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::Extensions;
use http::request::Parts;

use crate::site::current::Current;
use crate::{Error, Result, Route};

/// The route of a request, by the extensions of its head.
pub(super) fn of(extensions: &Extensions) -> Option<Route> {
    let own = extensions.get::<Route>().cloned();
    own.or_else(|| Current::route_of(extensions))
}

impl<S: Send + Sync> FromRequestParts<S> for Route {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        of(&parts.extensions).ok_or_else(|| {
            Error::internal(
                "no route was matched: use `Option<Route>` where a request may have none, as in \
                 error controllers",
            )
        })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Route {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> std::result::Result<Option<Self>, Infallible> {
        Ok(of(&parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{get, parts, route};

    #[tokio::test]
    async fn absent() {
        let error = parts::<Route>(get("/")).await.unwrap_err();
        assert_eq!(error.status_code(), 500);
        assert!(error.message().unwrap().contains("Option<Route>"));
        assert!(parts::<Option<Route>>(get("/")).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn matched() {
        let mut request = get("/1");
        request.extensions_mut().insert(route(&[("id", "1")]));
        let route = parts::<Option<Route>>(request).await.unwrap().unwrap();
        assert_eq!(route.parameter("id"), Some("1"));

        let mut request = get("/1");
        request.extensions_mut().insert(route.clone());
        assert_eq!(parts::<Route>(request).await.unwrap().name(), "user");
    }
}
