//! All that there is to say of an error, as a page and as a text.

use super::backtrace::{self, Frame};
use super::facts::{self, Section};
use super::routes::{self, Candidate};
use super::sources::{Sources, Spot};
use super::{CHOICE, files, printable};
use crate::dev::editor::Editor;
use crate::error::Error;
use crate::site::current::Current;
use http::request::Parts;
use http::{Method, StatusCode};
use kalgan_core::diagnostic::{anchor, escape, excerpt};
use kalgan_core::text::{Place, Position};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many calls are shown with their sources.
const EXCERPTS: usize = 12;

/// All that there is to say of an error.
#[derive(Debug)]
pub(super) struct Report {
    status: StatusCode,
    status_line: String,
    /// The method and the path.
    request: String,
    message: Option<String>,
    /// The nearest first.
    causes: Vec<String>,
    origin: Option<Origin>,
    /// The calls of the app's own functions, the innermost first. `None` where there is no backtrace.
    own: Option<Vec<Call>>,
    /// All calls.
    frames: Vec<Frame>,
    sections: Vec<Section>,
    /// Of a request that no route answers.
    routes: Option<Vec<Candidate>>,
    /// The query that shows what visitors see.
    as_visitors: Option<String>,
}

/// Where an error was made, or a panic began.
#[derive(Debug)]
struct Origin {
    verb: &'static str,
    /// `path:line:column`
    shown: String,
    place: Option<Place>,
    path: Option<PathBuf>,
}

/// A call of one of the app's own functions.
#[derive(Debug)]
struct Call {
    name: String,
    /// `path:line`
    shown: String,
    path: PathBuf,
    position: Position,
    place: Option<Place>,
}

impl Report {
    /// Gathers it. Names and lines of a backtrace are looked up off the run time's own threads.
    pub(super) async fn new(
        error: &Arc<Error>,
        editor: &Editor,
        current: &Current,
        head: &Parts,
    ) -> Self {
        let status = error.status_code();
        // An error of the look-up itself, which says nothing of the app's Rust.
        let is_unrouted = current.route.is_none()
            && matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            );
        let report = Self {
            status,
            status_line: error.status_line(),
            request: format!("{} {}", current.method, current.uri.path()),
            message: error.message().map(str::to_owned),
            causes: error.chain().collect(),
            origin: None,
            own: None,
            frames: Vec::new(),
            sections: facts::sections(current, head, editor),
            routes: is_unrouted.then(|| routes::candidates(current, editor)),
            as_visitors: (current.method == Method::GET)
                .then(|| as_visitors(current.uri.query().unwrap_or_default())),
        };
        if is_unrouted {
            return report;
        }
        let root = editor.root().to_owned();
        let of = Arc::clone(error);
        let found = tokio::task::spawn_blocking(move || found(&of, &Sources::of(&root))).await;
        match found {
            Ok((origin, own, frames)) => Self {
                origin: Some(origin),
                own,
                frames,
                ..report
            },
            Err(_) => report,
        }
    }

    /// What is wrong, in a line.
    fn heading(&self) -> &str {
        let cause = self.causes.first().map(String::as_str);
        let reason = self.status.canonical_reason();
        match (&self.routes, &self.message) {
            (_, Some(message)) => message,
            (Some(_), None) => "No route answers this request",
            (None, None) => cause.or(reason).unwrap_or("An error"),
        }
    }

    pub(super) fn title(&self) -> String {
        let line = self.heading().lines().next().unwrap_or_default();
        format!("{}: {line}", self.status_line)
    }

    pub(super) fn html(&self, editor: &Editor) -> String {
        let mut html = format!(
            "<header><p class=\"status\">{} <span>{}</span></p><h1>{}</h1>",
            escape(&self.status_line),
            escape(&self.request),
            escape(self.heading())
        );
        if let Some(query) = &self.as_visitors {
            html.push_str(&format!(
                "<p>In development only. <a href=\"{}\">What visitors see</a></p>",
                escape(query)
            ));
        }
        html.push_str("</header>");
        if !self.causes.is_empty() {
            html.push_str("<article><h2>Causes, the nearest first</h2><ol class=\"causes\">");
            for cause in &self.causes {
                html.push_str(&format!("<li><pre>{}</pre></li>", escape(cause)));
            }
            html.push_str("</ol></article>");
        }
        if let Some(origin) = &self.origin {
            html.push_str(&origin.html(editor));
        }
        if let Some(routes) = &self.routes {
            html.push_str(&routes::html(routes));
        }
        self.backtrace(&mut html, editor);
        html.push_str("<div class=\"facts\">");
        for section in &self.sections {
            html.push_str(&of_section(section));
        }
        html.push_str("</div>");
        html.push_str(&files::copyable(&self.text()));
        html
    }

    fn backtrace(&self, html: &mut String, editor: &Editor) {
        let Some(own) = &self.own else { return };
        html.push_str("<article><h2>Calls in the app, the last first</h2>");
        if own.is_empty() {
            html.push_str("<p>None of the app's functions is among the calls.</p>");
        }
        html.push_str("<ol class=\"calls\">");
        for (at, call) in own.iter().enumerate() {
            let link = editor.link(&call.path.to_string_lossy(), call.position);
            html.push_str(&format!("<li><code>{}</code>", escape(&call.name)));
            // The innermost one is mostly where the error was made, whose lines are above.
            let is_above = self.origin.as_ref().is_some_and(|origin| {
                origin.path.as_ref() == Some(&call.path)
                    && origin.place.as_ref().map(|place| place.position().line)
                        == Some(call.position.line)
            });
            match &call.place {
                Some(place) if !is_above && at < EXCERPTS => {
                    let lines = excerpt(place, None, &|_, _| link.clone());
                    html.push_str(&lines);
                }
                _ => html.push_str(&format!(
                    "<p class=\"place\">{}</p>",
                    anchor(&call.shown, link.as_deref())
                )),
            }
            html.push_str("</li>");
        }
        html.push_str("</ol>");
        html.push_str(&format!(
            "<details><summary>All calls ({})</summary><pre class=\"all\">{}</pre></details></article>",
            self.frames.len(),
            escape(&all(&self.frames))
        ));
    }

    /// The same for a terminal.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.status_line);
        if let Some(message) = &self.message {
            text.push_str(&format!("{message}\n"));
        }
        for cause in &self.causes {
            text.push_str(&format!("caused by: {cause}\n"));
        }
        if let Some(origin) = &self.origin {
            text.push_str(&format!("{} {}\n", origin.verb, origin.shown));
        }
        if let Some(own) = &self.own {
            text.push_str("\ncalls in the app:\n");
            for call in own {
                text.push_str(&format!("  {}\n    at {}\n", call.name, call.shown));
            }
        }
        if let Some(routes) = &self.routes {
            text.push_str(&routes::text(routes));
        }
        for section in &self.sections {
            text.push_str(&format!("\n{}:\n", section.title.to_lowercase()));
            for row in &section.rows {
                text.push_str(&format!("  {}: {}\n", row.name, row.value));
            }
        }
        printable(&text)
    }
}

