//! The variables that every template has: `lang`, `route`, `request`, and those of `App::global`.

use crate::engine::Reads;
use crate::site::Site;
use crate::site::current::{self, Current};
use std::sync::Arc;
use tera::{Context, Map, Value};

/// Adds those that a page reads and has not been given: the app's own variables win.
pub(super) fn insert(context: &mut Context, site: &Site, reads: Reads) {
    let request = current::request();
    for (index, name) in site.globals.names().enumerate() {
        if reads.has_global(index)
            && !context.contains_key(name)
            && let Some(value) = request.as_ref().and_then(|request| request.made(index))
        {
            context.insert_value(name, value);
        }
    }
    let names = [
        (reads.lang, "lang"),
        (reads.route, "route"),
        (reads.request, "request"),
    ];
    for (is_read, name) in names {
        if is_read
            && !context.contains_key(name)
            && let Some(value) = value(name, site, request.as_ref())
        {
            context.insert_value(name, value);
        }
    }
}

/// `lang`, `route` or `request`.
pub(super) fn value(name: &str, site: &Site, request: Option<&Arc<Current>>) -> Option<Value> {
    Some(match name {
        "lang" => match request {
            Some(request) => Value::from(request.language.tag.as_ref()),
            None => Value::from(&*site.languages.default()),
        },
        "route" => request
            .and_then(|request| request.route.as_ref())
            .map_or_else(Value::none, |route| {
                let parameters: Map = route
                    .parameters()
                    .iter()
                    .map(|(key, value)| (key.to_string().into(), Value::from(&**value)))
                    .collect();
                object([
                    ("name", Value::from(route.name())),
                    ("path", Value::from(&*route.def().path)),
                    ("controller", Value::from(&*route.def().controller)),
                    ("parameters", Value::from(parameters)),
                ])
            }),
        "request" => request.map_or_else(Value::none, |request| request_value(request)),
        _ => return None,
    })
}

fn request_value(request: &Current) -> Value {
    let connection = &request.connection;
    let target = request
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    object([
        ("method", Value::from(request.method.as_str())),
        ("path", Value::from(request.uri.path())),
        ("query", Value::from(request.uri.query().unwrap_or(""))),
        ("host", Value::from(connection.host().unwrap_or(""))),
        ("scheme", Value::from(connection.scheme())),
        (
            "url",
            Value::from(connection.absolute(&format!("{}{target}", connection.prefix()))),
        ),
    ])
}

fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let map: Map = entries
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect();
    Value::from(map)
}
