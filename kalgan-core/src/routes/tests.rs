use super::*;
use crate::text::SourceFile;
use std::sync::Arc;

fn parsed(text: &str) -> ParsedRoutes {
    parse(&Arc::new(SourceFile::new("routes.yaml", text.to_owned())))
}

fn messages(text: &str) -> Vec<String> {
    let parsed = parsed(text);
    let routes: Vec<&ParsedRoute> = parsed.routes.iter().collect();
    let mut all = parsed.diagnostics.clone();
    all.extend(check::check(&routes));
    assert!(all.iter().all(|diagnostic| diagnostic.code.is_some()));
    all.iter().map(ToString::to_string).collect()
}

fn routes(text: &str) -> Vec<RouteDef> {
    assert_eq!(messages(text), [""; 0]);
    parsed(text).routes.into_iter().map(|r| r.route).collect()
}

const OLD: &str = "\
routes:
  - home:
      path: /
      controller: home_controller::index
      methods: get
  - user:
      path: /user/{id}
      controller: user_controller/crud
      middleware: user_middleware::test
      methods: get, post, Delete
      language: en
      requirements:
        id: \"^[0-9]+\"
";

#[test]
fn the_format_of_0_9_1() {
    let routes = routes(OLD);
    assert_eq!(routes.len(), 2);
    let user = &routes[1];
    assert_eq!(user.name, "user");
    assert_eq!(user.controller, "user_controller::crud");
    assert_eq!(*user.methods, ["GET", "POST", "DELETE"]);
    assert_eq!(*user.middleware, ["user_middleware::test"]);
    assert_eq!(user.language, Some(RouteLanguage::Fixed("en".into())));
    assert_eq!(user.place, "routes.yaml:6:5");
    assert_eq!(
        *user.pattern.segments,
        [
            Segment::Literal("user".into()),
            Segment::Param(Param {
                name: "id".into(),
                requirement: Some("^[0-9]+".into())
            })
        ]
    );
    assert!(user.allows("HEAD") && user.allows("POST") && !user.allows("PUT"));
}

#[test]
fn what_stands_in_files_of_others() {
    let routes = routes(
        "x-common: &c\n  controller: über::straße\n.other: [1]\nroutes:\n  - a:\n      <<: *c\n      path: /\n      \
         methods: PURGE, propfind, ARCHIVE\n      middleware: 門::開く\n",
    );
    assert_eq!(routes[0].controller, "über::straße");
    assert_eq!(*routes[0].methods, ["PURGE", "PROPFIND", "ARCHIVE"]);
    assert_eq!(*routes[0].middleware, ["門::開く"]);
    for (line, expected) in [
        ("methods: PSOT", "did you mean `POST`?"),
        ("methods: purges", "One of your own has capitals only"),
        ("controller: a::→", "is not the path of a controller"),
        ("controller: a::1b", "is not the path of a controller"),
    ] {
        let text = format!("routes:\n  - a:\n      path: /\n      {line}\n");
        let all = messages(&text);
        assert!(all[0].contains(expected), "{line} {all:?}");
    }
    let all = messages("common: 1\nroutes: []\n");
    assert!(all[0].contains("`common`"), "{all:?}");
}

#[test]
fn what_is_new() {
    let routes = routes(
        "\
routes:
  - admin:
      prefix: /admin
      middleware: [a::first]
      host: '{shop}.Example.com'
      requirements: {id: '[0-9]+'}
      max_body: 1 MiB
      routes:
        - list: {path: /users, controller: u::list, methods: [get, post], middleware: a::second, max_body: 0}
        - page: {path: '/p/{id}', controller: u::page, defaults: {id: 1, kind: x}}
        - root: {path: '', controller: u::root}
  - file: {path: '/f/{name}.{format}', controller: f::show}
  - rest: {path: '/r/{rest*}', controller: f::rest, language: es-MX}
  - lang: {path: '/{_lang}/x', controller: f::x, language: _lang}
",
    );
    assert_eq!(routes[0].path, "/admin/users");
    assert_eq!(*routes[0].middleware, ["a::first", "a::second"]);
    assert_eq!(
        routes[0].host.as_ref().unwrap().labels[1],
        Segment::Literal("example".into())
    );
    let limits: Vec<Option<u64>> = routes.iter().map(|route| route.max_body).collect();
    let mega = Some(1 << 20);
    assert_eq!(limits, [Some(0), mega, mega, None, None, None]);
    assert_eq!(routes[1].pattern.optional, 1);
    assert_eq!(routes[1].default("kind"), Some("x"));
    let names: Vec<&str> = routes[1].params().map(|p| p.name.as_ref()).collect();
    assert_eq!(names, ["shop", "id"]);
    assert_eq!(routes[2].path, "/admin");
    assert!(matches!(&routes[3].pattern.segments[1], Segment::Mixed(p) if p.len() == 3));
    assert!(matches!(&routes[4].pattern.segments[1], Segment::Rest(_)));
    assert_eq!(routes[5].language_parameter(), Some("_lang"));
}

