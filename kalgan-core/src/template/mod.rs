//! The language of templates: its syntax tree, with a span on every node.
//!
//! Tera renders templates and is the judge of their syntax; its own tree is private. This one lets
//! the build look at what templates refer to.

pub mod ast;
