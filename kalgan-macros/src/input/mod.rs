//! What the user writes in a macro call.

pub(crate) mod arguments;
pub(crate) mod call;
pub(crate) mod query;
pub(crate) mod render;
pub(crate) mod template;
