//! Reloading: a new snapshot when a file has changed.

pub(crate) mod reloader;
mod statics;
pub(crate) mod views;
pub(crate) mod watch;
