//! What development has and production has not.

pub(crate) mod page;
