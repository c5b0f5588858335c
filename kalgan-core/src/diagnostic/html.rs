//! A diagnostic as HTML, for the pages of development and what lies over a page.

use super::render::mark;
use super::{Diagnostic, Severity};
use crate::text::{Place, Position};

/// How many lines an excerpt shows before and after the marked one.
const CONTEXT: usize = 3;

/// The URL that opens a place in an editor: from a path as a [`SourceFile`](crate::text::SourceFile)
/// has it, and a position in it. `None` where there is to be no link.
pub type EditorLink<'a> = dyn Fn(&str, Position) -> Option<String> + 'a;

impl Diagnostic {
    /// An `<article>` with the message, the place, an excerpt and the help. All text that came from
    /// a file or a request is escaped. Each place is a link where `link` gives one.
    #[must_use]
    pub fn to_html(&self, link: &EditorLink<'_>) -> String {
        let class = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut html = format!(
            "<article class=\"diagnostic {class}\"><h2><b>{}</b> {}</h2>",
            self.severity,
            escape(&self.message)
        );
        if let Some(place) = &self.place {
            html.push_str(&excerpt(place, self.label.as_deref(), link));
        }
        if let Some(help) = &self.help {
            html.push_str("<p class=\"help\"><b>help</b> ");
            html.push_str(&escape(help));
            html.push_str("</p>");
        }
        for note in &self.notes {
            html.push_str("<p class=\"note\"><b>note</b> ");
            html.push_str(&escape(&note.message));
            html.push_str("</p>");
            html.push_str(&excerpt(&note.place, None, link));
        }
        html.push_str("</article>");
        html
    }
}

/// A place and the lines around it, as HTML: the place is a link where `link` gives one, and
/// `label` stands beside the mark.
#[must_use]
pub fn excerpt(place: &Place, label: Option<&str>, link: &EditorLink<'_>) -> String {
    let file = &place.file;
    let position = place.position();
    let first = position.line.saturating_sub(CONTEXT).max(1);
    // After a last line break there is no further line to show.
    let lines = file.lines() - usize::from(file.text().ends_with('\n'));
    let last = (position.line + CONTEXT).min(lines.max(position.line));
    let mut html = format!(
        "<p class=\"place\">{}</p><pre class=\"excerpt\">",
        anchor(&place.display(), link(file.path(), position).as_deref())
    );
    // Each line is a block of its own, so there are no line breaks between them.
    for number in first..=last {
        let line = file.line(number);
        if number != position.line {
            html.push_str(&format!(
                "<span class=\"line\"><i>{number}</i>{}</span>",
                escape(line)
            ));
            continue;
        }
        let (_, mark) = mark(place);
        let marked = match &line[mark.clone()] {
            "" => " ",
            marked => marked,
        };
        html.push_str(&format!(
            "<span class=\"line at\"><i>{number}</i>{}<mark>{}</mark>{}{}</span>",
            escape(&line[..mark.start]),
            escape(marked),
            escape(&line[mark.end..]),
            label.map_or_else(String::new, |label| format!("  <em>{}</em>", escape(label))),
        ));
    }
    html.push_str("</pre>");
    html
}

/// Text, as a link where there is a URL. Both are escaped.
#[must_use]
pub fn anchor(text: &str, url: Option<&str>) -> String {
    match url {
        Some(url) => format!("<a href=\"{}\">{}</a>", escape(url), escape(text)),
        None => escape(text),
    }
}

/// Escapes text for HTML content and quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
