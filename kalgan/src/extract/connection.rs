//! Who sent a request, as an extractor.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::Connection;
use crate::server::config::TrustedProxies;
use crate::site::current::Current;

impl<S: Sync> FromRequestParts<S> for Connection {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let (uri, headers, extensions) = (&parts.uri, &parts.headers, &parts.extensions);
        Ok(match (extensions.get::<Self>(), Current::of(extensions)) {
            (Some(connection), _) => connection.clone(),
            (None, Some(current)) => current.connection.clone(),
            // A request that no app handles.
            (None, None) => Self::from_request(uri, headers, None, &TrustedProxies::default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[tokio::test]
    async fn the_extractor_prefers_what_the_server_inserted() {
        let request = Request::get("/").header("host", "app.example");
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let extracted = Connection::from_request_parts(&mut head, &())
            .await
            .unwrap();
        assert_eq!(extracted.peer(), None);
        assert_eq!(extracted.host(), Some("app.example"));

        let peer = Some("192.0.2.1:7".parse().unwrap());
        let (uri, headers) = (&head.uri, &head.headers);
        let inserted = Connection::from_request(uri, headers, peer, &TrustedProxies::default());
        head.extensions.insert(inserted);
        let extracted = Connection::from_request_parts(&mut head, &())
            .await
            .unwrap();
        assert_eq!(extracted.peer().unwrap().to_string(), "192.0.2.1:7");
    }
}
