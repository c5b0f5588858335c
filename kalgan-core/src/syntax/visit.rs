//! A walk over a syntax tree that visits every expression and every piece.

use super::ast::{
    Argument, Attribute, Component, ComponentCall, Entry, Expr, ExprKind, FilterCall, MapEntry,
    Name, Node, NodeKind, Template,
};

/// What a walk does at each piece. The methods go on into what lies below; an own one calls
/// `walk_…` where it wants that.
pub trait Visitor<'a> {
    /// A piece of the template.
    fn node(&mut self, node: &'a Node) {
        walk_node(self, node);
    }

    /// An expression.
    fn expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }

    /// A filter of a section or of a block that is set; those of expressions are in the expression.
    fn section_filter(&mut self, call: &'a FilterCall) {
        arguments(self, &call.arguments);
    }

    /// A call of a component.
    fn component_call(&mut self, call: &'a ComponentCall) {
        walk_component_call(self, call);
    }

    /// The definition of a component.
    fn component(&mut self, component: &'a Component) {
        nodes(self, &component.body);
    }
}

/// The variables that a piece sets: by `set`, or in each round of a loop.
pub fn assigned(node: &Node) -> impl Iterator<Item = &Name> {
    let (one, other) = match &node.kind {
        NodeKind::Set { name, .. } | NodeKind::SetBlock { name, .. } => (Some(name), None),
        NodeKind::For { key, value, .. } => (key.as_ref(), Some(value)),
        _ => (None, None),
    };
    one.into_iter().chain(other)
}

/// The variables that a comprehension sets.
pub fn bound(expr: &Expr) -> impl Iterator<Item = &Name> {
    let (one, other) = match &expr.kind {
        ExprKind::Comprehension { key, item, .. } => (key.as_ref(), Some(item)),
        _ => (None, None),
    };
    one.into_iter().chain(other)
}

/// Visits a whole template: its pieces, then its components.
pub fn walk<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, template: &'a Template) {
    nodes(visitor, &template.nodes);
    for component in &template.components {
        visitor.component(component);
    }
}

/// Visits the values of a component's parameters, its metadata and its body.
pub fn walk_component<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, component: &'a Component) {
    let defaults = component.parameters.iter();
    let defaults = defaults.filter_map(|parameter| parameter.default.as_ref());
    for value in defaults.chain(&component.metadata) {
        visitor.expr(value);
    }
    nodes(visitor, &component.body);
}

/// Visits pieces in order.
pub fn nodes<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, nodes: &'a [Node]) {
    for node in nodes {
        visitor.node(node);
    }
}

/// Visits what lies in a piece.
pub fn walk_node<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, node: &'a Node) {
    match &node.kind {
        NodeKind::Text(_)
        | NodeKind::Raw(_)
        | NodeKind::Comment
        | NodeKind::Include(_)
        | NodeKind::Break
        | NodeKind::Continue => {}
        NodeKind::Expression(expr) | NodeKind::Set { value: expr, .. } => visitor.expr(expr),
        NodeKind::Block { body, .. } => nodes(visitor, body),
        NodeKind::SetBlock { filters, body, .. } | NodeKind::FilterSection { filters, body } => {
            nodes(visitor, body);
            for filter in filters {
                visitor.section_filter(filter);
            }
        }
        NodeKind::For {
            target,
            body,
            otherwise,
            ..
        } => {
            visitor.expr(target);
            nodes(visitor, body);
            nodes(visitor, otherwise);
        }
        NodeKind::If {
            condition,
            body,
            otherwise,
        } => {
            visitor.expr(condition);
            nodes(visitor, body);
            nodes(visitor, otherwise);
        }
    }
}

/// Visits what lies in an expression.
pub fn walk_expr<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_)
        | ExprKind::Variable(_)
        | ExprKind::Loop(_) => {}
        ExprKind::Array(entries) => {
            for entry in entries {
                let (Entry::Item(value) | Entry::Spread(value)) = entry;
                visitor.expr(value);
            }
        }
        ExprKind::Map(entries) => {
            for entry in entries {
                let (MapEntry::Pair(_, _, value) | MapEntry::Spread(value)) = entry;
                visitor.expr(value);
            }
        }
        ExprKind::Attribute { of, .. } | ExprKind::Unary(_, of) => visitor.expr(of),
        ExprKind::Item { of, index, .. } => {
            visitor.expr(of);
            visitor.expr(index);
        }
        ExprKind::Slice {
            of,
            start,
            end,
            step,
            ..
        } => {
            visitor.expr(of);
            for bound in [start, end, step].into_iter().flatten() {
                visitor.expr(bound);
            }
        }
        ExprKind::Filter { of, call } => {
            visitor.expr(of);
            arguments(visitor, &call.arguments);
        }
        ExprKind::Test {
            of,
            arguments: given,
            ..
        } => {
            visitor.expr(of);
            arguments(visitor, given);
        }
        ExprKind::Call {
            arguments: given, ..
        } => arguments(visitor, given),
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => {
            visitor.expr(condition);
            visitor.expr(then);
            visitor.expr(otherwise);
        }
        ExprKind::Comprehension {
            value,
            target,
            condition,
            ..
        } => {
            visitor.expr(target);
            if let Some(condition) = condition {
                visitor.expr(condition);
            }
            visitor.expr(value);
        }
        ExprKind::Component(call) => visitor.component_call(call),
        ExprKind::Binary(_, left, right) => {
            visitor.expr(left);
            visitor.expr(right);
        }
    }
}

/// Visits the attributes and the body of a call.
pub fn walk_component_call<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, call: &'a ComponentCall) {
    for attribute in &call.attributes {
        let (Attribute::Value(_, value) | Attribute::Spread(value)) = attribute;
        visitor.expr(value);
    }
    if let Some(body) = &call.body {
        nodes(visitor, body);
    }
}

/// The calls of components in these pieces, also within others, in order.
#[must_use]
pub fn component_calls(pieces: &[Node]) -> Vec<&ComponentCall> {
    let mut calls = Calls(Vec::new());
    nodes(&mut calls, pieces);
    calls.0
}

struct Calls<'a>(Vec<&'a ComponentCall>);

impl<'a> Visitor<'a> for Calls<'a> {
    fn component_call(&mut self, call: &'a ComponentCall) {
        self.0.push(call);
        walk_component_call(self, call);
    }
}

/// Visits the values of arguments.
pub fn arguments<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, arguments: &'a [Argument]) {
    for argument in arguments {
        visitor.expr(&argument.value);
    }
}
