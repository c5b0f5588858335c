//! Operations, tried with what is known of their operands.

use super::kind::{Kind, Operand};
use super::typed::{Missing, Typed};
use super::walk::{MOST_PARTS, Parts, Walk, called, is_large};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Argument, Binary, Expr, ExprKind, FilterCall};
use crate::templates::CallKind;
use crate::text::Span;

/// A part of a template that is rendered by itself.
#[derive(Clone, Copy)]
pub(super) struct Tried<'a> {
    before: &'a str,
    span: Span,
    after: &'a str,
    /// The filter or the function that is tried.
    called: &'a str,
    /// The kind of operands with which the reason is told.
    usual: Kind,
}

impl<'a> Tried<'a> {
    /// An expression in a tag of its own.
    pub(super) fn tag(before: &'a str, span: Span, after: &'a str) -> Self {
        Self {
            before,
            span,
            after,
            called: "",
            usual: Kind::Text,
        }
    }

    /// An operation as a condition, which takes what is undefined.
    fn of(expr: &'a Expr) -> Self {
        let usual = match &expr.kind {
            ExprKind::Unary(..) | ExprKind::Binary(..) => Kind::Number,
            _ => Kind::Text,
        };
        Self {
            called: called(expr),
            usual,
            ..Self::tag("{% if ", expr.span, " %}{% endif %}")
        }
    }
}

