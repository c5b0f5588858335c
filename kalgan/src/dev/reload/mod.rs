//! Reloading: a new snapshot when a file has changed.

mod checks;
pub(crate) mod reloader;
#[cfg(debug_assertions)]
mod statics;
pub(crate) mod views;
#[cfg(debug_assertions)]
pub(crate) mod watch;
