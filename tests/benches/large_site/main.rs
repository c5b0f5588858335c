//! What a large site costs its developer: 1,000 templates, 1,000 routes and 5,000 messages in each
//! of three languages. How long `check` takes, and what the macro adds to an incremental debug
//! build, measured in turns with the same app without a site and without the macro.
//!
//! ```sh
//! cargo bench -p kalgan-tests --bench large_site
//! ```

#[path = "../common/mod.rs"]
mod common;
mod generate;

use common::{median, run};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often each is measured.
const ROUNDS: usize = 9;

fn main() {
    let root = env!("CARGO_TARGET_TMPDIR");
    let workspace = Path::new(root).join("large-site");
    generate::workspace(&workspace);
    let apps = [
        ("without the macro", "bare"),
        ("without files", "small"),
        ("the large site", "large"),
    ];
    for (_, app) in apps {
        build(&workspace, app, &[]);
    }
    let mut times = apps.map(|_| Vec::new());
    for round in 0..ROUNDS {
        for ((_, app), times) in apps.iter().zip(&mut times) {
            generate::touch(&workspace, app, round);
            times.push(build(&workspace, app, &[]));
        }
    }
    println!("incremental debug build after an edit of main.rs, median of {ROUNDS} in turns");
    let medians = times.map(median);
    for ((what, _), median) in apps.iter().zip(medians) {
        println!("  {what:<20} {:>6} ms", median.as_millis());
    }
    let added = medians[2].saturating_sub(medians[0]);
    println!("  the macro adds {} ms", added.as_millis());
    build(&workspace, "large", &["--release"]);
    for profile in ["debug", "release"] {
        let binary = target(&workspace).join(profile).join("large");
        let checks = (0..ROUNDS).map(|_| run(&binary, ["check"], &workspace.join("large")));
        println!(
            "`check` of a {profile} build: {} ms, median of {ROUNDS}",
            median(checks.collect()).as_millis()
        );
    }
}

fn target(workspace: &Path) -> PathBuf {
    workspace.join("target")
}

fn build(workspace: &Path, app: &str, arguments: &[&str]) -> Duration {
    let arguments = ["build", "--quiet", "-p", app]
        .into_iter()
        .chain(arguments.iter().copied());
    common::cargo(workspace, arguments)
}
