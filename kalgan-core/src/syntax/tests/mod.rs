//! The parser by example. That it takes what Tera takes is a test of its own.

mod errors;
mod limits;
mod trees;

use super::ast::{Expr, Node, NodeKind, Template};
use super::{SyntaxError, parse};

fn template(text: &str) -> Template {
    match parse(text) {
        Ok(template) => template,
        Err(error) => panic!("{text}: {error} at {:?}", error.span),
    }
}

fn node(text: &str) -> Node {
    let mut nodes = template(text).nodes;
    assert_eq!(nodes.len(), 1, "{text}");
    nodes.remove(0)
}

/// The expression of `{{ text }}`.
fn expression(text: &str) -> Expr {
    match node(&format!("{{{{ {text} }}}}")).kind {
        NodeKind::Expression(value) => value,
        other => panic!("{text} is {other:?}"),
    }
}

fn error(text: &str) -> SyntaxError {
    match parse(text) {
        Ok(_) => panic!("{text} is right"),
        Err(error) => error,
    }
}
