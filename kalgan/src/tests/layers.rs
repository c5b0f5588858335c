//! Layers of others.

use super::*;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

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

#[tokio::test]
async fn a_layer_may_give_the_body_another_type() {
    let site = Site::with(
        &[
            (
                "config/routes/site.yaml",
                "routes: [{json: {path: /json, controller: home::json}}]\n",
            ),
            ("config/app.yaml", "error: {413: error::status}\n"),
        ],
        |app| {
            app.layer(RequestBodyLimitLayer::new(10))
                .layer(CompressionLayer::new())
        },
    );
    let post = |body: Body| {
        let asked = with_header(request("POST", "/json"), "content-type", "application/json");
        asked.map(|_| body)
    };
    assert_eq!(site.send(post("[1,2]".into())).await.body, "3");
    // What the layer answers itself is its own.
    let announced = with_header(post("[1,2,3,4,5,6]".into()), "content-length", "13");
    let announced = site.send(announced).await;
    assert_eq!(
        (announced.status.as_u16(), announced.body.as_str()),
        (413, "length limit exceeded")
    );
    let pieces = ["[1,2,", "3,4,5,6]"].map(|piece| Ok::<_, std::io::Error>(piece.to_owned()));
    let streamed = Body::from_stream(futures_util::stream::iter(pieces));
    let streamed = site.send(post(streamed)).await;
    assert_eq!(
        (streamed.status.as_u16(), streamed.body.as_str()),
        (413, "page of 413 en")
    );
}

/// The page of any error.
pub(super) async fn status(error: ErrorInfo, Lang(lang): Lang) -> String {
    format!("page of {} {lang}", error.status().as_u16())
}

/// An extractor of another crate: it answers with a status and a text.
pub(super) struct Foreign;

impl<S: Sync> crate::extract::FromRequestParts<S> for Foreign {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(
        _: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Err((StatusCode::TOO_MANY_REQUESTS, "come back later"))
    }
}

pub(super) async fn foreign(_: Foreign) -> &'static str {
    "never"
}

/// Hands the rejection of an extractor on with `?`.
pub(super) async fn question(request: Request) -> Result<String> {
    use crate::extract::FromRequest;
    Ok(String::from_request(request, &()).await?)
}

#[tokio::test]
async fn what_others_refuse_has_the_page_of_the_app() {
    let routes = "\
routes:
  - foreign: {path: /foreign, controller: home::foreign}
  - question: {path: /question, controller: home::question}
  - json: {path: /json, controller: home::json}
";
    for (settings, expected) in [
        (
            "error: {429: error::status, 400: error::status, 413: error::status}\n",
            true,
        ),
        ("error: {4xx: error::status}\n", true),
        ("error: {default: error::status}\n", true),
        ("error: {5xx: error::status}\n", false),
    ] {
        let settings =
            format!("environment: {{is_prod: true}}\nserver: {{max_body: 20}}\n{settings}");
        let site = Site::new(&[
            ("config/routes/site.yaml", routes),
            ("config/app.yaml", &settings),
            ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ]);
        let not_utf8 = request("POST", "/question").map(|_| Body::from(&b"\xff"[..]));
        let large = request("POST", "/json").map(|_| Body::from("x".repeat(21)));
        for (asked, status) in [
            (request("GET", "/foreign"), 429),
            (not_utf8, 400),
            (large, 413),
        ] {
            let answer = site.send(asked).await;
            assert_eq!(answer.status, status);
            let page = format!("page of {status} en");
            assert_eq!(answer.body == page, expected, "{settings} {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_nearest_controller_of_an_error_wins() {
    let settings = "environment: {is_prod: true}\nerror: {404: error::not_found, 4xx: error::status, default: error::broken}\n";
    let site = Site::new(&[
        ROUTES,
        ("config/app.yaml", settings),
        ("template/page.html", ""),
    ]);
    for (status, page) in [
        (404, "nothing here (en, Not Found)"),
        (410, "page of 410 en"),
        (503, "sorry: 503 Service Unavailable"),
    ] {
        let answer = site.get(&format!("/fail/{status}")).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.body, page, "{status}");
    }
}
