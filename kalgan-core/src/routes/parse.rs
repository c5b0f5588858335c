//! Route files to routes. The format is that of Kalgan 0.9.1 with additions; what 0.9.1 passed
//! over in silence is an error here.

use super::keys::{self, RouteKey, Shape};
use super::pattern::PatternError;
use super::{
    HostPattern, PathPattern, Piece, RouteDef, RouteLanguage, Segment, foreign, requirement, words,
};
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, nearest};
use crate::text::{List, Place, SourceFile, Span, Text};
use crate::yaml::{self, Data, Key, Node};
use std::sync::Arc;

/// What one routes file says.
#[derive(Clone, Debug, Default)]
pub struct ParsedRoutes {
    /// The routes in file order.
    pub routes: Vec<ParsedRoute>,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A route and its places.
#[derive(Clone, Debug)]
pub struct ParsedRoute {
    /// The route.
    pub route: RouteDef,
    /// Its places.
    pub places: RoutePlaces,
}

/// Where the parts of a route stand.
#[derive(Clone, Debug)]
pub struct RoutePlaces {
    /// The name.
    pub name: Place,
    /// The path.
    pub path: Place,
    /// The controller.
    pub controller: Place,
    /// The middlewares, in the order of the route's.
    pub middleware: Vec<Place>,
    /// The language.
    pub language: Option<Place>,
    /// The requirements, by the names of their parameters.
    pub requirements: Vec<(Text, Place)>,
    /// The defaults, by the names of their parameters.
    pub defaults: Vec<(Text, Place)>,
    /// Whether the path is `/` below the prefix of a group.
    pub is_root_of_group: bool,
}

/// What a group gives to its routes.
#[derive(Clone, Default)]
struct Shared {
    prefix: String,
    host: Option<(String, Span)>,
    methods: Vec<Text>,
    middleware: Vec<(Text, Span)>,
    language: Option<(String, Span)>,
    requirements: Vec<Requirement>,
    defaults: Vec<(Text, Text, Span)>,
    max_body: Option<u64>,
}

#[derive(Clone, PartialEq, Eq)]
struct Requirement {
    parameter: String,
    name: Span,
    pattern: String,
    value: Span,
}

/// Parses a routes file.
#[must_use]
pub fn parse(file: &Arc<SourceFile>) -> ParsedRoutes {
    let mut parser = RoutesParser {
        file,
        parsed: ParsedRoutes::default(),
    };
    match yaml::parse(file) {
        Err(diagnostics) => parser.parsed.diagnostics = diagnostics,
        Ok(None) => {}
        Ok(Some(root)) => parser.root(&root),
    }
    parser.parsed
}

/// What a part of a host may have, once it is in small letters.
const LABEL: [(char, char); 4] = [('a', 'z'), ('0', '9'), ('-', '-'), ('_', '_')];

/// Whether a key of a whole file holds what aliases repeat, as in Compose's and GitLab's files.
fn is_holder(key: &str) -> bool {
    key.starts_with("x-") || key.starts_with('.')
}

pub(super) struct RoutesParser<'a> {
    pub(super) file: &'a Arc<SourceFile>,
    pub(super) parsed: ParsedRoutes,
}

