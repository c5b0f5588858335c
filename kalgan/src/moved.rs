//! The folder of a package that may have been renamed or copied, with its target folder, since it was
//! compiled. Cargo does not compile it again for that.

use std::path::{Path, PathBuf};

/// The folder of the package of this name, whose folder at compile time was `compiled`.
pub(crate) fn package_folder(compiled: &str, name: &str) -> PathBuf {
    let compiled = Path::new(compiled);
    // `cargo run` and `cargo test` set both. The program may have been started by that of another
    // package.
    let is_own = std::env::var_os("CARGO_PKG_NAME").is_some_and(|running| running == name);
    let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let told = told.filter(|folder| is_own && is_package(folder, name));
    told.or_else(|| beside(&std::env::current_exe().ok()?, compiled, name))
        .unwrap_or_else(|| compiled.to_owned())
}

/// The folder of the package in the workspace whose target folder the program lies in, where that is
/// not the workspace that it was compiled in.
fn beside(program: &Path, compiled: &Path, name: &str) -> Option<PathBuf> {
    let is_target =
        |folder: &&Path| folder.ends_with("target") && folder.join("CACHEDIR.TAG").is_file();
    let workspace = program.ancestors().find(is_target)?.parent()?;
    if compiled.starts_with(workspace) {
        return None;
    }
    // The package has kept its place below the folder that has another name now.
    let mut below = compiled.components();
    let mut places = std::iter::from_fn(|| below.next().map(|_| workspace.join(&below)));
    places.find(|folder| is_package(folder, name))
}

/// Whether this is the folder of a package of this name.
fn is_package(folder: &Path, name: &str) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
    manifest.is_ok_and(|manifest| package_name(&manifest) == Some(name))
}

/// The name of the package of a manifest.
pub(crate) fn package_name(manifest: &str) -> Option<&str> {
    let mut lines = manifest.lines().map(str::trim);
    lines.find(|line| *line == "[package]")?;
    let (_, value) = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "name")?;
    value.split(['"', '\'']).nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn package(folder: &Path, name: &str) {
        fs::create_dir_all(folder).unwrap();
        let manifest = format!("[package]\nversion = '1.0.0'\nname = \"{name}\" # it\n");
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }

    #[test]
    fn a_package_is_found_again_in_the_workspace_of_its_target_folder() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        package(&root.join("two"), "solo");
        package(&root.join("two/apps/web"), "web");
        fs::create_dir_all(root.join("two/target")).unwrap();
        let found = |program: &str, compiled: &str, name: &str| {
            let found = beside(&root.join(program), &root.join(compiled), name);
            found.map(|folder| folder.strip_prefix(root).unwrap().to_owned())
        };
        let program = "two/target/debug/deps/x";
        assert_eq!(
            found(program, "one", "solo"),
            None,
            "it is no target folder"
        );
        fs::write(root.join("two/target/CACHEDIR.TAG"), "").unwrap();
        assert_eq!(found(program, "one", "solo"), Some("two".into()));
        assert_eq!(
            found(program, "one/apps/web", "web"),
            Some("two/apps/web".into())
        );
        assert_eq!(found(program, "one/apps/web", "solo"), Some("two".into()));
        assert_eq!(found(program, "one", "other"), None);
        assert_eq!(
            found(program, "two/apps/gone", "solo"),
            None,
            "it has not moved"
        );
        assert_eq!(found("bin/x", "one", "solo"), None);
    }

    #[test]
    fn the_name_stands_among_those_of_the_package() {
        for (manifest, name) in [
            ("[package]\nname = 'a'\n", Some("a")),
            (
                "[[bin]]\nname = \"b\"\n\n[package]\nedition = '2024'\nname=\"a\"",
                Some("a"),
            ),
            ("[workspace]\nname = 'x'", None),
            ("[package]\n[dependencies]\nname = 'x'", None),
            ("", None),
        ] {
            assert_eq!(package_name(manifest), name, "{manifest}");
        }
    }
}
