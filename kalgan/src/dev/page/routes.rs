//! The routes that might have been meant, for a request that none of them answers.

use super::facts::place_link;
use crate::dev::editor::Editor;
use crate::site::Site;
use crate::site::current::Current;
use kalgan_core::diagnostic::{anchor, escape};
use kalgan_core::routes::requirement::segment_takes;
use kalgan_core::routes::{Param, Piece, RouteDef, RouteLanguage, Segment};
use kalgan_core::suggest::likeness;
use percent_encoding::percent_decode_str;

/// How many routes a page shows.
const MOST: usize = 500;
/// How many a text shows.
const MOST_AS_TEXT: usize = 8;

/// A route, and why it does not answer the request.
#[derive(Debug)]
pub(super) struct Candidate {
    name: String,
    methods: String,
    path: String,
    controller: String,
    place: String,
    link: Option<String>,
    /// What does not fit, of a path that does or nearly does.
    reason: Option<String>,
    /// How far it is from the request.
    distance: f64,
}

/// All routes, the nearest first.
pub(super) fn candidates(current: &Current, editor: &Editor) -> Vec<Candidate> {
    let site = &current.site;
    let asked = Asked {
        method: current.method.as_str(),
        host: current.connection.host(),
        segments: segments(current.uri.path()),
    };
    let routes = site.router.routes().iter();
    let mut all: Vec<Candidate> = routes
        .map(|route| asked.candidate(route, site, editor))
        .collect();
    // Routes that are equally far stay in the order of their files.
    all.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    all
}

fn segments(path: &str) -> Vec<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

struct Asked<'a> {
    method: &'a str,
    host: Option<&'a str>,
    segments: Vec<String>,
}

impl Asked<'_> {
    fn candidate(&self, route: &RouteDef, site: &Site, editor: &Editor) -> Candidate {
        let mut unmet = Vec::new();
        let distance = self.distance(route, site, &mut unmet);
        let mut reasons = Vec::new();
        if distance < 1.0 {
            reasons.append(&mut unmet);
            if !route.allows(self.method) {
                reasons.push(format!("answers {}", route.methods.join(", ")));
            }
            if let Some(host) = &route.host {
                let asked = self.host.unwrap_or("none");
                reasons.push(format!("its host is {}, not {asked}", host.text));
            }
            if let (true, Some(RouteLanguage::Parameter(name))) =
                (reasons.is_empty() && distance == 0.0, &route.language)
            {
                reasons.push(format!("the language that `{name}` names has no messages"));
            }
        }
        Candidate {
            name: route.name.to_string(),
            methods: match route.methods.is_empty() {
                true => String::from("any"),
                false => route.methods.join(", "),
            },
            path: route.path.to_string(),
            controller: route.controller.to_string(),
            place: route.place.to_string(),
            link: place_link(&route.place, editor),
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            distance,
        }
    }

    /// How far the path is from a route's: 0 where it fits, about 1 for each segment that does not.
    fn distance(&self, route: &RouteDef, site: &Site, unmet: &mut Vec<String>) -> f64 {
        let pattern = &route.pattern.segments;
        let mut distance = 0.0;
        let mut at = 0;
        for segment in pattern.iter() {
            if let Segment::Rest(_) = segment {
                let is_empty = at >= self.segments.len();
                return distance + if is_empty { 0.5 } else { 0.05 };
            }
            let Some(asked) = self.segments.get(at) else {
                let missing = pattern.len() - at;
                let needed = missing.saturating_sub(route.pattern.optional);
                return distance + count(needed);
            };
            distance += segment_distance(segment, asked, site, unmet);
            at += 1;
        }
        // One slash too many is not far.
        let more = &self.segments[at.min(self.segments.len())..];
        match more {
            [last] if last.is_empty() => {
                unmet.push(String::from("without the slash at the end"));
                distance + 0.1
            }
            more => distance + count(more.len()),
        }
    }
}

/// The counts are those of segments, so they are exact.
fn count(segments: usize) -> f64 {
    u32::try_from(segments).map_or(f64::MAX, f64::from)
}

fn segment_distance(segment: &Segment, asked: &str, site: &Site, unmet: &mut Vec<String>) -> f64 {
    match segment {
        Segment::Literal(text) if text == asked => 0.0,
        Segment::Literal(text) => 1.0 - 0.9 * likeness(text, asked),
        // It only says something of what it stands for where it has a requirement.
        Segment::Param(param) | Segment::Rest(param) => match meets(param, asked, site) {
            true if param.requirement.is_some() => 0.0,
            true => 0.05,
            false => {
                unmet.push(of_requirement(param, asked));
                0.6
            }
        },
        Segment::Mixed(pieces) => {
            if segment_takes(segment, asked) {
                return 0.0;
            }
            let params = pieces.iter().filter_map(|piece| match piece {
                Piece::Param(param) => Some(format!("{{{}}}", param.name)),
                Piece::Literal(_) => None,
            });
            let params: Vec<String> = params.collect();
            unmet.push(format!("`{asked}` does not fit {}", params.join(", ")));
            0.7
        }
    }
}

fn meets(param: &Param, asked: &str, site: &Site) -> bool {
    !asked.is_empty()
        && param
            .requirement
            .as_deref()
            .is_none_or(|requirement| site.router.meets(requirement, asked))
}

fn of_requirement(param: &Param, asked: &str) -> String {
    match &param.requirement {
        Some(requirement) if !asked.is_empty() => {
            format!("`{}` must be {requirement}, not `{asked}`", param.name)
        }
        _ => format!("`{}` must not be empty", param.name),
    }
}

/// A table of them.
pub(super) fn html(candidates: &[Candidate]) -> String {
    if candidates.is_empty() {
        return String::from("<article><h2>Routes</h2><p>The app has no routes.</p></article>");
    }
    let mut html = String::from(
        "<article class=\"routes\"><h2>Routes, the nearest first</h2><table><thead><tr>\
         <th>Method</th><th>Path</th><th>Name</th><th>Controller</th><th>File</th></tr></thead><tbody>",
    );
    for route in candidates.iter().take(MOST) {
        let reason = route.reason.as_ref().map_or_else(String::new, |reason| {
            format!("<small>{}</small>", escape(reason))
        });
        html.push_str(&format!(
            "<tr><td>{}</td><td><b>{}</b>{reason}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&route.methods),
            escape(&route.path),
            escape(&route.name),
            escape(&route.controller),
            anchor(&route.place, route.link.as_deref()),
        ));
    }
    html.push_str("</tbody></table>");
    if candidates.len() > MOST {
        let more = candidates.len() - MOST;
        html.push_str(&format!("<p>And {more} more.</p>"));
    }
    html.push_str("</article>");
    html
}

/// The nearest of them.
pub(super) fn text(candidates: &[Candidate]) -> String {
    let mut text = String::from("\nnearest routes:\n");
    for route in candidates.iter().take(MOST_AS_TEXT) {
        text.push_str(&format!(
            "  {} {} ({}, {})",
            route.methods, route.path, route.name, route.place
        ));
        if let Some(reason) = &route.reason {
            text.push_str(": ");
            text.push_str(reason);
        }
        text.push('\n');
    }
    text
}