impl RoutesParser<'_> {
    fn root(&mut self, root: &Node) {
        let Data::Map(entries) = &root.data else {
            self.error(
                "routes-shape",
                root.span,
                format!(
                    "a routes file is a map with `routes:`, but this is {}",
                    root.kind()
                ),
                "write `routes:` and, indented below it, `- name:` for each route",
            );
            return;
        };
        for (key, node) in entries {
            if key.text == "routes" {
                self.list(node, &Shared::default());
            } else if !is_holder(&key.text) {
                self.unknown(key, "of a routes file", &["routes"]);
            }
        }
    }

    fn list(&mut self, node: &Node, shared: &Shared) {
        let items = match &node.data {
            Data::List(items) => items,
            _ if node.is_null() => return,
            _ => {
                self.error(
                    "routes-shape",
                    node.span,
                    format!("`routes` is a list, but this is {}", node.kind()),
                    "begin each route with `- name:`",
                );
                return;
            }
        };
        for item in items {
            let Data::Map(entries) = &item.data else {
                self.error(
                    "routes-shape",
                    item.span,
                    format!("a route is a map, but this is {}", item.kind()),
                    "write `- name:` and, indented below it, `path:` and `controller:`",
                );
                continue;
            };
            // A group may stand without a name.
            if entries.iter().any(|(key, _)| key.text == "routes") {
                self.group(entries, shared);
                continue;
            }
            match entries.as_slice() {
                [(name, body)] => self.named(name, body, shared),
                [(name, body), (second, _), ..]
                    if body.is_null() && keys::of_a_route(&second.text).is_some() =>
                {
                    self.error(
                        "routes-shape",
                        name.span,
                        format!("the keys of the route `{}` are not indented below it", name.text),
                        "indent `path:`, `controller:` and the others two spaces more than the name",
                    );
                }
                [(first, _), ..] if keys::of_a_route(&first.text).is_some() => self.error(
                    "route-incomplete",
                    first.span,
                    String::from("this route has no name"),
                    "write `- name:` and put the keys below it, indented",
                ),
                _ => self.error(
                    "routes-shape",
                    item.span,
                    String::from("a list item holds one route, but this one has several keys"),
                    "begin each route with `-`",
                ),
            }
        }
    }

    fn named(&mut self, name: &Key, body: &Node, shared: &Shared) {
        let Data::Map(entries) = &body.data else {
            self.error(
                "route-incomplete",
                if body.is_null() { name.span } else { body.span },
                format!(
                    "the route `{}` needs `path` and `controller`, but holds {}",
                    name.text,
                    body.kind()
                ),
                "put `path:` and `controller:` below the name, indented",
            );
            return;
        };
        if entries.iter().any(|(key, _)| key.text == "routes") {
            self.group(entries, shared);
        } else {
            self.route(name, entries, shared);
        }
    }

    fn group(&mut self, entries: &[(Key, Node)], outer: &Shared) {
        let mut shared = outer.clone();
        let mut routes = None;
        for (key, node) in entries {
            let Some(known) = keys::of_a_group(&key.text) else {
                self.unknown(key, "of a group of routes", &keys::names_of_a_group());
                continue;
            };
            match known.shape {
                Shape::Routes => routes = Some(node),
                Shape::Prefix => {
                    if let Some(prefix) = self.text(key, node) {
                        if !prefix.starts_with('/') || (prefix.len() > 1 && prefix.ends_with('/')) {
                            self.error(
                                "bad-path",
                                node.span,
                                format!("the prefix `{prefix}` does not fit before a path"),
                                "a prefix begins with `/` and does not end with it",
                            );
                            continue;
                        }
                        self.foreign_parameters(&prefix, node);
                        shared.prefix.push_str(prefix.trim_end_matches('/'));
                    }
                }
                _ => self.shared_key(known, key, node, &mut shared),
            }
        }
        if let Some(routes) = routes {
            self.list(routes, &shared);
        }
    }

    /// The keys that routes and groups have in common. A route's own value replaces the group's,
    /// except that middlewares run after the group's, and maps are merged.
    fn shared_key(&mut self, known: &RouteKey, key: &Key, node: &Node, shared: &mut Shared) {
        match known.shape {
            Shape::Host => {
                if let Some(host) = self.text(key, node) {
                    shared.host = Some((host, node.span));
                }
            }
            Shape::Language => {
                if let Some(language) = self.text(key, node) {
                    shared.language = Some((language, node.span));
                }
            }
            Shape::Methods => {
                let words = self.words(key, node);
                if words.is_empty() && !node.is_null() && !matches!(node.data, Data::Map(_)) {
                    self.no_methods(node);
                }
                shared.methods = words
                    .into_iter()
                    .filter_map(|(word, span)| self.method(&word, span))
                    .collect();
            }
            Shape::Middleware => {
                for (word, span) in self.words(key, node) {
                    if let Some(path) = self.function_path(&word, span, "middleware") {
                        if let Some((_, first)) =
                            shared.middleware.iter().find(|(known, _)| *known == path)
                        {
                            let place = self.place(*first);
                            self.parsed.diagnostics.push(
                                Diagnostic::error(
                                    self.file,
                                    span,
                                    format!("the middleware `{path}` stands twice on this route"),
                                )
                                .with_code("duplicate-middleware")
                                .with_help("remove one of them; a middleware runs once a request")
                                .with_note("it stands here first", place),
                            );
                            continue;
                        }
                        shared.middleware.push((path, span));
                    }
                }
            }
            Shape::Requirements => {
                for (name, node) in self.map(key, node) {
                    if let Some(pattern) = self.text(&name, &node) {
                        if !words::may_be_of(&pattern, &[(char::MIN, char::MAX)]) {
                            self.error(
                                "bad-requirement",
                                node.span,
                                format!(
                                    "no value meets the requirement `{pattern}` of `{}`",
                                    name.text
                                ),
                                "write what a value has to be, such as `[0-9]+`",
                            );
                        }
                        if let Err(error) = requirement::shared(&pattern) {
                            self.error(
                                "bad-requirement",
                                node.span,
                                format!(
                                    "the requirement of `{}` is not a regular expression: {}",
                                    name.text,
                                    last_line(&error)
                                ),
                                "the syntax is that of the regex crate; it has no look-around and \
                                 no back references",
                            );
                            continue;
                        }
                        shared
                            .requirements
                            .retain(|known| known.parameter != name.text);
                        shared.requirements.push(Requirement {
                            parameter: name.text,
                            name: name.span,
                            pattern,
                            value: node.span,
                        });
                    }
                }
            }
            Shape::Defaults => {
                for (name, node) in self.map(key, node) {
                    let value = match &node.data {
                        Data::Scalar(scalar) => scalar.text.clone(),
                        _ => {
                            self.error(
                                "route-value",
                                node.span,
                                format!("the default of `{}` is {}", name.text, node.kind()),
                                "a default is text, a number, or true or false",
                            );
                            continue;
                        }
                    };
                    shared.defaults.retain(|(known, ..)| *known != name.text);
                    let span = if node.is_null() { name.span } else { node.span };
                    shared
                        .defaults
                        .push((name.text.clone().into(), value, span));
                }
            }
            Shape::Size => {
                if let Some(size) = self.size(key, node) {
                    shared.max_body = Some(size);
                }
            }
            // Of routes alone, or of groups alone.
            Shape::Path | Shape::Controller | Shape::Prefix | Shape::Routes => {}
        }
    }

    fn route(&mut self, name: &Key, entries: &[(Key, Node)], outer: &Shared) {
        let mut shared = outer.clone();
        let mut path = None;
        let mut controller = None;
        for (key, node) in entries {
            let Some(known) = keys::of_a_route(&key.text) else {
                self.unknown(key, "of a route", &keys::names_of_a_route());
                continue;
            };
            match known.shape {
                Shape::Path => path = self.path_text(key, node).map(|text| (text, node)),
                Shape::Controller => {
                    controller = self
                        .text(key, node)
                        .and_then(|text| self.function_path(&text, node.span, "controller"))
                        .map(|path| (path, node.span));
                    if controller.is_none() {
                        // Said already; a stand-in keeps the rest of the route checked.
                        controller = Some((Text::Borrowed(""), node.span));
                    }
                }
                _ => self.shared_key(known, key, node, &mut shared),
            }
        }
        // A key that is misspelt was reported as such; that it is missing would be said twice.
        let has = |wanted: &str| {
            entries.iter().any(|(key, _)| {
                key.text == wanted
                    || (keys::of_a_route(&key.text).is_none()
                        && nearest(&key.text, keys::names_of_a_route()) == Some(wanted))
            })
        };
        for (wanted, example) in [
            ("path", "path: /"),
            ("controller", "controller: home_controller::index"),
        ] {
            if !has(wanted) {
                self.error(
                    "route-incomplete",
                    name.span,
                    format!("the route `{}` has no `{wanted}`", name.text),
                    &format!("add `{example}` below it"),
                );
            }
        }
        let (Some((path, path_node)), Some((controller, controller_span))) = (path, controller)
        else {
            return;
        };
        self.finish(
            name,
            (&path, path_node),
            (controller, controller_span),
            &shared,
            outer,
        );
    }

    fn finish(
        &mut self,
        name: &Key,
        (path, path_node): (&str, &Node),
        (controller, controller_span): (Text, Span),
        shared: &Shared,
        outer: &Shared,
    ) {
        let requirement = |wanted: &str| {
            shared
                .requirements
                .iter()
                .find(|requirement| requirement.parameter == wanted)
                .map(|requirement| requirement.pattern.clone())
        };
        let full = format!("{}{path}", shared.prefix);
        let mut pattern = match PathPattern::parse(&full, &requirement) {
            Ok(pattern) => pattern,
            Err(error) => {
                let span = self.within(path_node, &error, shared.prefix.len());
                self.error("bad-path", span, error.message.clone(), &error.help);
                return;
            }
        };
        without_anchors(&mut pattern.segments);
        self.foreign_parameters(path, path_node);
        let host = match &shared.host {
            None => None,
            Some((host, span)) => match HostPattern::parse(host, &requirement) {
                Ok(mut host) => {
                    without_anchors(&mut host.labels);
                    Some(host)
                }
                Err(error) => {
                    self.error("bad-host", *span, error.message, &error.help);
                    None
                }
            },
        };
        let known: Vec<String> = host
            .iter()
            .flat_map(HostPattern::params)
            .chain(pattern.params())
            .map(|param| param.name.to_string())
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.check_host_requirements(host.as_ref(), shared);
        for requirement in &shared.requirements {
            let parameter = requirement.parameter.as_str();
            if !known.contains(&parameter) && !outer.requirements.contains(requirement) {
                let diagnostic = Diagnostic::error(
                    self.file,
                    requirement.name,
                    format!("the path `{full}` has no parameter `{parameter}`"),
                )
                .with_code("requirement-without-parameter")
                .with_optional_help(did_you_mean(parameter, &known).or_else(|| {
                    Some(String::from(
                        "remove the requirement, or add the parameter to the path",
                    ))
                }));
                self.parsed.diagnostics.push(diagnostic);
            }
        }
        pattern.optional = pattern
            .segments
            .iter()
            .rev()
            .take_while(|segment| match segment {
                Segment::Param(param) | Segment::Rest(param) => {
                    shared.defaults.iter().any(|(name, ..)| *name == param.name)
                }
                _ => false,
            })
            .count();
        self.check_defaults(shared, outer, &known, &pattern);
        let language = shared.language.as_ref().and_then(|(language, span)| {
            if known.contains(&language.as_str()) {
                Some(RouteLanguage::Parameter(language.clone().into()))
            } else if self.check_language(language, *span, &full, &known) {
                Some(RouteLanguage::Fixed(language.clone().into()))
            } else {
                None
            }
        });
        let name_place = self.place(name.span);
        self.parsed.routes.push(ParsedRoute {
            route: RouteDef {
                name: name.text.clone().into(),
                path: full.into(),
                pattern,
                host,
                methods: shared.methods.clone().into(),
                controller,
                middleware: shared
                    .middleware
                    .iter()
                    .map(|(path, _)| path.clone())
                    .collect(),
                language,
                defaults: shared
                    .defaults
                    .iter()
                    .map(|(name, value, _)| (name.clone(), value.clone()))
                    .collect(),
                max_body: shared.max_body,
                place: name_place.display().into(),
            },
            places: RoutePlaces {
                name: name_place,
                path: self.place(path_node.span),
                is_root_of_group: path == "/" && !shared.prefix.is_empty(),
                controller: self.place(controller_span),
                middleware: shared
                    .middleware
                    .iter()
                    .map(|(_, span)| self.place(*span))
                    .collect(),
                language: shared.language.as_ref().map(|(_, span)| self.place(*span)),
                requirements: shared
                    .requirements
                    .iter()
                    .map(|requirement| {
                        let name = requirement.parameter.clone().into();
                        (name, self.place(requirement.value))
                    })
                    .collect(),
                defaults: shared
                    .defaults
                    .iter()
                    .map(|(name, _, span)| (name.clone(), self.place(*span)))
                    .collect(),
            },
        });
    }

    /// Parameters as other routers write them, in a path or a prefix.
    fn foreign_parameters(&mut self, path: &str, node: &Node) {
        for found in foreign::in_path(path) {
            let error = PatternError {
                message: format!("`{}` stands for itself in a path", found.written),
                help: format!("did you mean `{}`?", found.meant),
                start: found.start,
                len: found.written.len(),
            };
            let span = self.within(node, &error, 0);
            self.parsed.diagnostics.push(
                Diagnostic::warning(self.file, span, error.message)
                    .with_code("foreign-parameter")
                    .with_help(error.help),
            );
        }
    }

    /// A requirement of a host's parameter must allow something that a host may be: it is compared in
    /// small letters, and without its dots.
    fn check_host_requirements(&mut self, host: Option<&HostPattern>, shared: &Shared) {
        let params = host.into_iter().flat_map(|host| {
            let mixed = host
                .labels
                .iter()
                .filter(|label| label.params().count() > 0);
            mixed.flat_map(Segment::params)
        });
        for param in params {
            let requirement = shared
                .requirements
                .iter()
                .find(|requirement| requirement.parameter == *param.name);
            let Some(requirement) = requirement else {
                continue;
            };
            if words::may_be_of(&requirement.pattern, &LABEL) {
                continue;
            }
            self.error(
                "bad-host",
                requirement.value,
                format!(
                    "the requirement `{}` of `{}` never matches a part of a host",
                    requirement.pattern, param.name
                ),
                "hosts are compared in small letters; a part has letters, digits and `-`, and no dot",
            );
        }
    }

    /// A default must meet the requirement of its parameter. One that is called nearly like a parameter
    /// is most likely misspelt; others are further values of the route.
    fn check_defaults(
        &mut self,
        shared: &Shared,
        outer: &Shared,
        known: &[&str],
        pattern: &PathPattern,
    ) {
        let given = |name: &str| shared.defaults.iter().any(|(known, ..)| known == name);
        for default in &shared.defaults {
            let (name, _, span) = default;
            let without = known.iter().copied().filter(|known| !given(known));
            let is_own = !outer.defaults.contains(default) && !known.contains(&name.as_ref());
            if is_own && let Some(meant) = nearest(name, without) {
                let message = format!("the default `{name}` is of no parameter of the path");
                self.error(
                    "default-without-parameter",
                    *span,
                    message,
                    &format!("did you mean `{meant}`?"),
                );
            }
        }
        for param in pattern.params() {
            let Some((_, value, span)) = shared
                .defaults
                .iter()
                .find(|(name, ..)| *name == param.name)
            else {
                continue;
            };
            let Some(requirement) = &param.requirement else {
                continue;
            };
            if !requirement::takes(requirement, value) {
                self.error(
                    "default-requirement",
                    *span,
                    format!(
                        "the default `{value}` of `{}` does not meet its requirement",
                        param.name
                    ),
                    &format!("it must match `{requirement}` as a whole"),
                );
            }
        }
    }

    /// A language that is no parameter must look like one: `_lang` alone is a slip. Whether it does.
    fn check_language(&mut self, language: &str, span: Span, path: &str, known: &[&str]) -> bool {
        let is_tag = language.split(['-', '_']).enumerate().all(|(at, part)| {
            let long_enough = if at == 0 { 2..=3 } else { 1..=8 };
            long_enough.contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        });
        if !is_tag {
            let help = nearest(language, known.iter().copied()).map_or_else(
                || {
                    String::from(
                        "write a language such as `en`, or the name of a parameter of the path",
                    )
                },
                |nearest| format!("did you mean `{nearest}`?"),
            );
            self.error(
                "route-language",
                span,
                format!("`{language}` is neither a parameter of `{path}` nor a language"),
                &help,
            );
        }
        is_tag
    }
}

/// A requirement counts for the whole of a value, which within a segment is not the whole segment.
fn without_anchors(segments: &mut List<Segment>) {
    for segment in segments.to_mut() {
        let Segment::Mixed(pieces) = segment else {
            continue;
        };
        for piece in pieces.to_mut() {
            if let Piece::Param(param) = piece {
                param.requirement = (param.requirement.as_deref())
                    .map(|pattern| requirement::plain(pattern).into());
            }
        }
    }
}

/// The regex crate explains at length; its last line says what is wrong.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").trim().to_owned()
}
