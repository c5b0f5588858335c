//! `myapp dev`: the server is built again and replaced after an edit of Rust, and its port is open
//! all the while.
//!
//! The process that was started holds the listening socket. The app itself is a child of it, which
//! gets the socket handed over ([`server`]); while cargo builds ([`cargo`]), the old child answers.
//! The new one gets the same socket, and only when it says that it takes connections is the old one
//! asked to stop. Nobody is refused, and nothing that was begun is lost ([`supervise`]).
//!
//! The child learns how builds go from its standard input, and tells the open pages ([`parent`]).

#[cfg(unix)]
mod cargo;
#[cfg(unix)]
mod event;
mod line;
#[cfg(unix)]
mod package;
mod parent;
#[cfg(unix)]
mod place;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod server;
#[cfg_attr(not(unix), path = "elsewhere.rs")]
mod supervise;
#[cfg(unix)]
mod watch;

pub(crate) use parent::{follow_parent, tell_pages};
pub(crate) use supervise::supervise;
