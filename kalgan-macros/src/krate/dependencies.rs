//! The crates that a package depends on by a path: those of its workspace, whose types templates may be
//! given.

use super::package::quoted;
use std::path::{Path, PathBuf};

/// The names and the folders of the path dependencies of a package. What a manifest says over several
/// lines is left out.
pub(super) fn of_package(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
        return Vec::new();
    };
    let entries = entries(&manifest, "dependencies");
    let needs_workspace = entries.iter().any(|(_, from)| *from == From::Workspace);
    let workspace = needs_workspace.then(|| workspace(folder)).flatten();
    let found = entries.into_iter().filter_map(|(name, from)| {
        let folder = match from {
            From::Path(path) => folder.join(path),
            From::Workspace => {
                let (root, shared) = workspace.as_ref()?;
                let (_, from) = shared.iter().find(|(known, _)| *known == name)?;
                match from {
                    From::Path(path) => root.join(path),
                    From::Workspace => return None,
                }
            }
        };
        Some((name.replace('-', "_"), folder))
    });
    found.collect()
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum From {
    Path(String),
    Workspace,
}

type Entries = Vec<(String, From)>;

/// The folder of the workspace that a package belongs to, and the dependencies that its members share.
fn workspace(folder: &Path) -> Option<(PathBuf, Entries)> {
    folder.ancestors().find_map(|folder| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let is_root = manifest
            .lines()
            .any(|line| line.trim().starts_with("[workspace"));
        is_root.then(|| {
            (
                folder.to_owned(),
                entries(&manifest, "workspace.dependencies"),
            )
        })
    })
}

/// The dependencies of a table of a manifest that have a path, or are shared by the workspace.
fn entries(manifest: &str, table: &str) -> Entries {
    let mut found = Entries::new();
    let mut current = String::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            current = header
                .split(']')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        let (name, from) = if current == table {
            match key.split_once('.') {
                Some((name, key)) => (name.trim(), from(key.trim(), value)),
                None => (key, of_inline_table(value)),
            }
        } else if let Some(name) = current.strip_prefix(table) {
            match name.strip_prefix('.') {
                Some(name) => (name.trim(), from(key, value)),
                None => continue,
            }
        } else {
            continue;
        };
        found.extend(from.map(|from| (name.trim_matches('"').to_owned(), from)));
    }
    found
}

/// `{ path = "../model", features = […] }`.
fn of_inline_table(value: &str) -> Option<From> {
    let inner = value.strip_prefix('{')?;
    inner.split([',', '}']).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        from(key.trim(), value.trim())
    })
}

fn from(key: &str, value: &str) -> Option<From> {
    match key {
        "path" => Some(From::Path(quoted(value)?.to_owned())),
        "workspace" if value.starts_with("true") => Some(From::Workspace),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_dependencies() {
        let temp = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = temp.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"*\"]\n[workspace.dependencies]\nmodel = { path = \"crates/model\" }\n\
             serde = \"1\"\n[workspace.dependencies.shop-core]\npath = 'crates/shop'\n",
        );
        write(
            "app/Cargo.toml",
            "[package]\npath = \"x\"\n[dependencies] # all\nmodel.workspace = true\n\
             serde = { workspace = true, features = [\"derive\"] }\nshop-core = { workspace = true }\n\
             near = { version = \"1\", path = \"../near\" }\ntokio = \"1\"\n\
             [dependencies.far]\nversion = \"1\"\npath = \"../far\" # there\n\
             [dev-dependencies]\ntest = { path = \"../test\" }\n",
        );
        let found = of_package(&temp.path().join("app"));
        let found: Vec<(&str, String)> = found
            .iter()
            .map(|(name, path)| {
                let path = path.strip_prefix(temp.path()).unwrap();
                (&**name, path.display().to_string())
            })
            .collect();
        assert_eq!(
            found,
            [
                ("model", String::from("crates/model")),
                ("shop_core", String::from("crates/shop")),
                ("near", String::from("app/../near")),
                ("far", String::from("app/../far")),
            ]
        );
        assert_eq!(of_package(&temp.path().join("gone")), []);
    }
}
