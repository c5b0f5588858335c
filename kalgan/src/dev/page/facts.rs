//! What is known of a request: who asks for what, and which route answers.

use crate::dev::editor::Editor;
use crate::routing::route::Matched;
use crate::site::current::Current;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use kalgan_core::text::Position;

/// Names with their values.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
    /// Whether it is folded at first.
    pub(super) is_folded: bool,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) value: String,
    /// What opens it in the editor.
    pub(super) link: Option<String>,
}

impl Section {
    fn new(title: &'static str) -> Self {
        Self {
            title,
            ..Self::default()
        }
    }

    fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.rows.push(Row {
            name: name.into(),
            value: value.into(),
            link: None,
        });
    }
}

/// All that is known of a request.
pub(super) fn sections(current: &Current, head: &Parts, editor: &Editor) -> Vec<Section> {
    let mut request = Section::new("Request");
    request.push("method", current.method.as_str());
    let target = current
        .uri
        .path_and_query()
        .map_or_else(|| current.uri.to_string(), ToString::to_string);
    request.push("URL", current.connection.absolute(&target));
    request.push("version", format!("{:?}", head.version));
    if let Some(client) = current.connection.client_ip() {
        request.push("client", client.to_string());
    }
    request.push("language", &*current.language.tag);

    let mut sections = vec![request];
    if let Some(route) = &current.route {
        sections.push(of_route(route, editor));
        let mut parameters = Section::new("Path parameters");
        for (name, value) in route.parameters() {
            parameters.push(name, value);
        }
        sections.push(parameters);
    }
    let mut query = Section::new("Query parameters");
    let decoded: Result<Vec<(String, String)>, _> =
        serde_html_form::from_str(current.uri.query().unwrap_or_default());
    for (name, value) in decoded.unwrap_or_default() {
        query.push(name, value);
    }
    sections.push(query);
    sections.push(headers(&head.headers));
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn of_route(route: &Matched, editor: &Editor) -> Section {
    let mut section = Section::new("Route");
    section.push("name", route.name());
    let route = route.def();
    section.push("path", &*route.path);
    section.push("controller", &*route.controller);
    if !route.methods.is_empty() {
        section.push("methods", route.methods.join(", "));
    }
    if let Some(host) = &route.host {
        section.push("host", &*host.text);
    }
    if !route.middleware.is_empty() {
        section.push("middlewares", route.middleware.join(", "));
    }
    section.rows.push(Row {
        name: String::from("file"),
        value: route.place.to_string(),
        link: place_link(&route.place, editor),
    });
    section
}

/// What opens `path:line:column` in the editor.
pub(super) fn place_link(place: &str, editor: &Editor) -> Option<String> {
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    editor.link(path, Position { line, column })
}

fn headers(headers: &HeaderMap) -> Section {
    let mut section = Section::new("Headers");
    section.is_folded = true;
    for (name, value) in headers {
        section.push(name.as_str(), shown(name.as_str(), value));
    }
    section
}

/// What stands for a part of a header that is not to be seen.
const MASK: &str = "…";

/// The value of a header, without what whoever has it could use.
fn shown(name: &str, value: &HeaderValue) -> String {
    let value = String::from_utf8_lossy(value.as_bytes());
    match name {
        // The names of cookies help to find what is wrong.
        "cookie" => {
            let cookies = value.split(';').map(str::trim);
            let names = cookies.map(|cookie| match cookie.split_once('=') {
                Some((name, _)) => format!("{name}={MASK}"),
                None => String::from(MASK),
            });
            names.collect::<Vec<_>>().join("; ")
        }
        // So does the scheme.
        "authorization" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {MASK}"),
            None => String::from(MASK),
        },
        name if is_secret(name) => String::from(MASK),
        _ => value.into_owned(),
    }
}

fn is_secret(name: &str) -> bool {
    [
        "auth",
        "cookie",
        "token",
        "secret",
        "password",
        "api-key",
        "apikey",
        "access-key",
        "session",
        "signature",
        "credential",
        "csrf",
        "xsrf",
        "jwt",
    ]
    .iter()
    .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn secrets_are_masked() {
        for (name, value, expected) in [
            (
                "cookie",
                "session=s3cret; theme=dark; bare",
                "session=…; theme=…; …",
            ),
            ("authorization", "Bearer s3cret", "Bearer …"),
            ("authorization", "s3cret", "…"),
            ("proxy-authorization", "Basic s3cret=", "Basic …"),
            ("x-api-key", "s3cret", "…"),
            ("x-csrf-token", "s3cret", "…"),
            ("x-amz-security-token", "s3cret", "…"),
            ("accept", "text/html", "text/html"),
            ("user-agent", "curl/8", "curl/8"),
        ] {
            let value = HeaderValue::from_static(value);
            assert_eq!(shown(name, &value), expected, "{name}");
        }
        let bytes = HeaderValue::from_bytes(b"a\xff").unwrap();
        assert_eq!(shown("x", &bytes), "a\u{fffd}");
    }

    #[test]
    fn a_place_is_taken_apart_from_its_end() {
        let editor = Editor::new(Path::new("/app"), Some("x:{path}|{line}|{column}"));
        assert_eq!(
            place_link("config/a:b.yaml:3:5", &editor).as_deref(),
            Some("x:/app/config/a%3Ab.yaml|3|5")
        );
        assert_eq!(place_link("", &editor), None);
        assert_eq!(place_link("a.yaml", &editor), None);
        assert_eq!(place_link("a.yaml:x:1", &editor), None);
    }
}
