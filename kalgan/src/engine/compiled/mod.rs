//! Pages that are compiled to programs: what is known before a request is settled once, and of what a
//! page is given just what it reads is kept.
//!
//! Tera is the definition. What is not known here is left to it: an expression alone, or a page as a
//! whole. Where a program comes upon a mistake, the page is rendered again by Tera, which tells it.

mod arena;
mod asked;
mod cache;
mod calculate;
mod compile;
mod escape;
mod expression;
mod names;
mod naming;
mod natives;
mod program;
mod run;
mod scope;
mod shape;
mod shown;
mod slots;
mod sources;
mod take;
#[cfg(test)]
mod tests;
mod tidy;
mod translation;
mod unsupported;
mod value;

pub(crate) use arena::{Arena, At, Node};
pub(crate) use cache::Programs;
pub(crate) use names::{Folded, Given, Names};
pub(crate) use natives::Natives;
pub(crate) use program::Program;
pub(crate) use run::run;
pub(crate) use slots::put;
