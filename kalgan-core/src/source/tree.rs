//! What was seen of the files below a path, and what has changed since.

use super::file::{Entry, Fingerprint, Node, Source, is_fresh, is_missing, is_visible};
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
    /// Paths with names that are listed, of which nothing was taken in, and what was there: links to
    /// nothing, and to a folder that they are in. What they lead to changes without their folder.
    skipped: BTreeMap<String, Option<Node>>,
}

#[derive(Debug)]
struct Folder {
    node: Node,
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
        if self.files.remove(&InOrder(file.to_owned())).is_some() {
            self.skipped.insert(file.to_owned(), None);
        }
    }

    /// Whether a look would find nothing new. It takes nothing in, so it costs hardly more than what
    /// it asks the source. `false` where only a look can tell.
    #[must_use]
    pub fn is_up_to_date(&self, source: &dyn Source, look: Look<'_>) -> bool {
        let now = |path: &str| source.look(path).ok().flatten();
        let is_file_same = |(path, known): (&InOrder, &Fingerprint)| {
            now(&path.0).is_some_and(|now| !now.is_folder && now.fingerprint == *known)
        };
        if !self.is_there {
            return matches!(source.look(&self.path), Ok(None));
        }
        let has_folders = self
            .folders
            .iter()
            .all(|(path, seen)| !seen.is_fresh() && now(path) == Some(seen.node))
            && self.skipped.iter().all(|(path, node)| now(path) == *node);
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
        self.skipped.clear();
    }

    fn look_at_all(&mut self, source: &dyn Source) -> io::Result<Changes> {
        let mut now = Self::new(self.path.clone());
        if let Some(node) = source.look(&self.path)? {
            now.is_there = true;
            let path = now.path.clone();
            if node.is_folder {
                now.collect(source, path, node, &mut Vec::new())?;
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
        node: Node,
        added: &mut Vec<String>,
    ) -> io::Result<()> {
        let seen = Folder {
            node,
            looked_at: SystemTime::now(),
            names: self.names(source, &folder)?,
        };
        let paths: Vec<String> = seen.names.iter().map(|name| join(&folder, name)).collect();
        // Before what is in it, which may be a link to it.
        self.folders.insert(folder, seen);
        for path in paths {
            self.add(source, path, added)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        source: &dyn Source,
        path: String,
        added: &mut Vec<String>,
    ) -> io::Result<()> {
        match self.ask(source, &path)? {
            Some(node) if node.is_folder && !self.is_circle(&path, node) => {
                self.collect(source, path, node, added)?;
            }
            Some(node) if !node.is_folder => {
                added.push(path.clone());
                self.files.insert(InOrder(path), node.fingerprint);
            }
            // A link to a folder that it is in or to nothing, or deleted since it was listed.
            node => {
                self.skipped.insert(path, node);
            }
        }
        Ok(())
    }

    /// Whether a folder is one of those that it lies in.
    fn is_circle(&self, path: &str, node: Node) -> bool {
        let mut above = std::iter::successors(parent(path), |folder| parent(folder));
        node.identity.is_some()
            && above.any(|folder| {
                let seen = self.folders.get(folder);
                seen.is_some_and(|seen| seen.node.identity == node.identity)
            })
    }

    /// `None` where only a look at all can tell; then nothing was taken in.
    fn look_at_named(
        &mut self,
        source: &dyn Source,
        paths: &BTreeSet<String>,
    ) -> io::Result<Option<Changes>> {
        // What is missing, and a single file, is one question.
        if self.folders.is_empty() {
            return Ok(None);
        }
        let mut folders = Vec::new();
        for (path, seen) in &self.folders {
            match self.ask(source, path)? {
                Some(node)
                    if node.is_folder
                        && node.identity == seen.node.identity
                        // Without an identity it may be another one where it is named itself.
                        && (node.identity.is_some()
                            || node == seen.node
                            || !paths.contains(path)) =>
                {
                    if node != seen.node || seen.is_fresh() {
                        folders.push((path.clone(), node));
                    }
                }
                // Another folder of the name may have other files of the same names.
                _ => return Ok(None),
            }
        }
        let mut files = Vec::new();
        for path in paths {
            let key = InOrder(path.clone());
            if self.files.contains_key(&key) {
                match self.ask(source, path)? {
                    Some(node) if node.is_folder => return Ok(None),
                    node => files.push((key, node)),
                }
            }
        }
        let mut found = Vec::new();
        for (path, before) in &self.skipped {
            if self.ask(source, path)? != *before {
                found.push(path.clone());
            }
        }
        let mut changes = Changes::default();
        for (folder, node) in folders {
            self.list_again(source, folder, node, &mut changes)?;
        }
        for path in found {
            // It may have gone with the name.
            if self.skipped.remove(&path).is_some() {
                self.add(source, path, &mut changes.changed)?;
            }
        }
        for (path, now) in files {
            let Some(before) = self.files.get_mut(&path) else {
                continue;
            };
            match now {
                Some(node) if node.fingerprint == *before => {}
                Some(node) => {
                    *before = node.fingerprint;
                    changes.changed.push(path.0);
                }
                None => {
                    self.forget(&path.0);
                    changes.gone.push(path.0);
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
        node: Node,
        changes: &mut Changes,
    ) -> io::Result<()> {
        let looked_at = SystemTime::now();
        let now = self.names(source, &folder)?;
        // It may have gone with the folder that it was in.
        let Some(seen) = self.folders.get_mut(&folder) else {
            return Ok(());
        };
        seen.node = node;
        seen.looked_at = looked_at;
        let before = std::mem::replace(&mut seen.names, now.clone());
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
        Ok(())
    }

    /// Forgets a file, or a folder with all that is below it.
    fn remove(&mut self, path: &str, gone: &mut Vec<String>) {
        self.skipped.remove(path);
        if self.files.remove(&InOrder(path.to_owned())).is_some() {
            gone.push(path.to_owned());
        } else if let Some(folder) = self.folders.remove(path) {
            for name in &folder.names {
                self.remove(&join(path, name), gone);
            }
        }
    }

    /// What is at a path.
    fn ask(&self, source: &dyn Source, path: &str) -> io::Result<Option<Node>> {
        source.look(path).map_err(|error| self.at(path, error))
    }

    /// The visible names in a folder, sorted.
    fn names(&self, source: &dyn Source, folder: &str) -> io::Result<Vec<String>> {
        let mut names = match source.list(folder) {
            Ok(names) => names,
            // Deleted since it was looked at.
            Err(error) if is_missing(&error) => Vec::new(),
            Err(error) => return Err(self.at(folder, error)),
        };
        names.retain(|name| is_visible(name));
        names.sort_unstable();
        Ok(names)
    }

    /// An error that names the path, where that is not the tree's own.
    fn at(&self, path: &str, error: io::Error) -> io::Error {
        match path == self.path {
            true => error,
            false => io::Error::new(error.kind(), format!("`{path}`: {error}")),
        }
    }
}

impl Folder {
    /// Whether it changed so shortly before its names were read that they may be others by now.
    fn is_fresh(&self) -> bool {
        is_fresh(self.node.fingerprint, self.looked_at)
    }
}

/// The files at or below `path` in name order: the path itself where it is a file, else all files
/// below it. Hidden files and editors' backups (`.x`, `x~`, `#x#`) are left out. `None` where
/// nothing is there.
///
/// # Errors
/// What reading a folder gives.
pub fn walk(source: &dyn Source, path: &str) -> io::Result<Option<Vec<Entry>>> {
    let mut tree = Tree::new(path);
    tree.look(source, Look::All)?;
    let entries = tree.files().map(|(path, fingerprint)| Entry {
        path: path.to_owned(),
        fingerprint,
    });
    Ok(tree.is_there().then(|| entries.collect()))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// The folder that a path is in; `None` for the source's root.
fn parent(path: &str) -> Option<&str> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    (!path.is_empty()).then_some(folder)
}

#[cfg(test)]
mod tests;
