//! What is noted while a request is answered.

use std::time::Duration;

/// How many lines of the log, and how many rendered templates, are noted of a request.
const MOST: usize = 200;

/// What is noted while a request is answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub(super) found: Option<Found>,
    pub(super) templates: Vec<Rendered>,
    pub(super) fallbacks: Vec<Fallback>,
    pub(super) lines: Vec<Line>,
    /// How many lines there were beyond those.
    pub(super) more_lines: usize,
    /// The oldest site that a template was rendered with, as the hub counts them.
    pub(super) version: Option<u64>,
    /// Mistakes that the files have had since, and that are explained instead of the page: see
    /// [`digest`](crate::dev::client::hub::digest).
    pub(super) mistakes: Option<String>,
}

/// The route of a request, and its language.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its place in the router's table.
    pub(super) route: Option<usize>,
    pub(super) language: String,
    /// How the language was chosen.
    pub(super) how: &'static str,
}

/// A template that was rendered.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    pub(super) name: String,
    pub(super) duration: Duration,
}

/// A message that a language lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fallback {
    pub(super) key: String,
    pub(super) language: String,
    /// The language whose text is shown.
    pub(super) shown: String,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) level: &'static str,
    pub(super) text: String,
}

impl Notes {
    pub(super) fn line(&mut self, line: Line) {
        if self.lines.len() < MOST {
            self.lines.push(line);
        } else {
            self.more_lines += 1;
        }
    }

    pub(super) fn rendered(&mut self, rendered: Rendered) {
        if self.templates.len() < MOST {
            self.templates.push(rendered);
        }
    }

    pub(super) fn fallback(&mut self, fallback: Fallback) {
        if self.fallbacks.len() < MOST && !self.fallbacks.contains(&fallback) {
            self.fallbacks.push(fallback);
        }
    }
}
