//! Extractors of axum, and of crates for it.

use super::*;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, MatchedPath, OriginalUri, Path as AxumPath, Query as AxumQuery};
use std::net::SocketAddr;

const ROUTES: (&str, &str) = (
    "config/routes/site.yaml",
    "\
routes:
  - user: {path: '/{_lang}/user/{id}/{tab}', controller: axum::path, language: _lang, defaults: {tab: 'a/b'}}
  - file: {path: '/file/{name}.{format}', controller: axum::path}
  - rest: {path: '/rest/{rest*}', controller: axum::path}
  - space: {path: '/café x/{x}', controller: axum::path}
  - colon: {path: '/:a/*b/{x}', controller: axum::path}
  - query: {path: /query, controller: axum::query}
  - peer: {path: /peer, controller: axum::peer}
",
);

pub(super) async fn path(
    matched: MatchedPath,
    AxumPath(parameters): AxumPath<BTreeMap<String, String>>,
    route: Route,
) -> String {
    format!("{} {parameters:?} {}", matched.as_str(), route.name())
}

pub(super) async fn query(
    query: Result<AxumQuery<BTreeMap<String, u8>>, QueryRejection>,
) -> Result<String> {
    Ok(format!("{:?}", query?.0))
}

pub(super) async fn peer(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    OriginalUri(uri): OriginalUri,
) -> String {
    format!("{peer} {uri}")
}

fn site(settings: &str) -> Site {
    let settings = format!("environment: {{is_prod: true}}\n{settings}");
    Site::new(&[
        ROUTES,
        ("config/app.yaml", &settings),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
    ])
}

#[tokio::test]
async fn the_path_and_the_route_are_known_to_axum() {
    let site = site("");
    for (path, expected) in [
        (
            "/en/user/%C3%B1%2F?x",
            "/{_lang}/user/{id}/{tab} {\"_lang\": \"en\", \"id\": \"ñ/\", \"tab\": \"a/b\"} user",
        ),
        (
            "/file/a.b.txt",
            "/file/{name}/{format} {\"format\": \"b.txt\", \"name\": \"a\"} file",
        ),
        ("/rest/a/b%20c", "/rest/{*rest} {\"rest\": \"a/b c\"} rest"),
        ("/:a/*b/%25", "/%3Aa/%2Ab/{x} {\"x\": \"%\"} colon"),
        (
            "/caf%C3%A9%20x/1",
            "/caf%C3%A9%20x/{x} {\"x\": \"1\"} space",
        ),
    ] {
        assert_eq!(site.get(path).await.body, expected, "{path}");
    }
}

#[tokio::test]
async fn who_asks_and_what_for_is_known_to_axum() {
    let site = site("server: {prefix: /shop}\n");
    let peer: SocketAddr = "192.0.2.1:9".parse().unwrap();
    let mut asked = request("GET", "/peer?a=1");
    asked.extensions_mut().insert(ConnectInfo(peer));
    assert_eq!(site.send(asked).await.body, "192.0.2.1:9 /shop/peer?a=1");
}

#[tokio::test]
async fn a_rejection_keeps_its_status() {
    let site = site("error: {400: error::status}\n");
    assert_eq!(site.get("/query?a=1").await.body, "{\"a\": 1}");
    let answer = site.get("/query?a=x").await;
    let told = (answer.status.as_u16(), answer.body.as_str());
    assert_eq!(told, (400, "page of 400 en"));
}
