//! The router against its definition: the first route in order whose regular expressions fit.

use super::{Lookup, Router, router, table};
use kalgan_core::routes::{RouteDef, Segment, parse, pieces_regex, whole};
use kalgan_core::text::SourceFile;
use regex::Regex;
use std::collections::HashMap;
use std::sync::Arc;

/// Segments of the shapes that are matched without a regular expression, and of others.
const SEGMENTS: [(&str, &str); 14] = [
    ("a", ""),
    ("7", ""),
    ("{P}", ""),
    ("{P}", "[0-9]+"),
    ("{P}", "a|b|7"),
    ("{P}", "[A-Z][a-z]?"),
    ("{P}", "[a-z0-9-]+"),
    ("{P}", "[0-9]{1,2}"),
    ("{P}", r"\d+"),
    ("{P}", "[^.]+"),
    ("{P}.{Q}", ""),
    ("x{P}-{Q}", ""),
    ("{P}.{Q}", "[a-z]+"),
    ("{P*}", "[^7]+"),
];

/// A segment that fits, and how many values it gives.
enum Plain {
    Literal(String),
    Whole(Option<Regex>),
    Pieces(Regex, usize),
    Rest(Option<Regex>),
}

impl Plain {
    fn of(segment: &Segment) -> Self {
        let regex = |param: &kalgan_core::routes::Param| {
            let requirement = param.requirement.as_deref();
            requirement.map(|requirement| whole(requirement).unwrap())
        };
        match segment {
            Segment::Literal(text) => Self::Literal(text.to_string()),
            Segment::Param(param) => Self::Whole(regex(param)),
            Segment::Mixed(pieces) => {
                Self::Pieces(pieces_regex(pieces).unwrap(), segment.params().count())
            }
            Segment::Rest(param) => Self::Rest(regex(param)),
        }
    }
}

fn values(segments: &[Plain], path: &str) -> Option<Vec<String>> {
    let mut texts = path[1..].split('/');
    let mut values = Vec::new();
    let fits = |regex: &Option<Regex>, text: &str| {
        !text.is_empty() && regex.as_ref().is_none_or(|regex| regex.is_match(text))
    };
    for segment in segments {
        let text = texts.next()?;
        match segment {
            Plain::Literal(literal) if literal == text => {}
            Plain::Literal(_) => return None,
            Plain::Whole(regex) if fits(regex, text) => values.push(text.to_owned()),
            Plain::Whole(_) => return None,
            Plain::Pieces(regex, count) => {
                let captures = regex.captures(text)?;
                let group = |at: usize| captures[format!("p{at}").as_str()].to_owned();
                values.extend((0..*count).map(group));
            }
            Plain::Rest(regex) => {
                let rest: Vec<&str> = std::iter::once(text).chain(texts.by_ref()).collect();
                let rest = rest.join("/");
                if !fits(regex, &rest) {
                    return None;
                }
                values.push(rest);
            }
        }
    }
    texts.next().is_none().then_some(values)
}

fn host_fits(route: &RouteDef, host: &str) -> Option<Vec<String>> {
    match route.host.as_ref().map(|host| &*host.text) {
        None => Some(Vec::new()),
        Some("a.x") => (host == "a.x").then(Vec::new),
        Some(_) => Some(vec![host.strip_suffix(".x")?.to_owned()]),
    }
}

#[test]
fn the_router_finds_what_its_definition_does() {
    let parts = ["", "a", "7", "42", "He", "a.b", "x1-2-3", "a-b", "é.7", "٣"];
    let mut paths: Vec<String> = parts.iter().map(|part| format!("/{part}")).collect();
    for path in paths.clone() {
        paths.extend(parts.iter().map(|part| format!("{path}/{part}")));
    }
    paths.extend(["/a/7/He", "/a/a.b/x1-2", "/7/42/a-b/He", "/x1-2-3/He/٣"].map(str::to_owned));
    let mut random = fastrand::Rng::with_seed(3);
    let (mut found, mut with_values) = (0, 0);
    for _ in 0..60 {
        let text = table(&SEGMENTS, |below| random.usize(..below));
        let file = Arc::new(SourceFile::new("r.yaml", text.clone()));
        // A default that does not meet its requirement is a mistake.
        if !parse(&file).diagnostics.is_empty() {
            continue;
        }
        let router = router(&text);
        let plain: Vec<Vec<Plain>> = (router.routes().iter())
            .map(|route| route.pattern.segments.iter().map(Plain::of).collect())
            .collect();
        for path in &paths {
            for (method, host) in [("GET", "a.x"), ("POST", "b.x"), ("HEAD", "other")] {
                let routes = router.routes().iter().enumerate();
                let expected = routes.into_iter().find_map(|(at, route)| {
                    let mut all = host_fits(route, host).filter(|_| route.allows(method))?;
                    let in_path = (0..=route.pattern.optional).find_map(|absent| {
                        let present = &plain[at][..plain[at].len() - absent];
                        match present.is_empty() {
                            true => (path == "/").then(Vec::new),
                            false => values(present, path),
                        }
                    })?;
                    all.extend(in_path);
                    Some((at, all))
                });
                let answer = match router.find(method, Some(host), path) {
                    Lookup::Found { route, parameters } => {
                        let named = parameters.named(&router.routes()[route]);
                        let values = named.iter().map(|(_, value)| (*value).to_owned());
                        Some((route, values.collect()))
                    }
                    _ => None,
                };
                assert_eq!(answer, expected, "{method} {host}{path}\n{text}");
                found += usize::from(answer.is_some());
                with_values += usize::from(answer.is_some_and(|(_, values)| !values.is_empty()));
            }
        }
    }
    assert!(
        found > 2_000 && with_values > 1_000,
        "{found} {with_values}"
    );
}

#[test]
fn the_router_finds_texts_among_many() {
    let mut random = fastrand::Rng::with_seed(9);
    // Short ones, so that many come twice, and long ones that differ in one place.
    let mut text = || -> String {
        let letters = random.usize(..4);
        let long = ["", "the-same-beginning-", "日本"][random.usize(..3)];
        let short = (0..letters).map(|_| random.alphabetic());
        format!("{long}{}", short.collect::<String>())
    };
    let paths: Vec<String> = (0..4_000).map(|_| format!("/a/{}", text())).collect();
    let routes: String = (paths.iter().enumerate())
        .map(|(at, path)| format!("  - r{at}: {{path: '{path}', controller: c::c}}\n"))
        .collect();
    let routes = parse(&Arc::new(SourceFile::new(
        "r.yaml",
        format!("routes:\n{routes}"),
    )));
    let routes = routes.routes.into_iter().map(|parsed| parsed.route);
    let table = kalgan_core::routes::RouteTable {
        routes: routes.collect(),
    };
    let router = Router::new(Arc::new(table), None);
    let mut first = HashMap::new();
    for (at, path) in paths.iter().enumerate() {
        first.entry(path.clone()).or_insert(at);
    }
    let (mut found, mut others) = (0, 0);
    for path in paths
        .iter()
        .cloned()
        .chain((0..4_000).map(|_| format!("/a/{}", text())))
    {
        let answer = match router.find("GET", None, &path) {
            Lookup::Found { route, .. } => Some(route),
            _ => None,
        };
        assert_eq!(answer, first.get(&path).copied(), "{path}");
        *if answer.is_some() {
            &mut found
        } else {
            &mut others
        } += 1;
    }
    assert!(
        first.len() > 2_000 && found > 4_000 && others > 1_000,
        "{found} {others}"
    );
}
