//! A template as HTML: its tags, in the order and under the conditions under which they are written.

use crate::text::{Place, SourceFile, Span};
use std::sync::Arc;

/// What is written one after the other.
#[derive(Debug)]
pub(super) struct Items {
    /// The template that it stands in.
    pub(super) file: Arc<SourceFile>,
    pub(super) items: Vec<Item>,
    /// Those that tell something of the page, other than that a tag opens or closes.
    pub(super) notable: Vec<Notable>,
    /// Those in which another template may fill a block.
    pub(super) blocks: Vec<usize>,
}

impl Items {
    /// Nothing yet.
    pub(super) fn new(file: &Arc<SourceFile>) -> Self {
        Self {
            file: Arc::clone(file),
            items: Vec::new(),
            notable: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

/// What is written here and there.
pub(super) type List = Arc<Items>;

/// An item that tells something of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notable {
    pub(super) at: usize,
    pub(super) within: Within,
}

/// What an item stands in, as far as its template shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// Perhaps a `<label>`.
    pub(super) label: u8,
    /// Perhaps a `<template>`.
    pub(super) template: u8,
    /// Perhaps an `<svg>` or a `<math>`.
    pub(super) foreign: u8,
    /// In any case a `<form>`.
    pub(super) form: u8,
}

/// A piece of a page.
#[derive(Debug)]
pub(super) enum Item {
    Tag(Tag),
    /// One of these is written.
    Branch(Vec<List>),
    /// The first is written as often as may be, or else the second.
    Loop(List, List),
    /// `break` or `continue`.
    Jump,
    /// A block, and what it holds unless a template further down fills it.
    Block(Box<str>, List),
    /// What the block holds in the template above.
    Super,
    /// A template that is included.
    Include(Box<str>),
    /// A component, and the body of its call.
    Component(Box<str>, Option<List>),
    /// The body of the call of this component.
    Body,
    /// Markup that is not known; it opens what it closes.
    Opaque,
    /// What is written elsewhere, or changed before: only its ids may be met.
    Aside(List),
    /// From here on nothing is known.
    Lost,
}

/// A tag.
#[derive(Debug)]
pub(super) struct Tag {
    /// The name in lower case; `None` where it is not known.
    pub(super) name: Option<Box<str>>,
    /// From `<` to the end of the name.
    pub(super) span: Span,
    pub(super) is_end: bool,
    /// Whether it ends with `/>`.
    pub(super) is_self_closing: bool,
    /// The attributes of a tag that is notable.
    pub(super) attributes: Vec<Attribute>,
    /// Whether it may have further attributes.
    pub(super) is_open: bool,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attribute {
    /// In lower case; `None` where it is not known.
    pub(super) name: Option<Box<str>>,
    /// The name.
    pub(super) span: Span,
    pub(super) value: Option<Value>,
    /// The branches within the tag that it stands in.
    pub(super) branches: Vec<Alternative>,
}

/// A branch, and which of its alternatives.
pub(super) type Alternative = (usize, usize);

/// The value of an attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Value {
    pub(super) pieces: Vec<Piece>,
    pub(super) span: Span,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(Box<str>),
    /// Any text.
    Hole,
    /// One of these.
    Either(Vec<Vec<Piece>>),
}

impl Tag {
    pub(super) fn is_start_of(&self, name: &str) -> bool {
        !self.is_end && self.name.as_deref() == Some(name)
    }

    /// The attributes of this name, those that are conditional among them.
    pub(super) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t Attribute> {
        let attributes = self.attributes.iter();
        attributes.filter(move |attribute| attribute.name.as_deref() == Some(name))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.as_deref() == Some(name))
    }

    /// Whether it may have an attribute of this name.
    pub(super) fn may_have(&self, name: &str) -> bool {
        self.is_open || self.get(name).is_some() || self.attributes.iter().any(|a| a.name.is_none())
    }

    /// The value of an attribute where it is one text in any case; `""` where it is none.
    pub(super) fn literal(&self, name: &str) -> Option<String> {
        let mut all = self.all(name);
        match (all.next(), all.next()) {
            (Some(one), None) if one.branches.is_empty() => one.literal(),
            _ => None,
        }
    }
}

impl Attribute {
    /// The value where it is one text.
    pub(super) fn literal(&self) -> Option<String> {
        match &self.value {
            None => Some(String::new()),
            Some(value) => value.literal(),
        }
    }
}

impl Value {
    /// The value where it is one text, with what `&amp;` and the like stand for.
    pub(super) fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Hole | Piece::Either(_) => return None,
            }
        }
        Some(decoded(&text))
    }

    /// The values that it may have, each without choices; `None` where there are many.
    pub(super) fn variants(&self) -> Option<Vec<Vec<Piece>>> {
        let mut found = vec![Vec::new()];
        expand(&self.pieces, &mut found)?;
        Some(found)
    }
}

/// How many variants of a value are looked at.
const MOST_VARIANTS: usize = 16;

fn expand(pieces: &[Piece], found: &mut Vec<Vec<Piece>>) -> Option<()> {
    for piece in pieces {
        match piece {
            Piece::Either(choices) => {
                let mut all = Vec::new();
                for choice in choices {
                    let mut with = found.clone();
                    expand(choice, &mut with)?;
                    all.append(&mut with);
                }
                *found = all;
            }
            piece => found.iter_mut().for_each(|one| one.push(piece.clone())),
        }
        if found.len() > MOST_VARIANTS {
            return None;
        }
    }
    Some(())
}

/// A text without its references: those that links have. Others stay as they are.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [
        ("&#38;", "&"),
        ("&#x26;", "&"),
        ("&#47;", "/"),
        ("&#x2F;", "/"),
        ("&#x2f;", "/"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

impl Items {
    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(Arc::clone(&self.file), span)
    }
}
