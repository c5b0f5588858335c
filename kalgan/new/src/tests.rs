//! What has to stay true: the app is called without a socket.

use kalgan::{Request, Response};
use tower::ServiceExt;

async fn get(path: &str) -> Response {
    let mut request = Request::default();
    *request.uri_mut() = path.parse().expect("the path is one of a URL");
    match kalgan::embed!().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[tokio::test]
async fn the_home_page_speaks_two_languages() {
    for path in ["/en", "/es"] {
        assert_eq!(get(path).await.status(), 200, "{path}");
    }
    assert_eq!(get("/").await.headers()["location"], "/en");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    assert_eq!(get("/en/nowhere").await.status(), 404);
}
