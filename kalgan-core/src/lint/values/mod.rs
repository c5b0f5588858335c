//! Operations that fail whatever the values are that the build does not know: `1 / 0`, `5|upper`,
//! `title|truncate(length="x")`, `for x in 5`.
//!
//! Tera says what fails: each operation is rendered with values of every kind that its operands may
//! have, and is wrong where all of them fail.

pub(super) mod kind;
mod scope;
#[cfg(test)]
mod tests;
pub(super) mod trial;

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::messages::FORMATS;
use crate::syntax::ast::{
    Argument, Binary, ComponentCall, Expr, ExprKind, FilterCall, Node, NodeKind, Unary,
};
use crate::syntax::visit::{self, Visitor};
use crate::templates::signatures::Signature;
use crate::templates::{CallKind, Entry, ParsedTemplate, TERA_FILTERS, TERA_TESTS};
use crate::text::Span;
use kind::{Kind, Operand, of_filter, of_function};
use scope::Scope;
use tera::Value;

/// Numbers above this are not given to what makes as many values.
const LARGEST: f64 = 10_000.0;
/// How many levels of constants, and how many parts of one, are evaluated: no template of a site has more,
/// and each level is looked into again by those above it.
const DEEPEST: usize = 8;
const MOST_PARTS: usize = 64;

/// Finds operations that fail whatever the unknown values are.
pub(super) fn check(known: &Known<'_>, entry: &Entry, parsed: &ParsedTemplate) -> Vec<Diagnostic> {
    let mut walk = Walk {
        known,
        entry,
        scope: Scope::new(&parsed.tree),
        found: Vec::new(),
    };
    visit::nodes(&mut walk, &parsed.tree.nodes);
    for component in &parsed.tree.components {
        walk.scope.enter_component(component);
        visit::nodes(&mut walk, &component.body);
        walk.scope.leave();
    }
    walk.found
}

/// A part of a template that is rendered by itself.
struct Tried<'a> {
    before: &'a str,
    span: Span,
    after: &'a str,
    /// The filter or the function that is tried.
    called: &'a str,
    /// The kind of operands with which the reason is told.
    usual: Kind,
}

struct Walk<'a, 'k> {
    known: &'a Known<'k>,
    entry: &'a Entry,
    scope: Scope,
    found: Vec<Diagnostic>,
}

impl Walk<'_, '_> {
    fn is_own(&self, kind: CallKind, name: &str) -> bool {
        self.known.registered().of(kind).contains(name)
    }

    /// Whether this is what is built in, given what it must have and takes: else it is told elsewhere.
    fn is_whole(&self, kind: CallKind, name: &str, arguments: &[Argument]) -> bool {
        let Some(signature) = Signature::of(kind, name).filter(|_| !self.is_own(kind, name)) else {
            return false;
        };
        let given = |name: &str| arguments.iter().find(|given| &*given.name.text == name);
        let mut required = signature.required.iter();
        let mut values = signature.values.iter();
        required.all(|name| given(name).is_some())
            && values.all(
                |(name, known)| match given(name).map(|given| &given.value.kind) {
                    Some(ExprKind::Text(text)) => known.contains(&&**text),
                    _ => true,
                },
            )
    }

    /// What is known of the value of an expression.
    fn operand(&self, expr: &Expr) -> Operand {
        self.operand_within(expr, DEEPEST)
    }

    /// The same, where no more than so many levels of constants are looked into.
    fn operand_within(&self, expr: &Expr, levels: usize) -> Operand {
        let constant = match &expr.kind {
            ExprKind::None => Some(Value::none()),
            ExprKind::Bool(value) => Some(Value::from(*value)),
            ExprKind::Integer(number) => Some(Value::from(*number)),
            ExprKind::Float(number) => Some(Value::from(*number)),
            ExprKind::Text(text) => Some(Value::from(&**text)),
            ExprKind::Variable(name) => return self.scope.find(name),
            _ => None,
        };
        if let Some(constant) = constant {
            return Operand::Constant(constant);
        }
        let is_constant = match &expr.kind {
            ExprKind::Call { name, .. } => {
                &*name.text == "range" && !self.is_own(CallKind::Function, "range")
            }
            ExprKind::Filter { call, .. } => {
                let name = &*call.name.text;
                TERA_FILTERS.contains(&name) && !self.is_own(CallKind::Filter, name)
            }
            ExprKind::Test { name, .. } => {
                TERA_TESTS.contains(&&*name.text) && !self.is_own(CallKind::Test, &name.text)
            }
            ExprKind::Loop(_) | ExprKind::Comprehension { .. } | ExprKind::Component(_) => false,
            _ => true,
        };
        let levels = levels.checked_sub(1).filter(|_| is_constant);
        match levels.and_then(|levels| self.constant(expr, levels)) {
            Some(value) => Operand::Constant(value),
            None => Operand::Of(self.kind(expr)),
        }
    }

