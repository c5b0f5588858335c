//! What the end-to-end tests share: copies of apps, their builds, their processes, and clients that
//! talk to them.
//!
//! An app is copied out of the repository, so that nothing of the repository can help it, and built
//! as a user would build it. All copies share one target folder and one set of features, so the
//! dependencies are compiled once. A started process ends with the value that stands for it, also when a test fails.

#![forbid(unsafe_code)]

mod browser;
mod cargo;
mod client;
mod features;
mod folders;
mod log;
mod process;
mod raw;
mod site;
mod tool;

pub use browser::Browser;
pub use cargo::{Build, BuildFailed, NoBuilds, Profile, hold_builds, kalgan_binary};
pub use client::{Answer, Ask, Version};
pub use log::Log;
pub use process::{Launch, Ran, Server, free_port};
pub use raw::{Raw, lift_file_limit};
pub use rustix::process::Signal;
pub use site::{Site, files_below};
pub use tool::{has_tool, skipped};

use std::time::{Duration, Instant};

/// How long anything may take before a test fails. Nothing waits this long unless it is broken.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Waits until the condition gives a value.
///
/// # Panics
/// When that takes longer than [`DEADLINE`].
pub fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < DEADLINE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
