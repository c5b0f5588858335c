//! Links that are written as paths: each must be answered, and with its method.

use super::elements;
use super::fit::{self, Part, PathSegment};
use super::levels::Levels;
use super::routes::Routes;
use super::tree::{Attribute, Piece, Tag, decoded};
use crate::diagnostic::Diagnostic;
use crate::lint::known::{Files, Known};
use crate::routes::{RouteDef, Segment};
use crate::source::normalize;
use crate::suggest::{list, nearest};
use crate::templates::Entry;
use percent_encoding::percent_decode_str;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

/// What answers the paths of an app.
pub(super) struct Links<'l> {
    files: &'l Files,
    /// Whether all that answers is known.
    is_on: bool,
    prefix: String,
    folders: Vec<String>,
    is_strict: bool,
    /// Made where a template has a path.
    routes: OnceCell<Routes<'l>>,
    /// What was found of a path before.
    answers: RefCell<HashMap<Vec<PathSegment>, Vec<&'l RouteDef>>>,
}

/// The classes of mistakes in links.
pub(super) const CLASSES: [&str; 2] = ["dead-link", "link-method"];

/// The methods that a link asks with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Method {
    Any,
    One(String),
}

impl<'l> Links<'l> {
    pub(super) fn new(known: &Known<'l>) -> Self {
        let files = known.files;
        let settings = &files.site.settings;
        let text = |key: &str| settings.get_string(key).unwrap_or_default();
        let folders = settings.items("static.folders");
        let is_strict = !matches!(&*text("router.trailing_slash"), "redirect" | "ignore");
        Self {
            files,
            is_on: files.has_all_routes && !files.site.routes.routes.is_empty(),
            prefix: text("server.prefix").trim_end_matches('/').to_owned(),
            folders: folders
                .iter()
                .filter_map(|folder| normalize(folder.trim_start_matches('/')))
                .collect(),
            is_strict,
            routes: OnceCell::new(),
            answers: RefCell::default(),
        }
    }

    /// Finds the links of a tag that nothing answers.
    pub(super) fn check(
        &self,
        levels: &Levels,
        entry: &Entry,
        tag: &Tag,
        found: &mut Vec<Diagnostic>,
    ) {
        if !self.is_on || tag.is_end || tag.attributes.is_empty() {
            return;
        }
        let Some(element) = tag.name.as_deref() else {
            return;
        };
        for attribute in &tag.attributes {
            let Some(name) = attribute.name.as_deref() else {
                continue;
            };
            let is_of_element = match name {
                "action" => element == "form",
                "data" => element == "object",
                "content" => element == "meta" && is_refresh(tag),
                "srcset" | "imagesrcset" => true,
                name => elements::is_url(name),
            };
            if !is_of_element {
                continue;
            }
            let Some(method) = method(tag, element, name) else {
                continue;
            };
            for link in addresses(attribute, name) {
                found.extend(self.link(levels, entry, (tag, attribute), &link, &method));
            }
        }
    }

    fn link(
        &self,
        levels: &Levels,
        entry: &Entry,
        (tag, attribute): (&Tag, &Attribute),
        link: &[Piece],
        method: &Method,
    ) -> Option<Diagnostic> {
        let written = path(link)?;
        let path = self.below_prefix(&written)?;
        let place = || {
            let span = attribute
                .value
                .as_ref()
                .map_or(attribute.span, |value| value.span);
            entry.place(span)
        };
        let shown = shown(&path);
        let answering = self.answering(&path);
        if let Some(file) = self.static_file(&path)
            && answering.is_empty()
        {
            let missing = self.files.missing_links.get(&*file)?;
            let mistake = levels.mistake(
                "dead-link",
                place(),
                format!("there is no static file `{}`", missing.path),
            )?;
            return Some(mistake.with_help(missing.help.as_str()));
        }
        // Where the app has no static files, another server has them.
        if answering.is_empty() && self.folders.is_empty() && is_file(&path) {
            return None;
        }
        if answering.is_empty() {
            let mistake =
                levels.mistake("dead-link", place(), format!("no route answers `{shown}`"))?;
            return Some(mistake.with_help(self.help(&path, method)));
        }
        let Method::One(method) = method else {
            return None;
        };
        if answering.iter().any(|route| route.allows(method)) {
            return None;
        }
        let route = answering.first()?;
        let methods: Vec<&str> = route.methods.iter().map(AsRef::as_ref).collect();
        let mistake = levels.mistake(
            "link-method",
            place(),
            format!(
                "the route `{}` answers {} at `{shown}`, but this sends {method}",
                route.name,
                list(&methods)
            ),
        )?;
        let add = format!("add `{}` to its `methods`", method.to_ascii_lowercase());
        Some(
            mistake.with_help(match (tag.name.as_deref(), methods.as_slice()) {
                (Some("form"), [one @ ("GET" | "POST")]) => {
                    format!("write `method=\"{}\"`, or {add}", one.to_ascii_lowercase())
                }
                (Some("a"), _) => format!("write a form with a button, or {add}"),
                _ => add,
            }),
        )
    }

