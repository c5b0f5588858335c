//! Files in memory.

use super::file::{Entry, Fingerprint, Node, Source};
use super::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Files held in memory: for tests, and for tools that make sites.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, (u64, Vec<u8>)>,
    writes: u64,
    /// The folders that were moved to where they are, and when.
    moved: BTreeMap<String, u64>,
}

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These files.
    #[must_use]
    pub fn with<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut memory = Self::new();
        for (path, text) in files {
            memory.write(path, text);
        }
        memory
    }

    /// Adds or replaces a file.
    pub fn write(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.writes += 1;
        self.files
            .insert(path.to_owned(), (self.writes, content.into()));
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Moves a file or a folder; what is in the way goes.
    pub fn rename(&mut self, from: &str, to: &str) {
        let below = |path: &str, folder: &str| -> Option<String> {
            let rest = path.strip_prefix(folder)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        for path in [from, to] {
            self.writes += 1;
            self.moved.insert(path.to_owned(), self.writes);
        }
        self.files.retain(|path, _| below(path, to).is_none());
        for (path, file) in std::mem::take(&mut self.files) {
            let path = below(&path, from).map_or(path, |rest| format!("{to}{rest}"));
            self.files.insert(path, file);
        }
    }

    /// As [`walk`](super::tree::walk).
    ///
    /// # Errors
    /// What reading a folder gives.
    pub fn walk(&self, path: &str) -> io::Result<Option<Vec<Entry>>> {
        tree::walk(self, path)
    }

    /// The names in a folder.
    fn names(&self, folder: &str) -> BTreeSet<&str> {
        let inside = self.files.keys().filter_map(|path| match folder {
            "" => Some(path.as_str()),
            _ => path.strip_prefix(folder)?.strip_prefix('/'),
        });
        inside.filter_map(|rest| rest.split('/').next()).collect()
    }
}

impl Source for Memory {
    fn look(&self, path: &str) -> io::Result<Option<Node>> {
        if let Some((write, content)) = self.files.get(path) {
            return Ok(Some(Node {
                is_folder: false,
                fingerprint: memory_fingerprint(*write, content),
                identity: None,
            }));
        }
        // The names in a folder are all that there is to it.
        let names = self.names(path);
        let node = |names: &BTreeSet<&str>| Node {
            is_folder: true,
            fingerprint: Fingerprint {
                modified: None,
                len: names.len() as u64,
                identity: (hash(names), 0),
            },
            identity: self.moved.get(path).map(|at| (0, *at)),
        };
        Ok((!names.is_empty()).then(|| node(&names)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.names(folder).into_iter().map(str::to_owned).collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some((_, content)) => Ok(content.clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn hash(names: &BTreeSet<&str>) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(names)
}

fn memory_fingerprint(write: u64, content: &[u8]) -> Fingerprint {
    Fingerprint {
        modified: None,
        len: content.len() as u64,
        identity: (write, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_like_disk() {
        let memory = Memory::with([("c/a", "1"), ("c/.b", "2"), ("d", "3")]);
        let paths = |path: &str| -> Option<Vec<String>> {
            let entries = memory.walk(path).unwrap()?;
            Some(entries.into_iter().map(|entry| entry.path).collect())
        };
        assert_eq!(paths("c").unwrap(), ["c/a"]);
        assert_eq!(paths("d").unwrap(), ["d"]);
        assert_eq!(paths("e"), None);
    }
}
