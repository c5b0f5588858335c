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
pub(super) mod typed;

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::messages::FORMATS;
use crate::syntax::ast::{
    Argument, Binary, ComponentCall, Expr, ExprKind, FilterCall, Node, NodeKind, Unary,
};
use crate::syntax::visit::{self, Visitor};
use crate::templates::registered::Registered;
use crate::templates::signatures::Signature;
use crate::templates::{CallKind, Entry, ParsedTemplate, TERA_FILTERS, TERA_TESTS};
use crate::text::Span;
use kind::{Kind, Operand, of_filter, of_function};
use scope::Scope;
use tera::Value;
use trial::Trials;
use typed::{Missing, Typed, Types};

/// Numbers above this are not given to what makes as many values.
const LARGEST: f64 = 10_000.0;
/// How many levels of constants, and how many parts of one, are evaluated: no template of a site has more,
/// and each level is looked into again by those above it.
const DEEPEST: usize = 8;
const MOST_PARTS: usize = 64;

/// Finds operations that fail whatever the unknown values are.
pub(super) fn check(known: &Known<'_>, entry: &Entry, parsed: &ParsedTemplate) -> Vec<Diagnostic> {
    let walk = Walk {
        registered: known.registered(),
        trials: &known.trials,
        entry,
        types: None,
        scope: Scope::new(&parsed.tree),
        found: Vec::new(),
    };
    let found = walk.through(parsed).into_iter();
    found.map(|(diagnostic, _)| diagnostic).collect()
}

/// A part of a template that is rendered by itself.
#[derive(Clone, Copy)]
struct Tried<'a> {
    before: &'a str,
    span: Span,
    after: &'a str,
    /// The filter or the function that is tried.
    called: &'a str,
    /// The kind of operands with which the reason is told.
    usual: Kind,
}

impl<'a> Tried<'a> {
    /// An operation as a condition, which takes what is undefined.
    fn of(expr: &'a Expr) -> Self {
        let usual = match &expr.kind {
            ExprKind::Unary(..) | ExprKind::Binary(..) => Kind::Number,
            _ => Kind::Text,
        };
        Self {
            before: "{% if ",
            span: expr.span,
            after: " %}{% endif %}",
            called: called(expr),
            usual,
        }
    }
}

struct Walk<'a> {
    registered: &'a Registered,
    trials: &'a Trials,
    entry: &'a Entry,
    /// The types of expressions that are values of the context. Only what follows from these is told
    /// then; without them, what fails whatever they are.
    types: Option<&'a Types<'a>>,
    scope: Scope,
    /// What is wrong, and the variable that it is about.
    found: Vec<(Diagnostic, Box<str>)>,
}

impl Walk<'_> {
    fn through(mut self, parsed: &ParsedTemplate) -> Vec<(Diagnostic, Box<str>)> {
        visit::nodes(&mut self, &parsed.tree.nodes);
        for component in &parsed.tree.components {
            self.scope.enter_component(component);
            visit::nodes(&mut self, &component.body);
            self.scope.leave();
        }
        self.found
    }

    fn is_own(&self, kind: CallKind, name: &str) -> bool {
        self.registered.of(kind).contains(name)
    }

    fn typed(&self, expr: &Expr) -> Option<&Typed<'_>> {
        self.types?.get(&expr.span)
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
        if let Some(typed) = self.typed(expr) {
            return Operand::Of(typed.kind);
        }
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
        let parts = Parts::of(expr);
        if parts.len() > MOST_PARTS {
            return None;
        }
        let mut operands = Vec::new();
        for part in &parts {
            match self.operand_within(part, levels) {
                Operand::Constant(value) => operands.push(Operand::Constant(value)),
                Operand::Of(_) => return None,
            }
        }
        if is_large(called(expr), &operands) {
            return None;
        }
        let text = self.with_names(expr.span, &parts);
        self.trials.value(&text, &operands)
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

    /// Tries an operation: its text with each operand in its place.
    fn operation(&mut self, expr: &Expr, place: Span) {
        let parts = Parts::of(expr);
        self.attempt(&Tried::of(expr), &parts, place);
    }

    /// Tries an operation with operands that are none, where they may be so.
    fn operation_without(&mut self, expr: &Expr, place: Span) {
        if self.types.is_some() {
            let parts = Parts::of(expr);
            self.attempt_without(&Tried::of(expr), &parts, place);
        }
    }

    /// The parameters of a route, which are never empty.
    fn parameters(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            let name = &argument.name.text;
            // The route's name, its query and its language are no parameters.
            if name.starts_with('_') || &**name == "name" {
                continue;
            }
            let typed = self.typed(&argument.value);
            let Some((typed, missing)) = typed.and_then(|typed| Some((typed, typed.missing?)))
            else {
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
    fn compare(&mut self, operator: Binary, left: &Expr, right: &Expr) {
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
    fn attempt(&mut self, tried: &Tried<'_>, operands: &[&Expr], place: Span) {
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
    fn attempt_without(&mut self, tried: &Tried<'_>, operands: &[&Expr], place: Span) {
        for (index, expr) in operands.iter().enumerate() {
            let Some((typed, missing)) = self.typed(expr).and_then(|typed| {
                let missing = typed.missing?;
                Some((typed, missing))
            }) else {
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
        let text = format!("{before}{}{after}", self.with_names(tried.span, operands));
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

    /// The text of an expression in one line.
    fn written(&self, span: Span) -> String {
        let words: Vec<&str> = self.text(span).split_whitespace().collect();
        words.join(" ")
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
                    let tried = Tried {
                        before,
                        span: target.span,
                        after,
                        called: "",
                        usual: Kind::Text,
                    };
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
                let tried = Tried {
                    before: "{{ ",
                    span: expr.span,
                    after: " }}",
                    called: "",
                    usual: Kind::Text,
                };
                if before < self.found.len() {
                } else if self.types.is_some() {
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

impl<'a> Parts<'a> {
    fn of(expr: &'a Expr) -> Vec<&'a Expr> {
        let mut parts = Self::default();
        parts.expr(expr);
        parts.0
    }
}

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
