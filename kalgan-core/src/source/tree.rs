//! What was seen of the files below a path, and what has changed since.

use super::{Fingerprint, Source, is_fresh, is_visible};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::time::SystemTime;

/// How much of a tree is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Look<'a> {
    /// Every file.
    All,
    /// Every folder, which tells of new and removed files, and the files that are named here: for
    /// a source that tells which files have changed.
    Named(&'a BTreeSet<String>),
}

/// A path in the order in which folders are walked: names by their own order, whatever is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct InOrder(String);

impl Ord for InOrder {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.split('/').cmp(other.0.split('/'))
    }
}

impl PartialOrd for InOrder {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The files at or below a path, as they were at the last look.
#[derive(Debug, Default)]
pub struct Tree {
    path: String,
    is_there: bool,
    files: BTreeMap<InOrder, Fingerprint>,
    folders: HashMap<String, Folder>,
}

#[derive(Debug)]
struct Folder {
    fingerprint: Fingerprint,
    /// When its names were read.
    looked_at: SystemTime,
    /// Sorted.
    names: Vec<String>,
}

/// What a look has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new or no longer as they were.
    pub changed: Vec<String>,
    /// Files that are gone.
    pub gone: Vec<String>,
}

impl Changes {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }
}

impl Tree {
    /// A tree that was not looked at yet.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether there was anything at the path.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// The files, folder by folder in name order.
    pub fn files(&self) -> impl Iterator<Item = (&str, Fingerprint)> {
        self.files
            .iter()
            .map(|(path, fingerprint)| (path.0.as_str(), *fingerprint))
    }

