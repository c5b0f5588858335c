//! What development has and production has not. Of all but the pages, nothing is compiled into a
//! release build.

#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod hub;
mod options;
pub(crate) mod page;
#[cfg(feature = "test")]
mod untouched;
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) mod watch;

#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) use options::DevOptions;
#[cfg(feature = "test")]
pub(crate) use untouched::Untouched;
