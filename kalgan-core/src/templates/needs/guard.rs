//! What is known of a value at a place.

use super::scope::Path;

/// A value that a condition says something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) path: Path,
    pub(super) says: Says,
}

/// What a condition says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It is defined, and may be none.
    Defined,
    /// It is not none, and may be undefined.
    NotNone,
    /// It is neither.
    Some,
}
