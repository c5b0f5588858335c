//! JSON, in requests and responses.

use axum_core::extract::FromRequest;
use axum_core::response::IntoResponse;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::{Request, body};
use crate::response::Response;
use crate::{Error, Result};

/// JSON: as an argument the deserialised body, as a result a response.
///
/// The body's type is `application/json` or one that ends in `+json`, as `application/ld+json`.
/// It takes the body, so it has to be the last argument.
///
/// ```
/// use kalgan::extract::Json;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize)]
/// struct Point {
///     x: i32,
///     y: i32,
/// }
///
/// async fn mirror(Json(point): Json<Point>) -> Json<Point> {
///     Json(Point { x: point.y, y: point.x })
/// }
/// ```
///
/// # Errors
///
/// 415 for another type of body, 413 for one over the limit, 400 for one that is not JSON and 422
/// for JSON that does not fit the type, with a message that names the field. As a response: 500
/// where the value cannot be written as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

super::deref_to_value!(Json);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let media_type = body::media_type(request.headers());
        if !is_json(&media_type) {
            return Err(body::unsupported(&media_type, "application/json"));
        }
        let bytes = body::read(request).await?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            rejection(&path, error.into_inner())
        })?;
        deserializer.end().map_err(|error| rejection(".", error))?;
        Ok(Self(value))
    }
}

/// Whether a media type is JSON or has its structured suffix (RFC 6839, section 3.1).
fn is_json(media_type: &str) -> bool {
    media_type
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn rejection(path: &str, error: serde_json::Error) -> Error {
    let error_at = |status, message: String| Error::new(status, message);
    if error.classify() == Category::Data {
        let field = if path == "." {
            String::new()
        } else {
            format!(", field {path:?}")
        };
        error_at(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("the JSON of the request does not fit{field}"),
        )
    } else {
        error_at(
            StatusCode::BAD_REQUEST,
            "the body of the request is not JSON".to_owned(),
        )
    }
    .with_source(error)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        crate::response::json(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use axum_core::extract::DefaultBodyLimit;
    use serde::Deserialize;

    use super::*;
    use crate::extract::testing::{body, get, post, whole};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Shape {
        points: Vec<Point>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Point {
        x: u8,
    }

    async fn error(request: Request) -> Error {
        whole::<Json<Shape>, _>(request).await.unwrap_err()
    }

    #[tokio::test]
    async fn json_and_its_suffix_are_taken() {
        for media_type in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/vnd.api+json",
        ] {
            let request = post(media_type, r#"{"points":[{"x":1}]}"#);
            let Json(shape) = whole::<Json<Shape>, _>(request).await.unwrap();
            assert_eq!(
                shape,
                Shape {
                    points: vec![Point { x: 1 }]
                }
            );
        }
    }

    #[tokio::test]
    async fn every_mistake_has_its_status() {
        for media_type in [
            "text/plain",
            "text/json",
            "application/jsonp",
            "text/x+json",
        ] {
            assert_eq!(error(post(media_type, "{}")).await.status_code(), 415);
        }
        assert_eq!(error(get("/")).await.status_code(), 415);

        for text in ["", "{", "{\"points\":[}", "{\"points\":[]} x"] {
            let error = error(post("application/json", text)).await;
            assert_eq!(error.status_code(), 400, "{text}");
            assert_eq!(error.message(), Some("the body of the request is not JSON"));
        }

        let unfit = error(post("application/json", r#"{"points":[{"x":1},{"x":-1}]}"#)).await;
        assert_eq!(unfit.status_code(), 422);
        assert!(
            unfit
                .to_string()
                .starts_with("the JSON of the request does not fit, field \"points[1].x\": ")
        );
        let missing = error(post("application/json", "{}")).await;
        assert_eq!(missing.status_code(), 422);
        assert!(missing.to_string().contains("missing field `points`"));

        let mut large = post("application/json", r#"{"points":[{"x":1}]}"#);
        DefaultBodyLimit::max(8).apply(&mut large);
        assert_eq!(error(large).await.status_code(), 413);
    }

    #[tokio::test]
    async fn as_a_response() {
        let response = Json(vec![1, 2]).into_response();
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(body(response).await, "[1,2]");
    }
}
