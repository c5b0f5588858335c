//! Requirements as regular expressions, each compiled once a thread: many routes share a few, and
//! compiling one costs more than all that is asked of it.

use super::{Segment, pieces_pattern, whole};
use regex::Regex;
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{AssertionKind, Ast, GroupKind};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

/// How many are kept before all are forgotten.
const MOST: usize = 1024;

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, Regex>> = RefCell::default();
}

/// A requirement for the whole of a value, as [`whole`] makes it.
///
/// # Errors
/// The requirement is not a regular expression of the `regex` crate.
pub fn shared(requirement: &str) -> Result<Regex, regex::Error> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(regex) = known.get(requirement) {
            return Ok(regex.clone());
        }
        let regex = whole(requirement)?;
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(requirement.into(), regex.clone());
        Ok(regex)
    })
}

/// The requirement without what says that it is a whole: anchors at its edges, which never fit where
/// a segment holds more than the parameter. Names of groups go as well; one that stands twice in a
/// segment is an error. What is no regular expression stays as it is.
#[must_use]
pub fn plain(requirement: &str) -> String {
    let mut without: Vec<(Range<usize>, &str)> = Vec::new();
    if let Ok(ast) = Parser::new().parse(requirement) {
        edges(&ast, true, true, &mut without);
        names(&ast, &mut without);
    }
    without.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut plain = requirement.to_owned();
    for (range, instead) in without {
        plain.replace_range(range, instead);
    }
    plain
}

/// The anchors that stand at the start or the end of all that can match.
fn edges(ast: &Ast, is_start: bool, is_end: bool, found: &mut Vec<(Range<usize>, &'static str)>) {
    match ast {
        Ast::Assertion(assertion) => {
            let is_anchor = match assertion.kind {
                AssertionKind::StartLine | AssertionKind::StartText => is_start,
                AssertionKind::EndLine | AssertionKind::EndText => is_end,
                _ => false,
            };
            if is_anchor {
                found.push((range(&assertion.span), ""));
            }
        }
        Ast::Group(group) => edges(&group.ast, is_start, is_end, found),
        Ast::Alternation(alternation) => {
            for ast in &alternation.asts {
                edges(ast, is_start, is_end, found);
            }
        }
        Ast::Concat(concat) => {
            // Several may stand in a row, and flags take no room.
            let is_empty = |ast: &Ast| {
                let anchor = matches!(ast, Ast::Assertion(_));
                anchor || matches!(ast, Ast::Flags(_) | Ast::Empty(_))
            };
            let asts = &concat.asts;
            for (at, ast) in asts.iter().enumerate() {
                let is_start = is_start && asts[..at].iter().all(is_empty);
                let is_end = is_end && asts[at + 1..].iter().all(is_empty);
                edges(ast, is_start, is_end, found);
            }
        }
        _ => {}
    }
}

/// The beginnings of groups with names.
fn names(ast: &Ast, found: &mut Vec<(Range<usize>, &'static str)>) {
    match ast {
        Ast::Group(group) => {
            if let GroupKind::CaptureName { .. } = group.kind {
                let start = group.span.start.offset;
                found.push((start..group.ast.span().start.offset, "("));
            }
            names(&group.ast, found);
        }
        Ast::Alternation(alternation) => {
            alternation.asts.iter().for_each(|ast| names(ast, found));
        }
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| names(ast, found)),
        Ast::Repetition(repetition) => names(&repetition.ast, found),
        _ => {}
    }
}

fn range(span: &regex_syntax::ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// Whether a value as a whole meets a requirement; nothing meets one that is no regular expression.
#[must_use]
pub fn takes(requirement: &str, value: &str) -> bool {
    shared(requirement).is_ok_and(|regex| regex.is_match(value))
}

/// Whether a segment of a route takes one segment of a path as a whole.
#[must_use]
pub fn segment_takes(segment: &Segment, text: &str) -> bool {
    match segment {
        Segment::Literal(literal) => literal == text,
        Segment::Param(param) => match &param.requirement {
            None => !text.is_empty(),
            Some(requirement) => takes(requirement, text),
        },
        Segment::Mixed(pieces) => takes(&pieces_pattern(pieces), text),
        Segment::Rest(_) => !text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_counts() {
        assert!(takes("[0-9]+", "12"));
        assert!(!takes("[0-9]+", "12a"));
        assert!(!takes("a|b", "ab"));
        assert!(!takes("(", "("));
        assert!(shared("(").is_err());
    }

    #[test]
    fn anchors_at_the_edges_are_left_out() {
        for (requirement, expected) in [
            ("[0-9]+", "[0-9]+"),
            ("^[0-9]+", "[0-9]+"),
            ("[0-9]+$", "[0-9]+"),
            ("^(css|js)$", "(css|js)"),
            (r"\A\d+\z", r"\d+"),
            ("^css$|^js$", "css|js"),
            ("^css|js$", "css|js"),
            ("(^css$|(?:js$))", "(css|(?:js))"),
            ("(?i)^css$", "(?i)css"),
            ("^^a$$", "a"),
            ("^$", ""),
            (r"^\bcss\b$", r"\bcss\b"),
            ("(?P<kind>css)|(?<other>js)", "(css)|(js)"),
            ("^(?P<a>x(?P<b>y))+$", "(x(y))+"),
            ("é^x", "é^x"),
            ("^é$", "é"),
            (r"\^a\$|[$^]", r"\^a\$|[$^]"),
            ("(", "("),
        ] {
            assert_eq!(plain(requirement), expected, "{requirement}");
            if let (Ok(before), Ok(after)) = (whole(requirement), whole(expected)) {
                for value in [
                    "", "1", "12", "css", "js", "x", "xy", "a", "é", "^a$", "cssjs",
                ] {
                    assert_eq!(before.is_match(value), after.is_match(value), "{value}");
                }
            }
        }
    }

    #[test]
    fn many_are_forgotten() {
        for at in 0..=MOST {
            assert!(takes(&format!("x{at}"), &format!("x{at}")));
        }
        KNOWN.with_borrow(|known| assert!(known.len() <= MOST));
    }
}
