//! The macros, one a file: each reads its input, has it checked and expands it.

pub(crate) mod app;
pub(crate) mod bake;
pub(crate) mod embed;
pub(crate) mod redirect;
pub(crate) mod render;
pub(crate) mod settings;
pub(crate) mod template;
pub(crate) mod trans;
pub(crate) mod url;
