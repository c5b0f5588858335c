//! What the supervisor learns.

use std::path::PathBuf;

/// What happens.
#[derive(Debug)]
pub(super) enum Event {
    /// Sources have changed; whether a manifest is among them, which may name others.
    Edited { manifest: bool },
    /// A build has ended.
    Built(Built),
    /// A child takes connections.
    Ready(u64),
    /// A child was started some time ago.
    Slow(u64),
    /// A child has ended, and how.
    Ended(u64, String),
    /// The process is asked to stop.
    Interrupted,
}

/// How a build has ended.
#[derive(Debug)]
pub(super) enum Built {
    /// The binary, and what cargo has said if it is not printed yet.
    Good(PathBuf, Vec<u8>),
    /// What cargo and the compiler say, without colours.
    Failed(String),
}
