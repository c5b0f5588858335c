//! What a failed assertion says.

use crate::test::response::Response;
use kalgan_core::suggest::counted;
use std::fmt::Write as _;

/// How much of a page is shown.
const EXCERPT: usize = 2_000;

/// What of the body helps.
#[derive(Clone, Copy)]
pub(super) enum Show {
    /// The text, as a reader sees it.
    Text,
    /// The HTML.
    Source,
}

/// The request, what does not hold, the error behind the response, and an excerpt of it.
pub(super) fn report(response: &Response, failure: &str, show: Show) -> String {
    let request = response.request();
    let mut text = format!(
        "{} {}: {failure}",
        request.method, request.target.path_and_query
    );
    if !response.redirects().is_empty() {
        let _ = write!(
            text,
            "\nafter the redirects of {}",
            response.redirects().join(", ")
        );
    }
    if let Some(error) = response.error() {
        let _ = write!(
            text,
            "\n\nthe error behind the response:\n{}",
            indented(error.trim_end())
        );
    }
    let kind = response.header("content-type").unwrap_or("no content type");
    let size = response.bytes().len();
    let _ = write!(
        text,
        "\n\nthe response: {}, {kind}, {}",
        response.status(),
        counted(size, "byte")
    );
    if size > 0 {
        let body = match show {
            Show::Text => response.visible_text(),
            Show::Source => response.text().trim().to_owned(),
        };
        let _ = write!(text, "\n{}", indented(&excerpt(&body)));
    }
    text
}

/// The beginning of a text.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => {
            let more = counted(text.len() - end, "more byte");
            format!("{}\n… and {more}", &text[..end])
        }
        None => text.to_owned(),
    }
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
