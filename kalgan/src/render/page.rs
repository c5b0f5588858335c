//! Pages: templates with their variables.

use super::error::not_rendered;
use super::{compiled, given, provided};
use crate::dev;
use crate::engine::content_type;
use crate::error::Result;
use crate::response::Response;
use crate::site::Site;
use crate::site::current;
use axum_core::body::Body;
use http::header::CONTENT_TYPE;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::templates::diagnose;
use std::sync::Arc;
use tera::Context;

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
    provided::insert(&mut context, site, site.reads(name));
    if let Some(text) = compiled::of_context(site, name, &context).and_then(utf8) {
        return Ok(text);
    }
    by_tera(site, name, &context)
}

/// The text of a page whose program has left it to Tera.
pub(super) fn left_to_tera(site: &Arc<Site>, name: &str, mut context: Context) -> Result<String> {
    provided::insert(&mut context, site, site.reads(name));
    by_tera(site, name, &context)
}

fn by_tera(site: &Arc<Site>, name: &str, context: &Context) -> Result<String> {
    let rendering = dev::rendering(name, site);
    // Its templates need its messages and routes.
    let rendered = current::with_site(site, || dev::render(site, name, context));
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

/// What a program has written.
pub(super) fn utf8(text: Vec<u8>) -> Option<String> {
    String::from_utf8(text).ok()
}

/// Text as a response, with the content type that the name of its template tells.
pub(super) fn response(name: &str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, content_type(name));
    response
}