/// Each mistake, where it is, and a part of what is said about it.
#[test]
fn mistakes_within_a_route() {
    let cases = [
        (
            "routes:\n  - a:\n      path: /\n      controler: a::b\n",
            "4:7: error: `controler` is not a key of a route; did you mean `controller`?",
        ),
        (
            "routes:\n  - a:\n      path: /\n      controller: a::b\n      metods: get\n",
            "5:7: error: `metods` is not a key",
        ),
        (
            "routes:\n  - a:\n      path: /\n      controller: a::b\n      methods: get, pots\n",
            "5:21: error: `pots` is not a method of HTTP; did you mean `POST`?",
        ),
        (
            "routes:\n  - a:\n      path: /{id\n      controller: a::b\n",
            "3:14: error: this `{` has no partner",
        ),
        (
            "routes:\n  - a:\n      path: /{id}/{id}\n      controller: a::b\n",
            "3:19: error: the parameter `id` stands twice",
        ),
        (
            "routes:\n  - a:\n      path: /{_query}\n      controller: a::b\n",
            "3:14: error: no parameter is named `_query`: links take their query by it; give it",
        ),
        (
            "routes:\n  - a:\n      path: /{1d}\n      controller: a::b\n",
            "3:14: error: `1d` is not a name",
        ),
        (
            "routes:\n  - a:\n      path: home\n      controller: a::b\n",
            "3:13: error: the path `home` does not begin with `/`; write `/home`",
        ),
        (
            "routes:\n  - a:\n      path: /{r*}/x\n      controller: a::b\n",
            "3:19: error: something follows",
        ),
        (
            "routes:\n  - a:\n      path: /?x=1\n      controller: a::b\n",
            "3:14: error: a path has no query",
        ),
        (
            "routes:\n  - a:\n      path: /{id}\n      controller: a::b\n      requirements: {id: '[0-9'}\n",
            "5:26: error: the requirement of `id` is not a regular expression",
        ),
        (
            "routes:\n  - a:\n      path: /{id}\n      controller: a::b\n      requirements: {ix: '[0-9]'}\n",
            "5:22: error: the path `/{id}` has no parameter `ix`; did you mean `id`?",
        ),
        (
            "routes:\n  - a:\n      path: /{id}\n      controller: a::b\n      requirements: {id: '[0-9]+'}\n      defaults: {id: x}\n",
            "6:22: error: the default `x` of `id` does not meet",
        ),
        (
            "routes:\n  - a:\n      path: /\n      controller: a b\n",
            "4:19: error: `a b` is not the path of a controller",
        ),
        (
            "routes:\n  - a:\n      path: /\n",
            "2:5: error: the route `a` has no `controller`",
        ),
        (
            "routes:\n  - a:\n      controller: a::b\n",
            "2:5: error: the route `a` has no `path`",
        ),
        (
            "routes:\n  - a:\n",
            "2:5: error: the route `a` needs `path` and `controller`",
        ),
        (
            "routes:\n  - path: /\n    controller: a::b\n",
            "2:5: error: this route has no name",
        ),
        (
            "routes:\n  - a:\n    path: /\n    controller: a::b\n",
            "2:5: error: the keys of the route `a` are not indented",
        ),
        (
            "routes:\n  a:\n    path: /\n",
            "2:3: error: `routes` is a list, but this is a map",
        ),
        (
            "route:\n  - a: {path: /, controller: a::b}\n",
            "1:1: error: `route` is not a key of a routes file; did you mean `routes`?",
        ),
        (
            "routes:\n  - a: {path: /, controller: a::b, language: _lang}\n",
            "2:46: error: `_lang` is neither a parameter",
        ),
        (
            "routes:\n  - a: {path: /, controller: a::b, middleware: 'x::y, x::y'}\n",
            "2:55: error: the middleware `x::y` stands twice",
        ),
        (
            "routes:\n  - g: {prefix: admin, routes: []}\n",
            "2:17: error: the prefix `admin` does not fit",
        ),
        (
            "routes:\n  - g: {prefix: /a, path: /b, routes: []}\n",
            "2:21: error: `path` is not a key of a group",
        ),
        (
            "routes:\n  - a: {path: [/], controller: a::b}\n",
            "2:15: error: `path` should be text, but is a list",
        ),
        (
            "routes:\n  - a:\n      path: /\n      controller: a::b\n      max_body: 20 apples\n",
            "5:17: error: `max_body` should be a size, but `20 apples` is none",
        ),
        (
            "routes:\n  - {prefix: /x, max_body: -1, routes: [{a: {path: /, controller: a::b}}]}\n",
            "2:28: error: `max_body` should be a size, but `-1` is none",
        ),
        (
            "routes:\n  - a: {path: /, controller: a::b, max_body: [1]}\n",
            "2:46: error: `max_body` should be text, but is a list",
        ),
        (
            "routes:\n  - a: {path: /, controller: a::b, max_bdoy: 1}\n",
            "did you mean `max_body`?",
        ),
        (
            "routes:\n  - a: {path: /, controller: a::b, host: 'http://x'}\n",
            "error: `http://x` is not a host",
        ),
        (
            "routes:\n  - a:\n      path: //x\n      controller: a::b\n",
            "3:13: error: the path `//x` begins with two slashes; remove one",
        ),
        (
            "routes:\n  - a:\n      path: /a/../b\n      controller: a::b\n",
            "3:16: error: no request has the segment `..`",
        ),
        (
            "routes:\n  - a:\n      path: /a/%2E\n      controller: a::b\n",
            "3:16: error: no request has the segment `%2E`",
        ),
        (
            "routes:\n  - a:\n      path: /caf%E9\n      controller: a::b\n",
            "3:14: error: `caf%E9` is not UTF-8",
        ),
    ];
    for (text, expected) in cases {
        let all = messages(text);
        assert_eq!(all.len(), 1, "{text}\n{all:#?}");
        assert!(all[0].contains(expected), "{text}\n{expected}\n{all:#?}");
    }
}

