//! Reloading: a new snapshot when a file has changed.

mod at_start;
mod beside;
mod fresh;
mod pages;
pub(crate) mod reloader;
mod snapshots;
mod statics;
mod views;
pub(crate) mod watch;

pub(crate) use beside::Beside;
pub(crate) use fresh::{fresh, render};
pub(crate) use reloader::{Broken, Turn};
pub(crate) use snapshots::Snapshots;
pub(crate) use views::check_request;
