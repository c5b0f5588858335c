//! The way of a walk through a template.

use super::attempt::Tried;
use super::kind::{Kind, Operand};
use super::walk::Walk;
use crate::diagnostic::Diagnostic;
use crate::messages::FORMATS;
use crate::syntax::ast::{
    Binary, ComponentCall, Expr, ExprKind, FilterCall, Node, NodeKind, Unary,
};
use crate::syntax::visit::{self, Visitor};
use crate::templates::{CallKind, ParsedTemplate, TERA_FILTERS, TERA_TESTS};

impl Walk<'_> {
    pub(super) fn through(mut self, parsed: &ParsedTemplate) -> Vec<(Diagnostic, Box<str>)> {
        visit::nodes(&mut self, &parsed.tree.nodes);
        for component in &parsed.tree.components {
            self.scope.enter_component(component);
            visit::nodes(&mut self, &component.body);
            self.scope.leave();
        }
        self.found
    }
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Set {
                name,
                value,
                is_global,
            } => {
                self.expr(value);
                let value = self.operand(value);
                self.scope.set(&name.text, value, *is_global);
            }
            NodeKind::SetBlock {
                name, is_global, ..
            } => {
                self.scope.enter();
                visit::walk_node(self, node);
                self.scope.leave();
                self.scope
                    .set(&name.text, Operand::Of(Kind::Text), *is_global);
            }
            NodeKind::Block { body, .. } => {
                self.scope.enter_block();
                visit::nodes(self, body);
                self.scope.leave();
            }
            NodeKind::For {
                key,
                target,
                body,
                otherwise,
                ..
            } => {
                let before = self.found.len();
                self.expr(target);
                if before == self.found.len() {
                    let (before, after) = match key {
                        Some(_) => ("{% for a, b in ", " %}{% endfor %}"),
                        None => ("{% for a in ", " %}{% endfor %}"),
                    };
                    let tried = Tried::tag(before, target.span, after);
                    // A loop over what is no list is told by its use.
                    match self.typed(target).map(|typed| typed.kind) {
                        Some(Kind::Number | Kind::Bool) => {
                            self.attempt_without(&tried, &[target], target.span);
                        }
                        _ => self.attempt(&tried, &[target], target.span),
                    }
                }
                self.scope.enter();
                for name in visit::assigned(node) {
                    self.scope.set(&name.text, Operand::Of(Kind::Any), false);
                }
                visit::nodes(self, body);
                self.scope.leave();
                self.scope.enter();
                visit::nodes(self, otherwise);
                self.scope.leave();
            }
            NodeKind::If {
                condition,
                body,
                otherwise,
            } => {
                self.expr(condition);
                for branch in [body, otherwise] {
                    self.scope.enter();
                    visit::nodes(self, branch);
                    self.scope.leave();
                }
            }
            NodeKind::Expression(expr) => {
                let before = self.found.len();
                self.expr(expr);
                if before < self.found.len() {
                    return;
                }
                let tried = Tried::tag("{{ ", expr.span, " }}");
                if self.types.is_some() {
                    self.attempt_without(&tried, &[expr], expr.span);
                } else if !matches!(expr.kind, ExprKind::Variable(_))
                    && let Operand::Constant(_) = self.operand(expr)
                {
                    self.attempt(&tried, &[expr], expr.span);
                }
            }
            NodeKind::FilterSection { .. } => {
                self.scope.enter();
                visit::walk_node(self, node);
                self.scope.leave();
            }
            _ => visit::walk_node(self, node),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Comprehension { .. } = &expr.kind {
            self.scope.enter();
            for name in visit::bound(expr) {
                self.scope.set(&name.text, Operand::Of(Kind::Any), false);
            }
            visit::walk_expr(self, expr);
            self.scope.leave();
            return;
        }
        let before = self.found.len();
        visit::walk_expr(self, expr);
        // What is made of something wrong is wrong as well.
        if before < self.found.len() {
            return;
        }
        match &expr.kind {
            ExprKind::Filter { call, .. } => {
                let name = &*call.name.text;
                if name == "url" {
                    self.parameters(&call.arguments);
                    return;
                }
                let is_known = TERA_FILTERS.contains(&name) || FORMATS.contains(&name);
                if !is_known || !self.is_whole(CallKind::Filter, name, &call.arguments) {
                    return;
                }
                match name {
                    // These fail by what a list or a map holds.
                    "get" | "nth" => self.operation_without(expr, call.name.span),
                    "default" => {}
                    _ => self.operation(expr, call.name.span),
                }
            }
            ExprKind::Test {
                name, arguments, ..
            } if TERA_TESTS.contains(&&*name.text)
                && self.is_whole(CallKind::Test, &name.text, arguments) =>
            {
                self.operation(expr, name.span);
            }
            ExprKind::Call { name, arguments } if &*name.text == "url" => {
                self.parameters(arguments);
            }
            ExprKind::Call { name, arguments }
                if &*name.text == "range"
                    && self.is_whole(CallKind::Function, "range", arguments) =>
            {
                self.operation(expr, name.span);
            }
            ExprKind::Unary(Unary::Minus, _) | ExprKind::Slice { .. } => {
                self.operation(expr, expr.span);
            }
            ExprKind::Binary(operator, left, right)
                if !matches!(operator, Binary::And | Binary::Or | Binary::Concatenate) =>
            {
                self.operation(expr, expr.span);
                if before == self.found.len() {
                    self.compare(*operator, left, right);
                }
            }
            ExprKind::Item { of, .. } | ExprKind::Attribute { of, .. } => match self.operand(of) {
                Operand::Constant(_) => self.operation(expr, expr.span),
                // Which fields there are is told by its use.
                Operand::Of(_) => self.operation_without(expr, expr.span),
            },
            _ => {}
        }
    }

    fn section_filter(&mut self, call: &'a FilterCall) {
        visit::arguments(self, &call.arguments);
        self.section(call);
    }

    fn component_call(&mut self, call: &'a ComponentCall) {
        self.scope.enter();
        visit::walk_component_call(self, call);
        self.scope.leave();
    }
}
