//! A copy of Kalgan's peer with 1,000 templates more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

const TEMPLATES: usize = 1_000;

/// Writes and builds it beside the other binaries; the folder of those is the release folder of a target
/// folder.
pub fn build(binaries: &Path) -> Result<PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = binaries.parent().ok_or("no target folder")?;
    let app = target.join("large");
    _ = fs::remove_dir_all(&app);
    copy(&peers.join("kalgan"), &app)?;
    copy(&peers.join("items"), &app.join("items"))?;
    fs::copy(peers.join("Cargo.lock"), app.join("Cargo.lock"))?;
    let kalgan = peers.join("../../kalgan").canonicalize()?;
    let manifest = fs::read_to_string(peers.join("Cargo.toml"))?;
    let profile = manifest
        .split_once("[profile.release]")
        .and_then(|(_, rest)| rest.split_once("\n\n"))
        .ok_or("no profile")?
        .0;
    fs::write(
        app.join("Cargo.toml"),
        format!(
            "[workspace]\n\n[package]\nname = \"peer-kalgan-large\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nkalgan = {{ path = {kalgan:?} }}\npeer-items = {{ path = \"items\" }}\n\n\
             [profile.release]{profile}\n"
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
    for at in 0..TEMPLATES {
        let folder = app.join(format!("template/more{}", at % 20));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("page{at}.html")), &page)?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--target-dir"])
        .arg(target)
        .current_dir(&app)
        .status()?;
    match status.success() {
        true => Ok(binaries.join("peer-kalgan-large")),
        false => Err("the app with 1,000 templates does not build".into()),
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
