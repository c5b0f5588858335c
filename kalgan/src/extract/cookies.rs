//! The cookies of a request, as an extractor.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::Cookies;
use crate::site::current::Current;

impl<S: Send + Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(current) = Current::of(&parts.extensions) {
            return Ok(current.cookies(&parts.headers).clone());
        }
        // A request that no app handles.
        if let Some(cookies) = parts.extensions.get::<Self>() {
            return Ok(cookies.clone());
        }
        let cookies = Self::read(&parts.headers);
        parts.extensions.insert(cookies.clone());
        Ok(cookies)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

    use super::*;
    use crate::extract::testing::get;

    #[tokio::test]
    async fn all_extractors_of_a_request_share_the_jar() {
        let (mut parts, _) = get("/").into_parts();
        let first = Cookies::from_request_parts(&mut parts, &()).await.unwrap();
        let second = Cookies::from_request_parts(&mut parts, &()).await.unwrap();
        second.add(("a", "1"));
        assert_eq!(first.get("a").unwrap().value(), "1");
        let mut response = crate::Response::default();
        first.write_back(&mut response);
        assert_eq!(
            response.headers()["set-cookie"],
            "a=1; SameSite=Lax; Path=/"
        );
    }

    #[tokio::test]
    async fn outside_an_app_the_jar_is_made() {
        let mut request = get("/");
        let cookie = HeaderValue::from_static("a=1");
        request.headers_mut().insert(COOKIE, cookie);
        let cookies = crate::extract::testing::parts::<Cookies>(request)
            .await
            .unwrap();
        assert_eq!(cookies.get("a").unwrap().value(), "1");
    }
}
