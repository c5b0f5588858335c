//! The files of each kind: listed, and read where they have changed.

use super::file::ContentKind;
use super::{Loader, read};
use crate::diagnostic::Diagnostic;
use crate::source::{Changes, Entry, Look, Source, Tree, is_fresh, normalize};
use crate::text::SourceFile;
use std::time::SystemTime;

impl Loader {
    /// Looks at the files of a kind and reads those that changed. `setting` named the path.
    pub(super) fn list(
        &mut self,
        source: &dyn Source,
        look: Look<'_>,
        kind: ContentKind,
        path: &str,
        setting: Option<&str>,
        read: &mut Vec<(ContentKind, String)>,
    ) {
        let at_setting = |loader: &Self, message: String| match setting {
            Some(key) => match loader.settings.places.values.get(key) {
                Some(place) => Diagnostic::error_at(place.clone(), message),
                None => Diagnostic::general(format!("{message} (setting `{key}`)")),
            },
            None => Diagnostic::general(message),
        };
        let Some(folder) = normalize(path) else {
            self.unlist(kind);
            let problem = at_setting(self, format!("the path `{path}` leaves the app's folder"))
                .with_code("path-outside")
                .with_help("write a path below the folder of the app's Cargo.toml");
            self.path_problem(kind, Some(problem));
            return;
        };
        if self.folder_of(kind) != folder {
            self.unlist(kind);
        }
        let tree = self.listed.entry(kind).or_insert_with(|| Tree::new(folder));
        let looked = tree.look(source, look);
        let is_there = tree.is_there();
        let (changes, problem) = match looked {
            Ok(changes) if is_there || setting.is_none() => (changes, None),
            Ok(changes) => {
                let problem = at_setting(self, format!("there is nothing at `{path}`"))
                    .with_code("missing-path")
                    .with_help("the path is relative to the folder of the app's Cargo.toml");
                (changes, Some(problem))
            }
            Err(error) => {
                let problem = at_setting(self, format!("`{path}` cannot be read: {error}"))
                    .with_code("unreadable-file");
                self.forget_all(kind);
                (Changes::default(), Some(problem))
            }
        };
        // Where the app says where its settings are, there have to be some.
        let has_none = kind == ContentKind::Settings
            && self.settings_path.is_some()
            && self.paths_of(kind).next().is_none();
        let none = has_none.then(|| {
            Diagnostic::general(format!("there are no settings at `{path}`"))
                .with_code("missing-path")
                .with_help("the path is relative to the folder of the app's Cargo.toml")
        });
        self.path_problem(kind, problem.or(none));
        for path in changes.gone {
            self.forget(kind, path);
        }
        let mut changed = changes.changed;
        changed.retain(|path| kind.takes(path));
        changed.extend(self.changed_unseen(source, kind, &changed));
        self.read(source, kind, changed, read);
    }

    /// Sets what is wrong with the path of a kind.
    pub(super) fn path_problem(&mut self, kind: ContentKind, problem: Option<Diagnostic>) {
        let before = match &problem {
            Some(problem) => self.path_problems.insert(kind, problem.clone()),
            None => self.path_problems.remove(&kind),
        };
        self.pending.paths |= before != problem;
    }

    /// Forgets all files of a kind, and where they were.
    pub(super) fn unlist(&mut self, kind: ContentKind) {
        self.forget_all(kind);
        self.listed.remove(&kind);
    }

    fn forget_all(&mut self, kind: ContentKind) {
        let keys = self.cached.keys().filter(|(known, _)| *known == kind);
        let paths: Vec<String> = keys.map(|(_, path)| path.clone()).collect();
        for path in paths {
            self.forget(kind, path);
        }
    }

    fn forget(&mut self, kind: ContentKind, path: String) {
        let key = (kind, path);
        if let Some(before) = self.cached.remove(&key) {
            self.assets.replace(Some(&before.parsed), None);
            self.pending.note(kind, &key.1);
        }
        self.fresh.remove(&key);
        self.problems.remove(&key);
    }

    /// The files whose times may not tell of a change, and which have changed.
    fn changed_unseen(
        &mut self,
        source: &dyn Source,
        kind: ContentKind,
        seen: &[String],
    ) -> Vec<String> {
        let suspects: Vec<String> = self
            .fresh
            .iter()
            .filter(|(known, path)| *known == kind && !seen.contains(path))
            .map(|(_, path)| path.clone())
            .collect();
        let mut changed = Vec::new();
        for path in suspects {
            let now = SystemTime::now();
            let key = (kind, path);
            let fingerprint = self
                .listed
                .get(&kind)
                .and_then(|tree| tree.fingerprint(&key.1));
            self.reads += 1;
            let is_same = source.read(&key.1).is_ok_and(|bytes| {
                SourceFile::from_bytes(key.1.clone(), bytes).is_ok_and(|file| {
                    self.cached
                        .get(&key)
                        .is_some_and(|known| file == *known.file)
                })
            });
            if !is_same {
                changed.push(key.1);
            } else if fingerprint.is_none_or(|fingerprint| !is_fresh(fingerprint, now)) {
                self.fresh.remove(&key);
            }
        }
        changed
    }

    /// Reads and parses these files.
    fn read(
        &mut self,
        source: &dyn Source,
        kind: ContentKind,
        paths: Vec<String>,
        read: &mut Vec<(ContentKind, String)>,
    ) {
        let Some(tree) = self.listed.get(&kind) else {
            return;
        };
        let entries: Vec<Entry> = paths
            .into_iter()
            .filter_map(|path| {
                let fingerprint = tree.fingerprint(&path)?;
                Some(Entry { path, fingerprint })
            })
            .collect();
        self.reads += entries.len() as u64;
        for (entry, looked_at, cached) in read::all(source, kind, &entries) {
            let key = (kind, entry.path.clone());
            if is_fresh(entry.fingerprint, looked_at) {
                self.fresh.insert(key.clone());
            } else {
                self.fresh.remove(&key);
            }
            let problems = cached.parsed.problems();
            if problems.is_empty() {
                self.problems.remove(&key);
            } else {
                self.problems.insert(key.clone(), problems);
            }
            self.pending.note(kind, &key.1);
            read.push(key.clone());
            let before = self.cached.get(&key).map(|before| &before.parsed);
            self.assets.replace(before, Some(&cached.parsed));
            self.cached.insert(key, cached);
        }
    }

    /// Whether files are still as they were when they were read. Those that are not are read again
    /// at the next look.
    pub(super) fn is_current(
        &mut self,
        source: &dyn Source,
        read: &[(ContentKind, String)],
    ) -> bool {
        let mut is_current = true;
        for (kind, path) in read {
            let Some(tree) = self.listed.get_mut(kind) else {
                continue;
            };
            if source.fingerprint(path).ok().flatten() != tree.fingerprint(path) {
                is_current = false;
                tree.forget(path);
                // Where it is gone at the next look, that does not tell so: it knows of none.
                self.forget(*kind, path.clone());
            }
        }
        is_current
    }
}
