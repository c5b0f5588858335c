//! What conditions say of the values behind them.

use super::super::guard::{Guard, Says};
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
                        ExprKind::None if !is_equal => self.guard(one, Says::NotNone),
                        // Nothing that is missing equals a value that is written down.
                        _ if is_equal && is_literal(other) => self.guard(one, Says::Some),
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
                self.guard(left, Says::Some);
                self.guard(right, Says::Some);
            }
            ExprKind::Test { of, name, .. } => match (name.text.as_ref(), holds) {
                ("defined", true) | ("undefined", false) => self.guard(of, Says::Defined),
                ("none", false) => self.guard(of, Says::NotNone),
                ("defined" | "undefined" | "none", _) => {}
                // No other test is met by what is missing.
                (_, true) => self.guard(of, Says::Some),
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
                        self.guard(of, Says::Some);
                    }
                }
                _ => {
                    self.guard(of, Says::Some);
                    self.guard(condition, Says::Some);
                }
            },
            _ if holds => self.guard(condition, Says::Some),
            _ => {}
        }
    }

    fn guard(&mut self, expr: &Expr, says: Says) {
        let path = self.resolve(expr);
        self.guards.extend(path.map(|path| Guard { path, says }));
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
