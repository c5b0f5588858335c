//! Mistakes in routes. The right place is the line of what is wrong in the file; where a route's
//! name or parameters change, the lines of the templates that link to it; where a route is made
//! unreachable, its own path, not that of the route in front.

use crate::mutations::messages::MOST;
use crate::mutations::mutation::{At, Museum, Mutation, at, misspell, some_of_each};
use crate::mutations::templates;
use kalgan_core::text::{SourceFile, Span};
use kalgan_core::yaml::{self, Data, Key, Node};
use std::sync::Arc;

/// A route.
struct Route {
    file: Arc<SourceFile>,
    name: Key,
    /// From its `-` to the end of its last line.
    whole: Span,
    entries: Vec<(Key, Node)>,
}

impl Route {
    fn get(&self, key: &str) -> Option<&(Key, Node)> {
        self.entries.iter().find(|(own, _)| own.text == key)
    }
}

/// The links of templates to a route.
fn links(museum: &Museum, route: &str) -> Vec<At> {
    let mut links = Vec::new();
    for template in templates::parsed(museum) {
        let calls = template.references.urls.iter();
        let own = calls.filter(|call| &*call.name.text == route);
        links.extend(own.map(|call| at(&template.file, call.name.span.start)));
    }
    links
}

fn parsed(museum: &Museum) -> Vec<Route> {
    let mut routes = Vec::new();
    for file in museum.below("config/routes/") {
        let root = yaml::parse(file).unwrap().expect("a file has routes");
        let Data::Map(entries) = root.data else {
            panic!("a file of routes is a map");
        };
        for (_, list) in entries {
            let Data::List(list) = list.data else {
                panic!("routes are a list");
            };
            for node in list {
                let Data::Map(mut route) = node.data else {
                    panic!("a route is a map");
                };
                let (name, value) = route.remove(0);
                let Data::Map(entries) = value.data else {
                    panic!("a route is a map");
                };
                let text = file.text();
                let start = text[..name.span.start].rfind('\n').unwrap() + 1;
                let last = entries.last().unwrap().1.span.end;
                let end = last + text[last..].find('\n').unwrap() + 1;
                routes.push(Route {
                    file: Arc::clone(file),
                    name,
                    whole: Span::new(start, end),
                    entries,
                });
            }
        }
    }
    routes
}

/// The mistakes in routes.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let routes = parsed(museum);
    let mut found = Vec::new();
    for (index, route) in routes.iter().enumerate() {
        let file = &route.file;
        let replace = |kind, span, new: &str| Mutation::replace(kind, file, span, new);
        let name = route.name.text.as_str();

        let callers = links(museum, name);
        if !callers.is_empty() {
            let kind = "route: name misspelt that templates link to";
            found.push(replace(kind, route.name.span, &misspell(name)).expecting(callers.clone()));
            let kind = "route: removed that templates link to";
            found.push(replace(kind, route.whole, "").expecting(callers));
        }
        for (key, value) in &route.entries {
            let kind = "route: key misspelt";
            found.push(replace(kind, key.span, &misspell(&key.text)));
            let kind = "route: key twice";
            let text = file.text();
            let start = text[..key.span.start].rfind('\n').unwrap() + 1;
            let end = value.span.end + text[value.span.end..].find('\n').unwrap() + 1;
            let line = file.slice(Span::new(start, end));
            let mutation = replace(kind, Span::new(end, end), line);
            found.push(mutation.expecting(vec![at(file, end)]));
        }
        let next = routes.get(index + 1).filter(|next| next.file == *file);
        if let Some(next) = next {
            let kind = "route: name twice";
            found.push(replace(kind, next.name.span, name));
        }
        values(route, &mut found);
        found.extend(root_of_group(route));

        // The same route under another name in front of it.
        let path = route.get("path").unwrap().1.span.start;
        let kind = "route: unreachable behind a copy";
        let copy = file.slice(route.whole).replacen(name, "copy", 1);
        let front = Span::new(route.whole.start, route.whole.start);
        let place = At {
            line: at(file, path).line + copy.lines().count(),
            file: file.path().to_owned(),
        };
        found.push(replace(kind, front, &copy).expecting(vec![place]));
        if let Some(last) = routes.iter().find(|last| last.name.text == "missing")
            && last.file == *file
            && file.slice(route.whole).contains("/{_lang}/")
            && file.slice(route.whole).contains("methods: get")
            && name != "missing"
        {
            // That route takes what no other takes, so it has to be the last one.
            let kind = "route: unreachable behind the route of all paths";
            let moved = file.slice(last.whole);
            let mut mutation = replace(kind, front, moved);
            let text = file.text();
            let new = format!(
                "{}{moved}{}",
                &text[..front.start],
                &text[front.start..].replace(moved, "")
            );
            mutation.changes = vec![(file.path().to_owned(), Some(new.into_bytes()))];
            let place = At {
                line: at(file, path).line + moved.lines().count(),
                file: file.path().to_owned(),
            };
            found.push(mutation.expecting(vec![place]));
        }
    }
    some_of_each(found, MOST)
}

/// The route as the root of a group that has its path as prefix: with a slash behind it from then on.
fn root_of_group(route: &Route) -> Option<Mutation> {
    let (file, path) = (&route.file, route.get("path")?.1.span);
    let prefix = file.slice(path);
    if prefix == "/" || prefix.contains('*') {
        return None;
    }
    let whole = file.slice(route.whole);
    let inner = whole.replacen(&format!("path: {prefix}"), "path: /", 1);
    let inner: String = inner
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    let group = format!("  - group:\n      prefix: {prefix}\n      routes:\n{inner}");
    let mutation = Mutation::replace("route: root of a group", file, route.whole, &group);
    let place = At {
        line: at(file, path.start).line + 3,
        file: file.path().to_owned(),
    };
    Some(mutation.expecting(vec![place]))
}

