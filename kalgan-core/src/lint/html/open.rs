//! What is open: stacks of start tags, and what a tag does to one, by the standard's rules of how a
//! tree is made.

use super::elements::{self, has_optional_end};
use super::tree::{List, Tag};
use crate::text::Place;
use std::collections::BTreeMap;

/// A stack of open elements. Equal ones are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stack(u32);

/// A tag, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Met {
    pub(super) name: Box<str>,
    pub(super) place: Place,
}

/// How many elements may be open.
const MOST_DEPTH: usize = 200;

struct Frame {
    below: Stack,
    depth: usize,
    /// `None` where it is not known.
    name: Option<Box<str>>,
    /// Which tag it is.
    tag: usize,
    met: Met,
    /// Whether its content is SVG or MathML.
    is_foreign: bool,
}

/// All stacks that there were.
#[derive(Default)]
pub(super) struct Open {
    frames: Vec<Frame>,
    by_content: BTreeMap<(Stack, usize), Stack>,
}

/// What an end tag does.
pub(super) enum Ended {
    /// It closes what is open.
    Right { stack: Stack, closed: Option<usize> },
    /// It closes something, and what is open in it.
    Crosses {
        stack: Stack,
        over: Vec<(usize, Met)>,
    },
    /// It closes nothing.
    Stray,
    /// It is not known what it closes.
    Unknown,
}

impl Open {
    fn frame(&self, stack: Stack) -> Option<&Frame> {
        let at = usize::try_from(stack.0).ok()?.checked_sub(1)?;
        self.frames.get(at)
    }

    /// The open elements, the innermost first.
    fn frames(&self, stack: Stack) -> impl Iterator<Item = &Frame> {
        let mut next = stack;
        std::iter::from_fn(move || {
            let frame = self.frame(next)?;
            next = frame.below;
            Some(frame)
        })
    }

    fn top_name(&self, stack: Stack) -> Option<&str> {
        self.frame(stack)?.name.as_deref()
    }

    /// The stack with one more element; `None` where it would be too deep.
    fn push(
        &mut self,
        below: Stack,
        tag: usize,
        make: impl FnOnce() -> (Option<Box<str>>, Met, bool),
    ) -> Option<Stack> {
        if let Some(known) = self.by_content.get(&(below, tag)) {
            return Some(*known);
        }
        let (name, met, is_foreign) = make();
        let depth = self.frame(below).map_or(0, |frame| frame.depth) + 1;
        if depth > MOST_DEPTH {
            return None;
        }
        self.frames.push(Frame {
            below,
            depth,
            name,
            tag,
            met,
            is_foreign,
        });
        let stack = Stack(u32::try_from(self.frames.len()).ok()?);
        self.by_content.insert((below, tag), stack);
        Some(stack)
    }

    /// The elements that are still open and have no optional end tag.
    pub(super) fn unclosed(&self, stack: Stack) -> Vec<(usize, Met)> {
        let mut found: Vec<(usize, Met)> = self
            .frames(stack)
            .filter(|frame| {
                frame
                    .name
                    .as_deref()
                    .is_some_and(|name| !has_optional_end(name))
            })
            .map(|frame| (frame.tag, frame.met.clone()))
            .collect();
        found.reverse();
        found
    }

    /// The stack without the nearest of these elements, before which no element of a scope stands. What
    /// stands above stays, as a formatting element does.
    fn without(
        &mut self,
        stack: Stack,
        is_meant: impl Fn(&str) -> bool,
        is_scope: impl Fn(&str) -> bool,
    ) -> Option<Stack> {
        let mut above = Vec::new();
        let mut next = stack;
        let found = loop {
            let Some(frame) = self.frame(next) else {
                return Some(stack);
            };
            match frame.name.as_deref() {
                Some(name) if is_meant(name) => break frame,
                Some(name) if is_scope(name) => return Some(stack),
                // It ends with the element around it.
                Some(name) if has_optional_end(name) => {}
                _ => above.push((
                    frame.tag,
                    frame.name.clone(),
                    frame.met.clone(),
                    frame.is_foreign,
                )),
            }
            next = frame.below;
        };
        let mut rest = found.below;
        for (tag, name, met, is_foreign) in above.into_iter().rev() {
            rest = self.push(rest, tag, || (name, met, is_foreign))?;
        }
        Some(rest)
    }

