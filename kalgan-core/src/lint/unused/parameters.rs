//! Parameters of components that their bodies do not use.

use super::reach::Pieces;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Component, Expr, ExprKind};
use crate::syntax::visit::{self, Visitor};
use crate::templates::ALL_VARIABLES;
use std::collections::HashSet;

/// The parameters that the components which code reaches do not use.
pub(super) fn unused(pieces: &Pieces<'_>) -> Vec<Diagnostic> {
    let used = pieces.iter().filter(|piece| piece.is_used);
    let components = used.filter_map(|piece| Some((piece, piece.component?)));
    let mut found = Vec::new();
    for (piece, component) in components {
        let names = Variables::of(component);
        if names.contains(ALL_VARIABLES) {
            continue;
        }
        let parameters = component.parameters.iter();
        let parameters = parameters
            .map(|parameter| &parameter.name)
            .chain(&component.rest);
        for parameter in parameters.filter(|parameter| !names.contains(&*parameter.text)) {
            let message = format!(
                "the component `{}` does not use its parameter `{}`",
                component.name.text, parameter.text
            );
            found.push(
                Diagnostic::warning_at(piece.entry.place(parameter.span), message)
                    .with_code("unused-parameter")
                    .with_help("remove it, and the attribute where the component is called"),
            );
        }
    }
    found
}

/// The variables of expressions.
#[derive(Default)]
struct Variables<'a>(HashSet<&'a str>);

impl<'a> Variables<'a> {
    fn of(component: &'a Component) -> HashSet<&'a str> {
        let mut variables = Self::default();
        visit::walk_component(&mut variables, component);
        variables.0
    }
}

impl<'a> Visitor<'a> for Variables<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Variable(name) = &expr.kind {
            self.0.insert(name);
        }
        visit::walk_expr(self, expr);
    }
}
