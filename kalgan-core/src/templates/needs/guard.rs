//! What is known of a value at a place.

use super::scope::Path;

/// A value that a condition says something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) path: Path,
    /// Whether it is not none either.
    pub(super) is_some: bool,
}
