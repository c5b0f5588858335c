//! `myapp dev`: the server is built again and replaced after an edit of Rust, and its port is open
//! all the while.
//!
//! The process that was started holds the listening socket. The app itself is a child of it, which
//! gets the socket handed over ([`server`]); while cargo builds ([`cargo`]), the old child answers.
//! The new one gets the same socket, and only when it says that it takes connections is the old one
//! asked to stop. Nobody is refused, and nothing that was begun is lost ([`supervisor`]).
//!
//! The child learns how builds go from its standard input, and tells the open pages ([`parent`]).

#[cfg(unix)]
mod cargo;
#[cfg(unix)]
mod package;
mod parent;
#[cfg(unix)]
mod place;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod supervisor;
#[cfg(unix)]
mod watch;

pub(crate) use parent::{follow_parent, tell_pages};
#[cfg(unix)]
pub(crate) use supervisor::run;

use serde::{Deserialize, Serialize};

/// Is set for the process of the app that `dev` starts. No name of a setting begins so.
const CHILD: &str = "__KALGAN_DEV";

/// What the process that builds tells the one that serves: a line of JSON on its standard input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(tag = "build", rename_all = "snake_case")]
enum Line {
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
