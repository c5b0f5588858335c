//! Templates: Tera with Kalgan's filters and functions, and what `render!` expands to.

mod functions;
mod intl;
mod names;
pub(crate) mod template;
#[cfg(feature = "disk")]
pub(crate) mod views;

pub(crate) use functions::message;

use crate::error::Error;
use crate::response::{Response, ResponseExt};
use crate::site::current::{self, Current};
use crate::site::{Places, Site};
use crate::{Result, response};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::site::SiteData;
use kalgan_core::templates::{TemplateFile, add, diagnose};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tera::{Context, Map, Tera, Value};

/// What an app does to Tera: [`App::tera`](crate::App::tera).
pub(crate) type TeraSetup = Arc<dyn Fn(&mut Tera) + Send + Sync>;

/// Makes Tera for a set of templates. Of a previous set only what has changed is parsed.
///
/// # Errors
/// What is wrong with the templates, with their places, and what the settings declare and nobody
/// registers.
pub(crate) fn build(
    data: &SiteData,
    places: Places<'_>,
    setups: &[TeraSetup],
    previous: Option<(&Tera, &[TemplateFile])>,
) -> Result<Tera, Vec<Diagnostic>> {
    let templates = &data.templates;
    let (mut tera, changed) = match previous.and_then(|(tera, known)| reuse(tera, known, templates))
    {
        Some(reused) => reused,
        None => (empty(setups), templates.iter().collect()),
    };
    let diagnostics = names::not_registered(&data.settings, &tera);
    #[cfg(feature = "disk")]
    let diagnostics = match places {
        Places::Known(loaded) => [diagnostics, names::unknown(loaded, &tera)].concat(),
        Places::Unknown => diagnostics,
    };
    #[cfg(not(feature = "disk"))]
    let _ = places;
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if changed.is_empty() {
        return Ok(tera);
    }
    add(&mut tera, changed)
        .map(|()| tera)
        .map_err(|error| diagnose(&error, &|name| find(templates, name)))
}

/// A Tera with all that is registered and no template.
fn empty(setups: &[TeraSetup]) -> Tera {
    let mut tera = Tera::new();
    functions::register(&mut tera);
    for setup in setups {
        setup(&mut tera);
    }
    tera
}

/// The filters, tests and functions that templates use and nobody has registered.
#[cfg(feature = "disk")]
pub(crate) fn unknown_names(
    loaded: &kalgan_core::loader::Loaded,
    setups: &[TeraSetup],
) -> Vec<Diagnostic> {
    names::unknown(loaded, &empty(setups))
}

/// The previous set, and what of the new one it lacks. `None` where a template is gone, since Tera
/// cannot forget one.
fn reuse<'a>(
    tera: &Tera,
    known: &[TemplateFile],
    templates: &'a [TemplateFile],
) -> Option<(Tera, Vec<&'a TemplateFile>)> {
    let known: HashMap<&str, &TemplateFile> = known
        .iter()
        .map(|template| (template.name.as_ref(), template))
        .collect();
    let changed: Vec<&TemplateFile> = templates
        .iter()
        .filter(|template| {
            known
                .get(template.name.as_ref())
                .is_none_or(|known| !Arc::ptr_eq(&known.file, &template.file))
        })
        .collect();
    let kept = templates
        .iter()
        .filter(|template| known.contains_key(template.name.as_ref()))
        .count();
    (kept == known.len()).then(|| (tera.clone(), changed))
}

fn find(templates: &[TemplateFile], name: &str) -> Option<Arc<kalgan_core::text::SourceFile>> {
    templates
        .binary_search_by(|template| template.name.as_ref().cmp(name))
        .ok()
        .map(|at| Arc::clone(&templates[at].file))
}

/// Why a template could not be rendered, with the place in the template.
#[derive(Debug)]
pub struct TemplateError {
    diagnostics: Vec<Diagnostic>,
}

impl TemplateError {
    /// What is wrong, and where.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateError {}

/// Renders a template whose name is known at run time only; `render!` is the checked form.
///
/// `context` is a struct or a map whose fields are the template's variables. The content type
/// follows the name: `a.html` is HTML, `a.xml` is XML, `a.txt` is plain text.
///
/// # Errors
/// A 500: there is no such template, the context is no map, or rendering fails. The error names
/// file, line and column.
#[track_caller]
pub fn render(name: &str, context: impl Serialize) -> Result<Response> {
    let context = Context::from_serialize(&context).map_err(|error| {
        Error::internal(format!(
            "the context of the template `{name}` is not a map of variables"
        ))
        .with_source(error)
    })?;
    render_context(name, context)
}

/// Renders a template with a context.
pub(crate) fn render_context(name: &str, context: Context) -> Result<Response> {
    let text = render_text(name, context)?;
    Ok(response::text(text).with_content_type(content_type(name)))
}

fn render_text(name: &str, mut context: Context) -> Result<String> {
    let Some(site) = current::site() else {
        return Err(Error::internal(format!(
            "the template `{name}` was rendered before an app has started"
        )));
    };
    insert_request(&mut context, &site);
    site.tera.render(name, &context).map_err(|error| {
        let mut diagnostics = diagnose(&error, &|name| find(&site.templates, name));
        if let tera::ErrorKind::TemplateNotFound(missing) = error.kind() {
            let names = site.templates.iter().map(|template| template.name.as_ref());
            let help = kalgan_core::suggest::nearest(missing, names)
                .map(|nearest| format!("did you mean `{nearest}`?"));
            diagnostics = vec![
                Diagnostic::general(format!("there is no template `{missing}`"))
                    .with_code("unknown-template")
                    .with_optional_help(help),
            ];
        }
        Error::internal(format!("the template `{name}` could not be rendered"))
            .with_source(TemplateError { diagnostics })
    })
}

/// `lang`, `route` and `request`, which every template has. The app's own variables win.
fn insert_request(context: &mut Context, site: &Site) {
    let request = current::request();
    if !context.contains_key("lang") {
        let language = match &request {
            Some(request) => Value::from(request.language.as_ref()),
            None => Value::from(site.catalogue.default.as_ref()),
        };
        context.insert_value("lang", language);
    }
    if !context.contains_key("route") {
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
    if !context.contains_key("request") {
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
        ("url", Value::from(connection.absolute(target))),
    ])
}

fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let map: Map = entries
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect();
    Value::from(map)
}

/// The content type of a template, by its name.
fn content_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first();
    match guess {
        Some(mime)
            if mime.type_() == "text" || mime.subtype() == "xml" || mime.suffix().is_some() =>
        {
            format!("{}; charset=utf-8", mime.essence_str())
        }
        Some(mime) => mime.essence_str().to_owned(),
        None => String::from("text/plain; charset=utf-8"),
    }
}
