//! Whether a route may answer a path of which parts are not known.

use crate::routes::requirement::{self, segment_takes};
use crate::routes::{RouteDef, Segment};
use crate::text::Text;

/// A part of a segment of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Text(String),
    /// Any text, also one with slashes, with a query, or an empty one.
    Hole,
}

/// What stands between two slashes.
pub(super) type PathSegment = Vec<Part>;

/// The path `/`, which is left where all segments are optional.
static ROOT: [Segment; 1] = [Segment::Literal(Text::Borrowed(""))];

/// Whether a route may answer this path, whatever the method.
pub(super) fn may_answer(route: &RouteDef, path: &[PathSegment], is_strict: bool) -> bool {
    let segments: &[Segment] = &route.pattern.segments;
    (0..=route.pattern.optional.min(segments.len())).any(|absent| {
        let present = &segments[..segments.len() - absent];
        let present = match present.is_empty() && absent > 0 {
            true => &ROOT[..],
            false => present,
        };
        if is_strict {
            return fits(path, present);
        }
        fits(
            without_slash(path, Vec::is_empty),
            without_slash(present, is_empty),
        )
    })
}

/// The text of a segment that is known.
pub(super) fn literal(segment: &PathSegment) -> Option<String> {
    let mut text = String::new();
    for part in segment {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Hole => return None,
        }
    }
    Some(text)
}

fn is_empty(segment: &Segment) -> bool {
    matches!(segment, Segment::Literal(text) if text.is_empty())
}

fn without_slash<T>(path: &[T], is_empty: impl Fn(&T) -> bool) -> &[T] {
    match path {
        [rest @ .., last] if !rest.is_empty() && is_empty(last) => rest,
        _ => path,
    }
}

fn fits(path: &[PathSegment], route: &[Segment]) -> bool {
    let Some((segment, behind)) = path.split_first() else {
        return route.is_empty();
    };
    if let Some(text) = literal(segment) {
        return match route.split_first() {
            None => false,
            Some((Segment::Rest(param), _)) => {
                let texts: Option<Vec<String>> = path.iter().map(literal).collect();
                match (texts, &param.requirement) {
                    (Some(texts), None) => !texts.concat().is_empty(),
                    (Some(texts), Some(needs)) => requirement::takes(needs, &texts.join("/")),
                    (None, _) => true,
                }
            }
            Some((first, others)) => segment_takes(first, &text) && fits(behind, others),
        };
    }
    // The path may end within the hole: with a query, or with nothing.
    let head = match segment.first() {
        Some(Part::Text(head)) => head.clone(),
        _ => String::new(),
    };
    if fits(&[vec![Part::Text(head)]], route) {
        return true;
    }
    (1..=route.len()).any(|count| {
        let (spanned, others) = route.split_at(count);
        spans(segment, spanned) && fits(behind, others)
    })
}

/// Whether a segment with holes may be all of these.
fn spans(segment: &PathSegment, route: &[Segment]) -> bool {
    match route {
        [Segment::Literal(text)] => is_like(segment, text),
        [_] => true,
        [first, .., last] => {
            let starts = match (segment.first(), first) {
                (Some(Part::Text(head)), Segment::Literal(text)) => text.starts_with(head.as_str()),
                _ => true,
            };
            let ends = match (segment.last(), last) {
                (Some(Part::Text(tail)), Segment::Literal(text)) => text.ends_with(tail.as_str()),
                _ => true,
            };
            starts && ends
        }
        [] => false,
    }
}

/// Whether a segment with holes may be this text.
fn is_like(segment: &PathSegment, text: &str) -> bool {
    let mut rest = text;
    let mut is_open = false;
    for part in segment {
        match part {
            Part::Hole => is_open = true,
            Part::Text(part) if is_open => match rest.find(part.as_str()) {
                Some(at) => {
                    rest = &rest[at + part.len()..];
                    is_open = false;
                }
                None => return false,
            },
            Part::Text(part) => match rest.strip_prefix(part.as_str()) {
                Some(behind) => rest = behind,
                None => return false,
            },
        }
    }
    // The last text may stand further behind, too.
    let ends = match segment.last() {
        Some(Part::Text(tail)) => text.ends_with(tail.as_str()),
        _ => true,
    };
    is_open || rest.is_empty() || ends && segment.contains(&Part::Hole)
}

/// Whether one segment may be another.
pub(super) fn fits_one(segment: &PathSegment, route: &Segment) -> bool {
    fits(std::slice::from_ref(segment), std::slice::from_ref(route))
}
