//! Where in HTML a reader is, and where it is after branches.

use super::elements;
use super::tree::{Alternative, Attribute, Piece, Tag, Value, Within};
use crate::text::Span;

/// Where a reader is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    pub(super) mode: Mode,
    /// The tag that has begun.
    pub(super) tag: Option<Box<Partial>>,
    pub(super) within: Within,
    /// The last character of the text in a script or a style sheet.
    pub(super) last: u8,
    /// Where a comment begins.
    pub(super) start: usize,
}

/// What is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfinished<'s> {
    Element(&'s str),
    Comment,
    Quote(u8),
}

/// What the next character belongs to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Mode {
    #[default]
    Data,
    /// Behind `<`.
    Open,
    /// Behind `</`.
    OpenEnd,
    /// Up to the next `>`.
    Declaration,
    Comment,
    Cdata,
    /// The name of a tag.
    Name,
    /// A tag, between its attributes.
    Between,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    /// A value in these quotes.
    Quoted(u8),
    Unquoted,
    AfterQuoted,
    /// Behind `/` in a tag.
    Slash,
    /// The content of such an element.
    Raw(Raw),
    /// Nobody gets here: `break` or `continue` stands before.
    Dead,
    /// What comes before has several meanings.
    Lost,
}

/// An element whose content is text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raw {
    pub(super) name: Box<str>,
    /// Its start tag.
    pub(super) span: Span,
    pub(super) language: Language,
}

/// What the text of an element is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Script,
    Style,
    /// Text that is shown, or a language that is not known.
    Other,
}

/// A tag that has begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Partial {
    /// Where it begins.
    pub(super) start: usize,
    /// Where its name ends.
    pub(super) name_end: usize,
    pub(super) is_end: bool,
    /// The name so far, in lower case.
    pub(super) name: String,
    /// Whether a part of the name is not known.
    pub(super) has_unknown_name: bool,
    pub(super) attributes: Vec<Attribute>,
    /// Whether it may have further attributes.
    pub(super) is_open: bool,
    pub(super) is_self_closing: bool,
    pub(super) pending: Option<Pending>,
    /// The branches within the tag in which the reader is.
    pub(super) branches: Vec<Alternative>,
}

/// An attribute that has begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pending {
    pub(super) name: String,
    pub(super) has_unknown_name: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) value: Option<Span>,
    /// Whether what comes next is a piece of its own.
    pub(super) is_sealed: bool,
}

impl Pending {
    pub(super) fn push_text(&mut self, text: &str, end: usize) {
        if let Some(value) = &mut self.value {
            value.end = end;
        }
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) if !self.is_sealed => *last = format!("{last}{text}").into(),
            _ => self.pieces.push(Piece::Text(text.into())),
        }
        self.is_sealed = false;
    }

    /// The name, where it is known.
    pub(super) fn known_name(&self) -> Option<&str> {
        (!self.has_unknown_name).then_some(&*self.name)
    }

    /// Whether nothing of its value is written yet.
    pub(super) fn is_at_start(&self) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(text) => text.trim_start().is_empty(),
            Piece::Hole | Piece::Either(_) => false,
        })
    }
}

impl Partial {
    pub(super) fn known_name(&self) -> Option<&str> {
        (!self.has_unknown_name).then_some(&*self.name)
    }

    /// Ends the attribute that has begun.
    pub(super) fn settle(&mut self) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        // A quotation mark in a name tells something whatever the rest is.
        let is_odd = pending.name.contains(['"', '\'', '<']);
        let name = (is_odd || !pending.has_unknown_name).then_some(&*pending.name);
        self.attributes.push(Attribute {
            name: name.map(Into::into),
            span: Span::new(pending.start, pending.end),
            value: pending.value.map(|span| Value {
                pieces: pending.pieces,
                span,
            }),
            branches: self.branches.clone(),
        });
    }

    pub(super) fn finish(mut self) -> Tag {
        self.settle();
        Tag {
            name: self.known_name().map(Into::into),
            span: Span::new(self.start, self.name_end),
            is_end: self.is_end,
            is_self_closing: self.is_self_closing,
            attributes: self.attributes,
            is_open: self.is_open,
        }
    }
}

impl Mode {
    /// Whether a tag has begun.
    fn is_between(&self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Between
                | Self::AttributeName
                | Self::AfterAttributeName
                | Self::AfterQuoted
                | Self::Slash
        )
    }

    fn is_value(&self) -> bool {
        matches!(self, Self::Quoted(_) | Self::Unquoted | Self::BeforeValue)
    }
}

