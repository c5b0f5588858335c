//! A folder on disk.

use super::file::{Entry, Node, Source, is_missing};
use super::tree;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a folder on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The files below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// As [`walk`](super::tree::walk).
    ///
    /// # Errors
    /// What reading a folder gives.
    pub fn walk(&self, path: &str) -> io::Result<Option<Vec<Entry>>> {
        tree::walk(self, path)
    }
}

impl Source for Disk {
    // Follows links: an app may link a shared folder into its own.
    fn look(&self, path: &str) -> io::Result<Option<Node>> {
        match std::fs::metadata(self.root.join(path)) {
            // To read anything else, such as a pipe, may take for ever.
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Ok(None),
            Ok(metadata) => Ok(Some(Node::of(&metadata))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let names = std::fs::read_dir(self.root.join(folder))?.map(|child| {
            child?.file_name().into_string().map_err(|name| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the file name {} is not UTF-8", name.display()),
                )
            })
        });
        names.collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_there() {
        let root = std::env::temp_dir().join(format!("kalgan-pipe-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("pipe.yaml")).unwrap();
        let disk = Disk::new(&root);
        assert_eq!(disk.look("pipe.yaml").unwrap(), None);
        assert_eq!(disk.walk("").unwrap().unwrap(), []);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn disk_walks_in_name_order_and_skips_hidden_files() {
        let root = std::env::temp_dir().join(format!("kalgan-source-{}", std::process::id()));
        std::fs::create_dir_all(root.join("c/b")).unwrap();
        std::fs::create_dir_all(root.join("c/.git")).unwrap();
        for path in [
            "c/z.yaml",
            "c/a.yaml",
            "c/b/m.yaml",
            "c/.git/x",
            "c/a.yaml~",
            "c/#a#",
        ] {
            std::fs::write(root.join(path), path).unwrap();
        }
        let disk = Disk::new(&root);
        let walk = |path: &str| -> Option<Vec<String>> {
            let entries = disk.walk(path).unwrap()?;
            Some(entries.into_iter().map(|entry| entry.path).collect())
        };
        assert_eq!(walk("c").unwrap(), ["c/a.yaml", "c/b/m.yaml", "c/z.yaml"]);
        assert_eq!(walk("c/a.yaml").unwrap(), ["c/a.yaml"]);
        assert_eq!(walk("missing"), None);
        assert_eq!(walk("c/a.yaml/deeper"), None);
        let before = disk.fingerprint("c/a.yaml").unwrap();
        std::fs::remove_file(root.join("c/a.yaml")).unwrap();
        assert!(before.is_some());
        assert_eq!(disk.fingerprint("c/a.yaml").unwrap(), None);
        std::fs::remove_dir_all(root).unwrap();
    }
}
