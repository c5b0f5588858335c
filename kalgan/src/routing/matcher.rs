//! What a segment of a path, or a label of a host, must be to fit.

use super::ascii_class::AsciiClass;
use super::expression::{Compile, Lazy};
use kalgan_core::routes::{Fit, Piece, Segment, pieces_pattern, whole_pattern};
use kalgan_core::text::{List, Text};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::sync::Arc;

/// The values of parameters: few, so that none is allocated for.
pub(crate) type Values<'a> = SmallVec<[&'a str; 6]>;

/// The requirement of a parameter.
#[derive(Debug)]
pub(crate) struct Requirement {
    fit: Option<Fit>,
    expression: Lazy,
}

impl Requirement {
    pub(crate) fn new(requirement: &str, compile: Option<Compile>) -> Self {
        Self {
            fit: Fit::of(requirement),
            expression: Lazy::new(whole_pattern(requirement), compile),
        }
    }

    /// Whether a value as a whole meets it.
    pub(crate) fn takes(&self, value: &str) -> bool {
        let known = self.fit.as_ref().and_then(|fit| fit.takes(value));
        known.unwrap_or_else(|| {
            let expression = self.expression.get();
            expression.is_some_and(|expression| expression.is_match(value))
        })
    }
}

/// The requirements of a table, each read once, however many routes have it.
#[derive(Debug)]
pub(crate) struct Requirements {
    known: HashMap<Text, Arc<Requirement>>,
    /// The regex engine, where the app has it.
    compile: Option<Compile>,
}

impl Requirements {
    pub(crate) fn new(compile: Option<Compile>) -> Self {
        Self {
            known: HashMap::new(),
            compile,
        }
    }

    /// The requirement of a text, which is added.
    pub(crate) fn get(&mut self, text: &Text) -> Arc<Requirement> {
        let compile = self.compile;
        let known = self.known.entry(text.clone());
        Arc::clone(known.or_insert_with(|| Arc::new(Requirement::new(text, compile))))
    }

    /// Whether a value meets a requirement of this table.
    pub(crate) fn meets(&self, requirement: &str, value: &str) -> bool {
        (self.known.get(requirement)).is_none_or(|requirement| requirement.takes(value))
    }

    /// What a segment of a path, or a label of a host, must be.
    pub(crate) fn matcher(&mut self, segment: &Segment) -> Matcher {
        match segment {
            Segment::Literal(text) => Matcher::Literal(text.clone()),
            Segment::Param(param) | Segment::Rest(param) => match &param.requirement {
                None => Matcher::Any,
                Some(requirement) => match AsciiClass::of(requirement) {
                    Some(class) => Matcher::Class(class),
                    None => Matcher::Whole(self.get(requirement)),
                },
            },
            Segment::Mixed(pieces) => Matcher::pieces(pieces, self.compile),
        }
    }
}

/// What a segment must be to fit, and which values it gives.
#[derive(Debug)]
pub(crate) enum Matcher {
    Literal(Text),
    Any,
    Class(AsciiClass),
    Whole(Arc<Requirement>),
    Pieces(Box<Pieces>),
}

/// Text and parameters in one segment.
#[derive(Debug)]
pub(crate) struct Pieces {
    pieces: List<Piece>,
    /// How many of them are parameters.
    count: usize,
    has_requirements: bool,
    expression: Lazy,
}

impl Matcher {
    /// That of a segment with several pieces.
    pub(crate) fn pieces(pieces: &List<Piece>, compile: Option<Compile>) -> Self {
        let params = pieces.iter().filter_map(Piece::param);
        Self::Pieces(Box::new(Pieces {
            pieces: pieces.clone(),
            count: params.clone().count(),
            has_requirements: params.clone().any(|param| param.requirement.is_some()),
            expression: Lazy::new(pieces_pattern(pieces), compile),
        }))
    }

