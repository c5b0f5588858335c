//! The pages that explain a mistake, in development only. Whatever came from a file or a request
//! is escaped.

use crate::error::Error;
use crate::error_page::accepts_html;
use crate::response::{Response, ResponseExt, html, text};
use crate::site::current::Current;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use kalgan_core::diagnostic::{Diagnostic, escape, render_all};

const STYLE: &str = include_str!("page.css");

/// The mistakes in the app's files: status 500, and each with its place, an excerpt and a help.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic], headers: &HeaderMap) -> Response {
    let response = if accepts_html(headers) {
        let articles: String = diagnostics.iter().map(Diagnostic::to_html).collect();
        let (count, them) = match diagnostics.len() {
            1 => (String::from("A mistake in a file"), "it"),
            count => (format!("{count} mistakes in files"), "them"),
        };
        html(document(
            &count,
            &format!(
                "<header><h1>{count}</h1><p>Mend {them} and load the page again; \
                 the server need not be started again.</p></header>{articles}"
            ),
        ))
    } else {
        text(format!("{}\n", render_all(diagnostics, false)))
    };
    finish(response, StatusCode::INTERNAL_SERVER_ERROR)
}

/// An error of a controller: its status, its message, its causes and the request.
pub(crate) fn error(error: &Error, current: &Current, headers: &HeaderMap) -> Response {
    let status = error.status_code();
    let title = match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    };
    let message = error.message().unwrap_or_default().to_owned();
    let causes: Vec<String> = error.chain().collect();
    let location = error.location();
    let facts = facts(current);
    let response = if accepts_html(headers) {
        let mut body = format!("<header><h1>{}</h1>", escape(&title));
        if !message.is_empty() {
            body.push_str(&format!("<p>{}</p>", escape(&message)));
        }
        body.push_str("</header>");
        if !causes.is_empty() {
            body.push_str("<article><h2>Caused by</h2><ol>");
            for cause in &causes {
                body.push_str(&format!("<li><pre>{}</pre></li>", escape(cause)));
            }
            body.push_str("</ol></article>");
        }
        body.push_str("<article><h2>The request</h2><dl>");
        for (name, value) in &facts {
            body.push_str(&format!("<dt>{name}</dt><dd>{}</dd>", escape(value)));
        }
        body.push_str(&format!(
            "<dt>made at</dt><dd>{}</dd></dl></article>",
            escape(&location.to_string())
        ));
        html(document(&title, &body))
    } else {
        let mut body = title;
        for text in std::iter::once(&message)
            .filter(|message| !message.is_empty())
            .chain(&causes)
        {
            body.push_str(&format!("\n{text}"));
        }
        body.push('\n');
        text(body)
    };
    finish(response, status)
}

fn facts(current: &Current) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("request", format!("{} {}", current.method, current.uri)),
        ("language", current.language.to_string()),
    ];
    if let Some(route) = &current.route {
        facts.push(("route", format!("{} ({})", route.name(), route.path())));
        facts.push(("controller", route.controller().to_owned()));
        let parameters: Vec<String> = route
            .parameters()
            .map(|(key, value)| format!("{key} = {value}"))
            .collect();
        if !parameters.is_empty() {
            facts.push(("parameters", parameters.join(", ")));
        }
    }
    facts
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body><main>{body}</main></body>\n</html>\n",
        escape(title)
    )
}

fn finish(response: Response, status: StatusCode) -> Response {
    let mut response = response.with_status(status);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
