//! Variables of a template that hold texts which stand in it: `{% set key = "title" %}`, `{% for key in
//! ["title", "lead"] %}`.

use crate::syntax::ast::{Component, Entry, Expr, ExprKind, Name, Node, NodeKind};
use crate::syntax::visit::{self, Visitor};
use std::collections::HashMap;

/// The texts of the variables that are set at one place only.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    variables: HashMap<Box<str>, Vec<Name>>,
}

impl Constants {
    /// Those of the pieces of a template; definitions of components have their own.
    pub(crate) fn of(nodes: &[Node]) -> Self {
        let mut sets = Sets::default();
        visit::nodes(&mut sets, nodes);
        let once = sets.0.into_iter().filter_map(|(name, texts)| {
            let texts = texts.filter(|texts| !texts.is_empty())?;
            Some((name, texts))
        });
        Self {
            variables: once.collect(),
        }
    }

    /// Those of the body of a component, whose parameters are no constants.
    pub(crate) fn of_component(component: &Component) -> Self {
        let mut constants = Self::of(&component.body);
        for parameter in &component.parameters {
            constants.variables.remove(&parameter.name.text);
        }
        constants
    }

    /// The texts that an expression may be: its own, those of its branches, those of a variable.
    pub(crate) fn texts(&self, expr: &Expr) -> Vec<Name> {
        match &expr.kind {
            ExprKind::Variable(name) => self.variables.get(name).cloned().unwrap_or_default(),
            ExprKind::Ternary {
                then, otherwise, ..
            } => [self.texts(then), self.texts(otherwise)].concat(),
            ExprKind::Text(text) => vec![Name {
                text: text.clone(),
                span: expr.span,
            }],
            _ => Vec::new(),
        }
    }
}

/// The names that are set, with their texts; `None` where they are set at several places, or to
/// something else.
#[derive(Default)]
struct Sets(HashMap<Box<str>, Option<Vec<Name>>>);

impl Sets {
    fn add(&mut self, name: &Name, texts: Option<Vec<Name>>) {
        let known = self.0.entry(name.text.clone());
        known.and_modify(|known| *known = None).or_insert(texts);
    }
}

impl<'a> Visitor<'a> for Sets {
    fn node(&mut self, node: &'a Node) {
        for name in visit::assigned(node) {
            let texts = match &node.kind {
                NodeKind::Set { value, .. } => Some(Constants::default().texts(value)),
                // Of pairs the value is not the item.
                NodeKind::For {
                    key: None, target, ..
                } => match &target.kind {
                    ExprKind::Array(items) => all_texts(items),
                    _ => None,
                },
                _ => None,
            };
            self.add(name, texts);
        }
        visit::walk_node(self, node);
    }

    fn expr(&mut self, expr: &'a Expr) {
        for name in visit::bound(expr) {
            self.add(name, None);
        }
        visit::walk_expr(self, expr);
    }
}

/// The items, where each is a text.
fn all_texts(items: &[Entry]) -> Option<Vec<Name>> {
    let texts = items.iter().map(|item| match item {
        Entry::Item(Expr {
            kind: ExprKind::Text(text),
            span,
        }) => Some(Name {
            text: text.clone(),
            span: *span,
        }),
        _ => None,
    });
    texts.collect()
}
