//! What code reaches: the templates that it renders, and what these extend, include and call.

use crate::syntax::ast::{
    Binary, Component, ComponentCall, Expr, ExprKind, MapEntry, MapKey, Node, NodeKind,
};
use crate::syntax::visit::{self, Visitor};
use crate::templates::{Entry, Set};
use std::collections::HashMap;

/// The pieces of all templates, in the order of their names and texts.
pub(super) struct Pieces<'a>(Vec<Piece<'a>>);

/// The page of a template, without the components that it defines; or one of these.
pub(super) struct Piece<'a> {
    /// The name of the template.
    pub(super) template: &'a str,
    pub(super) entry: &'a Entry,
    /// The component; `None` of the page.
    pub(super) component: Option<&'a Component>,
    /// Whether code reaches it.
    pub(super) is_used: bool,
    /// Its texts, which may be names.
    pub(super) texts: Vec<&'a str>,
    /// The texts that are put together with something else.
    pub(super) parts: Vec<&'a str>,
    /// The templates that it extends and includes.
    templates: Vec<&'a str>,
    /// The components that it calls.
    components: Vec<&'a str>,
}

impl<'a> Pieces<'a> {
    /// All pieces. Code may name templates and components, and reaches what these need.
    pub(super) fn new(
        set: &'a Set,
        may_render: impl Fn(&str) -> bool,
        may_call: impl Fn(&str) -> bool,
    ) -> Self {
        let mut all = Vec::new();
        for (template, entry, parsed) in set.parsed() {
            let mut page = Piece::new(template, entry, None);
            let parent = parsed.tree.parent.iter();
            page.templates.extend(parent.map(|parent| &*parent.text));
            visit::nodes(&mut page, &parsed.tree.nodes);
            all.push(page);
            for component in &parsed.tree.components {
                let mut piece = Piece::new(template, entry, Some(component));
                piece.component(component);
                all.push(piece);
            }
        }
        let mut pieces = Self(all);
        pieces.mark(|piece| match piece.component {
            None => may_render(piece.template),
            Some(component) => may_call(&component.name.text),
        });
        pieces
    }

    /// Marks what is used, from those that code names on.
    fn mark(&mut self, is_named: impl Fn(&Piece<'a>) -> bool) {
        let mut pages: HashMap<&str, usize> = HashMap::new();
        let mut components: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, piece) in self.0.iter().enumerate() {
            match piece.component {
                None => drop(pages.insert(piece.template, at)),
                Some(of) => components.entry(&of.name.text).or_default().push(at),
            }
        }
        let mut open: Vec<usize> = (0..self.0.len())
            .filter(|at| is_named(&self.0[*at]))
            .collect();
        while let Some(at) = open.pop() {
            let piece = &mut self.0[at];
            if !std::mem::replace(&mut piece.is_used, true) {
                open.extend(piece.templates.iter().filter_map(|name| pages.get(name)));
                let called = piece.components.iter();
                open.extend(called.filter_map(|name| components.get(name)).flatten());
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Piece<'a>> {
        self.0.iter()
    }

    /// Whether code reaches a template, by its page or by a component of it.
    pub(super) fn uses(&self, template: &str) -> bool {
        self.0
            .iter()
            .any(|piece| piece.template == template && piece.is_used)
    }

    /// Whether another template extends or includes this one, or calls a component of it.
    pub(super) fn is_named(&self, template: &str) -> bool {
        let own = self.0.iter().filter(|piece| piece.template == template);
        let own: Vec<&str> = own
            .filter_map(|piece| piece.component)
            .map(|component| &*component.name.text)
            .collect();
        self.0.iter().any(|piece| {
            piece.template != template
                && (piece.templates.contains(&template)
                    || piece.components.iter().any(|name| own.contains(name)))
        })
    }

    /// Whether anything but itself calls a component.
    pub(super) fn is_called(&self, component: &str) -> bool {
        self.0.iter().any(|piece| {
            let own = piece.component.map(|component| &*component.name.text);
            own != Some(component) && piece.components.contains(&component)
        })
    }
}

impl<'a> Piece<'a> {
    fn new(template: &'a str, entry: &'a Entry, component: Option<&'a Component>) -> Self {
        Self {
            template,
            entry,
            component,
            is_used: false,
            texts: Vec::new(),
            parts: Vec::new(),
            templates: Vec::new(),
            components: Vec::new(),
        }
    }
}

impl<'a> Visitor<'a> for Piece<'a> {
    fn node(&mut self, node: &'a Node) {
        if let NodeKind::Include(name) = &node.kind {
            self.templates.push(&name.text);
        }
        visit::walk_node(self, node);
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.texts.push(text),
            ExprKind::Map(entries) => {
                for entry in entries {
                    if let MapEntry::Pair(MapKey::Text(key), _, _) = entry {
                        self.texts.push(key);
                    }
                }
            }
            ExprKind::Binary(Binary::Concatenate | Binary::Plus, left, right) => {
                for side in [left, right] {
                    if let ExprKind::Text(text) = &side.kind {
                        self.parts.push(text);
                    }
                }
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }

    fn component_call(&mut self, call: &'a ComponentCall) {
        self.components.push(&call.name.text);
        visit::walk_component_call(self, call);
    }

    fn component(&mut self, component: &'a Component) {
        visit::walk_component(self, component);
    }
}