#[test]
fn hosts_that_no_request_names() {
    for (host, message, help) in [
        (
            "a.com:8080",
            "a host has no port here",
            "write `a.com`: a route answers at every port",
        ),
        (
            "'{shop}.localhost:7878'",
            "a host has no port here",
            "write `{shop}.localhost`",
        ),
        (
            "'*.example.com'",
            "`*` stands for itself",
            "write a parameter: `{name}.example.com`",
        ),
        ("münchen.de", "browsers send names in ASCII", "`xn--`"),
        (
            "example.com.",
            "nothing stands before or behind",
            "write `example.com`",
        ),
        (
            ".example.com",
            "nothing stands before or behind",
            "write `example.com`",
        ),
        (
            "a..b",
            "nothing stands before or behind",
            "`www.example.com`",
        ),
        ("u@a.com", "is not a host", "write the name alone"),
        (
            "a$.com",
            "`a$` is not a part of a host",
            "letters, digits and `-`",
        ),
        ("'::1'", "a host has no port here", "write a name"),
    ] {
        let all = messages(&format!(
            "routes:\n  - a:\n      path: /\n      controller: a::b\n      host: {host}\n"
        ));
        assert_eq!(all.len(), 1, "{host}: {all:?}");
        assert!(all[0].contains("5:13: error: "), "{host}: {all:?}");
        assert!(
            all[0].contains(message) && all[0].contains(help),
            "{host}: {all:?}"
        );
    }
    for host in [
        "example.com",
        "LOCALHOST",
        "'{a}.b'",
        "'x-{a}.b'",
        "127.0.0.1",
        "'[::1]'",
        "a_b.c",
        "xn--mnchen-3ya.de",
    ] {
        let all = messages(&format!(
            "routes:\n  - a:\n      path: /\n      controller: a::b\n      host: {host}\n"
        ));
        assert_eq!(all, [] as [&str; 0], "{host}");
    }
    let all = messages(
        "routes:\n  - a: {path: /, controller: a::b, host: '{l}.x', requirements: {l: 'DE|a\\.b'}}\n",
    );
    assert!(
        all[0].contains("2:69: error: the requirement `DE|a\\.b` of `l` never matches"),
        "{all:?}"
    );
}

