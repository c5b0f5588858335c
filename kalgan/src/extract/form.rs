//! A form.

use axum_core::extract::FromRequest;
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;

use super::query::deserialize;
use super::{Request, body};
use crate::{Error, Result};

/// A form, deserialised: the query of a GET or HEAD, otherwise a body of the type
/// `application/x-www-form-urlencoded`.
///
/// Fields are treated as in [`Query`](super::Query). It takes the body, so it has to be the last
/// argument.
///
/// ```
/// use kalgan::extract::Form;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Login {
///     name: String,
///     password: String,
/// }
///
/// async fn login(Form(login): Form<Login>) -> String {
///     format!("hello, {}", login.name)
/// }
/// ```
///
/// # Errors
///
/// 415 for another type of body, 413 for one over the limit, 400 for one that is not UTF-8 and 422
/// for one that does not fit, with a message that names the field. A GET that does not fit is a
/// 400.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<T>(pub T);

super::deref_to_value!(Form);

impl<S, T> FromRequest<S> for Form<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let query = request.uri().query().unwrap_or_default();
            return deserialize(query.as_bytes(), "query", StatusCode::BAD_REQUEST).map(Self);
        }
        const EXPECTED: &str = "application/x-www-form-urlencoded";
        let media_type = body::media_type(request.headers());
        if media_type != EXPECTED {
            return Err(body::unsupported(&media_type, EXPECTED));
        }
        let bytes = body::read(request).await?;
        deserialize(&bytes, "form", StatusCode::UNPROCESSABLE_ENTITY).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use axum_core::extract::DefaultBodyLimit;
    use serde::Deserialize;

    use super::*;
    use crate::extract::testing::{get, post, whole};

    const FORM: &str = "application/x-www-form-urlencoded";

    #[derive(Debug, Deserialize, PartialEq)]
    struct Order {
        item: String,
        count: u8,
    }

    fn three_apples() -> Order {
        Order {
            item: "äpple".to_owned(),
            count: 3,
        }
    }

    #[tokio::test]
    async fn the_query_of_a_get_and_the_body_of_a_post() {
        let uri = "/?item=%C3%A4pple&count=3";
        let Form(order) = whole::<Form<Order>, _>(get(uri)).await.unwrap();
        assert_eq!(order, three_apples());
        let mut head = get(uri);
        *head.method_mut() = Method::HEAD;
        let Form(order) = whole::<Form<Order>, _>(head).await.unwrap();
        assert_eq!(order, three_apples());

        for media_type in [FORM, "Application/X-WWW-Form-Urlencoded; charset=utf-8"] {
            let request = post(media_type, "item=%C3%A4pple&count=3");
            let Form(order) = whole::<Form<Order>, _>(request).await.unwrap();
            assert_eq!(order, three_apples());
        }
    }

    async fn error(request: Request) -> Error {
        whole::<Form<Order>, _>(request).await.unwrap_err()
    }

    #[tokio::test]
    async fn every_mistake_has_its_status() {
        let json = error(post("application/json", "{}")).await;
        assert_eq!(json.status_code(), 415);
        assert_eq!(
            json.to_string(),
            "the request has the content type \"application/json\": \
             send \"application/x-www-form-urlencoded\""
        );
        let mut untyped = post(FORM, "item=a&count=1");
        untyped.headers_mut().clear();
        let untyped = error(untyped).await;
        assert_eq!(untyped.status_code(), 415);
        assert!(untyped.to_string().contains("no content type"));

        let unfit = error(post(FORM, "item=a&count=300")).await;
        assert_eq!(unfit.status_code(), 422);
        assert!(
            unfit
                .to_string()
                .starts_with("the form does not fit, field \"count\": ")
        );

        assert_eq!(
            error(post(FORM, "item=%FF&count=1")).await.status_code(),
            400
        );
        assert_eq!(error(post(FORM, vec![0xff])).await.status_code(), 400);
        assert_eq!(error(get("/?item=a&count=x")).await.status_code(), 400);

        let mut large = post(FORM, "item=aaaaaaaaaaaaaaaaaaaaaaaaaa&count=1");
        DefaultBodyLimit::max(16).apply(&mut large);
        assert_eq!(error(large).await.status_code(), 413);
    }
}