impl Origin {
    fn html(&self, editor: &Editor) -> String {
        let title = match self.verb {
            "panicked at" => "Panicked at",
            _ => "Made at",
        };
        let body = match (&self.place, &self.path) {
            (Some(place), Some(path)) => {
                let path = path.to_string_lossy();
                excerpt(place, None, &|_, position| editor.link(&path, position))
            }
            // Kalgan's own source, or another crate's.
            _ => format!("<p class=\"place\">{}</p>", escape(&self.shown)),
        };
        format!("<article><h2>{title}</h2>{body}</article>")
    }
}

/// A query that asks for the page that visitors see.
fn as_visitors(query: &str) -> String {
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(CHOICE));
    let kept: String = pairs.map(|pair| format!("{pair}&")).collect();
    format!("?{kept}{CHOICE}=1")
}

/// Where an error comes from: its place, the calls of the app's own functions, and all calls.
fn found(error: &Error, sources: &Sources) -> (Origin, Option<Vec<Call>>, Vec<Frame>) {
    let trace = error.trace();
    let frames = trace.map(|trace| trace.frames(sources)).unwrap_or_default();
    let own = trace.map(|_| {
        let own = backtrace::own(&frames).into_iter();
        own.filter_map(|frame| Call::of(frame, sources)).collect()
    });
    let panic = trace.and_then(|trace| trace.panic.clone());
    let verb = match panic {
        Some(_) => "panicked at",
        None => "made at",
    };
    let spot = panic.unwrap_or_else(|| Spot::from(error.location()));
    (Origin::of(verb, &spot, &frames, sources), own, frames)
}

impl Origin {
    fn of(verb: &'static str, spot: &Spot, frames: &[Frame], sources: &Sources) -> Self {
        // A frame knows the full path; an error's own place begins in a folder that is not told.
        let framed = frames.iter().find_map(|frame| {
            let path = frame.path.as_ref()?;
            let is_it = frame.line == spot.line && path.ends_with(Path::new(&spot.file));
            is_it.then(|| path.clone())
        });
        let path = framed.or_else(|| sources.find(&spot.file));
        let place = path
            .as_deref()
            .and_then(|path| sources.place(path, spot.line, spot.column));
        let shown = match &path {
            Some(path) => format!("{}:{}:{}", sources.shown(path), spot.line, spot.column),
            None => spot.to_string(),
        };
        Self {
            verb,
            shown,
            place,
            path,
        }
    }
}

impl Call {
    fn of(frame: &Frame, sources: &Sources) -> Option<Self> {
        let path = frame.path.clone()?;
        let number = |value: u32| usize::try_from(value.max(1)).unwrap_or(1);
        Some(Self {
            name: frame.name.clone(),
            shown: format!("{}:{}", sources.shown(&path), frame.line),
            position: Position {
                line: number(frame.line),
                column: number(frame.column),
            },
            place: sources.place(&path, frame.line, frame.column),
            path,
        })
    }
}

fn all(frames: &[Frame]) -> String {
    let lines = frames.iter().enumerate().map(|(at, frame)| {
        let place = frame.path.as_ref().map_or_else(String::new, |path| {
            format!("\n      at {}:{}", path.display(), frame.line)
        });
        format!("{at:4}  {}{place}\n", frame.name)
    });
    lines.collect()
}

fn of_section(section: &Section) -> String {
    let mut rows = String::from("<dl>");
    for row in &section.rows {
        rows.push_str(&format!(
            "<dt>{}</dt><dd>{}</dd>",
            escape(&row.name),
            anchor(&row.value, row.link.as_deref())
        ));
    }
    rows.push_str("</dl>");
    match section.is_folded {
        true => format!(
            "<article><details><summary>{} ({})</summary>{rows}</details></article>",
            section.title,
            section.rows.len()
        ),
        false => format!("<article><h2>{}</h2>{rows}</article>", section.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_keeps_what_else_it_has() {
        for (query, expected) in [
            ("", "?_error_page=1"),
            ("a=b&c", "?a=b&c&_error_page=1"),
            ("_error_page=0&a=b", "?a=b&_error_page=1"),
        ] {
            assert_eq!(as_visitors(query), expected);
        }
    }
}
