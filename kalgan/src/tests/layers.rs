//! Layers of others.

use super::*;
use tower_http::compression::CompressionLayer;

const ROUTES: (&str, &str) = (
    "config/routes/site.yaml",
    "\
routes:
  - page: {path: /, controller: home::page}
  - fail: {path: '/fail/{status}', controller: home::fail}
",
);

#[tokio::test]
async fn a_head_says_the_same_as_a_get_whatever_compresses() {
    let long = "All that is long enough is compressed. ".repeat(50);
    let files = [
        ROUTES,
        (
            "config/app.yaml",
            "static: {folders: static, path: /static}\nenvironment: {is_prod: true}\n",
        ),
        ("template/page.html", &long),
        ("static/a.css", &long),
        ("static/short.css", "a {}"),
    ];
    for compresses in [false, true] {
        let site = Site::with(&files, |app| match compresses {
            true => app.layer(CompressionLayer::new()),
            false => app,
        });
        for path in [
            "/",
            "/static/a.css",
            "/static/short.css",
            "/fail/404",
            "/nowhere",
        ] {
            let ask = async |method| {
                let app = site.app.clone();
                let asked = with_header(request(method, path), "accept-encoding", "gzip");
                app.oneshot(asked).await.unwrap()
            };
            let (get, head) = (ask("GET").await, ask("HEAD").await);
            let mut told = head.headers().clone();
            let mut expected = get.headers().clone();
            // To a GET hyper adds the length that its body has.
            let exact = http_body::Body::size_hint(get.body()).exact();
            if let Some(length) = exact {
                expected.insert("content-length", length.into());
            }
            told.remove("date");
            assert_eq!((head.status(), &told), (get.status(), &expected), "{path}");
            let is_compressed = compresses && !path.contains("short") && path != "/fail/404";
            if path.contains("a.css") || path == "/" {
                assert_eq!(
                    told.contains_key("content-encoding"),
                    is_compressed,
                    "{path}"
                );
            }
            let body = head.into_body().collect().await.unwrap().to_bytes();
            assert!(body.is_empty(), "{path}");
        }
    }
}
