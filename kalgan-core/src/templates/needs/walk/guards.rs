//! What conditions say of the values behind them.

use super::super::guard::Guard;
use super::Walk;
use crate::syntax::ast::{Binary, Expr, ExprKind, Node, NodeKind, Unary};

impl<'s> Walk<'s> {
    /// Walks on where the condition is known to hold, or not to.
    pub(super) fn guarded(
        &mut self,
        condition: &'s Expr,
        holds: bool,
        walk: impl FnOnce(&mut Self),
    ) {
        let before = self.guards.len();
        self.add_guards(condition, holds);
        walk(self);
        self.guards.truncate(before);
    }

    /// What comes behind a branch that ends the round is not rendered where its condition holds.
    pub(super) fn add_guards_behind(&mut self, node: &Node) {
        if let NodeKind::If {
            condition,
            body,
            otherwise,
        } = &node.kind
        {
            if ends_the_round(body) {
                self.add_guards(condition, false);
            }
            if ends_the_round(otherwise) {
                self.add_guards(condition, true);
            }
        }
    }

    /// What is there for certain where the condition has this outcome.
    fn add_guards(&mut self, condition: &Expr, holds: bool) {
        match &condition.kind {
            ExprKind::Unary(Unary::Not, inner) => self.add_guards(inner, !holds),
            ExprKind::Binary(Binary::And, left, right) if holds => {
                self.add_guards(left, true);
                self.add_guards(right, true);
            }
            ExprKind::Binary(Binary::Or, left, right) if !holds => {
                self.add_guards(left, false);
                self.add_guards(right, false);
            }
            ExprKind::Binary(operator @ (Binary::Equal | Binary::NotEqual), left, right) => {
                let is_equal = holds == (*operator == Binary::Equal);
                for (one, other) in [(left, right), (right, left)] {
                    match other.kind {
                        // What is undefined differs from none.
                        ExprKind::None if !is_equal => self.guard_some(one),
                        // Nothing that is missing equals a value that is written down.
                        _ if is_equal && is_literal(other) => self.guard(one, true),
                        _ => {}
                    }
                }
            }
            // An order is one of values.
            ExprKind::Binary(
                Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual,
                left,
                right,
            ) => {
                self.guard(left, true);
                self.guard(right, true);
            }
            ExprKind::Test { of, name, .. } => match (name.text.as_ref(), holds) {
                ("defined", true) | ("undefined", false) => self.guard(of, false),
                ("none", false) => self.guard_some(of),
                ("defined" | "undefined" | "none", _) => {}
                // No other test is met by what is missing.
                (_, true) => self.guard(of, true),
                _ => {}
            },
            ExprKind::Filter { of, call } if holds => match &*call.name.text {
                // What takes the place of a missing value may hold, too.
                "default" => {
                    let fallback = call.arguments.first().map(|given| &given.value.kind);
                    let is_false = match fallback {
                        Some(ExprKind::None | ExprKind::Bool(false) | ExprKind::Integer(0)) => true,
                        Some(ExprKind::Text(text)) => text.is_empty(),
                        Some(ExprKind::Array(items)) => items.is_empty(),
                        _ => false,
                    };
                    if is_false {
                        self.guard(of, true);
                    }
                }
                _ => {
                    self.guard(of, true);
                    self.guard(condition, true);
                }
            },
            _ if holds => self.guard(condition, true),
            _ => {}
        }
    }

    /// What an expression stands for is there.
    fn guard(&mut self, expr: &Expr, is_some: bool) {
        let path = self.resolve(expr);
        self.guards.extend(path.map(|path| Guard { path, is_some }));
    }

    /// What an expression stands for is not none, but may be undefined.
    fn guard_some(&mut self, expr: &Expr) {
        // Nothing is both undefined and optional in Rust, so that this is enough for what is typed.
        if self.reads.is_some() {
            self.guard(expr, true);
        }
    }
}

/// Whether what comes behind these is not rendered.
fn ends_the_round(nodes: &[Node]) -> bool {
    let is_break = |node: &Node| matches!(node.kind, NodeKind::Break | NodeKind::Continue);
    nodes.iter().any(is_break)
}

fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Text(_) | ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Bool(true)
    )
}
