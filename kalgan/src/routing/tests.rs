mod in_order;

use super::router::{Lookup, Router};
use super::url::{self, Here};
use kalgan_core::routes::{RouteTable, parse};
use kalgan_core::text::SourceFile;
use std::fmt::Display;
use std::sync::Arc;

fn router(text: &str) -> Router {
    let parsed = parse(&Arc::new(SourceFile::new("r.yaml", text.to_owned())));
    assert_eq!(parsed.diagnostics, []);
    let routes = parsed.routes.into_iter().map(|parsed| parsed.route);
    let table = RouteTable {
        routes: routes.collect(),
    };
    Router::new(Arc::new(table), Some(super::expression::REGEX))
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
                .named(&router.routes()[route])
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

fn here(language: &str) -> Here<'_> {
    Here {
        language,
        prefix: "",
        port: &|| None,
    }
}

fn made(name: &str, parameters: &[(&str, &str)]) -> String {
    let parameters: Vec<(&str, &dyn Display)> = parameters
        .iter()
        .map(|(key, value)| (*key, value as &dyn Display))
        .collect();
    match url::make(&router(ROUTES), name, &parameters, here("es")) {
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
        let made = url::make(&router, "named", &[("name", &value)], here("en")).unwrap();
        let Lookup::Found { route, parameters } = router.find("GET", None, &made) else {
            panic!("{made}");
        };
        assert_eq!(router.routes()[route].name, "named");
        let named = parameters.named(&router.routes()[route]);
        assert_eq!(named[..], [("name", value)]);
    }
}

/// The URL of the first route of these, and what it leads to.
fn round_trip(routes: &str, name: &str, parameters: &[(&str, &str)]) -> String {
    let router = router(routes);
    let displayed: Vec<(&str, &dyn Display)> = parameters
        .iter()
        .map(|(key, value)| (*key, value as &dyn Display))
        .collect();
    let made = match url::make(&router, name, &displayed, here("es")) {
        Ok(made) => made,
        Err(error) => return error.to_string(),
    };
    assert!(!made.starts_with("//"), "{made}");
    let Lookup::Found {
        route,
        parameters: found,
    } = router.find("GET", None, &made)
    else {
        panic!("{made} is not found");
    };
    assert_eq!(router.routes()[route].name, name, "{made}");
    let found = found.named(&router.routes()[route]);
    for (name, value) in parameters {
        let is_left_out = router.routes()[route].default(name) == Some(value);
        let found = found.iter().find(|(known, _)| known == name);
        let found = found.map(|(_, value)| value);
        assert!(is_left_out || found == Some(value), "{made}: {found:?}");
    }
    made
}

#[test]
fn no_url_begins_with_two_slashes() {
    let page = "routes:\n  - page: {path: '/{p*}', controller: c::c}\n";
    for (value, expected) in [
        ("/evil.example", "/%2Fevil.example"),
        ("//evil.example", "/%2F%2Fevil.example"),
        ("/", "/%2F"),
        ("///", "/%2F%2F%2F"),
        ("/\\evil.example", "/%2F%5Cevil.example"),
        ("\\/evil.example", "/%5C/evil.example"),
        ("\t/evil.example", "/%09/evil.example"),
        ("a//b", "/a//b"),
    ] {
        assert_eq!(round_trip(page, "page", &[("p", value)]), expected);
    }
    // An empty value in front.
    for path in ["/{p}/evil.example", "/{p}/{q*}", "/{p}{q}/x"] {
        let routes = format!(
            "routes:\n  - page: {{path: '{path}', controller: c::c, \
             requirements: {{p: '.*'{}}}}}\n",
            if path.contains("{q") { ", q: '.*'" } else { "" }
        );
        let mut values = vec![("p", "")];
        if path.contains("{q") {
            values.push((
                "q",
                if path.contains('*') {
                    "evil.example"
                } else {
                    ""
                },
            ));
        }
        assert_eq!(
            round_trip(&routes, "page", &values),
            "the parameter `p` of the route `page` is empty",
            "{path}"
        );
    }
}

