//! Pages: templates with their variables.

use super::error::not_rendered;
use super::given;
use crate::dev;
use crate::engine::{Reads, content_type};
use crate::error::Result;
use crate::response::Response;
use crate::site::Site;
use crate::site::current::{self, Current};
use http::header::CONTENT_TYPE;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::templates::diagnose;
use std::sync::Arc;
use tera::{Context, Map, Value};

/// The site of the request in progress. In development, a newer one where a template that this one
/// needs has changed since the request began.
///
/// # Errors
/// No app has started, or the files have mistakes now.
pub(super) fn site_with(name: &str) -> Result<Arc<Site>> {
    let site = given::site(format_args!("the template `{name}` was rendered"))?;
    dev::fresh(site, name).map_err(|diagnostics| not_rendered(name, diagnostics))
}

pub(super) fn render_text(site: &Arc<Site>, name: &str, mut context: Context) -> Result<String> {
    let reads = site.provided.reads(name);
    insert_globals(&mut context, site, reads);
    insert_request(&mut context, site, reads);
    let rendering = dev::rendering(name, site);
    // Its templates need its messages and routes.
    let rendered = current::with_site(site, || dev::render(site, name, &context));
    rendering.end();
    rendered.map_err(|error| {
        let mut diagnostics = diagnose(&error, &|name| site.templates.get(name).cloned());
        if let tera::ErrorKind::TemplateNotFound(missing) = error.kind() {
            let templates = site.templates.files();
            let names = templates.iter().map(|template| template.name.as_ref());
            let help = kalgan_core::suggest::nearest(missing, names)
                .map(|nearest| format!("did you mean `{nearest}`?"));
            diagnostics = vec![
                Diagnostic::general(format!("there is no template `{missing}`"))
                    .with_code("unknown-template")
                    .with_optional_help(help),
            ];
        }
        not_rendered(name, diagnostics)
    })
}

/// The variables of `App::global`, as far as they are read and have been made for the request.
fn insert_globals(context: &mut Context, site: &Site, reads: Reads) {
    if site.globals.is_empty() {
        return;
    }
    let Some(current) = current::request() else {
        return;
    };
    for (index, name) in site.globals.names().enumerate() {
        if reads.has_global(index)
            && !context.contains_key(name)
            && let Some(value) = current.made(index)
        {
            context.insert_value(name, value);
        }
    }
}

/// `lang`, `route` and `request`, which every template has, as far as they are read. The app's own
/// variables win.
fn insert_request(context: &mut Context, site: &Site, reads: Reads) {
    if reads == Reads::NONE {
        return;
    }
    let request = current::request();
    if reads.lang && !context.contains_key("lang") {
        let language = match &request {
            Some(request) => Value::from(request.language.tag.as_ref()),
            None => Value::from(&*site.languages.default()),
        };
        context.insert_value("lang", language);
    }
    if reads.route && !context.contains_key("route") {
        let route = request
            .as_ref()
            .and_then(|request| request.route.as_ref())
            .map_or_else(Value::none, |route| {
                let parameters: Map = route
                    .parameters()
                    .map(|(key, value)| (key.to_owned().into(), Value::from(value)))
                    .collect();
                object([
                    ("name", Value::from(route.name())),
                    ("path", Value::from(route.path())),
                    ("controller", Value::from(route.controller())),
                    ("parameters", Value::from(parameters)),
                ])
            });
        context.insert_value("route", route);
    }
    if reads.request && !context.contains_key("request") {
        let request = request
            .as_ref()
            .map_or_else(Value::none, |request| request_value(request));
        context.insert_value("request", request);
    }
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

/// Text as a response, with the content type that the name of its template tells.
pub(super) fn response(name: &str, text: String) -> Response {
    let mut response = Response::new(text.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, content_type(name));
    response
}