    /// The value of an expression, where all that it is made of is constant.
    fn constant(&self, expr: &Expr, levels: usize) -> Option<Value> {
        let mut parts = Parts::default();
        parts.expr(expr);
        if parts.0.len() > MOST_PARTS {
            return None;
        }
        let mut operands = Vec::new();
        for part in &parts.0 {
            match self.operand_within(part, levels) {
                Operand::Constant(value) => operands.push(Operand::Constant(value)),
                Operand::Of(_) => return None,
            }
        }
        if is_large(called(expr), &operands) {
            return None;
        }
        let text = self.with_names(expr.span, &parts.0);
        self.known.trials.value(&text, &operands)
    }

    /// A text with names in the place of its operands.
    fn with_names(&self, span: Span, parts: &[&Expr]) -> String {
        let mut text = String::new();
        let mut at = span.start;
        for (index, part) in parts.iter().enumerate() {
            text.push_str(self.text(Span::new(at, part.span.start)));
            text.push_str(&trial::name(index));
            at = part.span.end;
        }
        text.push_str(self.text(Span::new(at, span.end)));
        text
    }

    fn text(&self, span: Span) -> &str {
        self.entry
            .file
            .text()
            .get(span.start..span.end)
            .unwrap_or_default()
    }

    /// The kind of what an expression gives.
    fn kind(&self, expr: &Expr) -> Kind {
        match &expr.kind {
            ExprKind::Array(_) | ExprKind::Comprehension { .. } => Kind::Array,
            ExprKind::Map(_) => Kind::Map,
            ExprKind::Filter { call, .. } if !self.is_own(CallKind::Filter, &call.name.text) => {
                of_filter(&call.name.text)
            }
            ExprKind::Call { name, .. } if !self.is_own(CallKind::Function, &name.text) => {
                of_function(&name.text)
            }
            ExprKind::Test { .. } | ExprKind::Unary(Unary::Not, _) => Kind::Bool,
            ExprKind::Unary(Unary::Minus, _) => Kind::Number,
            ExprKind::Binary(operator, ..) => match operator {
                Binary::Multiply
                | Binary::Divide
                | Binary::Modulo
                | Binary::Minus
                | Binary::FloorDivide
                | Binary::Power => Kind::Number,
                Binary::Less
                | Binary::Greater
                | Binary::LessOrEqual
                | Binary::GreaterOrEqual
                | Binary::Equal
                | Binary::NotEqual
                | Binary::In => Kind::Bool,
                Binary::Concatenate => Kind::Text,
                Binary::Plus | Binary::And | Binary::Or => Kind::Any,
            },
            ExprKind::Ternary {
                then, otherwise, ..
            } => match (self.operand(then), self.operand(otherwise)) {
                (Operand::Of(one), Operand::Of(other)) if one == other => one,
                _ => Kind::Any,
            },
            ExprKind::Loop(field) => kind::of_loop(*field),
            _ => Kind::Any,
        }
    }

    /// Tries an operation: its text with each operand in its place, as a condition has it, which takes
    /// what is undefined.
    fn operation(&mut self, expr: &Expr, place: Span) {
        let mut parts = Parts::default();
        parts.expr(expr);
        let usual = match &expr.kind {
            ExprKind::Unary(..) | ExprKind::Binary(..) => Kind::Number,
            _ => Kind::Text,
        };
        let tried = Tried {
            before: "{% if ",
            span: expr.span,
            after: " %}{% endif %}",
            called: called(expr),
            usual,
        };
        self.attempt(&tried, &parts.0, place);
    }