    /// Whether both fit the same segments.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(a), Self::Literal(b)) => a == b,
            (Self::Any, Self::Any) => true,
            (Self::Class(a), Self::Class(b)) => a == b,
            (Self::Whole(a), Self::Whole(b)) => a.expression.pattern() == b.expression.pattern(),
            (Self::Pieces(a), Self::Pieces(b)) => a.expression.pattern() == b.expression.pattern(),
            _ => false,
        }
    }

    /// Whether a segment fits; its values are pushed where it does.
    pub(crate) fn take<'a>(&self, segment: &'a str, values: &mut Values<'a>) -> bool {
        let fits = match self {
            Self::Literal(text) => return text == segment,
            Self::Pieces(pieces) => return pieces.take(segment, values),
            Self::Any => !segment.is_empty(),
            Self::Class(class) => class.is_match(segment),
            Self::Whole(requirement) => requirement.takes(segment),
        };
        if fits {
            values.push(segment);
        }
        fits
    }
}

impl Pieces {
    fn take<'a>(&self, segment: &'a str, values: &mut Values<'a>) -> bool {
        if self.has_requirements {
            let expression = self.expression.get();
            return expression.is_some_and(|expression| {
                expression.groups(segment, self.count, &mut |value| values.push(value))
            });
        }
        let known = values.len();
        let fits = split(&self.pieces, segment, values);
        if !fits {
            values.truncate(known);
        }
        fits
    }
}

/// Splits a segment at the first place that each text has. Parameters take what is between, one
/// character at least and as few as they can.
fn split<'a>(mut pieces: &[Piece], mut text: &'a str, values: &mut Values<'a>) -> bool {
    if let Some((Piece::Literal(first), rest)) = pieces.split_first() {
        let Some(after) = text.strip_prefix(&**first) else {
            return false;
        };
        (pieces, text) = (rest, after);
    }
    while let [_, rest @ ..] = pieces {
        let Some(least) = text.chars().next().map(char::len_utf8) else {
            return false;
        };
        let (end, taken) = match rest {
            [] => (text.len(), 0),
            [Piece::Param(_), ..] => (least, 0),
            [Piece::Literal(last)] => {
                let end = text.len().checked_sub(last.len());
                match end.filter(|end| *end >= least && text.ends_with(&**last)) {
                    Some(end) => (end, last.len()),
                    None => return false,
                }
            }
            [Piece::Literal(next), ..] => match text[least..].find(&**next) {
                Some(at) => (least + at, next.len()),
                None => return false,
            },
        };
        values.push(&text[..end]);
        text = &text[end + taken..];
        pieces = match rest {
            [Piece::Literal(_), rest @ ..] => rest,
            rest => rest,
        };
    }
    text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::routes::{Param, pieces_regex};

    fn literal(text: &str) -> Piece {
        Piece::Literal(text.to_owned().into())
    }

    fn param() -> Piece {
        Piece::Param(Param {
            name: "p".into(),
            requirement: None,
        })
    }

    /// What the pieces give of a text, and what their regular expression does.
    fn compare(pieces: &[Piece], text: &str) -> bool {
        let count = pieces.iter().filter_map(Piece::param).count();
        let mut values = Values::new();
        let fits = split(pieces, text, &mut values);
        let regex = pieces_regex(pieces).unwrap();
        let mut expected = Values::new();
        let expected_fits = Box::new(regex) as Box<dyn super::super::expression::Expression>;
        let expected_fits = expected_fits.groups(text, count, &mut |value| expected.push(value));
        assert_eq!(fits, expected_fits, "{pieces:?} {text:?}");
        if fits {
            assert_eq!(values, expected, "{pieces:?} {text:?}");
        }
        fits
    }

    #[test]
    fn pieces_split_as_their_regular_expression_does() {
        let mut random = fastrand::Rng::with_seed(5);
        let texts = [".", "-", "a", "é", "ab", "..", "a.", "x"];
        let mut fitting = 0;
        for _ in 0..20_000 {
            let mut pieces: Vec<Piece> = Vec::new();
            for _ in 0..random.usize(1..6) {
                // Two texts in a row are one.
                match pieces.last() {
                    Some(Piece::Param(_)) if random.bool() => {
                        pieces.push(literal(texts[random.usize(..texts.len())]));
                    }
                    None if random.bool() => {
                        pieces.push(literal(texts[random.usize(..texts.len())]));
                    }
                    _ => pieces.push(param()),
                }
            }
            let text: String = (0..random.usize(..8))
                .map(|_| [".", "-", "a", "b", "é", "x", "\n", "日"][random.usize(..8)])
                .collect();
            fitting += usize::from(compare(&pieces, &text));
        }
        assert!(fitting > 2_000, "{fitting}");
    }
}