    /// The folders, in no order.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.keys().map(String::as_str)
    }

    /// The fingerprint of a file at the last look.
    #[must_use]
    pub fn fingerprint(&self, file: &str) -> Option<Fingerprint> {
        self.files.get(&InOrder(file.to_owned())).copied()
    }

    /// Forgets a file, so that the next look finds it changed.
    pub fn forget(&mut self, file: &str) {
        self.files.remove(&InOrder(file.to_owned()));
        if let Some((folder, name)) = split(file)
            && let Some(folder) = self.folders.get_mut(folder)
        {
            folder.names.retain(|known| known != name);
            // Whatever its time says, its names have to be read again.
            folder.looked_at = SystemTime::UNIX_EPOCH;
        }
    }

    /// Whether a look would find nothing new. It takes nothing in, so it costs hardly more than what
    /// it asks the source. `false` where only a look can tell.
    #[must_use]
    pub fn is_up_to_date(&self, source: &dyn Source, look: Look<'_>) -> bool {
        let is_same = |path: &str, known: Fingerprint, is_folder: bool| {
            let now = source.look(path).ok().flatten();
            now.is_some_and(|now| now.is_folder == is_folder && now.fingerprint == known)
        };
        let is_file_same =
            |(path, known): (&InOrder, &Fingerprint)| is_same(&path.0, *known, false);
        if !self.is_there {
            return matches!(source.look(&self.path), Ok(None));
        }
        let has_folders = self.folders.iter().all(|(path, seen)| {
            !is_fresh(seen.fingerprint, seen.looked_at) && is_same(path, seen.fingerprint, true)
        });
        has_folders
            && match look {
                // A single file is asked for in any case.
                Look::Named(paths) if !self.folders.is_empty() => paths
                    .iter()
                    .filter_map(|path| self.files.get_key_value(&InOrder(path.clone())))
                    .all(is_file_same),
                _ => self.files.iter().all(is_file_same),
            }
    }

    /// Looks at the source.
    ///
    /// # Errors
    /// What reading a folder gives; the tree is then empty.
    pub fn look(&mut self, source: &dyn Source, look: Look<'_>) -> io::Result<Changes> {
        if let Look::Named(paths) = look {
            match self.look_at_named(source, paths) {
                Ok(Some(changes)) => return Ok(changes),
                // Something turned into what it was not, which is rare.
                Ok(None) => {}
                Err(error) => {
                    self.clear();
                    return Err(error);
                }
            }
        }
        self.look_at_all(source).inspect_err(|_| self.clear())
    }

    fn clear(&mut self) {
        self.is_there = false;
        self.files.clear();
        self.folders.clear();
    }

    fn look_at_all(&mut self, source: &dyn Source) -> io::Result<Changes> {
        let mut now = Self::new(self.path.clone());
        if let Some(node) = source.look(&self.path)? {
            now.is_there = true;
            let path = now.path.clone();
            if node.is_folder {
                now.collect(source, path, node.fingerprint, &mut Vec::new())?;
            } else {
                now.files.insert(InOrder(path), node.fingerprint);
            }
        }
        let mut changes = Changes::default();
        for (path, fingerprint) in &now.files {
            if self.files.get(path) != Some(fingerprint) {
                changes.changed.push(path.0.clone());
            }
        }
        for path in self.files.keys() {
            if !now.files.contains_key(path) {
                changes.gone.push(path.0.clone());
            }
        }
        *self = now;
        Ok(changes)
    }

    /// Takes in a folder and all that is below it.
    fn collect(
        &mut self,
        source: &dyn Source,
        folder: String,
        fingerprint: Fingerprint,
        added: &mut Vec<String>,
    ) -> io::Result<()> {
        let looked_at = SystemTime::now();
        let names = names(source, &folder)?;
        for name in &names {
            self.add(source, join(&folder, name), added)?;
        }
        let seen = Folder {
            fingerprint,
            looked_at,
            names,
        };
        self.folders.insert(folder, seen);
        Ok(())
    }

    fn add(
        &mut self,
        source: &dyn Source,
        path: String,
        added: &mut Vec<String>,
    ) -> io::Result<()> {
        match source.look(&path)? {
            Some(node) if node.is_folder => {
                self.collect(source, path, node.fingerprint, added)?;
            }
            Some(node) => {
                added.push(path.clone());
                self.files.insert(InOrder(path), node.fingerprint);
            }
            // Deleted since the folder was listed, or a link to nothing.
            None => {}
        }
        Ok(())
    }

    /// `None` where only a look at all can tell.
    fn look_at_named(
        &mut self,
        source: &dyn Source,
        paths: &BTreeSet<String>,
    ) -> io::Result<Option<Changes>> {
        // What is missing, and a single file, is one question.
        if self.folders.is_empty() {
            return Ok(None);
        }
        let mut changes = Changes::default();
        let known: Vec<String> = self.folders.keys().cloned().collect();
        for folder in known {
            // It may have gone with the folder that it was in.
            let Some(seen) = self.folders.get(&folder) else {
                continue;
            };
            let Some(node) = source.look(&folder)?.filter(|node| node.is_folder) else {
                return Ok(None);
            };
            if node.fingerprint != seen.fingerprint || is_fresh(seen.fingerprint, seen.looked_at) {
                self.list_again(source, folder, node.fingerprint, &mut changes)?;
            }
        }
        for path in paths {
            let key = InOrder(path.clone());
            let Some(before) = self.files.get(&key).copied() else {
                continue;
            };
            match source.look(path)? {
                Some(node) if node.is_folder => return Ok(None),
                Some(node) if node.fingerprint == before => {}
                Some(node) => {
                    self.files.insert(key, node.fingerprint);
                    changes.changed.push(path.clone());
                }
                None => {
                    self.forget(path);
                    changes.gone.push(path.clone());
                }
            }
        }
        Ok(Some(changes))
    }

    /// Reads the names in a folder again, and takes in those that are new.
    fn list_again(
        &mut self,
        source: &dyn Source,
        folder: String,
        fingerprint: Fingerprint,
        changes: &mut Changes,
    ) -> io::Result<()> {
        let looked_at = SystemTime::now();
        let now = names(source, &folder)?;
        let before = match self.folders.get_mut(&folder) {
            Some(seen) => std::mem::take(&mut seen.names),
            None => Vec::new(),
        };
        for name in &before {
            if now.binary_search(name).is_err() {
                self.remove(&join(&folder, name), &mut changes.gone);
            }
        }
        for name in &now {
            if before.binary_search(name).is_err() {
                self.add(source, join(&folder, name), &mut changes.changed)?;
            }
        }
        let seen = Folder {
            fingerprint,
            looked_at,
            names: now,
        };
        self.folders.insert(folder, seen);
        Ok(())
    }

    /// Forgets a file, or a folder with all that is below it.
    fn remove(&mut self, path: &str, gone: &mut Vec<String>) {
        if self.files.remove(&InOrder(path.to_owned())).is_some() {
            gone.push(path.to_owned());
        } else if let Some(folder) = self.folders.remove(path) {
            for name in &folder.names {
                self.remove(&join(path, name), gone);
            }
        }
    }
}

/// The visible names in a folder, sorted.
fn names(source: &dyn Source, folder: &str) -> io::Result<Vec<String>> {
    let mut names = match source.list(folder) {
        Ok(names) => names,
        // Deleted since it was looked at.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    names.retain(|name| is_visible(name));
    names.sort_unstable();
    Ok(names)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn split(path: &str) -> Option<(&str, &str)> {
    match path.rsplit_once('/') {
        Some(parts) => Some(parts),
        None => Some(("", path)),
    }
}

#[cfg(test)]
mod tests;
