//! What development has and production has not: nothing of it is compiled into a release build.
//! There [`absent`] stands in, so that the rest need not ask which it is.

#[cfg(not(all(feature = "disk", debug_assertions)))]
mod absent;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod backtrace;
#[cfg(all(feature = "disk", debug_assertions))]
mod bar;
#[cfg(all(feature = "disk", debug_assertions))]
mod client;
#[cfg(all(feature = "disk", debug_assertions))]
mod csp;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod editor;
#[cfg(all(feature = "disk", debug_assertions))]
mod events;
#[cfg(all(feature = "disk", debug_assertions))]
mod hosts;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod hub;
#[cfg(all(feature = "disk", debug_assertions))]
mod inject;
#[cfg(all(feature = "disk", debug_assertions))]
mod log;
#[cfg(all(feature = "disk", debug_assertions))]
mod notes;
mod options;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod page;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod panics;
#[cfg(all(feature = "disk", debug_assertions))]
mod record;
#[cfg(all(feature = "disk", debug_assertions))]
mod sources;
#[cfg(all(feature = "disk", debug_assertions))]
mod statics;
#[cfg(any(feature = "test", all(feature = "disk", debug_assertions)))]
mod untouched;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod watch;

#[cfg(all(feature = "disk", not(debug_assertions)))]
pub(crate) use absent::has_met;
#[cfg(not(all(feature = "disk", debug_assertions)))]
pub(crate) use absent::{
    EXPLAINS, Look, Record, answer, close, has_fallen_back, has_found, lines, rendering, writes,
};
#[cfg(feature = "test")]
pub(crate) use untouched::Untouched;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) use {
    client::{answer, close},
    log::{lines, writes},
    notes::{has_fallen_back, has_found, has_met, rendering},
    options::DevOptions,
    record::{Look, Record},
    untouched::is_untouched,
};

/// Whether the pages of errors may tell of the request.
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) const EXPLAINS: bool = true;