    /// The path as routes have it; `None` where another app may answer.
    fn below_prefix(&self, path: &[PathSegment]) -> Option<Vec<PathSegment>> {
        if self.prefix.is_empty() {
            return Some(path.to_vec());
        }
        let mut segments = path.iter();
        for part in self.prefix.split('/').skip(1) {
            if fit::literal(segments.next()?)? != part {
                return None;
            }
        }
        let rest: Vec<PathSegment> = segments.cloned().collect();
        Some(match rest.is_empty() {
            true => vec![Vec::new()],
            false => rest,
        })
    }

    fn routes(&self) -> &Routes<'l> {
        let make = || Routes::new(&self.files.site.routes.routes, self.is_strict);
        self.routes.get_or_init(make)
    }

    fn answering(&self, path: &[PathSegment]) -> Vec<&'l RouteDef> {
        if let Some(known) = self.answers.borrow().get(path) {
            return known.clone();
        }
        let found = self.routes().answering(path);
        let mut answers = self.answers.borrow_mut();
        answers.insert(path.to_vec(), found.clone());
        found
    }

    /// The path from the app's folder on, where it lies in a folder of static files.
    fn static_file(&self, path: &[PathSegment]) -> Option<String> {
        let known = path.iter().map_while(fit::literal);
        let known: Vec<String> = known.collect();
        let start = known.join("/");
        let is_below = |folder: &String| {
            let behind = start.strip_prefix(folder.as_str());
            behind.is_some_and(|behind| {
                behind.starts_with('/') || behind.is_empty() && known.len() < path.len()
            })
        };
        self.folders
            .iter()
            .any(is_below)
            .then(|| match known.len() == path.len() {
                true => format!("/{start}"),
                // Some file may be meant.
                false => String::new(),
            })
    }

    fn help(&self, path: &[PathSegment], method: &Method) -> String {
        if let Some(route) = self.nearest(path, method) {
            let names: Vec<String> = route
                .params()
                .filter(|param| {
                    route.default(&param.name).is_none()
                        && route.language_parameter() != Some(&*param.name)
                })
                .map(|param| format!("{}=…", param.name))
                .collect();
            let arguments = match names.is_empty() {
                true => String::new(),
                false => format!("({})", names.join(", ")),
            };
            return format!(
                "did you mean `{}`? Write the route's name: `{{{{ \"{}\"|url{arguments} }}}}`",
                route.path, route.name
            );
        }
        if is_file(path) {
            let folders: Vec<&str> = self.folders.iter().map(String::as_str).collect();
            let written = shown(path);
            return format!(
                "write `{{{{ \"{written}\"|asset }}}}` for a static file; those are in {}",
                list(&folders)
            );
        }
        String::from(
            "add a route, or write the name of one, `{{ \"name\"|url }}`; the command `routes` lists them",
        )
    }

    /// The route that differs from a path in one segment that is nearly the same.
    fn nearest(&self, path: &[PathSegment], method: &Method) -> Option<&'l RouteDef> {
        let mut found = None;
        for route in self.routes().iter() {
            let allows = match method {
                Method::Any => true,
                Method::One(method) => route.allows(method),
            };
            let segments: &[Segment] = &route.pattern.segments;
            if !allows || segments.len() != path.len() {
                continue;
            }
            let mut others = path
                .iter()
                .zip(segments)
                .filter(|(of, segment)| !fit::fits_one(of, segment));
            let (Some((of, Segment::Literal(meant))), None) = (others.next(), others.next()) else {
                continue;
            };
            let Some(text) = fit::literal(of) else {
                continue;
            };
            if nearest(&text, [&**meant]).is_some() {
                // One without parameters is more likely.
                let is_plain = route.params().next().is_none();
                if is_plain {
                    return Some(route);
                }
                found = found.or(Some(route));
            }
        }
        found
    }
}

/// Whether a `<meta>` is a redirect.
fn is_refresh(tag: &Tag) -> bool {
    let kind = tag.literal("http-equiv");
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"))
}

