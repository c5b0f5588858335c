//! The largest body that a route takes.

use super::*;
use bytes::Bytes;
use tower_http::compression::CompressionLayer;

const SETTINGS: &str = "server: {max_body: 20}\nerror: {413: error::status}\n";

const ROUTES: &str = "\
routes:
  - usual: {path: /usual, controller: home::json}
  - upload: {path: /upload, controller: home::json, max_body: 1 KB}
  - sized: {path: '/sized/{id}', controller: home::json, max_body: '40'}
  - note: {path: '/{_lang}/note', controller: home::json, max_body: 10, language: _lang}
  - group:
      prefix: /group
      max_body: 30
      routes:
        - inherits: {path: /inherits, controller: home::json}
        - own: {path: /own, controller: home::json, max_body: 5}
        - none: {path: /none, controller: home::json, max_body: 0}
";

fn site(layered: bool) -> Site {
    let files = [
        ("config/app.yaml", SETTINGS),
        ("config/routes/site.yaml", ROUTES),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
    ];
    Site::with(&files, |app| match layered {
        true => app.layer(CompressionLayer::new()),
        false => app,
    })
}

/// JSON of this length.
fn text(length: usize) -> String {
    format!("[{}1]", " ".repeat(length - 3))
}

fn post(path: &str, body: Body) -> Request {
    let asked = with_header(request("POST", path), "content-type", "application/json");
    asked.map(|_| body)
}

/// A body that tells its length, and one that does not.
fn bodies(length: usize) -> [Body; 2] {
    let text = Bytes::from(text(length));
    let (first, second) = (text.slice(..2), text.slice(2..));
    let pieces = [first, second].map(Ok::<_, std::io::Error>);
    let streamed = Body::from_stream(futures_util::stream::iter(pieces));
    [text.into(), streamed]
}

#[tokio::test]
async fn a_route_has_a_limit_of_its_own() {
    for layered in [false, true] {
        let site = site(layered);
        for (path, most) in [
            ("/usual", 20),
            ("/upload", 1000),
            ("/sized/7", 40),
            ("/en/note", 10),
            ("/group/inherits", 30),
            ("/group/own", 5),
        ] {
            for body in bodies(most) {
                let answer = site.send(post(path, body)).await;
                assert_eq!(
                    (answer.status.as_u16(), &*answer.body),
                    (200, "1"),
                    "{path}"
                );
            }
            for body in bodies(most + 1) {
                let answer = site.send(post(path, body)).await;
                assert_eq!(answer.status, 413, "{path}");
                assert_eq!(answer.body, "page of 413 en", "{path}");
            }
        }
        for body in bodies(3) {
            assert_eq!(site.send(post("/group/none", body)).await.status, 413);
        }
        // More than any route takes is refused before anything looks at it.
        let [announced, _] = bodies(1001);
        assert_eq!(site.send(post("/nowhere", announced)).await.status, 413);
        let [announced, _] = bodies(1000);
        assert_eq!(site.send(post("/nowhere", announced)).await.status, 404);
        // What has no body has no limit.
        assert_eq!(site.get("/group/none").await.status, 415);
    }
}

#[tokio::test]
async fn a_refusal_has_the_language_of_the_route_and_ends_the_connection() {
    let site = site(false);
    let [announced, _] = bodies(11);
    let answer = site.send(post("/es/note", announced)).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.body),
        (413, "page of 413 es")
    );
    assert_eq!(answer.header("connection"), "close");
    // Without a page of its own it tells the limit of the route.
    site.write("config/app.yaml", "server: {max_body: 20}\n");
    let [announced, _] = bodies(11);
    let answer = site.send(post("/es/note", announced)).await;
    assert_eq!(answer.status, 413);
    assert!(
        answer.body.contains("the limit is 10 bytes"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_limit_is_live() {
    let site = site(false);
    let send = async || {
        let [announced, _] = bodies(1001);
        site.send(post("/upload", announced)).await
    };
    assert_eq!(send().await.status, 413);
    site.write("config/routes/site.yaml", &ROUTES.replace("1 KB", "1 KiB"));
    assert_eq!(send().await.body, "1");
    site.write(
        "config/routes/site.yaml",
        &ROUTES.replace("1 KB", "1 apple"),
    );
    let broken = send().await;
    assert_eq!(broken.status, 500);
    for expected in ["config/routes/site.yaml:3:", "`1 apple` is none"] {
        assert!(broken.body.contains(expected), "{}", broken.body);
    }
}
