//! Pieces that are written under a condition, any number of times, or as another template has them.

use super::Reader;
use crate::lint::html::state::{Mode, State};
use crate::lint::html::tree::{Item, List, Piece};
use crate::syntax::ast::{Name, Node};
use crate::text::Span;
use std::mem;
use std::sync::Arc;

/// One of the ways that a template may go on.
pub(super) type Alternative<'a, 'r, 'k> = Box<dyn FnOnce(&mut Reader<'r, 'k>) + 'a>;

impl<'r, 'k> Reader<'r, 'k> {
    pub(super) fn block(&mut self, name: &Name, body: &[Node], span: Span) {
        self.entries.insert(name.text.clone(), self.state.clone());
        if self.state.mode == Mode::Data {
            let list = self.apart(body);
            self.blocks.insert(name.text.clone(), Arc::clone(&list));
            self.push(Item::Block(name.text.clone(), list));
            return;
        }
        let before = self.state.clone();
        self.state.seal();
        self.begin();
        self.nodes(body);
        let list = self.end();
        let is_text = list.items.is_empty() && self.state.mode == before.mode;
        let is_tag = list.items.is_empty() && self.state.tag.is_some() && before.tag.is_some();
        if is_text {
            // Another template may write something else.
            self.state = before;
            self.state.push_unknown(Piece::Hole, span);
        } else if is_tag {
            if let Some(tag) = &mut self.state.tag {
                tag.is_open = true;
            }
        } else {
            self.state = State {
                mode: Mode::Lost,
                ..State::default()
            };
            self.push(Item::Lost);
        }
    }

    /// One of several pieces.
    pub(super) fn branch(&mut self, alternatives: Vec<Alternative<'_, 'r, 'k>>) {
        self.branches += 1;
        let branch = self.branches;
        self.state.seal();
        let base = self.state.clone();
        let mut lists = Vec::new();
        let mut states = Vec::new();
        for (at, alternative) in alternatives.into_iter().enumerate() {
            self.state = base.clone();
            self.state.enter((branch, at));
            self.begin();
            alternative(self);
            lists.push(self.end());
            states.push(mem::take(&mut self.state));
        }
        self.join(&base, states, Item::Branch, lists);
    }

    /// Pieces that are written any number of times.
    pub(super) fn repeat(&mut self, body: &[Node], otherwise: &[Node]) {
        self.branches += 1;
        let branch = self.branches;
        self.state.seal();
        let base = self.state.clone();
        self.state.enter((branch, 0));
        self.jumps.push(Vec::new());
        self.begin();
        self.nodes(body);
        let list = self.end();
        let mut states = self.jumps.pop().unwrap_or_default();
        states.push(mem::replace(&mut self.state, base.clone()));
        self.state.enter((branch, 1));
        self.begin();
        self.nodes(otherwise);
        let other = self.end();
        states.push(mem::take(&mut self.state));
        let make = |mut lists: Vec<List>| {
            let otherwise = lists.pop();
            let body = lists.pop();
            match (body, otherwise) {
                (Some(body), Some(otherwise)) => Item::Loop(body, otherwise),
                _ => Item::Opaque,
            }
        };
        self.join(&base, states, make, vec![list, other]);
    }

    fn join(
        &mut self,
        base: &State,
        states: Vec<State>,
        item: impl FnOnce(Vec<List>) -> Item,
        lists: Vec<List>,
    ) {
        self.state = base.clone();
        if lists.iter().any(|list| !list.items.is_empty()) {
            self.push(item(lists));
        }
        self.state = State::join(base, states);
        if self.state.mode == Mode::Lost && base.mode != Mode::Lost {
            self.push(Item::Lost);
        }
    }
}
