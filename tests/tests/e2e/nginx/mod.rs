//! The production test: what docs/deploying.md says, done with its own configuration on this
//! machine, with Debian's nginx. Each test has an nginx and two instances of its own.

mod document;
mod outer_world;
mod production;
mod proxy;
mod settings;
mod static_files;
mod upgrade;
mod visit;