#[test]
fn segments_that_browsers_resolve_are_refused() {
    let routes = "\
routes:
  - one: {path: '/u/{name}', controller: c::c}
  - mixed: {path: '/m/.{name}', controller: c::c}
  - rest: {path: '/r/{rest*}', controller: c::c}
";
    for (name, parameter, value) in [
        ("one", "name", "."),
        ("one", "name", ".."),
        ("mixed", "name", "."),
        ("rest", "rest", ".."),
        ("rest", "rest", "a/../b"),
        ("rest", "rest", "a/."),
        ("rest", "rest", "/.."),
    ] {
        let made = round_trip(routes, name, &[(parameter, value)]);
        assert!(made.contains("browsers take it for a folder"), "{made}");
    }
    for (name, parameter, value, expected) in [
        ("one", "name", "...", "/u/..."),
        ("one", "name", "..a", "/u/..a"),
        ("one", "name", "%2e%2e", "/u/%252e%252e"),
        ("one", "name", "../x", "/u/..%2Fx"),
        ("mixed", "name", "..", "/m/..."),
        ("rest", "rest", "a/.b/c..", "/r/a/.b/c.."),
        ("rest", "rest", "a/", "/r/a/"),
        ("one", "name", "?", "/u/%3F"),
        ("one", "name", "\\", "/u/%5C"),
        ("rest", "rest", "#/%/ ", "/r/%23/%25/%20"),
        ("rest", "rest", "a%2Fb/c?d#e f", "/r/a%252Fb/c%3Fd%23e%20f"),
    ] {
        assert_eq!(round_trip(routes, name, &[(parameter, value)]), expected);
    }
}