impl State {
    /// The state behind branches that begin at `base`.
    pub(super) fn join(base: &Self, mut states: Vec<Self>) -> Self {
        states.retain(|state| state.mode != Mode::Dead);
        let Some(first) = states.first() else {
            return Self {
                mode: Mode::Dead,
                ..base.clone()
            };
        };
        if states.iter().all(|state| state == first) {
            return states.swap_remove(0);
        }
        let lost = Self {
            mode: Mode::Lost,
            ..Self::default()
        };
        let within = states
            .iter()
            .skip(1)
            .fold(first.within, |all, state| Within {
                label: all.label.max(state.within.label),
                template: all.template.max(state.within.template),
                foreign: all.foreign.max(state.within.foreign),
                form: all.form.min(state.within.form),
            });
        let all = |is: &dyn Fn(&Self) -> bool| states.iter().all(is);
        if all(&|state| state.mode == first.mode && state.tag.is_none()) {
            let is_same = all(&|state| state.last == first.last);
            return Self {
                within,
                last: if is_same { first.last } else { 0 },
                ..first.clone()
            };
        }
        if !all(&|state| state.tag.is_some()) {
            return lost;
        }
        // A value without quotes ends where the tag goes on.
        let is_mixed = |state: &Self| state.mode.is_between() || state.mode == Mode::Unquoted;
        let mode = if all(&|state| state.mode == first.mode) {
            first.mode.clone()
        } else if all(&|state| matches!(state.mode, Mode::Unquoted | Mode::BeforeValue)) {
            Mode::Unquoted
        } else if all(&is_mixed) {
            Mode::Between
        } else {
            return lost;
        };
        let tags: Vec<Partial> = states
            .into_iter()
            .filter_map(|state| state.tag)
            .map(|mut tag| {
                if mode == Mode::Between {
                    tag.settle();
                }
                *tag
            })
            .collect();
        match join_tags(base.tag.as_deref(), tags, &mode) {
            Some(tag) => Self {
                mode,
                tag: Some(Box::new(tag)),
                within,
                ..Self::default()
            },
            None => lost,
        }
    }

    /// What is still open where a template ends: its name, or what it is, and where it begins.
    pub(super) fn unfinished(&self) -> Option<(Unfinished<'_>, Span)> {
        Some(match &self.mode {
            Mode::Raw(raw) => (Unfinished::Element(&raw.name), raw.span),
            Mode::Comment => (Unfinished::Comment, Span::new(self.start, self.start + 4)),
            Mode::Quoted(quote) => {
                let value = self.tag.as_ref()?.pending.as_ref()?.value?;
                let start = value.start.saturating_sub(1);
                (Unfinished::Quote(*quote), Span::new(start, value.start))
            }
            _ => return None,
        })
    }

    /// Marks where branches begin.
    pub(super) fn seal(&mut self) {
        if let Some(pending) = self.tag.as_mut().and_then(|tag| tag.pending.as_mut()) {
            pending.is_sealed = true;
        }
    }

    /// Enters an alternative of a branch, which conditions the attributes in it.
    pub(super) fn enter(&mut self, alternative: Alternative) {
        if let Some(tag) = &mut self.tag {
            tag.branches.push(alternative);
        }
    }

    /// Something that is not known stands here.
    pub(super) fn push_unknown(&mut self, piece: Piece, at: Span) {
        let Some(tag) = &mut self.tag else {
            return;
        };
        match self.mode {
            Mode::Open | Mode::OpenEnd | Mode::Name => {
                tag.has_unknown_name = true;
                tag.name_end = at.end;
                self.mode = Mode::Name;
            }
            Mode::Quoted(_) | Mode::Unquoted | Mode::BeforeValue => {
                if let Some(pending) = &mut tag.pending {
                    pending.pieces.push(piece);
                    pending.is_sealed = true;
                    let span = pending.value.get_or_insert(at);
                    span.end = at.end;
                }
                if self.mode == Mode::BeforeValue {
                    self.mode = Mode::Unquoted;
                }
            }
            Mode::AttributeName => {
                if let Some(pending) = &mut tag.pending {
                    pending.has_unknown_name = true;
                    pending.end = at.end;
                }
            }
            Mode::Between | Mode::AfterAttributeName | Mode::AfterQuoted | Mode::Slash => {
                tag.settle();
                tag.is_open = true;
                tag.pending = Some(Pending {
                    has_unknown_name: true,
                    start: at.start,
                    end: at.end,
                    ..Pending::default()
                });
                self.mode = Mode::AttributeName;
            }
            _ => {}
        }
    }

