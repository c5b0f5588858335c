//! The language of templates: its syntax tree, with a span on every node, and the parser.
//!
//! Tera renders templates and is the judge of their syntax; its own tree is private. This one lets
//! the build look at what templates refer to. The parser takes what Tera takes and nothing else,
//! which a test holds against Tera itself.

pub mod ast;
mod error;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;
pub mod visit;

pub use error::{SyntaxError, SyntaxNote};

/// Parses a template. Spans are byte ranges of `text`.
///
/// # Errors
/// The first mistake in its syntax.
pub fn parse(text: &str) -> Result<ast::Template, SyntaxError> {
    parser::Parser::new(text).template().map_err(|error| *error)
}
