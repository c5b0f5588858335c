//! The package that is being compiled: its folder, the file of the macro call, the crate's root.

use crate::arguments::{Arguments, Krate};
use crate::mistake;
use proc_macro2::Span;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

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

    /// The arguments of the package's `#[kalgan::app]`, which the other macros follow.
    pub(crate) fn app_arguments(&self) -> Arguments {
        let src = self.folder.join("src");
        let mut files: Vec<PathBuf> = self.call_file.iter().cloned().collect();
        files.extend(self.usual_roots());
        files.extend([src.join("main.rs"), src.join("lib.rs")]);
        files
            .iter()
            .find_map(|file| app_arguments_in(file))
            .unwrap_or_default()
    }

    /// A file's path as messages show it.
    pub(crate) fn shown(&self, file: &Path) -> String {
        let path = file.strip_prefix(&self.folder).unwrap_or(file);
        path.display().to_string().replace('\\', "/")
    }
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

/// The path without `.` and `..`, as far as it goes without asking the file system.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The attribute's arguments in a form that may be kept from one macro call to the next.
#[derive(Clone, Default)]
struct Written {
    settings: Option<String>,
    root: Option<String>,
    krate: Option<String>,
}

/// What a file was like when it was looked at, and what it held.
type Scanned = (Option<SystemTime>, u64, Option<Written>);

/// The files that were looked through: each macro call asks for the same ones.
static SCANNED: LazyLock<Mutex<HashMap<PathBuf, Scanned>>> = LazyLock::new(Mutex::default);

fn app_arguments_in(file: &Path) -> Option<Arguments> {
    let metadata = std::fs::metadata(file).ok()?;
    let (modified, len) = (metadata.modified().ok(), metadata.len());
    // What a panic left behind is whole: entries are inserted at once.
    let mut scanned = SCANNED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = scanned
        .get(file)
        .filter(|(known, known_len, _)| (*known, *known_len) == (modified, len));
    let written = match known {
        Some((_, _, written)) => written.clone(),
        None => {
            let written = std::fs::read_to_string(file)
                .ok()
                .and_then(|text| scan(&text));
            scanned.insert(file.to_owned(), (modified, len, written.clone()));
            written
        }
    }?;
    Some(Arguments {
        krate: Krate::from_written(written.krate.as_deref()),
        settings: written.settings,
        root: written.root,
    })
}

/// The arguments of the `#[kalgan::app]` on `fn main` in a file's text.
fn scan(text: &str) -> Option<Written> {
    // Parsing is slow in comparison.
    if !text.contains("app") {
        return None;
    }
    let file = syn::parse_file(text).ok()?;
    file.items.iter().find_map(|item| {
        let syn::Item::Fn(function) = item else {
            return None;
        };
        if function.sig.ident != "main" {
            return None;
        }
        let attribute = function.attrs.iter().find(|attribute| {
            let path = attribute.path();
            path.segments
                .last()
                .is_some_and(|segment| segment.ident == "app")
        })?;
        let arguments: Arguments = match &attribute.meta {
            syn::Meta::List(list) => syn::parse2(list.tokens.clone()).ok()?,
            _ => Arguments::default(),
        };
        Some(Written {
            krate: arguments.krate.written(),
            settings: arguments.settings,
            root: arguments.root,
        })
    })
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
    fn the_attribute_is_found() {
        let text = "use kalgan as web;\n#[allow(x)]\n#[web::app(settings = \"s\", crate = web)]\n\
                    fn main() {}";
        let found = scan(text).unwrap();
        assert_eq!(found.settings.as_deref(), Some("s"));
        assert_eq!(found.krate.as_deref(), Some("web"));
        assert!(scan("#[kalgan::app] fn main() {}").unwrap().root.is_none());
        for none in [
            "fn main() {}",
            "#[kalgan::app] fn other() {}",
            "#[kalgan::app(settings = )] fn main() {}",
            "fn main( { // app",
        ] {
            assert!(scan(none).is_none(), "{none}");
        }
    }

    #[test]
    fn an_edit_of_the_attribute_is_seen() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("main.rs");
        let root = |text: &str| {
            std::fs::write(&file, text).unwrap();
            app_arguments_in(&file).map(|arguments| arguments.root)
        };
        assert_eq!(
            root("#[app(root = \"a\")] fn main() {}"),
            Some(Some("a".into()))
        );
        assert_eq!(
            root("#[app(root = \"bc\")] fn main() {}"),
            Some(Some("bc".into()))
        );
        assert_eq!(root("fn main() {}"), None);
    }

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c/")), Path::new("/a/c"));
        assert_eq!(plain(Path::new("../a")), Path::new("../a"));
    }
}