    /// Renders a text in which operands stand; an error where all values fail.
    fn attempt(&mut self, tried: &Tried<'_>, operands: &[&Expr], place: Span) {
        let Tried {
            before,
            span,
            after,
            ..
        } = *tried;
        if operands.len() > MOST_PARTS {
            return;
        }
        let text = format!("{before}{}{after}", self.with_names(span, operands));
        let operands: Vec<Operand> = operands.iter().map(|part| self.operand(part)).collect();
        if is_large(tried.called, &operands) {
            return;
        }
        let is_undefined =
            |operand: &Operand| matches!(operand, Operand::Constant(value) if value.is_undefined());
        let is_undefined = operands.iter().any(is_undefined);
        let Some(reason) = self.known.trials.failure(&text, &operands, tried.usual) else {
            return;
        };
        let whole: Vec<&str> = self.text(span).split_whitespace().collect();
        let whole = whole.join(" ");
        let message = match is_undefined {
            true => format!("`{whole}` is undefined"),
            false => format!("`{whole}` fails: {reason}"),
        };
        let diagnostic = Diagnostic::error_at(self.entry.place(place), message);
        self.found.push(diagnostic.with_code("failing-expression"));
    }

    /// The filters of a section or a block, whose value is a text.
    fn section(&mut self, call: &FilterCall) {
        if !self.is_whole(CallKind::Filter, &call.name.text, &call.arguments) {
            return;
        }
        let Some(last) = call.arguments.last() else {
            return;
        };
        let span = Span::new(call.name.span.start, last.value.span.end);
        let operands: Vec<&Expr> = call.arguments.iter().map(|given| &given.value).collect();
        let tried = Tried {
            before: "{{ \"a\"|",
            span,
            after: ") }}",
            called: &call.name.text,
            usual: Kind::Text,
        };
        self.attempt(&tried, &operands, call.name.span);
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_> {
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
                    let tried = Tried {
                        before,
                        span: target.span,
                        after,
                        called: "",
                        usual: Kind::Text,
                    };
                    self.attempt(&tried, &[target], target.span);
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
                if before == self.found.len()
                    && !matches!(expr.kind, ExprKind::Variable(_))
                    && let Operand::Constant(_) = self.operand(expr)
                {
                    let tried = Tried {
                        before: "{{ ",
                        span: expr.span,
                        after: " }}",
                        called: "",
                        usual: Kind::Text,
                    };
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
                // These fail by what a list or a map holds.
                let is_open = matches!(name, "get" | "nth" | "default");
                let is_known = TERA_FILTERS.contains(&name) || FORMATS.contains(&name);
                if is_known && !is_open && self.is_whole(CallKind::Filter, name, &call.arguments) {
                    self.operation(expr, call.name.span);
                }
            }
            ExprKind::Test {
                name, arguments, ..
            } if TERA_TESTS.contains(&&*name.text)
                && self.is_whole(CallKind::Test, &name.text, arguments) =>
            {
                self.operation(expr, name.span);
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
            ExprKind::Binary(operator, ..)
                if !matches!(operator, Binary::And | Binary::Or | Binary::Concatenate) =>
            {
                self.operation(expr, expr.span);
            }
            ExprKind::Item { of, .. } | ExprKind::Attribute { of, .. } => {
                if let Operand::Constant(_) = self.operand(of) {
                    self.operation(expr, expr.span);
                }
            }
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

/// What an expression calls.
fn called(expr: &Expr) -> &str {
    match &expr.kind {
        ExprKind::Call { name, .. } => &name.text,
        ExprKind::Filter { call, .. } => &call.name.text,
        _ => "",
    }
}

/// Whether what is called makes as much as a number says, and the number is a large one.
fn is_large(called: &str, operands: &[Operand]) -> bool {
    let is_large = |operand: &Operand| match operand {
        // A number that none of 64 bits holds is large, too.
        Operand::Constant(value) => {
            value.is_number() && value.as_f64().is_none_or(|number| number.abs() > LARGEST)
        }
        Operand::Of(_) => false,
    };
    matches!(called, "range" | "indent") && operands.iter().any(is_large)
}

/// What an expression is made of, one level down.
#[derive(Default)]
struct Parts<'a>(Vec<&'a Expr>, bool);

impl<'a> Visitor<'a> for Parts<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        if self.1 {
            self.0.push(expr);
        } else {
            self.1 = true;
            visit::walk_expr(self, expr);
        }
    }
}
