//! The middlewares.

pub mod member_middleware;
