//! Templates to tags: the text of a template is read as HTML, along all of its branches.

mod branches;
mod values;

use super::attributes;
use super::levels::Levels;
use super::links::Links;
use super::state::{Mode, State};
use super::tokens;
use super::tree::{Item, Items, List, Notable, Piece, Tag};
use super::unclosed_text;
use super::value::{self, Known as Value, Markup, Variables};
use crate::diagnostic::Diagnostic;
use crate::lint::known::Known;
use crate::lint::values::kind::{Kind, of_parameter};
use crate::syntax::ast::{Component, Expr, FilterCall, Name, Node, NodeKind, Template};
use crate::syntax::visit;
use crate::templates::Entry;
use crate::text::Span;
use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

/// What is looked up while templates are read.
pub(super) struct Lookup<'l, 'k> {
    pub(super) known: &'l Known<'k>,
    pub(super) levels: &'l Levels,
    pub(super) links: &'l Links<'k>,
}

/// A template, or a component, as HTML.
#[derive(Debug)]
pub(super) struct Read {
    /// What it writes; of a template that extends another one, nothing.
    pub(super) top: List,
    /// Whether it extends another one.
    pub(super) is_child: bool,
    /// What its blocks hold, those that stand in text.
    pub(super) blocks: HashMap<Box<str>, List>,
    /// Where the blocks begin: its own and those of the templates that it extends.
    pub(super) entries: Arc<HashMap<Box<str>, State>>,
    /// The templates and components that it writes.
    pub(super) uses: Vec<Use>,
    /// Whether it may say that links lead to another server.
    pub(super) has_base: bool,
    pub(super) found: Vec<Diagnostic>,
}

/// What a template writes that stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Use {
    Template(Box<str>),
    Component(Box<str>),
}

/// Reads a template, which extends one that was read.
pub(super) fn template(
    lookup: &Lookup<'_, '_>,
    entry: &Entry,
    tree: &Template,
    parent: Option<&Read>,
) -> Read {
    let mut reader = Reader::new(lookup, entry, false);
    match parent {
        None => reader.nodes(&tree.nodes),
        Some(parent) => {
            reader.entries = HashMap::clone(&parent.entries);
            reader.overrides(&tree.nodes);
        }
    }
    Read {
        is_child: parent.is_some(),
        ..reader.finish()
    }
}

/// Reads a component.
pub(super) fn component(lookup: &Lookup<'_, '_>, entry: &Entry, component: &Component) -> Read {
    let mut reader = Reader::new(lookup, entry, true);
    for parameter in &component.parameters {
        let kind = parameter.kind.as_ref();
        let known = match kind.map(|kind| of_parameter(&kind.text)) {
            Some(Kind::Number | Kind::Bool) => Value::Number,
            _ => Value::Text,
        };
        reader.variables.insert(parameter.name.text.clone(), known);
    }
    reader.nodes(&component.body);
    reader.finish()
}

struct Reader<'r, 'k> {
    lookup: &'r Lookup<'r, 'k>,
    entry: &'r Entry,
    is_component: bool,
    state: State,
    /// The lists that have begun, the innermost last.
    lists: Vec<Items>,
    blocks: HashMap<Box<str>, List>,
    entries: HashMap<Box<str>, State>,
    uses: HashSet<Use>,
    has_base: bool,
    found: Vec<Diagnostic>,
    variables: Variables,
    /// The variables that hold markup.
    captured: HashSet<Box<str>>,
    /// How many filters are applied to what is read.
    filtered: usize,
    /// The states at the jumps of the loops, the innermost last.
    jumps: Vec<Vec<State>>,
    /// How many branches there were.
    branches: usize,
}

impl<'r, 'k> Reader<'r, 'k> {
    fn new(lookup: &'r Lookup<'r, 'k>, entry: &'r Entry, is_component: bool) -> Self {
        let mut reader = Self {
            lookup,
            entry,
            is_component,
            state: State::default(),
            lists: Vec::new(),
            blocks: HashMap::new(),
            entries: HashMap::new(),
            uses: HashSet::new(),
            has_base: false,
            found: Vec::new(),
            variables: Variables::new(),
            captured: HashSet::new(),
            filtered: 0,
            jumps: Vec::new(),
            branches: 0,
        };
        reader.begin();
        reader
    }

