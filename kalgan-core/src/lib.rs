//! Kalgan core.

pub mod content_hash;
