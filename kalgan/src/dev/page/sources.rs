//! Which Rust sources are the app's own, and where they are on disk.

use crate::moved::package_name;
use kalgan_core::text::{Place, SourceFile, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A place in a Rust source, as the compiler names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl From<&std::panic::Location<'_>> for Spot {
    fn from(location: &std::panic::Location<'_>) -> Self {
        Self {
            file: location.file().to_owned(),
            line: location.line(),
            column: location.column(),
        }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The sources of an app: those of its package and of its workspace, without other people's.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    /// The app's folder.
    root: PathBuf,
    /// The folder of its workspace, or of its package where that is in none.
    workspace: PathBuf,
    /// Folders that may lie below it and are Kalgan's.
    kalgan: Vec<PathBuf>,
}

impl Sources {
    /// The sources of the app in this folder.
    pub(crate) fn of(root: &Path) -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let beside = own.parent().unwrap_or(own);
        Self {
            root: root.to_owned(),
            workspace: workspace(root),
            kalgan: vec![
                own.to_owned(),
                beside.join("kalgan-core"),
                beside.join("kalgan-macros"),
            ],
        }
    }

    #[cfg(test)]
    pub(crate) fn all_below(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            workspace: root.to_owned(),
            kalgan: Vec::new(),
        }
    }

    /// Whether a source, by its full path, is the app's own.
    pub(crate) fn are_own(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.workspace) else {
            return false;
        };
        if self.kalgan.iter().any(|folder| path.starts_with(folder)) {
            return false;
        }
        // Cargo's home may lie below the workspace, and so may vendored crates.
        let names: Vec<_> = below.iter().collect();
        let is_fetched = names
            .windows(2)
            .any(|pair| pair == ["registry", "src"] || pair == ["git", "checkouts"]);
        let is_vendored = || {
            let folders = path.ancestors().skip(1);
            folders
                .take_while(|folder| folder.starts_with(&self.workspace))
                .any(|folder| folder.join(".cargo-checksum.json").is_file())
        };
        !is_fetched && !is_vendored()
    }

    /// The full path of one of the app's own sources, as the compiler names it: from the folder of
    /// the workspace.
    pub(crate) fn find(&self, file: &str) -> Option<PathBuf> {
        let folders = [&self.workspace, &self.root];
        let mut paths = folders.into_iter().map(|folder| folder.join(file));
        paths.find(|path| path.is_file() && self.are_own(path))
    }

    /// A path as people know it: from the app's folder, or the workspace's.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let folders = [&self.root, &self.workspace];
        let mut below = folders
            .into_iter()
            .filter_map(|folder| path.strip_prefix(folder).ok());
        below.next().unwrap_or(path).display().to_string()
    }

    /// A line of one of the app's own sources, marked from a column to its end: the statement, of which
    /// the compiler tells the beginning only.
    pub(crate) fn place(&self, path: &Path, line: u32, column: u32) -> Option<Place> {
        if !self.are_own(path) {
            return None;
        }
        let text = std::fs::read_to_string(path).ok()?;
        let file = SourceFile::new(self.shown(path), text);
        let line = usize::try_from(line).ok()?;
        // It was edited since it was compiled.
        if line == 0 || line > file.lines() {
            return None;
        }
        let start = file.line_start(line);
        let text = file.line(line);
        // The compiler counts characters from 1.
        let skipped = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        let indent = text.len() - text.trim_start().len();
        let from = match column {
            0 => indent,
            _ => text
                .char_indices()
                .nth(skipped)
                .map_or(indent, |(at, _)| at),
        };
        let marked = text[from..].trim_end().trim_end_matches(';');
        let to = from + marked.len();
        let span = Span::new(start + from, start + to);
        Some(Place::new(Arc::new(file), span))
    }
}

/// The name of the crate that a source belongs to, by the manifest above it.
pub(crate) fn crate_name(path: &Path) -> Option<String> {
    let manifest = path
        .ancestors()
        .find_map(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).ok())?;
    Some(package_name(&manifest)?.replace('-', "_"))
}

/// The folder of the workspace that a folder's package is in, or of the package.
fn workspace(root: &Path) -> PathBuf {
    let mut package = None;
    for folder in root.ancestors() {
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        let is_workspace = |line: &str| line.trim_start().starts_with("[workspace");
        if manifest.lines().any(is_workspace) {
            return folder.to_owned();
        }
        package = package.or(Some(folder));
    }
    package.unwrap_or(root).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn own_sources_are_those_of_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        write(at("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\n");
        write(at("shop/Cargo.toml"), "[package]\n");
        write(at("shop/src/main.rs"), "fn main() {}\n");
        write(at("stock/src/lib.rs"), "");
        write(at("vendor/serde/.cargo-checksum.json"), "{}");
        write(at("vendor/serde/src/lib.rs"), "");
        write(at(".cargo/registry/src/index/x/src/lib.rs"), "");
        let sources = Sources::of(&at("shop"));
        assert_eq!(sources.workspace, folder.path());
        for (path, is_own) in [
            ("shop/src/main.rs", true),
            ("stock/src/lib.rs", true),
            ("vendor/serde/src/lib.rs", false),
            (".cargo/registry/src/index/x/src/lib.rs", false),
            ("/rustc/0123/library/core/src/option.rs", false),
            (concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs"), false),
        ] {
            assert_eq!(sources.are_own(&at(path)), is_own, "{path}");
        }
        write(
            at("stock/Cargo.toml"),
            "[package]\nversion = \"1\"\nname = \"my-stock\"\n[lib]\nname = \"x\"\n",
        );
        assert_eq!(
            crate_name(&at("stock/src/lib.rs")).as_deref(),
            Some("my_stock")
        );
        assert_eq!(crate_name(&at("shop/src/main.rs")), None);
        assert_eq!(
            sources.find("shop/src/main.rs"),
            Some(at("shop/src/main.rs"))
        );
        assert_eq!(sources.find("src/main.rs"), Some(at("shop/src/main.rs")));
        assert_eq!(sources.find("vendor/serde/src/lib.rs"), None);
        assert_eq!(sources.shown(&at("shop/src/main.rs")), "src/main.rs");
        assert_eq!(sources.shown(&at("stock/src/lib.rs")), "stock/src/lib.rs");
        // Kalgan's own workspace has apps, too.
        let museum = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/museum");
        let museum = museum.canonicalize().unwrap();
        let sources = Sources::of(&museum);
        assert!(sources.are_own(&museum.join("src/main.rs")));
        assert!(!sources.are_own(Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/lib.rs"
        ))));
    }

    #[test]
    fn the_mark_is_the_rest_of_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("src/main.rs");
        write(path.clone(), "fn é() {\n    \"é\".parse()?;  \n}\n");
        let sources = Sources::all_below(folder.path());
        let marked = |line, column| {
            let place = sources.place(&path, line, column)?;
            Some(place.file.slice(place.span).to_owned())
        };
        assert_eq!(marked(2, 16).as_deref(), Some("?"));
        assert_eq!(marked(2, 5).as_deref(), Some("\"é\".parse()?"));
        assert_eq!(marked(2, 0).as_deref(), Some("\"é\".parse()?"));
        assert_eq!(marked(2, 999).as_deref(), Some("\"é\".parse()?"));
        assert_eq!(marked(3, 1).as_deref(), Some("}"));
        assert_eq!(marked(0, 1), None);
        assert_eq!(marked(9, 1), None);
    }
}
