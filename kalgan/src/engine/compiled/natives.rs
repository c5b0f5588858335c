//! What an app leaves as it is.

use std::collections::HashSet;
use tera::Context;

/// Which filters, functions and tests are those that are known here.
#[derive(Debug, Default)]
pub(crate) struct Natives {
    /// Built-in names that the app has registered for itself.
    pub(crate) replaced: HashSet<&'static str>,
    /// Variables that every page has.
    pub(crate) globals: Context,
}
