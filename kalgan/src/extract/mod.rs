//! Extractors: the arguments of controllers and middlewares.
//!
//! They are the traits of `axum-core`, [`FromRequestParts`] and [`FromRequest`], with the state
//! type [`States`](crate::States). So an extractor that is written for any state works here too.
//! Those that can fail reject with [`Error`](crate::Error).
//!
//! | | takes | rejects with |
//! |---|---|---|
//! | [`Path`] | the parameters of the route | 404 |
//! | [`Query`] | the query string | 400 |
//! | [`Form`] | the query of a GET, else the body | 400, 413, 415, 422 |
//! | [`Json`] | the body | 400, 413, 415, 422 |
//! | [`State`] | a value that `main` added to the app | 500 |
//! | [`Cookies`] | the cookies, also to set them | |
//! | [`Lang`] | the language of the request | 500 |
//! | [`Route`](crate::Route) | the matched route | 500 |
//! | [`Connection`](crate::Connection) | the client's address, the scheme and the host | |
//! | [`Request`] | the whole request | |
//! | [`Args`] | the arguments of a command, and of no request | 500 |
//!
//! Only the last argument may take the body. `Result<T, Error>` as an argument leaves a rejection
//! to the controller.

mod args;
mod body;
mod connection;
mod cookies;
mod fields;
mod form;
mod json;
mod lang;
mod path;
mod path_de;
mod path_value;
mod query;
mod readings;
mod route;
pub(crate) mod state;

pub use axum_core::extract::{
    DefaultBodyLimit, FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts,
};
pub use cookie::{Cookie, SameSite};

pub use self::args::Args;
pub use self::form::Form;
pub use self::json::Json;
pub use self::lang::Lang;
pub use self::path::Path;
pub use self::query::Query;
pub use self::state::State;
pub use crate::cookies::Cookies;

/// A request, with a body that streams unless another type is given.
pub type Request<B = axum_core::body::Body> = http::Request<B>;

/// A copy of a request's head.
pub(crate) fn copied<B>(request: &Request<B>) -> http::request::Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = request.method().clone();
    parts.uri = request.uri().clone();
    parts.version = request.version();
    parts.headers = request.headers().clone();
    parts.extensions = request.extensions().clone();
    parts
}

/// `Deref` and `DerefMut` of an extractor to the value that it holds.
macro_rules! deref_to_value {
    ($name:ident) => {
        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }
    };
}
use deref_to_value;

/// What the tests of this crate's extractors and responses share.
#[cfg(test)]
pub(crate) mod testing {

    use axum_core::extract::{FromRequest, FromRequestParts};
    use http_body_util::BodyExt;

    use super::Request;
    use crate::response::Response;
    use crate::routing::route::Matched;
    use crate::{Error, Route, States};

    /// The text of a response's body.
    pub(crate) async fn body(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A GET request for a URI.
    pub(crate) fn get(uri: &str) -> Request {
        Request::builder()
            .uri(uri)
            .body(axum_core::body::Body::empty())
            .unwrap()
    }

    /// A POST request with a content type and a body.
    pub(crate) fn post(content_type: &str, body: impl Into<axum_core::body::Body>) -> Request {
        Request::builder()
            .method("POST")
            .uri("/")
            .header("content-type", content_type)
            .body(body.into())
            .unwrap()
    }

    /// Extracts from the head of a request.
    pub(crate) async fn parts<T>(request: Request) -> Result<T, T::Rejection>
    where
        T: FromRequestParts<States>,
    {
        let (mut parts, _) = request.into_parts();
        T::from_request_parts(&mut parts, &States::default()).await
    }

    /// Extracts from a whole request.
    pub(crate) async fn whole<T, M>(request: Request) -> Result<T, Error>
    where
        T: FromRequest<States, M, Rejection = Error>,
    {
        T::from_request(request, &States::default()).await
    }

    /// The route `user` with these path parameters; `_lang` is its language.
    pub(crate) fn route(parameters: &[(&str, &str)]) -> Route {
        Matched::sample(parameters, parameters.len()).into()
    }
}
