//! What the process that builds tells the one that serves.

use serde::{Deserialize, Serialize};

/// Is set for the process of the app that `dev` starts. No name of a setting begins so.
pub(super) const CHILD: &str = "__KALGAN_DEV";

/// What the process that builds tells the one that serves: a line of JSON on its standard input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(tag = "build", rename_all = "snake_case")]
pub(super) enum Line {
    /// A build has begun.
    Running,
    /// A build has ended well, and nothing starts anew.
    Done,
    /// A build has ended well, and what it has made is about to take over.
    Restarting,
    /// A build has failed, or what it has made has not started.
    Failed {
        /// Whether it was built.
        compiles: bool,
        /// What cargo and the compiler say, without colours, or how it has ended.
        text: String,
    },
}