    fn finish(mut self) -> Read {
        self.must_be_text();
        let top = self.end();
        let mut uses: Vec<Use> = self.uses.into_iter().collect();
        // So that the same is found in the same order.
        uses.sort_by_key(|of| match of {
            Use::Template(name) => (false, name.clone()),
            Use::Component(name) => (true, name.clone()),
        });
        Read {
            top,
            is_child: false,
            blocks: self.blocks,
            entries: Arc::new(self.entries),
            uses,
            has_base: self.has_base,
            found: self.found,
        }
    }

    fn begin(&mut self) {
        self.lists.push(Items::new(&self.entry.file));
    }

    fn end(&mut self) -> List {
        // Each end has its beginning.
        let items = self.lists.pop();
        Arc::new(items.unwrap_or_else(|| Items::new(&self.entry.file)))
    }

    fn push(&mut self, item: Item) {
        let within = self.state.within;
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        let (is_notable, has_blocks) = match &item {
            Item::Tag(tag) => (attributes::is_notable(tag), false),
            Item::Branch(lists) => (
                lists.iter().any(|list| !list.notable.is_empty()),
                lists.iter().any(|list| !list.blocks.is_empty()),
            ),
            Item::Loop(body, otherwise) => (
                !(body.notable.is_empty() && otherwise.notable.is_empty()),
                !(body.blocks.is_empty() && otherwise.blocks.is_empty()),
            ),
            Item::Block(..) | Item::Super => (true, true),
            Item::Component(_, body) => (
                true,
                body.as_ref().is_some_and(|body| !body.blocks.is_empty()),
            ),
            Item::Include(_) | Item::Body | Item::Opaque | Item::Aside(_) | Item::Lost => {
                (true, false)
            }
            Item::Jump => (false, false),
        };
        if has_blocks {
            list.blocks.push(list.items.len());
        }
        if is_notable {
            let at = list.items.len();
            list.notable.push(Notable { at, within });
        }
        list.items.push(item);
    }

    /// What follows is text. Where a tag may be open, nothing is known from here on.
    fn must_be_text(&mut self) {
        match self.state.mode {
            Mode::Data | Mode::Dead => {}
            // What was one by itself stays so.
            Mode::Lost => self.push(Item::Lost),
            _ => {
                if let Some((what, span)) = self.state.unfinished() {
                    let place = self.entry.place(span);
                    let told = unclosed_text::told(self.lookup.levels, what, place);
                    self.found.extend(told);
                }
                self.state = State {
                    mode: Mode::Lost,
                    ..State::default()
                };
                self.push(Item::Lost);
            }
        }
    }

    /// Reads pieces as text of their own.
    fn apart(&mut self, nodes: &[Node]) -> List {
        let within = self.state.within;
        let around = mem::replace(
            &mut self.state,
            State {
                within,
                ..State::default()
            },
        );
        let jumps = mem::take(&mut self.jumps);
        self.begin();
        self.nodes(nodes);
        self.must_be_text();
        self.jumps = jumps;
        self.state = around;
        self.end()
    }

