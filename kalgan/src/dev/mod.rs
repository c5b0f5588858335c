//! Development. `lib.rs` leaves it out of builds without debug assertions or the feature `dev`, where
//! `dev_absent.rs` has the same names, so that the rest of the crate asks nothing.

pub(crate) mod backtrace;
mod bar;
mod client;
mod csp;
pub(crate) mod editor;
mod events;
mod hosts;
pub(crate) mod hub;
mod inject;
mod log;
mod notes;
mod options;
pub(crate) mod page;
pub(crate) mod panics;
mod record;
pub(crate) mod reload;
mod sources;

pub(crate) use client::{answer, close};
pub(crate) use log::{lines, writes};
pub(crate) use notes::{has_fallen_back, has_found, rendering};
pub(crate) use options::DevOptions;
pub(crate) use page::{explain, explained, explained_again};
pub(crate) use panics::traced;
pub(crate) use record::{Look, Record};
pub(crate) use reload::{Snapshots, Turn, check_request, fresh, render};

/// Whether the pages of errors may tell of the request.
pub(crate) const EXPLAINS: bool = true;
