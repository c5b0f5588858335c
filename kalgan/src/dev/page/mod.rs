//! The pages that explain a mistake. Whatever came from a file or a request is escaped.

pub(crate) mod backtrace;
mod facts;
mod files;
pub(crate) mod panics;
mod report;
mod routes;
mod sources;

use crate::dev::editor::Editor;
use crate::dev::hosts;
use crate::dev::options::DevOptions;
use crate::dev::reload::{Broken, Snapshots};
use crate::dev::request::Record;
use crate::error::Error;
use crate::error_page::{self, asks_for_html};
use crate::extract::Request;
use crate::response::{Response, ResponseExt, html, text};
use crate::site::Site;
use crate::site::current::Current;
use crate::test::marks::{is_untouched, with_mistakes};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use kalgan_core::diagnostic::{Diagnostic, escape, render_all};
use kalgan_core::suggest::counted;
use std::sync::Arc;

/// How the pages look, and the articles of [`article`] wherever they stand.
pub(crate) const STYLE: &str = include_str!("page.css");

/// A parameter of the query that chooses the page of an error: `1` is what visitors see, `0` what
/// development shows, whatever page the app has.
const CHOICE: &str = "_error_page";

/// A mistake in a file as an `<article>`, with links to its places.
pub(crate) fn article(diagnostic: &Diagnostic, editor: &Editor) -> String {
    diagnostic.to_html(&|path, position| editor.link(path, position))
}

/// The mistakes in the app's files: status 500, and each with its place, an excerpt and a help.
fn diagnostics(diagnostics: &[Diagnostic], editor: &Editor, headers: &HeaderMap) -> Response {
    let response = if asks_for_html(headers.get(ACCEPT)) {
        let (title, body) = files::page(diagnostics, editor);
        html(document(&title, &body))
    } else {
        let (shown, others) = files::shown(diagnostics);
        let more = match others {
            0 => String::new(),
            more => format!("\nand {}\n", counted(more, "more mistake")),
        };
        text(format!("{}\n{more}", render_all(shown, false)))
    };
    finish(response, StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether a request may be told what is in the app's files.
fn is_for(head: &Parts, site: Option<&Site>) -> bool {
    let options = DevOptions::of(site);
    hosts::is_known(&head.uri, &head.headers, &head.extensions, &options)
}

/// Answers a request while the files have mistakes.
pub(crate) async fn explain(
    snapshots: &Snapshots,
    broken: &Broken,
    request: Request,
    record: &Record,
) -> Response {
    let (head, _) = request.into_parts();
    // The page should not keep the stylesheet of an open page from loading.
    if let Some(site) = broken.last_good()
        && let Some(response) = site
            .assets
            .serve(&record.unconditional(&head), &site.cache)
            .await
    {
        return record.inject(response);
    }
    let mistakes = &broken.diagnostics;
    let is_for = is_for(&head, broken.last_good().map(|site| &**site));
    let response = match snapshots.reloader().filter(|_| is_for) {
        Some(reloader) => diagnostics(mistakes, &reloader.editor, &head.headers),
        // The log has told them.
        None => error_page::plain(StatusCode::INTERNAL_SERVER_ERROR, head.headers.get(ACCEPT)),
    };
    record.inject(with_mistakes(response, mistakes))
}

/// The page that explains an error, where it is explained rather than shown as visitors see it.
pub(crate) async fn explained(
    of: &Arc<Error>,
    snapshots: &Snapshots,
    current: &Current,
    head: &Parts,
    has_controller: bool,
) -> Option<Response> {
    let reloader = snapshots.reloader()?;
    match explains(of, current, head, has_controller) {
        true => Some(error(of, &reloader.editor, current, head).await),
        false => None,
    }
}

/// The page that explains an error of the app's own page of an error.
pub(crate) async fn explained_again(
    of: &Arc<Error>,
    snapshots: &Snapshots,
    current: &Current,
    head: &Parts,
) -> Option<Response> {
    let reloader = snapshots.reloader()?;
    match may_explain(current, head) && !is_untouched(&head.extensions) {
        true => Some(error(of, &reloader.editor, current, head).await),
        false => None,
    }
}

/// Whether errors may be explained to who sends a request.
fn may_explain(current: &Current, head: &Parts) -> bool {
    let site = &current.site;
    !site.options.is_prod && is_for(head, Some(site))
}

/// Whether an error is explained, rather than shown as visitors see it.
fn explains(error: &Error, current: &Current, head: &Parts, has_controller: bool) -> bool {
    if !may_explain(current, head) {
        return false;
    }
    match choice(current.uri.query().unwrap_or_default()) {
        Some(wants_page_of_app) => !wants_page_of_app,
        None if is_untouched(&head.extensions) => false,
        // The app's own page of a 404 is one to look at; that of a 500 tells nobody what is wrong.
        None => {
            !has_controller
                || error.status_code().is_server_error()
                || error_page::diagnostics(error).is_some()
        }
    }
}

/// What the query says of the page of an error: whether it is to be that of the app.
fn choice(query: &str) -> Option<bool> {
    query
        .split('&')
        .find_map(|pair| match pair.split_once('=')? {
            (CHOICE, "1") => Some(true),
            (CHOICE, "0") => Some(false),
            _ => None,
        })
}

/// An error: its status, message and causes, where it comes from, and the request.
async fn error(error: &Arc<Error>, editor: &Editor, current: &Current, head: &Parts) -> Response {
    let headers = &head.headers;
    if let Some(mistakes) = error_page::diagnostics(error) {
        return diagnostics(mistakes, editor, headers);
    }
    let report = report::Report::new(error, editor, current, head).await;
    let response = if asks_for_html(headers.get(ACCEPT)) {
        html(document(&report.title(), &report.html(editor)))
    } else {
        text(report.text())
    };
    finish(response, error.status_code())
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n\
         <body class=\"kalgan\"><main>{body}</main></body>\n</html>\n",
        escape(title)
    )
}

fn finish(response: Response, status: StatusCode) -> Response {
    let mut response = response.with_status(status);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A middleware's policy for the app's pages would take the style away.
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'self' data: 'unsafe-inline'; base-uri 'none'"),
    );
    response
}

/// Text for a terminal: what would steer it is shown as an escape.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => printable.push(c),
            c if c.is_control() => printable.extend(c.escape_default()),
            c => printable.push(c),
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_chooses_the_page() {
        for (query, expected) in [
            ("", None),
            ("a=b&_error_page=1", Some(true)),
            ("_error_page=0&x", Some(false)),
            ("_error_page=2", None),
            ("x_error_page=1", None),
            ("_error_page", None),
        ] {
            assert_eq!(choice(query), expected, "{query}");
        }
    }

    #[test]
    fn text_steers_no_terminal() {
        assert_eq!(
            printable("a\n\tb\u{1b}[31m\u{9b}é"),
            "a\n\tb\\u{1b}[31m\\u{9b}é"
        );
    }
}