    /// The blocks that a template fills of those above. What stands around them is not written.
    fn overrides(&mut self, nodes: &[Node]) {
        for node in nodes {
            match &node.kind {
                NodeKind::Block { name, body } => {
                    let Some(entry) = self.entries.get(&name.text).cloned() else {
                        continue;
                    };
                    if entry.mode == Mode::Data {
                        self.state = entry;
                        let list = self.apart(body);
                        self.blocks.insert(name.text.clone(), list);
                    } else {
                        // Nobody but the values in it asks for more.
                        self.state = entry;
                        self.begin();
                        self.nodes(body);
                        self.end();
                    }
                    self.state = State::default();
                }
                NodeKind::Set { .. } | NodeKind::SetBlock { .. } => self.node(node),
                _ => {}
            }
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Comment => {}
            NodeKind::Text(span) | NodeKind::Raw(span) => self.text(*span),
            NodeKind::Expression(expr) => self.value(expr, node.span),
            NodeKind::Set { name, value, .. } => self.set(name, value),
            NodeKind::SetBlock {
                name,
                filters,
                body,
                ..
            } => self.set_block(name, filters, body),
            NodeKind::Include(name) => match self.state.mode {
                Mode::Data => {
                    self.uses.insert(Use::Template(name.text.clone()));
                    self.push(Item::Include(name.text.clone()));
                }
                _ => self.unknown(node.span),
            },
            NodeKind::Block { name, body } => self.block(name, body, node.span),
            NodeKind::For {
                target,
                body,
                otherwise,
                ..
            } => {
                let known = value::known(target, &self.variables);
                let hidden = self.variables.clone();
                for name in visit::assigned(node) {
                    self.variables.insert(name.text.clone(), known);
                    self.captured.remove(&name.text);
                }
                self.repeat(body, otherwise);
                self.variables = hidden;
            }
            NodeKind::If {
                body, otherwise, ..
            } => self.branch(vec![
                Box::new(|reader: &mut Self| reader.nodes(body)),
                Box::new(|reader: &mut Self| reader.nodes(otherwise)),
            ]),
            NodeKind::FilterSection { body, .. } => self.filter_section(body, node.span),
            NodeKind::Break | NodeKind::Continue => {
                let state = State {
                    mode: Mode::Dead,
                    ..State::default()
                };
                let state = mem::replace(&mut self.state, state);
                if state.mode == Mode::Data {
                    self.push(Item::Jump);
                }
                if let Some(jumps) = self.jumps.last_mut() {
                    jumps.push(state);
                }
            }
        }
    }

    fn text(&mut self, span: Span) {
        let Self {
            lookup,
            entry,
            state,
            ..
        } = self;
        let file = &entry.file;
        let mut tags = Vec::new();
        let state: &mut State = state;
        let mut withins = Vec::new();
        tokens::feed(state, file.slice(span), span.start, &mut |state, tag| {
            withins.push(state.within);
            tags.push(tag);
        });
        let lookup: &Lookup<'_, '_> = lookup;
        let behind = self.state.within;
        for (tag, within) in tags.into_iter().zip(withins) {
            self.state.within = within;
            self.tag(lookup, tag);
        }
        self.state.within = behind;
    }

    fn tag(&mut self, lookup: &Lookup<'_, '_>, mut tag: Tag) {
        attributes::check(lookup.levels, self.entry, &tag, &mut self.found);
        lookup
            .links
            .check(lookup.levels, self.entry, &tag, &mut self.found);
        let is_lost = unclosed_text::is_in(&tag);
        self.has_base |= tag.is_start_of("base") && tag.may_have("href");
        if !attributes::is_notable(&tag) {
            tag.attributes = Vec::new();
        }
        self.push(Item::Tag(tag));
        if is_lost {
            self.push(Item::Lost);
        }
    }

    fn set(&mut self, name: &Name, value: &Expr) {
        let known = value::known(value, &self.variables);
        // It may be set under a condition.
        let before = self.variables.get(&name.text).copied();
        let known = before.map_or(known, |before| before.max(known));
        self.variables.insert(name.text.clone(), known);
        let captured = &self.captured;
        let markup = value::markup(value, self.is_component, &|name| captured.contains(name));
        if markup != Markup::None {
            self.captured.insert(name.text.clone());
        }
    }

    fn set_block(&mut self, name: &Name, filters: &[FilterCall], body: &[Node]) {
        self.filtered += usize::from(!filters.is_empty());
        let list = self.apart(body);
        self.filtered -= usize::from(!filters.is_empty());
        if self.state.mode == Mode::Data {
            self.push(Item::Aside(list));
        }
        self.variables.insert(name.text.clone(), Value::Vouched);
        self.captured.insert(name.text.clone());
    }

    fn filter_section(&mut self, body: &[Node], span: Span) {
        self.filtered += 1;
        if self.state.mode == Mode::Data {
            let list = self.apart(body);
            self.push(Item::Aside(list));
            self.push(Item::Opaque);
        } else {
            let before = self.state.clone();
            self.nodes(body);
            if self.state.mode == before.mode {
                self.state = before;
                self.state.push_unknown(Piece::Hole, span);
            }
        }
        self.filtered -= 1;
    }
}