/// Mistakes in the values of a route.
fn values(route: &Route, found: &mut Vec<Mutation>) {
    let file = &route.file;
    let replace = |kind, span, new: &str| Mutation::replace(kind, file, span, new);
    for (key, kinds) in [
        (
            "controller",
            [
                "route: controller misspelt",
                "route: controller's module misspelt",
            ],
        ),
        (
            "middleware",
            [
                "route: middleware misspelt",
                "route: middleware's module misspelt",
            ],
        ),
    ] {
        if let Some((_, value)) = route.get(key) {
            let text = file.slice(value.span);
            let module = text.find("::").unwrap();
            found.push(replace(kinds[0], value.span, &misspell(text)));
            let span = value.span.part(0, module);
            found.push(replace(kinds[1], span, &misspell(&text[..module])));
        }
    }
    if let Some((_, value)) = route.get("middleware") {
        let text = file.slice(value.span);
        let kind = "route: middleware twice";
        found.push(replace(kind, value.span, &format!("[{text}, {text}]")));
    }
    if let Some((_, value)) = route.get("methods") {
        let kind = "route: method misspelt";
        found.push(replace(kind, value.span, &misspell(file.slice(value.span))));
        let kind = "route: value of another shape";
        found.push(replace(kind, value.span, "{ get: true }"));
        let kind = "route: limit of bodies that is no size";
        let limit = format!("{}\n      max_body: 2 apples", file.slice(value.span));
        let place = At {
            line: at(file, value.span.start).line + 1,
            file: file.path().to_owned(),
        };
        found.push(replace(kind, value.span, &limit).expecting(vec![place]));
    }
    if let Some((_, value)) = route.get("language") {
        let kind = "route: language that is none";
        found.push(replace(kind, value.span, "xx"));
    }
    let path = route.get("path").unwrap().1.span;
    let text = file.slice(path);
    if let Some(open) = text.find('{') {
        let kind = "route: brace in the path not closed";
        let close = path.part(open + text[open..].find('}').unwrap(), 1);
        found.push(replace(kind, close, ""));
    }
    for (own, foreign) in [
        ("route: parameter as `:name`", |name: &str| {
            format!(":{name}")
        }),
        ("route: parameter as `<name>`", |name: &str| {
            format!("<{name}>")
        }),
    ] as [(&'static str, fn(&str) -> String); 2]
    {
        let segment = text.split('/').find(|segment| {
            let inner = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            inner.is_some_and(|name| !name.contains(['{', '*']))
        });
        if let Some(segment) = segment {
            let start = text.find(segment).unwrap();
            let name = segment.trim_matches(['{', '}']);
            let span = path.part(start, segment.len());
            found.push(replace(own, span, &foreign(name)));
            let kind = "route: default of a misspelt parameter";
            let (_, controller) = route.get("controller").unwrap();
            let line = format!(
                "{}\n      defaults: {{ {}: x }}",
                file.slice(controller.span),
                misspell(name)
            );
            let place = At {
                line: at(file, controller.span.start).line + 1,
                file: file.path().to_owned(),
            };
            found.push(replace(kind, controller.span, &line).expecting(vec![place]));
        }
    }
    let kind = "route: path of a static file";
    found.push(replace(kind, path, "/static/app.css"));
    let kind = "route: without a method";
    if let Some((_, value)) = route.get("methods") {
        found.push(replace(kind, value.span, "[]"));
    }
    let kind = "route: path without `/` in front";
    found.push(replace(kind, path.part(0, 1), ""));
    let kind = "route: controller missing";
    let (key, value) = route.get("controller").unwrap();
    let line = Span::new(key.span.start, value.span.end);
    let name = at(file, route.name.span.start);
    found.push(replace(kind, line, "").expecting(vec![name]));
    requirements(route, found);
}

/// Mistakes in requirements, and between them and the path.
fn requirements(route: &Route, found: &mut Vec<Mutation>) {
    let file = &route.file;
    let replace = |kind, span, new: &str| Mutation::replace(kind, file, span, new);
    let Some((
        _,
        Node {
            data: Data::Map(requirements),
            ..
        },
    )) = route.get("requirements")
    else {
        return;
    };
    let path = route.get("path").unwrap().1.span;
    let text = file.slice(path);
    for (key, value) in requirements {
        let kind = "route: requirement of no parameter";
        found.push(replace(kind, key.span, &misspell(&key.text)));
        let kind = "route: requirement that is no regular expression";
        found.push(replace(kind, value.span, "\"(a|b\""));
        let parameter = format!("{{{}}}", key.text);
        let Some(start) = text.find(&parameter) else {
            continue;
        };
        let kind = "route: parameter misspelt in the path";
        let span = path.part(start + 1, key.text.len());
        let place = at(file, key.span.start);
        found.push(replace(kind, span, &misspell(&key.text)).expecting(vec![place.clone()]));
        let kind = "route: parameter removed from the path";
        let span = path.part(start, parameter.len());
        // Who links to it is not at fault before the route is whole.
        found.push(replace(kind, span, "x").expecting(vec![place]));
        if key.text == "_lang" {
            let kind = "route: language without messages allowed";
            let end = Span::new(value.span.end - 1, value.span.end - 1);
            found.push(replace(kind, end, "|fr"));
        }
    }
}
