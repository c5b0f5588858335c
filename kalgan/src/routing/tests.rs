use super::router::{Lookup, Router};
use super::url;
use kalgan_core::routes::{RouteTable, parse};
use kalgan_core::text::SourceFile;
use std::sync::Arc;

fn router(text: &str) -> Router {
    let parsed = parse(&Arc::new(SourceFile::new("r.yaml", text.to_owned())));
    assert_eq!(parsed.diagnostics, []);
    let routes = parsed.routes.into_iter().map(|parsed| parsed.route);
    Router::new(RouteTable {
        routes: routes.collect(),
    })
    .unwrap()
}

const ROUTES: &str = "\
routes:
  - home: {path: /, controller: c::c, methods: get}
  - about: {path: /about, controller: c::c}
  - user: {path: '/user/{id}', controller: c::c, methods: 'get, post', requirements: {id: '[0-9]+'}}
  - user_delete: {path: '/user/{id}', controller: c::c, methods: delete}
  - me: {path: /user/me, controller: c::c, methods: get}
  - named: {path: '/user/{name}', controller: c::c, methods: get}
  - late: {path: '/{x}/fixed', controller: c::c}
  - early: {path: '/a/{y}', controller: c::c}
  - file: {path: '/file/{name}.{format}', controller: c::c}
  - rest: {path: '/docs/{rest*}', controller: c::c}
  - blog: {path: '/blog/{year}/{page}', controller: c::c, defaults: {year: 2026, page: 1}}
  - shop: {path: /, controller: c::c, host: '{shop}.example.com', methods: post}
  - local: {path: '/{_lang}/x', controller: c::c, language: _lang, requirements: {_lang: en|es}}
";

