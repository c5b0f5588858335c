//! Routing.

pub(crate) mod route;
