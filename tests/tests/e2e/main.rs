//! The end-to-end tests: real apps, built as their users build them and started as processes.
//!
//! One binary, so that apps which no test changes are built once for all tests, and what waits, such as
//! a browser, does so while others compile.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod bad_input;
mod browser;
mod commands;
mod compile_errors;
mod connections;
mod dev_pages;
mod error_pages;
mod live;
mod logging;
mod museum;
mod mutations;
mod new_app;
mod nginx;
mod pages;
mod rebuild;
mod relocated;
mod rust_edits;
mod workshop;

use kalgan_tests::{Build, BuildFailed, Launch, Profile, Site};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The builds of an app that no test changes, one for each profile.
struct Builds([OnceLock<Result<Build, BuildFailed>>; 2]);

impl Builds {
    const fn new() -> Self {
        Self([OnceLock::new(), OnceLock::new()])
    }

    /// Builds the app at the first call.
    fn get(&self, profile: Profile, site: impl FnOnce() -> Site) -> Build {
        let build = self.0[profile as usize].get_or_init(|| site().try_build(profile));
        match build {
            Ok(build) => build.clone(),
            Err(BuildFailed(messages)) => panic!("the app cannot be built:\n{messages}"),
        }
    }
}

/// A start of the museum, as it is in the repository: the debug build works anywhere, the release
/// build where its static files are.
fn museum(profile: Profile) -> Launch {
    static BUILDS: Builds = Builds::new();
    let build = BUILDS.get(profile, || Site::of_example("museum", "museum"));
    let launch = build.launch();
    match profile {
        Profile::Debug => launch,
        Profile::Release => launch.in_folder(&museum_folder()),
    }
}

/// A start in which pages are byte for byte the app's own, in development as well: what is added there
/// tells times, and so differs from page to page.
fn without_extras(launch: Launch) -> Launch {
    launch
        .env("KALGAN_DEVELOPMENT__BAR", "false")
        .env("KALGAN_DEVELOPMENT__LIVE_RELOAD", "false")
}

/// The museum in the repository.
fn museum_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/museum")
}

/// The smallest app, as it is in the repository.
fn hello(profile: Profile) -> Build {
    static BUILDS: Builds = Builds::new();
    BUILDS.get(profile, || Site::of_example("hello", "hello"))
}

/// A text that a shop of horrors would put into a file or a request.
const SCRIPT: &str = "<script>alert(1)</script>";
