//! Copies of Kalgan's peer with more templates.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;

const SIZES: [usize; 3] = [10, 100, 1_000];
const ROUNDS: usize = 5;

/// Builds one with 1,000 templates beside the other binaries; the folder of those is the release folder of
/// a target folder.
pub fn build(binaries: &Path) -> Result<PathBuf> {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))?;
    let profile = manifest
        .split_once("[profile.release]")
        .and_then(|(_, rest)| rest.split_once("\n\n"))
        .ok_or("no profile")?
        .0;
    let target = binaries.parent().ok_or("no target folder")?;
    let profile = format!("[profile.release]{profile}\n");
    let app = write(target, "peer-kalgan-large", 1_000, &profile)?;
    compile(&app, target)?;
    Ok(binaries.join("peer-kalgan-large"))
}

/// Prints how long a release build of an app takes after an edit of its `main.rs`, by the number of its
/// templates. The profile is cargo's own: with `lto` all crates are compiled again each time.
pub fn print_builds(binaries: &Path) -> Result<()> {
    let target = binaries.parent().ok_or("no target folder")?.join("builds");
    let mut rows = Vec::new();
    for size in SIZES {
        let app = write(&target, &format!("peer-kalgan-{size}"), size, "")?;
        compile(&app, &target)?;
        rows.push((size, app, Vec::with_capacity(ROUNDS)));
    }
    for _ in 0..ROUNDS {
        for (_, app, times) in &mut rows {
            let main = app.join("src/main.rs");
            fs::write(&main, fs::read(&main)?)?;
            times.push(compile(app, &target)?);
        }
    }
    println!("| templates | release build after an edit |\n|---:|---:|");
    for (size, _, times) in &mut rows {
        times.sort_unstable();
        println!("| {size} | {:.1} s |", times[ROUNDS / 2].as_secs_f64());
    }
    Ok(())
}

/// Writes a copy with this many templates more, a workspace of its own.
fn write(target: &Path, name: &str, templates: usize, profile: &str) -> Result<PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR"));
    let app = target.join("apps").join(name);
    _ = fs::remove_dir_all(&app);
    copy(&peers.join("kalgan"), &app)?;
    copy(&peers.join("items"), &app.join("items"))?;
    fs::copy(peers.join("Cargo.lock"), app.join("Cargo.lock"))?;
    let kalgan = peers.join("../../kalgan").canonicalize()?;
    fs::write(
        app.join("Cargo.toml"),
        format!(
            "[workspace]\n\n[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nkalgan = {{ path = {kalgan:?} }}\npeer-items = {{ path = \"items\" }}\n\n{profile}"
        ),
    )?;
    fs::write(
        app.join("items/Cargo.toml"),
        fs::read_to_string(peers.join("items/Cargo.toml"))?
            .replace("edition.workspace = true", "edition = \"2024\"")
            .replace("rust-version.workspace = true\n", "")
            .replace("publish.workspace = true\n", "")
            .replace("[lints]\nworkspace = true\n", ""),
    )?;
    let page = fs::read_to_string(app.join("template/page.html"))?;
    for at in 0..templates {
        let folder = app.join(format!("template/more{}", at % 20));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("page{at}.html")), &page)?;
    }
    Ok(app)
}

/// Builds an app, and returns how long that took.
fn compile(app: &Path, target: &Path) -> Result<Duration> {
    let since = Instant::now();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--target-dir"])
        .arg(target)
        .current_dir(app)
        .status()?;
    match status.success() {
        true => Ok(since.elapsed()),
        false => Err(format!("`{}` does not build", app.display()).into()),
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => _ = fs::copy(entry.path(), to)?,
        }
    }
    Ok(())
}
