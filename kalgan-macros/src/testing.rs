//! What the tests of this crate share.

use crate::krate::Crate;
use crate::krate::package::Package;
use std::path::Path;
use std::sync::Arc;

/// Writes a file of a site, and the folders that it needs.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// A package in a folder of its own, whose binary `x` is compiled.
pub(crate) struct TestPackage {
    pub(crate) folder: tempfile::TempDir,
}

impl TestPackage {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(folder.path(), path, text);
        }
        Self { folder }
    }

    /// As a macro that is called in `src/main.rs` sees it.
    pub(crate) fn package(&self) -> Package {
        Package {
            folder: self.folder.path().to_owned(),
            base: self.folder.path().to_owned(),
            call_file: Some(self.folder.path().join("src/main.rs")),
            binary: Some(String::from("x")),
        }
    }

    pub(crate) fn krate(&self) -> Arc<Crate> {
        let package = self.package();
        Crate::of(&package, package.main_root())
    }
}