    /// What a tag changes.
    pub(super) fn leave_tag(&mut self, tag: &Tag) {
        let Some(name) = tag.name.as_deref() else {
            self.mode = Mode::Data;
            return;
        };
        let is_foreign = self.within.foreign > 0;
        let depth = match name {
            "label" => Some(&mut self.within.label),
            "template" => Some(&mut self.within.template),
            "form" => Some(&mut self.within.form),
            "svg" | "math" => Some(&mut self.within.foreign),
            _ => None,
        };
        let is_closed = tag.is_self_closing && matches!(name, "svg" | "math");
        if let Some(depth) = depth
            && !is_closed
        {
            *depth = match tag.is_end {
                true => depth.saturating_sub(1),
                false => depth.saturating_add(1),
            };
        }
        let has_text = !tag.is_end
            && elements::is_raw(name)
            && !(is_foreign && (tag.is_self_closing || name != "script" && name != "style"));
        self.last = 0;
        self.mode = match has_text {
            true => Mode::Raw(Raw {
                language: language(name, tag),
                name: name.into(),
                span: tag.span,
            }),
            false => Mode::Data,
        };
    }
}

/// The language of a script or a style sheet.
fn language(name: &str, tag: &Tag) -> Language {
    match name {
        "style" => Language::Style,
        "script" if !tag.may_have("type") => Language::Script,
        "script" => {
            let kind = tag.literal("type").unwrap_or_else(|| String::from("?"));
            let kind = kind.split(';').next().unwrap_or_default();
            let kind = kind.trim().to_ascii_lowercase();
            let is_script = matches!(
                &*kind,
                "" | "module" | "importmap" | "speculationrules" | "application/json"
            ) || kind.ends_with("+json")
                || kind.ends_with("javascript")
                || kind.ends_with("ecmascript");
            match is_script {
                true => Language::Script,
                false => Language::Other,
            }
        }
        _ => Language::Other,
    }
}

/// One tag of those that may have begun.
fn join_tags(base: Option<&Partial>, tags: Vec<Partial>, mode: &Mode) -> Option<Partial> {
    let mut tags = tags.into_iter();
    let mut joined = tags.next()?;
    let base = base.filter(|base| base.start == joined.start);
    let shared = base.map_or(0, |base| base.attributes.len());
    let base_pieces = base
        .and_then(|base| base.pending.as_ref())
        .map_or((usize::MAX, 0), |base| (base.start, base.pieces.len()));
    let mut values: Vec<Vec<Piece>> = Vec::new();
    let pieces_from = |pending: &Pending| match pending.start == base_pieces.0 {
        true => base_pieces.1.min(pending.pieces.len()),
        false => 0,
    };
    if mode.is_value() {
        let pending = joined.pending.as_mut()?;
        let from = pieces_from(pending);
        values.push(pending.pieces.split_off(from));
    }
    for mut tag in tags {
        if tag.is_end != joined.is_end {
            return None;
        }
        joined.has_unknown_name |= tag.has_unknown_name || tag.name != joined.name;
        joined.is_open |= tag.is_open;
        joined.is_self_closing &= tag.is_self_closing;
        let from = if tag.start == joined.start { shared } else { 0 };
        let from = from.min(tag.attributes.len());
        joined.attributes.extend(tag.attributes.drain(from..));
        let Some(mut other) = tag.pending else {
            // One of them has begun an attribute, another has not.
            if joined.pending.is_some() {
                return None;
            }
            continue;
        };
        let pending = joined.pending.as_mut()?;
        if mode.is_value() {
            if other.start == pending.start {
                let from = pieces_from(&other);
                values.push(other.pieces.split_off(from));
            } else {
                values.push(vec![Piece::Hole]);
            }
        }
        pending.has_unknown_name |= other.has_unknown_name || other.name != pending.name;
        pending.end = pending.end.max(other.end);
        pending.value = pending.value.or(other.value);
        if let (Some(value), Some(other)) = (&mut pending.value, other.value) {
            value.end = value.end.max(other.end);
        }
    }
    joined.branches = base.map_or_else(Vec::new, |base| base.branches.clone());
    if let Some(pending) = joined.pending.as_mut() {
        match values.first() {
            Some(first) if values.iter().all(|value| value == first) => {
                pending.pieces.extend(first.iter().cloned());
            }
            Some(_) => pending.pieces.push(Piece::Either(values)),
            None => {}
        }
        pending.is_sealed = true;
    }
    Some(joined)
}
