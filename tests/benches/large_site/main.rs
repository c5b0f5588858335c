//! What a large site costs its developer: 1,000 templates, 1,000 routes and 5,000 messages in each
//! of three languages. How long `check` takes, and what the macro adds to an incremental debug
//! build, measured in turns with the same app without a site and without the macro.
//!
//! ```sh
//! cargo bench -p kalgan-tests --bench large_site
//! ```

mod generate;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--quiet", "-p", app]
        .into_iter()
        .chain(arguments.iter().copied());
    run(Path::new(&cargo), arguments, workspace)
}

/// Runs a program to its end.
///
/// # Panics
/// When it fails.
fn run(
    program: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    folder: &Path,
) -> Duration {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(folder))
        .env("KALGAN_ROOT", folder)
        .stdin(Stdio::null());
    // What cargo has set for this benchmark is not for the apps.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name.as_ref());
        }
    }
    let start = Instant::now();
    let output = command.output().expect("the program can be started");
    let took = start.elapsed();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
