//! One set of features for all apps: the one that the repository's own tests are compiled with.
//!
//! Cargo compiles a crate again for each set of features, and with it whatever depends on it. Each
//! copy therefore depends on a package that has no code, only the crates that apps are made of, with
//! the features that `cargo test --workspace` gives them: what that has compiled is used again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use crate::cargo::tree;
use crate::folders::scratch;
use crate::site::write_if_other;

/// The apps whose crates these are.
const APPS: &str = "-p hello -p museum -p mirror -p workshop";

/// What a copy has at the end of its manifest.
pub(crate) fn dependency() -> String {
    format!(
        "\n[dependencies.same-features]\npath = {:?}\n",
        package().display().to_string()
    )
}

/// The package, made at the first call.
fn package() -> &'static Path {
    static MADE: OnceLock<std::path::PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = scratch().join("same-features");
        fs::create_dir_all(folder.join("src")).expect("the folder can be made");
        write_if_other(&folder.join("src/lib.rs"), b"");
        write_if_other(&folder.join("Cargo.toml"), manifest().as_bytes());
        folder
    })
}

fn manifest() -> String {
    let all = crates("--workspace -e all");
    let mut text = String::from(
        "[workspace]\n\n[package]\nname = \"same-features\"\nversion = \"0.0.0\"\n\
         edition = \"2024\"\n",
    );
    // What macros and build scripts are made of counts by itself.
    for (table, edges) in [
        ("dependencies", "normal,no-proc-macro"),
        ("build-dependencies", "normal,build"),
    ] {
        let _ = writeln!(text, "\n[{table}]");
        for id in crates(&format!("{APPS} -e {edges}")).keys() {
            let (name, version) = id;
            // There may be several versions of it.
            let key = format!("{name}-{version}").replace(['.', '+'], "_");
            let features = all.get(id).into_iter().flatten();
            let features: Vec<String> = features.map(|name| format!("{name:?}")).collect();
            let _ = writeln!(
                text,
                "{key} = {{ package = {name:?}, version = \"={version}\", \
                 default-features = false, features = [{}] }}",
                features.join(", ")
            );
        }
    }
    text
}

/// The crates of the registry in a tree of the repository's dependencies, by name and version, with
/// all features that they have in it.
fn crates(arguments: &str) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut crates: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for line in tree(&format!("{arguments} --prefix none --format {{p}}|{{f}}")).lines() {
        let line = line.trim_end_matches(" (*)");
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        // Those of the repository have their paths behind their versions.
        let is_own = package.contains(" (/");
        let mut words = package.split(' ');
        let (false, Some(name), Some(version)) = (is_own, words.next(), words.next()) else {
            continue;
        };
        let id = (name.to_owned(), version.trim_start_matches('v').to_owned());
        let features = features.split(',').filter(|name| !name.is_empty());
        crates
            .entry(id)
            .or_default()
            .extend(features.map(str::to_owned));
    }
    crates
}