#[test]
fn roots_of_groups() {
    let warned = |routes: &str, is_strict| {
        let text = format!("routes:\n  - g:\n      prefix: /admin\n      routes:\n{routes}");
        let parsed = super::parse(&Arc::new(SourceFile::new("r.yaml", text)));
        let all: Vec<&ParsedRoute> = parsed.routes.iter().collect();
        let found = super::check::roots_of_groups(&all, is_strict);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let root = "        - a: {path: /, controller: a::b}\n";
    let all = warned(root, true);
    assert_eq!(all.len(), 1);
    assert!(
        all[0].contains("5:21: warning: the path of `a` is `/admin/`, and `/admin` is not found"),
        "{all:?}"
    );
    assert!(
        all[0].contains("write `path: \"\"` for `/admin`"),
        "{all:?}"
    );
    assert!(warned(root, false).is_empty());
    assert!(warned("        - a: {path: '', controller: a::b}\n", true).is_empty());
    let both = format!("{root}        - b: {{path: '', controller: a::b}}\n");
    assert!(warned(&both, true).is_empty());
    assert!(warned("        - a: {path: /x/, controller: a::b}\n", true).is_empty());
}

#[test]
fn all_mistakes_at_once() {
    let all = messages("routes:\n  - a: {path: x, controller: a b, foo: 1}\n  - b: {}\n");
    assert_eq!(all.len(), 5, "{all:#?}");
}

fn pair(a: &str, b: &str) -> Vec<String> {
    messages(&format!(
        "routes:\n  - a: {{{a}, controller: a::b}}\n  - b: {{{b}, controller: a::b}}\n"
    ))
}

#[test]
fn routes_that_are_never_reached() {
    for (a, b) in [
        ("path: /x", "path: /x"),
        ("path: '/{id}'", "path: /about"),
        ("path: '/{id}'", "path: '/{name}'"),
        (
            "path: '/{id}'",
            "path: '/{name}', requirements: {name: '[0-9]+'}",
        ),
        (
            "path: '/{l}/x', requirements: {l: '[a-z]+'}",
            "path: '/{k}/x', requirements: {k: en|es}",
        ),
        ("path: '/{l}/x', requirements: {l: '[a-z]+'}", "path: /en/x"),
        ("path: '/{rest*}'", "path: /a/b/c"),
        ("path: '/a/{rest*}'", "path: '/a/{x}/{y}'"),
        ("path: /x", "path: /x, methods: post"),
        ("path: /x, methods: get", "path: /x, methods: 'get, head'"),
        ("path: /x", "path: /x, host: example.com"),
        ("path: '/f/{n}.{e}'", "path: /f/a.css"),
        ("path: '/p/{n}', defaults: {n: 1}", "path: /p"),
        ("path: '/{n}', defaults: {n: 1}", "path: /"),
        // The words of a requirement, however they are written.
        (
            "path: '/{l}/x', requirements: {l: '(?:en|es|ja)'}",
            "path: '/{k}/x', requirements: {k: '(es|en)'}",
        ),
        (
            "path: '/feed.xml'",
            "path: '/{f}', requirements: {f: 'feed\\.xml'}",
        ),
        (
            "path: '/{n}.{e}'",
            "path: '/{f}', requirements: {f: 'feed\\.(xml|json)'}",
        ),
        (
            "path: '/{n}.{e}'",
            "path: '/{n}.{e}', requirements: {e: 'xml|json'}",
        ),
        // The remainder.
        (
            "path: '/{rest*}', requirements: {rest: 'a/.+'}",
            "path: /a/b",
        ),
        (
            "path: '/{rest*}', requirements: {rest: 'a/.+'}",
            "path: '/{all*}', requirements: {all: 'a/.+'}",
        ),
        ("path: '/{rest*}'", "path: '/a/{all*}'"),
        // Hosts.
        (
            "path: /x, host: '{shop}.example.com'",
            "path: /x, host: www.example.com",
        ),
        (
            "path: /x, host: '{shop}.example.com'",
            "path: /x, host: '{name}.example.com', requirements: {name: '[a-z]+'}",
        ),
    ] {
        let all = pair(a, b);
        assert_eq!(all.len(), 1, "{a} | {b}: {all:?}");
        assert!(all[0].contains("the route `b` is never reached: `a` answers first"));
    }
}

#[test]
fn routes_that_are_reached() {
    for (a, b) in [
        ("path: /x", "path: /y"),
        ("path: /about", "path: '/{id}'"),
        (
            "path: '/{id}', requirements: {id: '[0-9]+'}",
            "path: /about",
        ),
        (
            "path: '/{id}', requirements: {id: '[0-9]+'}",
            "path: '/{name}'",
        ),
        ("path: '/{a}'", "path: '/{a}/{b}'"),
        ("path: '/{a}'", "path: /"),
        ("path: '/{rest*}'", "path: /"),
        ("path: /x, methods: get", "path: /x, methods: post"),
        ("path: /x, methods: get", "path: /x"),
        ("path: /x, host: a.com", "path: /x, host: b.com"),
        ("path: /x, host: a.com", "path: /x"),
        ("path: '/f/{n}.{e}'", "path: '/f/{n}'"),
        ("path: /p", "path: '/p/{n}', defaults: {n: 1}"),
        // A requirement that an empty value meets takes more than none.
        ("path: '/{a}'", "path: '/{b}', requirements: {b: '.*'}"),
        ("path: '/{rest*}'", "path: '/{b}', requirements: {b: '.*'}"),
        (
            "path: '/{a}-{b}'",
            "path: '/{a}-{b}', requirements: {b: '.*'}",
        ),
        (
            "path: '/{l}', requirements: {l: en|es}",
            "path: '/{l}', requirements: {l: en|es|ja}",
        ),
        (
            "path: '/{l}', requirements: {l: 'en|es'}",
            "path: '/{l}', requirements: {l: '[a-z]{2}'}",
        ),
        ("path: /en", "path: '/{l}', requirements: {l: en|es}"),
        (
            "path: '/{rest*}', requirements: {rest: 'a/.+'}",
            "path: '/a/{x}'",
        ),
        (
            "path: '/{rest*}', requirements: {rest: '.+'}",
            "path: '/{all*}'",
        ),
        (
            "path: /x, host: www.example.com",
            "path: /x, host: '{shop}.example.com'",
        ),
        (
            "path: /x, host: '{shop}.example.com'",
            "path: /x, host: 'a.{shop}.example.com'",
        ),
    ] {
        assert_eq!(pair(a, b), [""; 0], "{a} | {b}");
    }
}

#[test]
fn names_stand_once() {
    let all = messages(
        "routes:\n  - a: {path: /x, controller: a::b}\n  - a: {path: /y, controller: a::b}\n",
    );
    assert_eq!(all.len(), 1);
    assert!(all[0].starts_with("routes.yaml:3:5: error: there are two routes of the name `a`"));
}

#[test]
fn a_mixed_segment_splits_at_the_first_literal() {
    let PathPattern { segments, .. } = PathPattern::parse("/{name}.{format}", &|_| None).unwrap();
    let Segment::Mixed(pieces) = &segments[0] else {
        panic!("mixed");
    };
    let regex = pieces_regex(pieces).unwrap();
    let captures = regex.captures("a.tar.gz").unwrap();
    assert_eq!(&captures["p0"], "a");
    assert_eq!(&captures["p1"], "tar.gz");
    assert!(!regex.is_match("plain"));
}

#[test]
fn several_routes_may_leave_nothing_for_one() {
    let all = messages(
        "routes:
  - show: {path: '/{id}', controller: a::b, methods: get}
  - save: {path: '/{id}', controller: a::b, methods: post}
  - both: {path: '/{name}', controller: a::b, methods: 'get, post'}
  - more: {path: '/{name}', controller: a::b, methods: 'get, put'}
  - top: {path: /list, controller: a::b, methods: put}
  - page: {path: '/list/{n}', controller: a::b, methods: put}
  - list: {path: '/list/{n}', controller: a::b, methods: put, defaults: {n: 1}}
",
    );
    assert_eq!(all.len(), 3, "{all:#?}");
    assert!(all[0].contains("`both` is never reached: `show` and `save` answer first"));
    assert!(all[1].contains("`top` is never reached: `more` answers first"));
    assert!(all[2].contains("`list` is never reached: `more` and `page` answer first"));
}

#[test]
fn many_routes_are_compared_quickly() {
    let mut text = String::from("routes:\n");
    for n in 0..2000 {
        text.push_str(&format!(
            "  - r{n}: {{path: '/{{_lang}}/{{a}}/x{n}', controller: a::b, language: _lang, \
             requirements: {{_lang: en|es|ja, a: '[a-z]+'}}}}\n"
        ));
    }
    // Comparing each pair would take minutes in a debug build.
    assert_eq!(messages(&text), [""; 0]);
}

#[test]
fn paths_and_values_as_others_write_them() {
    for (route, expected) in [
        (
            "{path: '/user/:id', controller: a::b}",
            "2:22: warning: `:id` stands for itself in a path; did you mean `{id}`?",
        ),
        (
            "{path: '/user/<int:id>/edit', controller: a::b}",
            "2:22: warning: `<int:id>` stands for itself in a path; did you mean `{id}`?",
        ),
        (
            "{path: '/user/{id:[0-9]+}', controller: a::b}",
            "2:22: error: `id:[0-9]+` is not a name for a parameter; write `{id}`, and `requirements: {id: \
             '[0-9]+'}` beside the path",
        ),
        (
            "{path: '/user/{id}?', controller: a::b}",
            "2:26: error: a path has no query and no fragment; a parameter that may be left out has a \
             default: `defaults: {id: 1}`",
        ),
        (
            "{path: '/robots.txt ', controller: a::b}",
            "2:27: error: the path `/robots.txt ` ends with a space; remove it: no link has it",
        ),
        (
            "{path: '/{page}', controller: a::b, defaults: {pgae: 1}}",
            "2:61: error: the default `pgae` is of no parameter of the path; did you mean `page`?",
        ),
        (
            "{path: '/{page}', controller: a::b, requirements: {page: '[^\\s\\S]'}}",
            "2:65: error: no value meets the requirement `[^\\s\\S]` of `page`; write what a value has to \
             be, such as `[0-9]+`",
        ),
        (
            "{path: /, controller: a::b, methods: []}",
            "2:45: error: `methods` is empty; name some, or remove the key for all methods",
        ),
        (
            "{path: /, host: 300.1.1.1, controller: a::b}",
            "2:24: error: `300.1.1.1` never matches: it ends in a number, and is no address; write a name \
             such as `www.example.com`, or an address",
        ),
        (
            "{path: /, host: '{a}.example.com', requirements: {a: '[A-Z]+'}, controller: a::b}",
            "2:61: error: the requirement `[A-Z]+` of `a` never matches a part of a host; hosts are compared \
             in small letters; a part has letters, digits and `-`, and no dot",
        ),
    ] {
        let text = format!("routes:\n  - a: {route}\n");
        assert_eq!(
            messages(&text),
            [format!("routes.yaml:{expected}")],
            "{route}"
        );
    }
    for route in [
        "{path: '/users:batch/@ann/$metadata/(a)', controller: a::b}",
        "{path: '/{page}', controller: a::b, defaults: {page: 1, pages: 20}}",
        "{path: '/{page}', controller: a::b, defaults: {size: 20}}",
        "{path: /, controller: a::b, methods: }",
        "{path: /, host: 127.0.0.1, controller: a::b}",
        "{path: /, host: '{a}.1.1.1', controller: a::b}",
        "{path: /, host: '{a}.example.com', requirements: {a: '(?i)[A-Z]+'}, controller: a::b}",
    ] {
        let text = format!("routes:\n  - a: {route}\n");
        assert_eq!(messages(&text), [""; 0], "{route}");
    }
    let group = "routes:\n  - {prefix: '/:lang', routes: [{a: {path: '', controller: a::b}}]}\n";
    assert_eq!(
        messages(group),
        ["routes.yaml:2:16: warning: `:lang` stands for itself in a path; did you mean `{lang}`?"]
    );
}
