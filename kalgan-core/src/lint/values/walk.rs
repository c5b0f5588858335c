//! A walk through a template, and what is known of the values of its expressions.

use super::kind::{self, Kind, Operand, of_filter, of_function};
use super::scope::Scope;
use super::trial::{self, Trials};
use super::typed::{Typed, Types};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Argument, Binary, Expr, ExprKind, Unary};
use crate::syntax::visit::{self, Visitor};
use crate::templates::registered::Registered;
use crate::templates::signatures::Signature;
use crate::templates::{CallKind, Entry, TERA_FILTERS, TERA_TESTS};
use crate::text::Span;
use tera::Value;

/// Numbers above this are not given to what makes as many values.
const LARGEST: f64 = 10_000.0;
/// How many levels of constants, and how many parts of one, are evaluated: no template of a site has more,
/// and each level is looked into again by those above it.
const DEEPEST: usize = 8;
pub(super) const MOST_PARTS: usize = 64;

pub(super) struct Walk<'a> {
    pub(super) registered: &'a Registered,
    pub(super) trials: &'a Trials,
    pub(super) entry: &'a Entry,
    /// The types of expressions that are values of the context. Only what follows from these is told
    /// then; without them, what fails whatever they are.
    pub(super) types: Option<&'a Types<'a>>,
    pub(super) scope: Scope,
    /// What is wrong, and the variable that it is about.
    pub(super) found: Vec<(Diagnostic, Box<str>)>,
}
impl Walk<'_> {
    pub(super) fn is_own(&self, kind: CallKind, name: &str) -> bool {
        self.registered.of(kind).contains(name)
    }

    pub(super) fn typed(&self, expr: &Expr) -> Option<&Typed<'_>> {
        self.types?.get(&expr.span)
    }

    /// Whether this is what is built in, given what it must have and takes: else it is told elsewhere.
    pub(super) fn is_whole(&self, kind: CallKind, name: &str, arguments: &[Argument]) -> bool {
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
    pub(super) fn operand(&self, expr: &Expr) -> Operand {
        self.operand_within(expr, DEEPEST)
    }

    /// The same, where no more than so many levels of constants are looked into.
    pub(super) fn operand_within(&self, expr: &Expr, levels: usize) -> Operand {
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
    pub(super) fn constant(&self, expr: &Expr, levels: usize) -> Option<Value> {
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
    pub(super) fn with_names(&self, span: Span, parts: &[&Expr]) -> String {
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

    pub(super) fn text(&self, span: Span) -> &str {
        self.entry
            .file
            .text()
            .get(span.start..span.end)
            .unwrap_or_default()
    }

    /// The kind of what an expression gives.
    pub(super) fn kind(&self, expr: &Expr) -> Kind {
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
    /// The text of an expression in one line.
    pub(super) fn written(&self, span: Span) -> String {
        let words: Vec<&str> = self.text(span).split_whitespace().collect();
        words.join(" ")
    }
}

/// What an expression calls.
pub(super) fn called(expr: &Expr) -> &str {
    match &expr.kind {
        ExprKind::Call { name, .. } => &name.text,
        ExprKind::Filter { call, .. } => &call.name.text,
        _ => "",
    }
}

/// Whether what is called makes as much as a number says, and the number is a large one.
pub(super) fn is_large(called: &str, operands: &[Operand]) -> bool {
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
pub(super) struct Parts<'a>(Vec<&'a Expr>, bool);

impl<'a> Parts<'a> {
    pub(super) fn of(expr: &'a Expr) -> Vec<&'a Expr> {
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
