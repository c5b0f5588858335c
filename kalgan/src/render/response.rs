//! Pages as responses. Variables of [`App::global`](crate::App::global) take time to make, which a
//! controller that renders a page does not wait for: such a page is rendered once it has returned.

use super::page::{render_text, response, site_with};
use crate::error::{Error, Result};
use crate::extract::{Request, copied};
use crate::global::Globals;
use crate::handler::BoxedHandler;
use crate::middleware::BoxedMiddleware;
use crate::response::{IntoResponse, Response};
use crate::site::Site;
use crate::site::current::{self, Current};
use crate::spec::Functions;
use crate::states::States;
use axum_core::body::Body;
use http::request::Parts;
use serde::Serialize;
use std::sync::Arc;
use tera::Context;

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
fn render_context(name: &str, context: Context) -> Result<Response> {
    page(site_with(name)?, name, context)
}

/// A template as a response. Where it asks for variables that have to be made first, it is rendered once
/// the controller or the middleware has returned.
pub(super) fn page(site: Arc<Site>, name: &str, context: Context) -> Result<Response> {
    if let Some(current) = current::request() {
        let globals = missing(&site, &current, name, &context);
        if !globals.is_empty() {
            let mut response = response(name, String::new());
            defer(&mut response, site, name, context, globals);
            return Ok(response);
        }
    }
    let text = render_text(&site, name, context)?;
    Ok(response(name, text))
}

/// A page that is not rendered yet, as an extension of its response.
#[derive(Clone)]
struct Deferred(Arc<Page>);

#[derive(Clone)]
struct Page {
    site: Arc<Site>,
    name: String,
    context: Context,
    /// The indices of the variables to be made.
    globals: Vec<usize>,
}

/// The indices of the variables that a page asks for and that are neither given nor made yet.
fn missing(site: &Site, current: &Current, name: &str, context: &Context) -> Vec<usize> {
    if site.globals.is_empty() {
        return Vec::new();
    }
    let reads = site.reads(name);
    let asked = site.globals.names().enumerate().filter(|(index, name)| {
        reads.has_global(*index) && !context.contains_key(name) && current.made(*index).is_none()
    });
    asked.map(|(index, _)| index).collect()
}

/// Puts a page that is to be rendered later into its response.
fn defer(
    response: &mut Response,
    site: Arc<Site>,
    name: &str,
    context: Context,
    globals: Vec<usize>,
) {
    let name = name.to_owned();
    response.extensions_mut().insert(Deferred(Arc::new(Page {
        site,
        name,
        context,
        globals,
    })));
}

/// The functions of an app, which render what they have deferred.
pub(crate) fn completing(functions: Functions, globals: &Globals) -> Functions {
    if globals.is_empty() {
        return functions;
    }
    let Functions {
        controllers,
        middlewares,
    } = functions;
    let controllers = controllers.into_iter().map(|(name, controller)| {
        let globals = globals.clone();
        let completing = BoxedHandler::of(move |request, states| {
            let head = copied(&request);
            let response = controller.call(request, states.clone());
            let globals = globals.clone();
            Box::pin(async move { complete(response.await, head, &globals, states).await })
        });
        (name, completing)
    });
    let middlewares = middlewares.into_iter().map(|(name, middleware)| {
        let globals = globals.clone();
        let completing = BoxedMiddleware::of(move |request: Request, next, states| {
            let head = copied(&request);
            let response = middleware.call(request, next, states.clone());
            let globals = globals.clone();
            Box::pin(async move { complete(response.await, head, &globals, states).await })
        });
        (name, completing)
    });
    Functions {
        controllers: controllers.collect(),
        middlewares: middlewares.collect(),
    }
}

/// The response with the page that it has deferred.
async fn complete(
    mut response: Response,
    head: Parts,
    globals: &Globals,
    states: States,
) -> Response {
    let Some(Deferred(page)) = response.extensions_mut().remove() else {
        return response;
    };
    let Some(current) = Current::of(&head.extensions) else {
        return response;
    };
    for index in &page.globals {
        if current.made(*index).is_some() {
            continue;
        }
        match globals.make(*index, head.clone(), states.clone()).await {
            Ok(value) => current.make(*index, value),
            Err(failed) => return replaced(response, failed),
        }
    }
    let page = Arc::unwrap_or_clone(page);
    match render_text(&page.site, &page.name, page.context) {
        Ok(text) => {
            *response.body_mut() = Body::from(text);
            response
        }
        Err(error) => replaced(response, error.into_response()),
    }
}

/// The error in the place of a page, with the header fields that the page had got.
fn replaced(mut response: Response, error: Response) -> Response {
    let (error, body) = error.into_parts();
    *response.status_mut() = error.status;
    *response.body_mut() = body;
    response.headers_mut().extend(error.headers);
    response.extensions_mut().extend(error.extensions);
    response
}
