//! The page of an error that the app has no controller for. It says the status and nothing of the
//! inside; development explains errors instead.

use crate::response::{Response, ResponseExt, text};
use http::{HeaderValue, StatusCode};
use kalgan_core::diagnostic::escape;

/// The value of `Accept`; empty where the client sends none.
fn text_of(accept: Option<&HeaderValue>) -> &str {
    accept
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default()
}

/// Whether the client asks for HTML by its name, as browsers do where they show a page, or does not
/// say. Programs in a terminal take anything (`*/*`).
pub(crate) fn asks_for_html(accept: Option<&HeaderValue>) -> bool {
    let accept = text_of(accept);
    accept.is_empty() || accept.contains("text/html")
}

/// Whether the client takes HTML: a browser does, and so does one that does not say.
fn accepts_html(accept: Option<&HeaderValue>) -> bool {
    asks_for_html(accept) || text_of(accept).contains("*/*")
}

/// The mistakes in files that caused an error, where it was caused by such.
#[allow(dead_code)] // Asked by development and by tests only.
pub(crate) fn diagnostics(
    error: &crate::error::Error,
) -> Option<&[kalgan_core::diagnostic::Diagnostic]> {
    let error = error.source()?;
    let error = error.downcast_ref::<crate::render::TemplateError>()?;
    Some(error.diagnostics()).filter(|diagnostics| !diagnostics.is_empty())
}

/// The status alone.
pub(crate) fn plain(status: StatusCode, accept: Option<&HeaderValue>) -> Response {
    let reason = status.canonical_reason().unwrap_or("Error");
    if !accepts_html(accept) {
        return text(format!("{} {reason}\n", status.as_u16())).with_status(status);
    }
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{code} {reason}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>html{{font:1.125rem/1.5 system-ui,sans-serif;color-scheme:light dark}}\
         body{{margin:20vh auto;max-width:30rem;padding:0 1.5rem}}\
         b{{font-size:3rem;display:block}}</style>\n</head>\n\
         <body><h1><b>{code}</b>{reason}</h1></body>\n</html>\n",
        code = status.as_u16(),
        reason = escape(reason),
    );
    crate::response::html(html).with_status(status)
}