    /// A start tag. `None` where nothing is known behind it.
    pub(super) fn start(&mut self, stack: Stack, list: &List, tag: &Tag) -> Option<Stack> {
        let id = std::ptr::from_ref(tag) as usize;
        let made = |is_foreign| {
            let met = Met {
                name: tag.name.clone().unwrap_or_default(),
                place: list.place(tag.span),
            };
            (tag.name.clone(), met, is_foreign)
        };
        let is_foreign = self.frame(stack).is_some_and(|frame| frame.is_foreign);
        let Some(name) = tag.name.as_deref() else {
            return match tag.is_self_closing {
                true => Some(stack),
                false => self.push(stack, id, || made(is_foreign)),
            };
        };
        if name == "plaintext" {
            return None;
        }
        if is_foreign || matches!(name, "svg" | "math") {
            let is_html = is_foreign
                && matches!(
                    name,
                    "foreignobject"
                        | "desc"
                        | "title"
                        | "annotation-xml"
                        | "mi"
                        | "mo"
                        | "mn"
                        | "ms"
                        | "mtext"
                );
            return match tag.is_self_closing {
                true => Some(stack),
                false => self.push(stack, id, || made(!is_html)),
            };
        }
        let mut stack = stack;
        if elements::ends_paragraph(name) {
            stack = self.without(stack, |open| open == "p", elements::is_scope)?;
        }
        stack = self.implied(stack, name)?;
        let is_there = |open: &Self| {
            open.frames(stack)
                .any(|frame| frame.name.as_deref() == Some(name))
        };
        let is_left_out = match name {
            // A second one only adds attributes.
            "html" | "body" | "head" => is_there(self),
            // In a table it stands beside what follows.
            "form" => matches!(
                self.top_name(stack),
                Some("table" | "tbody" | "thead" | "tfoot" | "tr")
            ),
            name => elements::is_void(name),
        };
        match is_left_out {
            true => Some(stack),
            false => self.push(stack, id, || made(false)),
        }
    }

    /// The elements that end where this one begins.
    fn implied(&mut self, mut stack: Stack, name: &str) -> Option<Stack> {
        let pop_while = |open: &Self, mut stack: Stack, names: &[&str]| {
            while let Some(frame) = open.frame(stack)
                && frame
                    .name
                    .as_deref()
                    .is_some_and(|name| names.contains(&name))
            {
                stack = frame.below;
            }
            stack
        };
        match name {
            "li" => {
                stack = self.without(stack, |open| open == "li", elements::is_list_scope)?;
            }
            "dd" | "dt" => {
                let is_scope = |name: &str| name != "div" && elements::is_list_scope(name);
                stack = self.without(stack, |open| matches!(open, "dd" | "dt"), is_scope)?;
            }
            "option" => stack = pop_while(self, stack, &["option"]),
            "optgroup" => stack = pop_while(self, stack, &["option", "optgroup"]),
            "rb" | "rp" | "rt" | "rtc" => {
                stack = pop_while(self, stack, &["rb", "rp", "rt"]);
            }
            "td" | "th" => stack = pop_while(self, stack, &["p", "li", "dd", "dt", "td", "th"]),
            "tr" => {
                stack = pop_while(
                    self,
                    stack,
                    &[
                        "p", "li", "dd", "dt", "td", "th", "tr", "caption", "colgroup",
                    ],
                )
            }
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => {
                let open = [
                    "p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "caption",
                    "colgroup",
                ];
                stack = pop_while(self, stack, &open);
            }
            "body" => stack = pop_while(self, stack, &["head"]),
            "a" => {
                let is_marker = |name: &str| elements::is_scope(name) && name != "button";
                stack = self.without(stack, |open| open == "a", is_marker)?;
            }
            "button" => {
                stack = self.without(
                    stack,
                    |open| open == "button",
                    |name| name != "button" && elements::is_scope(name),
                )?;
            }
            _ => {}
        }
        Some(stack)
    }

    /// An end tag.
    pub(super) fn end(&self, stack: Stack, tag: &Tag) -> Ended {
        let right = |stack, closed| Ended::Right { stack, closed };
        let Some(name) = tag.name.as_deref() else {
            // It may close what has an unknown name, too.
            let mut frames = self.frames(stack);
            let nearest = frames.find(|frame| {
                let name = frame.name.as_deref();
                name.is_none_or(|name| !has_optional_end(name))
            });
            return match nearest {
                Some(frame) if frame.name.is_none() => right(frame.below, Some(frame.tag)),
                _ => Ended::Unknown,
            };
        };
        let is_heading = elements::heading(name).is_some();
        let is_one = |open: &str| open == name || is_heading && elements::heading(open).is_some();
        let mut over = Vec::new();
        for frame in self.frames(stack) {
            match frame.name.as_deref() {
                Some(open) if is_one(open) => {
                    if open != name {
                        over.push((frame.tag, frame.met.clone()));
                    }
                    return match over.is_empty() {
                        true => right(frame.below, Some(frame.tag)),
                        false => Ended::Crosses {
                            stack: frame.below,
                            over,
                        },
                    };
                }
                Some(open) if has_optional_end(open) => {}
                Some(_) => over.push((frame.tag, frame.met.clone())),
                // It may be an element without an end tag.
                None => {}
            }
        }
        match name {
            "html" | "body" if !over.is_empty() => Ended::Crosses {
                stack: Stack::default(),
                over,
            },
            "html" | "body" => right(Stack::default(), None),
            "head" => right(stack, None),
            "form"
                if self
                    .frames(stack)
                    .any(|frame| frame.name.as_deref() == Some("table")) =>
            {
                right(stack, None)
            }
            name if elements::is_void(name) => right(stack, None),
            // The element may be that of an unknown name.
            _ if self.frames(stack).any(|frame| frame.name.is_none()) => Ended::Unknown,
            _ => Ended::Stray,
        }
    }
}
