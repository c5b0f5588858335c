//! The parts of an expansion.

pub(crate) mod expression;
pub(crate) mod settings;
pub(crate) mod spec;
pub(crate) mod track;
pub(crate) mod views;