#[test]
fn the_text_of_a_path_and_its_link_are_the_same() {
    for (path, expected) in [
        ("/café", "/caf%C3%A9"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/100%25", "/100%25"),
        ("/a%2Fb", "/a%2Fb"),
        ("/a%7Bb%7D", "/a%7Bb%7D"),
        ("/a+b", "/a+b"),
        ("/a\\b", "/a%5Cb"),
        ("/日本/{x}.%C3%A9", "/%E6%97%A5%E6%9C%AC/1.%C3%A9"),
    ] {
        let routes = format!("routes:\n  - page: {{path: '{path}', controller: c::c}}\n");
        let values: &[(&str, &str)] = if path.contains("{x}") {
            &[("x", "1")]
        } else {
            &[]
        };
        assert_eq!(round_trip(&routes, "page", values), expected);
    }
}

#[test]
fn a_url_leads_to_its_route_with_its_values() {
    let routes = "\
routes:
  - new: {path: /user/new, controller: c::c}
  - number: {path: '/user/{id}', controller: c::c, requirements: {id: '[0-9]+'}, methods: get}
  - change: {path: '/user/{id}', controller: c::c, methods: post}
  - user: {path: '/user/{name}', controller: c::c, methods: get}
  - file: {path: '/file/{name}.{format}', controller: c::c}
  - all: {path: '/all/{rest*}', controller: c::c, requirements: {rest: '.*'}}
";
    for (name, values, expected) in [
        ("user", &[("name", "ann")][..], "/user/ann"),
        (
            "user",
            &[("name", "new")],
            "the URL `/user/new` of the route `user` does not lead to it but to `new`",
        ),
        (
            "user",
            &[("name", "7")],
            "the URL `/user/7` of the route `user` does not lead to it but to `number`",
        ),
        (
            "file",
            &[("name", "a"), ("format", "tar.gz")],
            "/file/a.tar.gz",
        ),
        (
            "file",
            &[("name", "a.b"), ("format", "c")],
            "the URL `/file/a.b.c` of the route `file` does not lead to it but to `name=a` of it",
        ),
        ("all", &[("rest", "a")], "/all/a"),
        (
            "all",
            &[("rest", "")],
            "the URL `/all/` of the route `all` does not lead to it",
        ),
    ] {
        assert_eq!(round_trip(routes, name, values), expected);
    }
    let router = router(routes);
    let change = url::make(&router, "change", &[("id", &7)], here("en"));
    assert_eq!(change.unwrap(), "/user/7", "by its own methods");
    let certain: Vec<bool> = (0..6).map(|at| router.is_uncertain(at)).collect();
    assert_eq!(certain, [false, false, true, true, true, true]);
}

#[test]
fn hosts_are_made_of_parts_of_hosts() {
    let routes = "\
routes:
  - shop: {path: '/{p*}', controller: c::c, host: '{shop}.example.com'}
  - mixed: {path: /, controller: c::c, host: 'x-{shop}.example.com'}
";
    let router = router(routes);
    let made = |name: &str, values: &[(&str, &dyn Display)]| {
        let here = Here {
            language: "en",
            prefix: "",
            port: &|| Some(7878),
        };
        match url::make(&router, name, values, here) {
            Ok(made) => made,
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(
        made("shop", &[("shop", &"b"), ("p", &"x")]),
        "//b.example.com:7878/x"
    );
    assert_eq!(made("mixed", &[("shop", &"b")]), "//x-b.example.com:7878/");
    for shop in ["a.b", "a/b", "a@b", "a:1", "é", "a b", "a#", "a\\", "%61"] {
        let error = made("shop", &[("shop", &shop), ("p", &"x")]);
        assert!(error.contains("is not a part of the host"), "{error}");
    }
}

#[test]
fn a_language_with_a_default_is_the_requests() {
    let routes = "\
routes:
  - home: {path: '/{_lang}', controller: c::c, language: _lang, defaults: {_lang: en},
      requirements: {_lang: '[a-z]{2}'}}
  - some: {path: '/s/{_lang}', controller: c::c, language: _lang, defaults: {_lang: en},
      requirements: {_lang: en|es}}
  - page: {path: '/p/p/{_lang}/{n}', controller: c::c, language: _lang, defaults: {_lang: en, n: 1}}
";
    let router = router(routes);
    let made = |name: &str, language: &str, values: &[(&str, &dyn Display)]| {
        url::make(&router, name, values, here(language)).unwrap()
    };
    assert_eq!(made("home", "es", &[]), "/es");
    assert_eq!(made("home", "en", &[]), "/");
    assert_eq!(made("home", "", &[]), "/");
    assert_eq!(made("home", "es", &[("_lang", &"en")]), "/");
    assert_eq!(made("home", "en", &[("_lang", &"es")]), "/es");
    assert_eq!(made("page", "es", &[]), "/p/p/es");
    assert_eq!(made("page", "es", &[("n", &2)]), "/p/p/es/2");
    assert_eq!(made("page", "en", &[]), "/p/p");
    // A language that the route does not have.
    assert_eq!(made("some", "es", &[]), "/s/es");
    assert_eq!(made("some", "fr", &[]), "/s");
}

#[test]
fn anchors_in_requirements_count_for_the_value() {
    let routes = "\
routes:
  - file: {path: '/file/{name}.{ext}', controller: c::c,
      requirements: {name: '^[a-z]+', ext: '^(css|js)$'}}
  - alone: {path: '/alone/{ext}', controller: c::c, requirements: {ext: '^(?<kind>css|js)$'}}
  - two: {path: '/two/{a}-{b}', controller: c::c,
      requirements: {a: '(?P<x>[0-9]+)', b: '(?P<x>[0-9]+)'}}
  - rest: {path: '/rest/{r*}', controller: c::c, requirements: {r: '^a/.+$'}}
";
    for (name, values, expected) in [
        ("file", &[("name", "a"), ("ext", "css")][..], "/file/a.css"),
        ("alone", &[("ext", "js")], "/alone/js"),
        ("two", &[("a", "1"), ("b", "2")], "/two/1-2"),
        ("rest", &[("r", "a/b")], "/rest/a/b"),
        (
            "file",
            &[("name", "a"), ("ext", "cssx")],
            "`cssx` is not a value for `ext` of the route `file`: it must match `(css|js)` as a whole",
        ),
    ] {
        assert_eq!(round_trip(routes, name, values), expected);
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
fn table(segments: &[(&str, &str)], mut next: impl FnMut(usize) -> usize) -> String {
    let mut text = String::from("routes:\n");
    for route in 0..6 {
        let (mut path, mut requirements, mut defaults) = (String::new(), String::new(), None);
        for at in 0..=next(3) {
            let (segment, requirement) = segments[next(segments.len())];
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
        let text = table(&SEGMENTS, |below| {
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
