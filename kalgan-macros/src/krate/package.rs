//! The package that is being compiled: its folder, the file of the macro call, the crate's root.

use crate::mistake;
use kalgan_core::source::plain;
use proc_macro2::Span;
use std::path::{Path, PathBuf};

/// What cargo and the compiler tell about the package.
pub(crate) struct Package {
    /// The folder of its `Cargo.toml`.
    pub(crate) folder: PathBuf,
    /// The folder that paths of sites are relative to: the same, except in Kalgan's own tests.
    pub(crate) base: PathBuf,
    /// The file of the macro call, where the compiler tells it.
    pub(crate) call_file: Option<PathBuf>,
    /// The name of the binary that is being compiled, if it is one.
    pub(crate) binary: Option<String>,
}

/// The file that a crate begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CrateRoot {
    pub(crate) file: PathBuf,
    /// Whether it is known to be that, rather than likely.
    pub(crate) is_certain: bool,
}

impl Package {
    /// The package that a macro is called in.
    pub(crate) fn current() -> syn::Result<Self> {
        let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") else {
            return Err(mistake::new(
                Span::call_site(),
                "Kalgan's macros cannot tell the package's folder",
                "compile with cargo, or set CARGO_MANIFEST_DIR",
            ));
        };
        let folder = PathBuf::from(folder);
        let base = std::env::var_os("KALGAN_BUILD_ROOT").map(PathBuf::from);
        Ok(Self {
            base: base.unwrap_or_else(|| folder.clone()),
            folder,
            call_file: call_file(),
            binary: std::env::var("CARGO_BIN_NAME").ok(),
        })
    }

    /// The package whose site the macros within functions look at: the one that `Cargo.toml` names in
    /// `[package.metadata.kalgan]`, else this one.
    pub(crate) fn of_site(self) -> Self {
        let manifest = std::fs::read_to_string(self.folder.join("Cargo.toml"));
        let site = manifest.ok().and_then(|text| named_site(&text));
        let Some(site) = site.filter(|_| self.base == self.folder) else {
            return self;
        };
        let folder = plain(&self.folder.join(site));
        Self {
            base: folder.clone(),
            folder,
            call_file: None,
            binary: None,
        }
    }

    /// The folder of the site whose arguments these are.
    pub(crate) fn site_root(&self, root: Option<&str>) -> PathBuf {
        plain(&self.base.join(root.unwrap_or_default()))
    }

    /// The crate's root when `fn main` stands in the file of the macro call.
    pub(crate) fn main_root(&self) -> Option<CrateRoot> {
        match &self.call_file {
            Some(file) => Some(CrateRoot {
                file: file.clone(),
                is_certain: true,
            }),
            None => self.likely_root(),
        }
    }

    /// The crate's root when the macro call stands anywhere.
    pub(crate) fn root(&self) -> Option<CrateRoot> {
        if let Some(file) = &self.call_file
            && let Ok(relative) = file.strip_prefix(&self.folder)
            && is_target(relative)
        {
            return Some(CrateRoot {
                file: file.clone(),
                is_certain: true,
            });
        }
        self.likely_root()
    }

    fn likely_root(&self) -> Option<CrateRoot> {
        let file = self.usual_roots().into_iter().find(|file| file.is_file())?;
        Some(CrateRoot {
            file,
            is_certain: false,
        })
    }

    fn usual_roots(&self) -> Vec<PathBuf> {
        let src = self.folder.join("src");
        match &self.binary {
            Some(name) => vec![
                src.join("bin").join(format!("{name}.rs")),
                src.join("bin").join(name).join("main.rs"),
                src.join("main.rs"),
            ],
            None => vec![src.join("lib.rs"), src.join("main.rs")],
        }
    }

    /// The files in `src` that the crates begin with which may belong to the app.
    pub(super) fn source_roots(&self) -> Vec<PathBuf> {
        let src = self.folder.join("src");
        let mut roots = self.usual_roots();
        roots.extend([src.join("main.rs"), src.join("lib.rs")]);
        roots
    }

    /// Other files that the crate of a file may begin with, where Cargo.toml names them.
    pub(super) fn unusual_roots(&self, file: &Path) -> Vec<PathBuf> {
        let src = self.folder.join("src");
        let entries = std::fs::read_dir(&src).into_iter().flatten().flatten();
        let mut roots: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        roots.retain(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            file.starts_with(&src) && text.contains("fn main")
        });
        roots.sort();
        roots
    }

    /// A file's path as messages show it.
    pub(crate) fn shown(&self, file: &Path) -> String {
        let mut up = String::new();
        for folder in self.folder.ancestors() {
            if let Ok(path) = file.strip_prefix(folder) {
                return up + &path.display().to_string().replace('\\', "/");
            }
            up.push_str("../");
        }
        file.display().to_string().replace('\\', "/")
    }
}

