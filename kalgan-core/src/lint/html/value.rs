//! What is known of the value of an expression, without its types.

use crate::lint::values::kind::{Kind, of_filter};
use crate::syntax::ast::{Binary, Entry, Expr, ExprKind, MapEntry, Unary};
use crate::syntax::visit::{self, Visitor};
use crate::templates::CallKind;
use std::collections::HashMap;

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// A number, or `true` or `false`.
    Number,
    /// A text that the template itself has.
    Literal,
    /// The address of a route or of a static file, or a part of the request's.
    Url,
    /// What the author vouches for: by `safe`, or by a filter or a function of the app's own.
    Vouched,
    /// JSON for a script.
    Json,
    /// A text for CSS.
    Css,
    /// An address that runs nothing.
    SafeUrl,
    /// A message.
    Message,
    /// Any text.
    Text,
}

/// What is known of the variables that a template sets itself.
pub(super) type Variables = HashMap<Box<str>, Known>;

/// What is known of the value of an expression.
pub(super) fn known(expr: &Expr, variables: &Variables) -> Known {
    let of = |expr: &Expr| known(expr, variables);
    match &expr.kind {
        ExprKind::Bool(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Loop(_)
        | ExprKind::Unary(..)
        | ExprKind::Test { .. } => Known::Number,
        ExprKind::None | ExprKind::Text(_) => Known::Literal,
        ExprKind::Variable(name) => match (variables.get(name), &**name) {
            (Some(known), _) => *known,
            (None, "lang") => Known::Url,
            (None, _) => Known::Text,
        },
        ExprKind::Attribute {
            of: inner, name, ..
        } => match (&inner.kind, &*name.text) {
            (ExprKind::Variable(of), "path" | "url" | "scheme" | "method")
                if matches!(&**of, "request" | "route") && !variables.contains_key(of) =>
            {
                Known::Url
            }
            _ => of(inner),
        },
        ExprKind::Item { of: inner, .. } | ExprKind::Slice { of: inner, .. } => of(inner),
        ExprKind::Array(items) => worst(items.iter().map(|item| match item {
            Entry::Item(value) | Entry::Spread(value) => of(value),
        })),
        ExprKind::Map(entries) => worst(entries.iter().map(|entry| match entry {
            MapEntry::Pair(_, _, value) | MapEntry::Spread(value) => of(value),
        })),
        ExprKind::Filter { of: inner, call } => {
            let argument = |name: &str| {
                let mut arguments = call.arguments.iter();
                let found = arguments.find(|argument| &*argument.name.text == name);
                found.map(|argument| of(&argument.value))
            };
            match &*call.name.text {
                name if of_filter(name) == Kind::Number => Known::Number,
                "url" | "asset" | "here" => Known::Url,
                "safe" => Known::Vouched,
                "json" => Known::Json,
                "css_string" => Known::Css,
                "safe_url" => Known::SafeUrl,
                "trans" => Known::Message,
                "default" => of(inner).max(argument("value").unwrap_or(Known::Literal)),
                "replace" => of(inner).max(argument("to").unwrap_or(Known::Literal)),
                name if !CallKind::Filter.is_built_in(name) => Known::Vouched,
                // Its parts are as good as the whole.
                _ => match of(inner) {
                    Known::Json | Known::Css | Known::SafeUrl | Known::Url => Known::Text,
                    known => known,
                },
            }
        }
        ExprKind::Call { name, .. } => match &*name.text {
            "url" | "asset" | "here" => Known::Url,
            "trans" => Known::Message,
            "range" => Known::Number,
            _ => Known::Vouched,
        },
        ExprKind::Ternary {
            then, otherwise, ..
        } => of(then).max(of(otherwise)),
        ExprKind::Comprehension { .. } => Known::Text,
        ExprKind::Component(_) => Known::Vouched,
        ExprKind::Binary(Binary::Or | Binary::And | Binary::Concatenate, left, right) => {
            of(left).max(of(right))
        }
        ExprKind::Binary(..) => Known::Number,
    }
}

fn worst(all: impl Iterator<Item = Known>) -> Known {
    all.max().unwrap_or(Known::Literal)
}

/// Whether an address that begins with this value may be one that a browser runs.
pub(super) fn may_run(expr: &Expr, variables: &Variables) -> bool {
    match &expr.kind {
        ExprKind::Text(text) => {
            let text = text.trim_start().to_ascii_lowercase();
            text.starts_with("javascript:") || text.starts_with("vbscript:")
        }
        ExprKind::Binary(Binary::Concatenate, left, right) => match &left.kind {
            ExprKind::Text(text) if text.is_empty() => may_run(right, variables),
            _ => may_run(left, variables),
        },
        ExprKind::Binary(Binary::Or, left, right) => {
            may_run(left, variables) || may_run(right, variables)
        }
        ExprKind::Ternary {
            then, otherwise, ..
        } => may_run(then, variables) || may_run(otherwise, variables),
        ExprKind::Filter { of, call } if *call.name.text == *"default" => {
            may_run(of, variables)
                || call
                    .arguments
                    .iter()
                    .any(|argument| may_run(&argument.value, variables))
        }
        _ => matches!(
            known(expr, variables),
            Known::Text | Known::Json | Known::Css
        ),
    }
}

/// The parts of an expression, one of which is its value.
pub(super) fn choices(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Ternary {
            then, otherwise, ..
        } => [choices(then), choices(otherwise)].concat(),
        _ => vec![expr],
    }
}

/// What an expression writes, as far as it is markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Text.
    None,
    /// The body of a component's call.
    Body,
    /// What the block of the template above holds.
    Super,
    /// Any markup.
    Any,
}

/// What an expression without choices writes, other than a component.
pub(super) fn markup(
    expr: &Expr,
    is_component: bool,
    holds_markup: &dyn Fn(&str) -> bool,
) -> Markup {
    match &expr.kind {
        ExprKind::Variable(name) if is_component && **name == *"body" => Markup::Body,
        ExprKind::Call { name, .. } if *name.text == *"super" => Markup::Super,
        _ => {
            let mut search = Search {
                is_component,
                holds_markup,
                is_found: false,
            };
            search.expr(expr);
            match search.is_found {
                true => Markup::Any,
                false => Markup::None,
            }
        }
    }
}

struct Search<'s> {
    is_component: bool,
    holds_markup: &'s dyn Fn(&str) -> bool,
    is_found: bool,
}

impl<'a> Visitor<'a> for Search<'_> {
    fn expr(&mut self, expr: &'a Expr) {
        self.is_found |= match &expr.kind {
            ExprKind::Component(_) => true,
            ExprKind::Variable(name) => {
                (self.holds_markup)(name) || self.is_component && **name == *"body"
            }
            ExprKind::Filter { call, .. } => {
                let name = &*call.name.text;
                matches!(name, "safe" | "newlines_to_br") || !CallKind::Filter.is_built_in(name)
            }
            ExprKind::Call { name, .. } => {
                *name.text == *"super" || !CallKind::Function.is_built_in(&name.text)
            }
            _ => false,
        };
        if !self.is_found {
            visit::walk_expr(self, expr);
        }
    }
}

/// What an expression may be, where it is a text in quotes or the like.
pub(super) fn literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text.to_string()),
        ExprKind::Integer(number) => Some(number.to_string()),
        ExprKind::Unary(Unary::Minus, inner) => Some(format!("-{}", literal(inner)?)),
        _ => None,
    }
}
