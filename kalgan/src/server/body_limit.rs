//! The largest body that a request may bring.

use axum_core::body::Body;
use axum_core::extract::DefaultBodyLimit;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use http_body_util::Limited;
use kalgan_core::suggest::counted;

/// Marks a request whose body is bounded, so that the server and the app can both see to it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bounded(u64);

/// Bounds the request's body to `max` bytes, which is asked for where there is a body. A second time with
/// the same limit does nothing.
///
/// The `axum-core` extractors get the same limit, so that a body without a `Content-Length` that
/// turns out to be larger is answered with the same 413.
///
/// # Errors
/// The response 413 (RFC 9110, 15.5.14) when the request announces a larger body.
pub(crate) fn limit_body(
    request: &mut Request<Body>,
    max: impl FnOnce() -> u64,
) -> Result<(), Box<Response<Body>>> {
    // Nothing comes; to look for a field costs more than to compare the method. A body that is read
    // again later has its own limit.
    if request.body().is_end_stream()
        && (request.method() == Method::GET || !request.headers().contains_key(CONTENT_LENGTH))
    {
        return Ok(());
    }
    let max = max();
    if request.extensions().get() == Some(&Bounded(max)) {
        return Ok(());
    }
    // The size hint knows what HTTP/2 and a service without a socket announce, the header field
    // what a proxy in front of one does.
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0)
        .max(request.body().size_hint().lower());
    if announced > max {
        return Err(Box::new(too_large(request.version(), max)));
    }
    // What does not fit into a `usize` cannot be held in memory anyway.
    let limit = usize::try_from(max).unwrap_or(usize::MAX);
    if !request.body().is_end_stream() {
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = Body::new(Limited::new(body, limit));
    }
    DefaultBodyLimit::max(limit).apply(request);
    request.extensions_mut().insert(Bounded(max));
    Ok(())
}

fn too_large(version: Version, max: u64) -> Response<Body> {
    let mut response = Response::new(Body::from(format!(
        "The body of this request is too large: the limit is {}.\n",
        counted(max, "byte")
    )));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    // The rest of the body will not be read, so the connection is of no further use. HTTP/2 has
    // no such field (RFC 9113, 8.2.2): there only the stream ends.
    if version < Version::HTTP_2 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum_core::extract::FromRequest;
    use axum_core::response::IntoResponse;
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    fn limited(mut request: Request<Body>, max: u64) -> Result<Request<Body>, Box<Response<Body>>> {
        limit_body(&mut request, || max).map(|()| request)
    }

    /// A body whose length is not known beforehand.
    fn streamed(parts: &[&'static str]) -> Body {
        let parts: Vec<Result<_, std::io::Error>> = parts
            .iter()
            .map(|part| Ok(Bytes::from_static(part.as_bytes())))
            .collect();
        Body::from_stream(stream::iter(parts))
    }

    #[test]
    fn a_larger_announced_body_is_refused_at_once() {
        let request = Request::post("/")
            .header("content-length", "11")
            .body(Body::empty())
            .unwrap();
        let response = limited(request, 10).unwrap_err();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(response.headers()["connection"], "close");

        let mut request = Request::post("/").body(Body::from("12345678901")).unwrap();
        *request.version_mut() = Version::HTTP_2;
        let response = limited(request, 10).unwrap_err();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(!response.headers().contains_key("connection"));
    }

    #[tokio::test]
    async fn a_larger_streamed_body_is_a_413_of_the_extractor() {
        let request = Request::post("/")
            .body(streamed(&["12345", "678901"]))
            .unwrap();
        let request = limited(request, 10).unwrap();
        let rejection = Bytes::from_request(request, &()).await.unwrap_err();
        assert_eq!(
            rejection.into_response().status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }

    #[tokio::test]
    async fn a_larger_streamed_body_is_an_error_for_who_reads_it_raw() {
        use http_body_util::BodyExt;
        let request = Request::post("/")
            .body(streamed(&["12345", "678901"]))
            .unwrap();
        let request = limited(request, 10).unwrap();
        assert!(request.into_body().collect().await.is_err());
    }

    #[tokio::test]
    async fn a_body_of_just_the_limit_passes_and_the_limit_may_exceed_the_default_of_axum_core() {
        let text: &'static str = "x".repeat(3 * 1024 * 1024).leak();
        let size = text.len() as u64;
        for body in [Body::from(text), streamed(&[text])] {
            let request = limited(Request::post("/").body(body).unwrap(), size).unwrap();
            let read = Bytes::from_request(request, &()).await.unwrap();
            assert_eq!(read.len() as u64, size);
        }
    }
}