/// The folder that `site = "…"` of a manifest's table `package.metadata.kalgan` names.
fn named_site(manifest: &str) -> Option<String> {
    let lines = manifest.lines().map(str::trim);
    let mut lines = lines.skip_while(|line| !line.starts_with("[package.metadata.kalgan]"));
    lines.next()?;
    lines
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            let (key, value) = line.split_once('=')?;
            let site = quoted(value.trim())?;
            (key.trim() == "site").then(|| site.to_owned())
        })
}

/// The text in quotes that a value of a manifest begins with.
pub(super) fn quoted(value: &str) -> Option<&str> {
    let mut quotes = ['"', '\''].into_iter();
    let (quote, inner) = quotes.find_map(|quote| Some((quote, value.strip_prefix(quote)?)))?;
    let (text, _) = inner.split_once(quote)?;
    Some(text)
}

/// The file of the macro call. rust-analyzer does not always tell it.
fn call_file() -> Option<PathBuf> {
    if !proc_macro::is_available() {
        return None;
    }
    let file = proc_macro::Span::call_site().local_file()?;
    std::path::absolute(file).ok().filter(|file| file.is_file())
}

/// Whether cargo takes this file as a target of its own unless told otherwise.
fn is_target(relative: &Path) -> bool {
    let parts: Option<Vec<&str>> = relative
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    match parts.as_deref() {
        Some(["src", "main.rs" | "lib.rs"]) => true,
        Some(["examples" | "tests" | "benches", file]) | Some(["src", "bin", file]) => {
            file.ends_with(".rs")
        }
        Some(["examples" | "tests" | "benches", _, "main.rs"])
        | Some(["src", "bin", _, "main.rs"]) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &Path, call_file: Option<&str>, binary: Option<&str>) -> Package {
        Package {
            folder: folder.to_owned(),
            base: folder.to_owned(),
            call_file: call_file.map(|file| folder.join(file)),
            binary: binary.map(str::to_owned),
        }
    }

    #[test]
    fn a_library_names_the_folder_of_its_site() {
        let temp = tempfile::tempdir().unwrap();
        let of = |manifest: &str| {
            std::fs::create_dir_all(temp.path().join("web")).unwrap();
            std::fs::write(temp.path().join("web/Cargo.toml"), manifest).unwrap();
            let package = package(&temp.path().join("web"), Some("src/lib.rs"), None).of_site();
            package
                .base
                .strip_prefix(temp.path())
                .unwrap()
                .display()
                .to_string()
        };
        assert_eq!(of("[package]\nname = \"web\"\n"), "web");
        assert_eq!(
            of("[package]\n[package.metadata.kalgan]\nsite = \"../app\" # x\n[a]\n"),
            "app"
        );
        assert_eq!(
            of("[package.metadata.kalgan] # x\nother = 1\n site='../app'"),
            "app"
        );
        assert_eq!(
            of("[package.metadata.kalgan]\n[other]\nsite = \"../app\"\n"),
            "web"
        );
        assert_eq!(of("[package.metadata.kalgan]\nsite = 5\n"), "web");
    }

    #[test]
    fn the_crate_begins_at_its_target() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path();
        std::fs::create_dir_all(folder.join("src/bin")).unwrap();
        for file in ["src/main.rs", "src/lib.rs", "src/bin/two.rs"] {
            std::fs::write(folder.join(file), "").unwrap();
        }
        let root = |call: Option<&str>, binary: Option<&str>| {
            let root = package(folder, call, binary).root().unwrap();
            let file = root.file.strip_prefix(folder).unwrap().to_owned();
            (file.to_str().unwrap().to_owned(), root.is_certain)
        };
        for (call, binary, expected, is_certain) in [
            (Some("src/main.rs"), Some("one"), "src/main.rs", true),
            (Some("tests/it.rs"), None, "tests/it.rs", true),
            (Some("examples/x/main.rs"), None, "examples/x/main.rs", true),
            (Some("src/controller.rs"), Some("one"), "src/main.rs", false),
            (
                Some("src/controller.rs"),
                Some("two"),
                "src/bin/two.rs",
                false,
            ),
            (Some("src/controller.rs"), None, "src/lib.rs", false),
            (None, None, "src/lib.rs", false),
        ] {
            assert_eq!(root(call, binary), (expected.to_owned(), is_certain));
        }
        let inner = package(folder, Some("src/app/main.rs"), None);
        assert!(inner.main_root().unwrap().is_certain, "main is there");
    }

    #[test]
    fn paths_are_shown_from_the_package_on() {
        let package = package(Path::new("/work/app"), None, None);
        for (file, expected) in [
            ("/work/app/src/main.rs", "src/main.rs"),
            ("/work/model/src/lib.rs", "../model/src/lib.rs"),
            ("/other/lib.rs", "../../other/lib.rs"),
        ] {
            assert_eq!(package.shown(Path::new(file)), expected);
        }
    }
}
