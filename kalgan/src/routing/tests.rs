use super::router::{Lookup, Router};
use super::url;
use kalgan_core::routes::{RouteTable, parse};
use kalgan_core::text::SourceFile;
use std::fmt::Display;
use std::sync::Arc;

fn router(text: &str) -> Router {
    let parsed = parse(&Arc::new(SourceFile::new("r.yaml", text.to_owned())));
    assert_eq!(parsed.diagnostics, []);
    let routes = parsed.routes.into_iter().map(|parsed| parsed.route);
    Router::new(Arc::new(RouteTable {
        routes: routes.collect(),
    }))
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
    let parameters: Vec<(&str, &dyn Display)> = parameters
        .iter()
        .map(|(key, value)| (*key, value as &dyn Display))
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
        "`x` is not a value for `id` of the route `user`: it must match `[0-9]+` as a whole"
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
        let made = url::make(&router, "named", &[("name", &value)], "en").unwrap();
        let Lookup::Found { route, parameters } = router.find("GET", None, &made) else {
            panic!("{made}");
        };
        assert_eq!(router.routes()[route].name, "named");
        assert_eq!(parameters[..], [("name".into(), value.into())]);
    }
}

/// Segments, with what stands below `requirements`.
const SEGMENTS: [(&str, &str); 12] = [
    ("a", ""),
    ("b", ""),
    ("a.b", ""),
    ("{P}", ""),
    ("{P}", "a|b"),
    ("{P}", "a"),
    ("{P}", "[a-z]+"),
    ("{P}", ".*"),
    ("{P}.{Q}", ""),
    ("{P}.{Q}", "a|b"),
    ("{P*}", ""),
    ("{P*}", "a/.+|b"),
];

/// A table of routes from a source of numbers.
fn table(mut next: impl FnMut(usize) -> usize) -> String {
    let mut text = String::from("routes:\n");
    for route in 0..6 {
        let (mut path, mut requirements, mut defaults) = (String::new(), String::new(), None);
        for at in 0..=next(3) {
            let (segment, requirement) = SEGMENTS[next(SEGMENTS.len())];
            let name = format!("p{at}");
            path.push('/');
            path.push_str(&segment.replace('P', &name).replace('Q', &format!("q{at}")));
            if !requirement.is_empty() {
                requirements.push_str(&format!("{name}: '{requirement}', "));
            }
            defaults = (segment == "{P}" && requirement != ".*").then_some(name);
            if segment.contains('*') {
                break;
            }
        }
        let methods = [
            "",
            ", methods: get",
            ", methods: post",
            ", methods: 'get, post'",
        ][next(4)];
        let host = ["", "", ", host: a.x", ", host: '{h}.x'"][next(4)];
        let defaults = match (defaults, next(3)) {
            (Some(name), 0) => format!(", defaults: {{{name}: a}}"),
            _ => String::new(),
        };
        text.push_str(&format!(
            "  - r{route}: {{path: '{path}', controller: c::c, requirements: {{{requirements}}}\
             {methods}{host}{defaults}}}\n"
        ));
    }
    text
}

#[test]
fn a_route_that_the_check_finds_unreachable_is_never_reached() {
    let parts = ["", "a", "b", "a.b", "b.x", "7"];
    let mut paths: Vec<String> = parts.iter().map(|part| format!("/{part}")).collect();
    for depth in 0..2 {
        let from = [0, parts.len()][depth];
        let shorter = paths[from..].to_vec();
        for path in &shorter {
            paths.extend(parts.iter().map(|part| format!("{path}/{part}")));
        }
    }
    let mut seed = 7_u64;
    let mut found_unreachable = 0;
    for _ in 0..150 {
        let text = table(|below| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        });
        let parsed = parse(&Arc::new(SourceFile::new("r.yaml", text.clone())));
        let all: Vec<_> = parsed.routes.iter().collect();
        let unreachable: Vec<String> = kalgan_core::routes::check::check(&all)
            .iter()
            .map(|diagnostic| diagnostic.message.split('`').nth(1).unwrap().to_owned())
            .collect();
        if unreachable.is_empty() {
            continue;
        }
        found_unreachable += unreachable.len();
        let router = router(&text);
        for path in &paths {
            for method in ["GET", "HEAD", "POST", "PUT"] {
                for host in ["a.x", "b.x", "other"] {
                    if let Lookup::Found { route, .. } = router.find(method, Some(host), path) {
                        let name = router.routes()[route].name.to_string();
                        assert!(
                            !unreachable.contains(&name),
                            "{method} {host}{path} is answered by {name}\n{text}"
                        );
                    }
                }
            }
        }
    }
    assert!(found_unreachable > 40, "{found_unreachable}");
}