/// The method that a link asks with; `None` where it asks for nothing.
fn method(tag: &Tag, element: &str, attribute: &str) -> Option<Method> {
    let own = |name: &str, default: Method| match tag.literal(name) {
        Some(method) if method.eq_ignore_ascii_case("dialog") => None,
        Some(method) if method.eq_ignore_ascii_case("post") => {
            Some(Method::One(String::from("POST")))
        }
        // What is none of the others is `get`.
        Some(_) => Some(Method::One(String::from("GET"))),
        None if tag.may_have(name) => Some(Method::Any),
        None => Some(default),
    };
    match attribute {
        "action" => own("method", Method::One(String::from("GET"))),
        "formaction" => own("formmethod", Method::Any),
        name => Some(match name.strip_prefix("hx-") {
            Some(method) => Method::One(method.to_ascii_uppercase()),
            None if element == "form" => Method::Any,
            None => Method::One(String::from("GET")),
        }),
    }
}

/// The addresses that an attribute holds, as far as they are known.
fn addresses(attribute: &Attribute, name: &str) -> Vec<Vec<Piece>> {
    let Some(value) = &attribute.value else {
        return Vec::new();
    };
    match name {
        "srcset" | "imagesrcset" => {
            let Some(text) = value.literal() else {
                return Vec::new();
            };
            let candidates = text.split(',').filter_map(|part| {
                let address = part.split_ascii_whitespace().next()?;
                Some(vec![Piece::Text(address.into())])
            });
            candidates.collect()
        }
        "content" => {
            let Some(text) = value.literal() else {
                return Vec::new();
            };
            let Some((_, behind)) = text.split_once([';', ',']) else {
                return Vec::new();
            };
            let behind = behind.trim_start();
            let address = match behind.get(..3) {
                Some(url) if url.eq_ignore_ascii_case("url") => {
                    behind[3..].trim_start().strip_prefix('=').unwrap_or("")
                }
                _ => behind,
            };
            let address = address.trim().trim_matches(['"', '\'']);
            vec![vec![Piece::Text(address.into())]]
        }
        _ => value.variants().unwrap_or_default(),
    }
}

/// The path of an address of this server; `None` for all others.
fn path(link: &[Piece]) -> Option<Vec<PathSegment>> {
    let mut segments: Vec<PathSegment> = Vec::new();
    let mut is_first = true;
    for piece in link {
        let text = match piece {
            Piece::Text(text) => decoded(text),
            Piece::Hole | Piece::Either(_) if is_first => return None,
            Piece::Hole | Piece::Either(_) => {
                segments.last_mut()?.push(Part::Hole);
                continue;
            }
        };
        let mut text = text.as_str();
        if is_first {
            text = text.trim_start();
            if text.is_empty() {
                continue;
            }
            text = text.strip_prefix('/')?;
            if text.starts_with(['/', '\\']) {
                return None;
            }
            segments.push(Vec::new());
            is_first = false;
        }
        let end = text.find(['?', '#']);
        let here = &text[..end.unwrap_or(text.len())];
        // What another language of templates fills in, or a reference that is not known here.
        if here.contains(['{', '}', '$', '<', '*', '&', '\\', '\n']) {
            return None;
        }
        for (at, part) in here.trim_end().split('/').enumerate() {
            if at > 0 {
                segments.push(Vec::new());
            }
            if !part.is_empty() {
                let part = percent_decode_str(part).decode_utf8().ok()?;
                segments.last_mut()?.push(Part::Text(part.into_owned()));
            }
        }
        if end.is_some() {
            break;
        }
    }
    // `//host` may begin in a hole.
    let begins_with_hole =
        matches!(segments.first()?.first(), Some(Part::Hole)) && segments.len() == 1;
    let is_dots = |segment: &PathSegment| {
        let text = fit::literal(segment);
        text.is_some_and(|text| crate::routes::is_dots(&text))
    };
    let is_certain = !is_first && !begins_with_hole && !segments.iter().any(is_dots);
    is_certain.then_some(segments)
}

/// Whether a path is that of a file: its name has an extension.
fn is_file(path: &[PathSegment]) -> bool {
    let last = path.last().and_then(|segment| segment.last());
    matches!(last, Some(Part::Text(text)) if text.contains('.'))
}

fn shown(path: &[PathSegment]) -> String {
    let segments = path.iter().map(|segment| -> String {
        let parts = segment.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Hole => "…",
        });
        parts.collect()
    });
    let segments: Vec<String> = segments.collect();
    format!("/{}", segments.join("/"))
}
