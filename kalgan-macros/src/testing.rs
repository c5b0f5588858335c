//! What the tests of this crate share.

use std::path::Path;

/// Writes a file of a site, and the folders that it needs.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}