fn found(method: &str, path: &str) -> String {
    let router = router(ROUTES);
    match router.find(method, Some("a.Example.com:8080"), path) {
        Lookup::Found { route, parameters } => {
            let values: Vec<String> = parameters
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("{} {}", router.routes()[route].name, values.join(","))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_first_route_that_fits_wins() {
    assert_eq!(found("GET", "/"), "home ");
    assert_eq!(found("GET", "/user/7"), "user id=7");
    assert_eq!(found("GET", "/user/me"), "me ");
    assert_eq!(found("GET", "/user/ann"), "named name=ann");
    assert_eq!(
        found("GET", "/a/fixed"),
        "late x=a",
        "a parameter before a later literal"
    );
    assert_eq!(found("GET", "/a/other"), "early y=other");
    assert_eq!(found("GET", "/b/fixed"), "late x=b");
}

#[test]
fn a_requirement_matches_the_whole_segment() {
    assert_eq!(found("GET", "/user/7x"), "named name=7x");
    assert_eq!(
        found("POST", "/user/7x"),
        "OtherMethods([\"DELETE\", \"GET\", \"HEAD\", \"OPTIONS\"])"
    );
    assert_eq!(found("GET", "/es/x"), "local _lang=es");
    assert_eq!(found("GET", "/xes/x"), "Nothing");
}

#[test]
fn methods() {
    assert_eq!(found("HEAD", "/user/7"), "user id=7");
    assert_eq!(found("DELETE", "/user/7"), "user_delete id=7");
    assert_eq!(
        found("PUT", "/user/7"),
        "OtherMethods([\"DELETE\", \"GET\", \"HEAD\", \"OPTIONS\", \"POST\"])"
    );
    assert_eq!(found("PATCH", "/about"), "about ");
    assert_eq!(found("GET", "/nothing"), "Nothing");
}

#[test]
fn percent_encoding_is_undone() {
    assert_eq!(found("GET", "/user/J%C3%BCrgen%20K"), "named name=Jürgen K");
    assert_eq!(found("GET", "/user/a%2Fb"), "named name=a/b");
    assert_eq!(found("GET", "/%61bout"), "about ");
    assert_eq!(found("GET", "/user/%FF"), "Malformed");
    assert_eq!(found("GET", "/user/%"), "named name=%");
    assert_eq!(
        found("GET", "/user/"),
        "Nothing",
        "a parameter is not empty"
    );
}

#[test]
fn several_parameters_in_a_segment_and_remainders() {
    assert_eq!(found("GET", "/file/a.tar.gz"), "file name=a,format=tar.gz");
    assert_eq!(found("GET", "/file/plain"), "Nothing");
    assert_eq!(found("GET", "/docs/a/b%20c/d"), "rest rest=a/b c/d");
    assert_eq!(found("GET", "/docs/"), "Nothing");
    assert_eq!(found("GET", "/docs"), "Nothing");
}

#[test]
fn parameters_with_defaults_may_be_left_out() {
    assert_eq!(found("GET", "/blog/2020/3"), "blog year=2020,page=3");
    assert_eq!(found("GET", "/blog/2020"), "blog year=2020");
    assert_eq!(found("GET", "/blog"), "blog ");
    assert_eq!(found("GET", "/blog/1/2/3"), "Nothing");
}

#[test]
fn hosts() {
    assert_eq!(found("POST", "/"), "shop shop=a");
    let router = router(ROUTES);
    assert!(matches!(
        router.find("POST", Some("example.com"), "/"),
        Lookup::OtherMethods(_)
    ));
    assert!(matches!(
        router.find("POST", None, "/"),
        Lookup::OtherMethods(_)
    ));
}

fn made(name: &str, parameters: &[(&str, &str)]) -> String {
    let parameters: Vec<(&str, String)> = parameters
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    match url::make(&router(ROUTES), name, &parameters, "es") {
        Ok(url) => url,
        Err(error) => error.to_string(),
    }
}

#[test]
fn urls_are_made() {
    assert_eq!(made("home", &[]), "/");
    assert_eq!(made("user", &[("id", "5")]), "/user/5");
    assert_eq!(
        made("named", &[("name", "J ü/?#")]),
        "/user/J%20%C3%BC%2F%3F%23"
    );
    assert_eq!(made("named", &[("name", "..")]), "/user/%2E%2E");
    assert_eq!(made("rest", &[("rest", "a/b c")]), "/docs/a/b%20c");
    assert_eq!(
        made("file", &[("name", "a"), ("format", "css")]),
        "/file/a.css"
    );
    assert_eq!(made("shop", &[("shop", "x")]), "//x.example.com/");
    assert_eq!(made("local", &[]), "/es/x", "the request's language");
    assert_eq!(made("local", &[("_lang", "en")]), "/en/x");
}

#[test]
fn defaults_are_left_out_of_urls() {
    assert_eq!(made("blog", &[]), "/blog");
    assert_eq!(made("blog", &[("page", "1")]), "/blog");
    assert_eq!(made("blog", &[("page", "2")]), "/blog/2026/2");
    assert_eq!(made("blog", &[("year", "2020")]), "/blog/2020");
}

#[test]
fn urls_that_cannot_be_made() {
    assert_eq!(
        made("usr", &[]),
        "there is no route `usr`; did you mean `user`?"
    );
    assert_eq!(
        made("user", &[]),
        "the route `user` needs the parameter `id` for its path `/user/{id}`"
    );
    assert_eq!(
        made("user", &[("id", "5"), ("x", "1")]),
        "the route `user` has no parameter `x`; it has `id`"
    );
    assert_eq!(
        made("user", &[("id", "x")]),
        "`x` is not a `id` of the route `user`: it must match `[0-9]+` as a whole"
    );
    assert_eq!(
        made("named", &[("name", "")]),
        "the parameter `name` of the route `named` is empty"
    );
}

/// Every URL that is made leads back to its route, with the values it was made from.
#[test]
fn what_is_made_is_found() {
    let router = router(ROUTES);
    for value in ["a", "é", "a b", "100%", "a+b&c=d", "日本", "'\"<>", "%2F"] {
        let made = url::make(&router, "named", &[("name", value.to_owned())], "en").unwrap();
        let Lookup::Found { route, parameters } = router.find("GET", None, &made) else {
            panic!("{made}");
        };
        assert_eq!(router.routes()[route].name, "named");
        assert_eq!(parameters, [(String::from("name"), value.to_owned())]);
    }
}
