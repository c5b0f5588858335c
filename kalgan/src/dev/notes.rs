//! What is noted while a request is answered, from wherever its code runs.

use super::client;
use super::log::Line;
use super::record::{is_noting, note};
use super::reload::reloader::beside;
use crate::routing::route::Route;
use crate::site::Site;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::routes::RouteLanguage;
use std::time::{Duration, Instant};

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
    /// [`client::digest`].
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

impl Notes {
    pub(super) fn line(&mut self, line: Line) {
        if self.lines.len() < MOST {
            self.lines.push(line);
        } else {
            self.more_lines += 1;
        }
    }
}

/// Notes the route and the language of the request.
pub(crate) fn has_found(site: &Site, route: Option<&Route>, language: &str, is_negotiated: bool) {
    let at = route.map(|route| route.matched.at());
    let of_route = at.and_then(|at| site.router.routes()[at].language.as_ref());
    let how = match of_route {
        _ if is_negotiated => "by Accept-Language",
        Some(RouteLanguage::Fixed(_)) => "by the route",
        Some(RouteLanguage::Parameter(_)) => "by the path",
        None => "the default",
    };
    note(|notes| {
        notes.found = Some(Found {
            route: at,
            language: language.to_owned(),
            how,
        });
    });
}

/// Notes that the files were found to have mistakes since the request came.
pub(crate) fn has_met(mistakes: &[Diagnostic]) {
    if is_noting() {
        let digest = client::digest(mistakes);
        note(|notes| notes.mistakes = Some(digest));
    }
}

/// Begins to render a template of this site.
pub(crate) fn rendering<'a>(name: &'a str, site: &Site) -> Rendering<'a> {
    Rendering {
        name,
        version: beside(site).map_or(0, |beside| beside.version),
        begun: Instant::now(),
    }
}

/// See [`rendering`].
pub(crate) struct Rendering<'a> {
    name: &'a str,
    version: u64,
    begun: Instant,
}

impl Rendering<'_> {
    /// Notes the template, and how long it took.
    pub(crate) fn end(self) {
        let duration = self.begun.elapsed();
        note(|notes| {
            let oldest = notes
                .version
                .map_or(self.version, |version| version.min(self.version));
            notes.version = Some(oldest);
            if notes.templates.len() < MOST {
                notes.templates.push(Rendered {
                    name: self.name.to_owned(),
                    duration,
                });
            }
        });
    }
}

/// Notes that a language lacks a message, so that another one's is shown.
pub(crate) fn has_fallen_back(key: &str, language: &str, shown: &str) {
    note(|notes| {
        let fallback = Fallback {
            key: key.to_owned(),
            language: language.to_owned(),
            shown: shown.to_owned(),
        };
        if notes.fallbacks.len() < MOST && !notes.fallbacks.contains(&fallback) {
            notes.fallbacks.push(fallback);
        }
    });
}
