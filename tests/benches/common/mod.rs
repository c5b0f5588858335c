//! What the benchmarks of the development of a site share.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the benchmark lies in the repository")
}

/// Gives a workspace the repository's lock file, once.
pub(crate) fn lock(workspace: &Path) {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("there is a lock file");
    if !workspace.join("Cargo.lock").exists() {
        write(&workspace.join("Cargo.lock"), &lock);
    }
}

/// Runs cargo in a workspace, whose target folder lies in it.
pub(crate) fn cargo<'a>(
    workspace: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Duration {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Path::new(&cargo), arguments, workspace)
}

/// Runs a program to its end.
///
/// # Panics
/// When it fails.
pub(crate) fn run(
    program: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    folder: &Path,
) -> Duration {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
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

/// Of none it is zero.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Leaves what is the same as it is, so that cargo does not see a change.
pub(crate) fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
