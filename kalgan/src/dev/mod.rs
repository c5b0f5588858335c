//! Development. `lib.rs` leaves it out of builds without debug assertions or the feature `dev`, where
//! `dev_absent.rs` has the same names, so that the rest of the crate asks nothing.

pub(crate) mod client;
mod editor;
mod hosts;
mod nonce;
mod options;
mod page;
pub(crate) mod reload;
mod request;
mod supervisor;
mod watcher;

pub(crate) use client::{answer, close};
pub(crate) use hosts::warn_of_address;
pub(crate) use page::panics::{Panic, traced};
pub(crate) use page::{backtrace, explain, explained, explained_again};
pub(crate) use reload::{Snapshots, Turn, check_request, fresh, render};
pub(crate) use request::{
    Look, Record, has_fallen_back, has_found, has_no_request, lines, rendering, writes,
};
pub(crate) use supervisor::{follow_parent, supervise, tell_pages};

#[cfg(all(test, feature = "test"))]
pub(crate) use page::panics;

/// Pages are rendered by Tera: templates change, and mistakes are to be told.
pub(crate) const COMPILES: bool = false;

/// Whether the pages of errors may tell of the request.
pub(crate) const EXPLAINS: bool = true;
