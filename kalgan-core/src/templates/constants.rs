//! Variables of a template that hold values which stand in it: `{% set key = "title" %}`, `{% for key in
//! ["title", "lead"] %}`.

use crate::syntax::ast::{Component, Entry, Expr, ExprKind, Name, Node, NodeKind, Unary};
use crate::syntax::visit::{self, Visitor};
use crate::text::Span;
use std::collections::HashMap;

/// A value that stands in a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The value as a template prints it; of a list or a map `[…]` and `{…}`.
    pub text: Box<str>,
    /// What kind of value it is.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// What kind of value a [`Literal`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralKind {
    /// A text.
    Text,
    /// A number, or `true` or `false`.
    Scalar,
    /// A list, a map or `none`: what has no text of its own.
    Other,
}

/// The values of the variables that are set at one place only.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    variables: HashMap<Box<str>, Constant>,
}

/// The values of a variable, and the part of the text in which it has them.
#[derive(Debug)]
struct Constant {
    literals: Vec<Literal>,
    within: Span,
}

impl Constants {
    /// Those of the pieces of a template; definitions of components have their own.
    pub(crate) fn of(nodes: &[Node]) -> Self {
        let end = nodes.last().map_or(0, |node| node.span.end);
        let mut sets = Sets {
            found: HashMap::new(),
            end,
            last: end,
        };
        visit::nodes(&mut sets, nodes);
        let once = sets.found.into_iter().filter_map(|(name, constant)| {
            let constant = constant.filter(|constant| !constant.literals.is_empty())?;
            Some((name, constant))
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
        let literals = self.literals(expr).into_iter();
        let texts = literals.filter(|literal| literal.kind == LiteralKind::Text);
        texts
            .map(|literal| Name {
                text: literal.text,
                span: literal.span,
            })
            .collect()
    }

    /// The literals that an expression may be, by the same rules.
    pub(crate) fn literals(&self, expr: &Expr) -> Vec<Literal> {
        match &expr.kind {
            ExprKind::Variable(name) => match self.variables.get(name) {
                Some(Constant { literals, within })
                    if (within.start..within.end).contains(&expr.span.start) =>
                {
                    literals.clone()
                }
                _ => Vec::new(),
            },
            ExprKind::Ternary {
                then, otherwise, ..
            } => [self.literals(then), self.literals(otherwise)].concat(),
            _ => literal(expr).into_iter().collect(),
        }
    }
}

/// The value of an expression that is written down.
fn literal(expr: &Expr) -> Option<Literal> {
    let (text, kind): (Box<str>, _) = match &expr.kind {
        ExprKind::Text(text) => (text.clone(), LiteralKind::Text),
        ExprKind::Integer(number) => (number.to_string().into(), LiteralKind::Scalar),
        ExprKind::Float(number) => (number.to_string().into(), LiteralKind::Scalar),
        ExprKind::Bool(value) => (value.to_string().into(), LiteralKind::Scalar),
        ExprKind::Unary(Unary::Minus, operand) => match operand.kind {
            ExprKind::Integer(number) => (format!("-{number}").into(), LiteralKind::Scalar),
            _ => return None,
        },
        ExprKind::None => ("none".into(), LiteralKind::Other),
        ExprKind::Array(_) => ("[…]".into(), LiteralKind::Other),
        ExprKind::Map(_) => ("{…}".into(), LiteralKind::Other),
        _ => return None,
    };
    Some(Literal {
        text,
        kind,
        span: expr.span,
    })
}

/// The names that are set, with their values; `None` where they are set at several places, or to
/// something else.
struct Sets {
    found: HashMap<Box<str>, Option<Constant>>,
    /// Where the body ends in which sets are met.
    end: usize,
    /// Where all ends.
    last: usize,
}

impl Sets {
    fn add(&mut self, name: &Name, constant: Option<Constant>) {
        let known = self.found.entry(name.text.clone());
        known.and_modify(|known| *known = None).or_insert(constant);
    }
}

impl<'a> Visitor<'a> for Sets {
    fn node(&mut self, node: &'a Node) {
        let constant = |literals, start, end| Constant {
            literals,
            within: Span::new(start, end),
        };
        match &node.kind {
            NodeKind::Set {
                name,
                value,
                is_global,
            } => {
                let literals = Constants::default().literals(value);
                let end = if *is_global { self.last } else { self.end };
                self.add(name, Some(constant(literals, node.span.end, end)));
            }
            // Of pairs the value is not the item.
            NodeKind::For {
                key: None,
                value,
                target,
                ..
            } => {
                let literals = match &target.kind {
                    ExprKind::Array(items) => all_literals(items),
                    _ => None,
                };
                let within = |literals| constant(literals, target.span.end, node.span.end);
                self.add(value, literals.map(within));
            }
            _ => {
                for name in visit::assigned(node) {
                    self.add(name, None);
                }
            }
        }
        // What is set in an `if` is there behind it.
        let is_scope = !matches!(node.kind, NodeKind::If { .. });
        let end = if is_scope { node.span.end } else { self.end };
        let outer = std::mem::replace(&mut self.end, end);
        visit::walk_node(self, node);
        self.end = outer;
    }

    fn expr(&mut self, expr: &'a Expr) {
        for name in visit::bound(expr) {
            self.add(name, None);
        }
        visit::walk_expr(self, expr);
    }
}

/// The items, where each is written down.
fn all_literals(items: &[Entry]) -> Option<Vec<Literal>> {
    let literals = items.iter().map(|item| match item {
        Entry::Item(item) => literal(item),
        Entry::Spread(_) => None,
    });
    literals.collect()
}
