//! The parts of an expansion.

pub(crate) mod expression;
mod spec;
pub(crate) mod track;
pub(crate) mod views;
