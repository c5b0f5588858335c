//! The production test: what docs/deploying.md says, done with its own configuration on this
//! machine, with Debian's nginx. Each test has an nginx and two instances of its own.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod document;
mod outer_world;
mod production;
mod proxy;
mod settings;
mod static_files;
mod upgrade;
mod visit;
