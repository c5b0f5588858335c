//! Text to tags, by the tokenizer of the HTML standard as far as tags, comments and text go.

use super::state::{Mode, Partial, Pending, State};
use super::tree::Tag;
use crate::text::Span;

/// Reads text that begins at `offset` of its file; each tag that ends in it is given to `tag`.
pub(super) fn feed(state: &mut State, text: &str, offset: usize, tag: &mut dyn FnMut(&State, Tag)) {
    let mut reader = Reader {
        state,
        text,
        offset,
        at: 0,
        tag,
    };
    while reader.at < text.len() {
        reader.step();
    }
}

struct Reader<'r> {
    state: &'r mut State,
    text: &'r str,
    offset: usize,
    at: usize,
    tag: &'r mut dyn FnMut(&State, Tag),
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// The next byte; there is one.
    fn byte(&self) -> u8 {
        self.text.as_bytes()[self.at]
    }

    fn position(&self) -> usize {
        self.offset + self.at
    }

    /// Goes to the first of these bytes and gives what stands before.
    fn until(&mut self, is_end: impl Fn(u8) -> bool) -> &str {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| is_end(*byte));
        let start = self.at;
        self.at += end.unwrap_or(rest.len());
        // All that is looked for is ASCII, which stands in no other character.
        &self.text[start..self.at]
    }

    /// Skips what is up to and with this text.
    fn skip_past(&mut self, end: &str) -> bool {
        match self.rest().find(end) {
            Some(at) => {
                self.at += at + end.len();
                true
            }
            None => {
                self.at = self.text.len();
                false
            }
        }
    }

    fn step(&mut self) {
        match &self.state.mode {
            Mode::Dead | Mode::Lost => self.at = self.text.len(),
            Mode::Data => {
                self.until(|byte| byte == b'<');
                if self.at < self.text.len() {
                    self.begin(Mode::Open);
                    self.at += 1;
                }
            }
            Mode::Open => self.open(),
            Mode::OpenEnd => match self.byte() {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    if let Some(tag) = &mut self.state.tag {
                        tag.is_end = true;
                    }
                    self.state.mode = Mode::Name;
                }
                b'>' => {
                    self.at += 1;
                    self.end_without_tag(Mode::Data);
                }
                _ => self.end_without_tag(Mode::Declaration),
            },
            Mode::Declaration => {
                if self.skip_past(">") {
                    self.state.mode = Mode::Data;
                }
            }
            Mode::Comment => {
                if self.skip_past("-->") {
                    self.state.mode = Mode::Data;
                }
            }
            Mode::Cdata => {
                if self.skip_past("]]>") {
                    self.state.mode = Mode::Data;
                }
            }
            Mode::Raw(_) => self.raw(),
            Mode::Name => {
                let name = self.until(|byte| is_space(byte) || matches!(byte, b'/' | b'>'));
                let name = name.to_ascii_lowercase();
                let end = self.position();
                if let Some(tag) = &mut self.state.tag {
                    tag.name.push_str(&name);
                    tag.name_end = end;
                }
                if self.at < self.text.len() {
                    self.state.mode = Mode::Between;
                }
            }
            Mode::Between | Mode::AfterQuoted => self.between(),
            Mode::Slash => match self.byte() {
                b'>' => {
                    if let Some(tag) = &mut self.state.tag {
                        tag.is_self_closing = true;
                    }
                    self.finish();
                }
                _ => self.state.mode = Mode::Between,
            },
            Mode::AttributeName => {
                let name = self.until(|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
                let name = name.to_ascii_lowercase();
                let end = self.position();
                if let Some(pending) = self.pending() {
                    pending.name.push_str(&name);
                    pending.end = end;
                }
                if self.at < self.text.len() {
                    self.state.mode = Mode::AfterAttributeName;
                }
            }
            Mode::AfterAttributeName => match self.byte() {
                byte if is_space(byte) => self.at += 1,
                b'=' => {
                    self.at += 1;
                    self.state.mode = Mode::BeforeValue;
                }
                _ => {
                    self.settle();
                    self.state.mode = Mode::Between;
                }
            },
            Mode::BeforeValue => self.before_value(),
            Mode::Quoted(quote) => {
                let quote = *quote;
                self.value(|byte| byte == quote);
                if self.at < self.text.len() {
                    self.at += 1;
                    self.settle();
                    self.state.mode = Mode::AfterQuoted;
                }
            }
            Mode::Unquoted => {
                self.value(|byte| is_space(byte) || byte == b'>');
                if self.at < self.text.len() {
                    self.settle();
                    self.state.mode = Mode::Between;
                }
            }
        }
    }

    /// Behind `<`.
    fn open(&mut self) {
        match self.byte() {
            b'a'..=b'z' | b'A'..=b'Z' => self.state.mode = Mode::Name,
            b'/' => {
                self.at += 1;
                if let Some(tag) = &mut self.state.tag {
                    tag.is_end = true;
                }
                self.state.mode = Mode::OpenEnd;
            }
            b'!' => {
                self.at += 1;
                let rest = &self.text[self.at..];
                let start = self.position().saturating_sub(2);
                let (mode, skipped) = if rest.starts_with("-->") || rest.starts_with("--->") {
                    // A comment without a text.
                    (Mode::Declaration, 2)
                } else if rest.starts_with("--") {
                    self.state.start = start;
                    (Mode::Comment, 2)
                } else if rest.starts_with("[CDATA[") {
                    (Mode::Cdata, 7)
                } else {
                    (Mode::Declaration, 0)
                };
                self.at += skipped;
                self.end_without_tag(mode);
            }
            b'?' => self.end_without_tag(Mode::Declaration),
            // A character like others.
            _ => self.end_without_tag(Mode::Data),
        }
    }

    /// A tag may begin here.
    fn begin(&mut self, mode: Mode) {
        let start = self.position();
        self.state.tag = Some(Box::new(Partial {
            start,
            name_end: start,
            ..Partial::default()
        }));
        self.state.mode = mode;
    }

    fn end_without_tag(&mut self, mode: Mode) {
        self.state.tag = None;
        self.state.mode = mode;
    }

    fn between(&mut self) {
        match self.byte() {
            byte if is_space(byte) => {
                self.at += 1;
                self.state.mode = Mode::Between;
            }
            b'/' => {
                self.at += 1;
                self.state.mode = Mode::Slash;
            }
            b'>' => self.finish(),
            _ => {
                let start = self.position();
                let first = self.byte();
                if let Some(tag) = &mut self.state.tag {
                    tag.pending = Some(Pending {
                        start,
                        end: start,
                        ..Pending::default()
                    });
                }
                self.state.mode = Mode::AttributeName;
                // A name may begin with it.
                if first == b'=' {
                    self.at += 1;
                    if let Some(pending) = self.pending() {
                        pending.name.push('=');
                    }
                }
            }
        }
    }

    fn before_value(&mut self) {
        let start = self.position();
        match self.byte() {
            byte if is_space(byte) => {
                self.at += 1;
            }
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.begin_value(start + 1);
                self.state.mode = Mode::Quoted(quote);
            }
            b'>' => {
                self.settle();
                self.finish();
            }
            _ => {
                self.begin_value(start);
                self.state.mode = Mode::Unquoted;
            }
        }
    }

    fn begin_value(&mut self, start: usize) {
        if let Some(pending) = self.pending() {
            pending.value = Some(Span::new(start, start));
        }
    }

    fn value(&mut self, is_end: impl Fn(u8) -> bool) {
        let text = self.until(is_end).to_owned();
        let end = self.position();
        if let Some(pending) = self.pending() {
            pending.push_text(&text, end);
        }
    }

    fn pending(&mut self) -> Option<&mut Pending> {
        self.state.tag.as_mut()?.pending.as_mut()
    }

    fn settle(&mut self) {
        if let Some(tag) = &mut self.state.tag {
            tag.settle();
        }
    }

    /// The tag ends with the next byte.
    fn finish(&mut self) {
        self.at += 1;
        let Some(partial) = self.state.tag.take() else {
            self.state.mode = Mode::Data;
            return;
        };
        let tag = partial.finish();
        self.state.leave_tag(&tag);
        (self.tag)(self.state, tag);
    }

    /// The content of an element that has text only: up to its end tag.
    fn raw(&mut self) {
        let Mode::Raw(raw) = &self.state.mode else {
            return;
        };
        let mut from = 0;
        let rest = self.rest();
        while let Some(at) = rest[from..].find("</") {
            let at = from + at;
            let name = &rest.as_bytes()[at + 2..];
            let is_name = name
                .get(..raw.name.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(raw.name.as_bytes()));
            let is_end = name
                .get(raw.name.len())
                .is_none_or(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'));
            if is_name && is_end {
                self.at += at;
                self.begin(Mode::OpenEnd);
                self.at += 2;
                return;
            }
            from = at + 2;
        }
        self.state.last = rest.bytes().last().unwrap_or(0);
        self.at = self.text.len();
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}