impl Walk<'_> {
    /// Tries an operation: its text with each operand in its place.
    pub(super) fn operation(&mut self, expr: &Expr, place: Span) {
        let parts = Parts::of(expr);
        self.attempt(&Tried::of(expr), &parts, place);
    }

    /// Tries an operation with operands that are none, where they may be so.
    pub(super) fn operation_without(&mut self, expr: &Expr, place: Span) {
        if self.types.is_some() {
            let parts = Parts::of(expr);
            self.attempt_without(&Tried::of(expr), &parts, place);
        }
    }

    /// The parameters of a route, which are never empty.
    pub(super) fn parameters(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            let name = &argument.name.text;
            // The route's name, its query and its language are no parameters.
            if name.starts_with('_') || &**name == "name" {
                continue;
            }
            let Some((typed, missing)) = self.missing(&argument.value) else {
                continue;
            };
            let text = self.written(argument.value.span);
            let part = missing.part(&text);
            let message = format!(
                "`{part}` may be none, and the parameter `{name}` of the route is empty then"
            );
            let root = typed.root.clone();
            let diagnostic = Diagnostic::error_at(self.entry.place(argument.value.span), message)
                .with_code("missing-value")
                .with_help(format!(
                    "put the link into `{{% if {part} %}}…{{% endif %}}`"
                ));
            self.found.push((diagnostic, root));
        }
    }

    /// Compares a value whose type is known with constants.
    pub(super) fn compare(&mut self, operator: Binary, left: &Expr, right: &Expr) {
        if self.types.is_none() {
            return;
        }
        for (one, other) in [(left, right), (right, left)] {
            let is_in = operator == Binary::In;
            if is_in && std::ptr::eq(one, right) {
                continue;
            }
            let others: Vec<&Expr> = match (&other.kind, operator) {
                (ExprKind::Array(_), Binary::In) => Parts::of(other),
                (_, Binary::Equal | Binary::NotEqual) => vec![other],
                _ => continue,
            };
            let Some(typed) = self.typed(one) else {
                continue;
            };
            let found = others.iter().find_map(|other| match self.operand(other) {
                Operand::Constant(value) => {
                    let (message, help) = typed.never(&self.written(one.span), &value)?;
                    Some((other.span, message, help))
                }
                Operand::Of(_) => None,
            });
            if let Some((span, message, help)) = found {
                let root = typed.root.clone();
                let diagnostic = Diagnostic::error_at(self.entry.place(span), message)
                    .with_code("impossible-comparison")
                    .with_help(help);
                self.found.push((diagnostic, root));
                return;
            }
        }
    }

    /// Renders a text in which operands stand; an error where all values fail.
    pub(super) fn attempt(&mut self, tried: &Tried<'_>, operands: &[&Expr], place: Span) {
        let is_typed = |expr: &&Expr| {
            self.typed(expr)
                .is_some_and(|typed| typed.kind != Kind::Any)
        };
        let is_told = self.types.is_none() || operands.iter().any(is_typed);
        let reason = is_told
            .then(|| self.failure(tried, operands, None))
            .flatten();
        let Some((reason, is_undefined)) = reason else {
            self.attempt_without(tried, operands, place);
            return;
        };
        let whole = self.written(tried.span);
        let message = match is_undefined {
            true => format!("`{whole}` is undefined"),
            false => format!("`{whole}` fails: {reason}"),
        };
        let types = operands.iter().filter_map(|expr| {
            let typed = self.typed(expr).filter(|typed| typed.kind != Kind::Any)?;
            Some(format!(
                "the type of `{}` is {}",
                self.written(expr.span),
                typed.described()
            ))
        });
        let types: Vec<String> = types.collect();
        let root = operands.iter().find_map(|expr| self.typed(expr));
        let root = root.map_or_else(Box::default, |typed| typed.root.clone());
        let mut diagnostic = Diagnostic::error_at(self.entry.place(place), message);
        if !types.is_empty() {
            diagnostic = diagnostic.with_help(types.join(", "));
        }
        self.found
            .push((diagnostic.with_code("failing-expression"), root));
    }

    /// Renders a text in which operands stand; an error where all values fail when one that may be none
    /// is none.
    pub(super) fn attempt_without(&mut self, tried: &Tried<'_>, operands: &[&Expr], place: Span) {
        for (index, expr) in operands.iter().enumerate() {
            let Some((typed, missing)) = self.missing(expr) else {
                continue;
            };
            let root = typed.root.clone();
            let Some((reason, _)) = self.failure(tried, operands, Some((index, missing))) else {
                continue;
            };
            let (whole, text) = (self.written(tried.span), self.written(expr.span));
            let name = missing.part(&text);
            let then = match missing {
                Missing::None => format!("`{whole}` fails then: {reason}"),
                Missing::Part(_) if whole == text => format!("`{whole}` is undefined then"),
                Missing::Part(_) => format!("`{whole}` fails then: `{text}` is undefined"),
            };
            let message = format!("`{name}` may be none, and {then}");
            let help = match tried.before.starts_with("{% for") {
                true => format!("put the loop into `{{% if {name} %}}…{{% endif %}}`"),
                false => format!("put it into `{{% if {name} %}}…{{% endif %}}`"),
            };
            let diagnostic = Diagnostic::error_at(self.entry.place(place), message)
                .with_code("missing-value")
                .with_help(help);
            self.found.push((diagnostic, root));
            return;
        }
    }

    /// The type of an expression that may have no value, and why.
    fn missing(&self, expr: &Expr) -> Option<(&Typed<'_>, Missing)> {
        let typed = self.typed(expr)?;
        Some((typed, typed.missing?))
    }

    /// Why what is tried fails with all values that its operands may have, and whether one of them is
    /// undefined. `missing`: the operand that is none or undefined.
    fn failure(
        &self,
        tried: &Tried<'_>,
        operands: &[&Expr],
        missing: Option<(usize, Missing)>,
    ) -> Option<(String, bool)> {
        if operands.len() > MOST_PARTS {
            return None;
        }
        let (before, after) = (tried.before, tried.after);
        let text = [before, &*self.with_names(tried.span, operands), after].concat();
        let mut values: Vec<Operand> = operands.iter().map(|part| self.operand(part)).collect();
        if let Some((index, missing)) = missing
            && let Some(value) = values.get_mut(index)
        {
            *value = Operand::Constant(missing.value());
        }
        if is_large(tried.called, &values) {
            return None;
        }
        let is_undefined =
            |operand: &Operand| matches!(operand, Operand::Constant(value) if value.is_undefined());
        let is_undefined = values.iter().any(is_undefined);
        let reason = self.trials.failure(&text, &values, tried.usual)?;
        Some((reason, is_undefined))
    }

    /// The filters of a section or a block, whose value is a text.
    pub(super) fn section(&mut self, call: &FilterCall) {
        if !self.is_whole(CallKind::Filter, &call.name.text, &call.arguments) {
            return;
        }
        let Some(last) = call.arguments.last() else {
            return;
        };
        let span = Span::new(call.name.span.start, last.value.span.end);
        let operands: Vec<&Expr> = call.arguments.iter().map(|given| &given.value).collect();
        let tried = Tried {
            called: &call.name.text,
            ..Tried::tag("{{ \"a\"|", span, ") }}")
        };
        self.attempt(&tried, &operands, call.name.span);
    }
}
