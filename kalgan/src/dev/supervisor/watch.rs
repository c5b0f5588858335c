//! Edits of sources.

use super::event::Event;
use super::package::Sources;
use crate::dev::options::DevOptions;
use crate::dev::watcher::{Change, Watched, Watcher, gather};
use notify::RecursiveMode;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How long nothing may happen before an edit counts as done: whoever changes branches changes many
/// files.
const SETTLED: Duration = Duration::from_millis(60);

/// How often the sources are looked at where the system does not tell.
const POLLING: Duration = Duration::from_millis(500);

/// Whether the settings want files to be looked at rather than the system to tell of them.
pub(super) fn polls() -> bool {
    !DevOptions::of(None).watch
}

/// Tells of edits while it lives.
pub(super) struct Watch {
    _watcher: Watcher,
    /// Whether the files are looked at now and then, as the system does not tell.
    pub(super) is_polling: bool,
}

impl Watch {
    /// Begins to watch. An event tells of each edit that is done.
    ///
    /// # Errors
    /// The sources cannot even be looked at.
    pub(super) fn start(
        sources: &Sources,
        polls: bool,
        events: UnboundedSender<Event>,
    ) -> Result<Self, String> {
        let (sender, edits) = channel();
        let handler = || {
            let (sources, sender) = (sources.clone(), sender.clone());
            move |changes: Vec<Change>| {
                if let Some(manifest) = edit(&sources, &changes) {
                    // The error is that nobody waits for edits.
                    let _ = sender.send(manifest);
                }
            }
        };
        let following = |mut watcher: Watcher, watched| watcher.follow(watched).map(|_| watcher);
        let told = match polls {
            true => None,
            false => Watcher::new(handler())
                .and_then(|watcher| following(watcher, folders(sources)))
                .ok(),
        };
        let is_polling = told.is_none();
        let watcher = match told {
            Some(watcher) => watcher,
            None => following(Watcher::polling(POLLING, handler())?, paths(sources))?,
        };
        std::thread::Builder::new()
            .name(String::from("kalgan-sources"))
            .spawn(move || settle(&edits, &events))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            _watcher: watcher,
            is_polling,
        })
    }
}

/// Whether a manifest has changed; `None` where no source has.
fn edit(sources: &Sources, changes: &[Change]) -> Option<bool> {
    let edits = changes.iter().filter_map(|change| match change {
        Change::At(path) => sources.has(path).then(|| path.ends_with("Cargo.toml")),
        Change::Lost => Some(true),
    });
    edits.reduce(|one, other| one || other)
}

/// Tells of edits until the watcher is gone.
fn settle(edits: &Receiver<bool>, events: &UnboundedSender<Event>) {
    while let Ok(first) = edits.recv() {
        let manifest = gather(first, edits, SETTLED, Duration::MAX).contains(&true);
        if events.send(Event::Edited { manifest }).is_err() {
            return;
        }
    }
}

/// What the system is asked to watch: single files by their folders, since editors replace files.
fn folders(sources: &Sources) -> Watched {
    let parents = sources.files.iter().filter_map(|file| file.parent());
    with_trees(sources, parents.filter(|folder| folder.is_dir()))
}

/// What is looked at again and again: of a folder it would be all files, however large.
fn paths(sources: &Sources) -> Watched {
    let files = sources.files.iter().map(PathBuf::as_path);
    with_trees(sources, files.filter(|file| file.is_file()))
}

fn with_trees<'a>(sources: &Sources, single: impl Iterator<Item = &'a Path>) -> Watched {
    let mut paths: Watched = single
        .map(|path| (path.to_owned(), RecursiveMode::NonRecursive))
        .collect();
    for tree in sources.trees.iter().filter(|tree| tree.is_dir()) {
        paths.insert(tree.clone(), RecursiveMode::Recursive);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tokio::sync::mpsc::unbounded_channel;
    use tokio::time::timeout;

    /// Nothing waits this long unless it is broken.
    const DEADLINE: Duration = Duration::from_secs(30);

    async fn edits_are_seen(polls: bool) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("src/deep")).unwrap();
        fs::create_dir(root.join("template")).unwrap();
        fs::write(root.join("Cargo.toml"), "1").unwrap();
        fs::write(root.join("src/main.rs"), "1").unwrap();
        // The lock of an editor: a link that leads to nothing.
        std::os::unix::fs::symlink("nobody@nowhere.1", root.join("src/.#main.rs")).unwrap();
        let sources = Sources {
            trees: [root.join("src")].into(),
            files: [root.join("Cargo.toml")].into(),
        };
        let (sender, mut events) = unbounded_channel();
        let watch = Watch::start(&sources, polls, sender).unwrap();
        assert_eq!(watch.is_polling, polls);
        let mut edited = async || match timeout(DEADLINE, events.recv()).await {
            Ok(Some(Event::Edited { manifest })) => manifest,
            other => panic!("{other:?}"),
        };
        // Templates and what editors write beside a file are nothing to build again for; that the
        // manifest is seen after them, and nothing before it, shows that they were left out.
        fs::write(root.join("template/home.html"), "2").unwrap();
        fs::write(root.join("src/.main.rs.swp"), "2").unwrap();
        fs::write(root.join("new"), "12").unwrap();
        fs::rename(root.join("new"), root.join("Cargo.toml")).unwrap();
        assert!(edited().await);
        fs::write(root.join("src/deep/new.rs"), "2").unwrap();
        assert!(!edited().await);
        fs::remove_file(root.join("src/main.rs")).unwrap();
        assert!(!edited().await);
    }

    #[tokio::test]
    async fn the_system_tells_of_edits() {
        edits_are_seen(false).await;
    }

    #[tokio::test]
    async fn where_it_does_not_the_files_are_looked_at() {
        edits_are_seen(true).await;
    }

    #[test]
    fn what_lies_beside_a_file_is_not_looked_at_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(root.join("Cargo.toml"), "1").unwrap();
        let sources = Sources {
            trees: [root.join("src")].into(),
            files: [root.join("Cargo.toml"), root.join("Cargo.lock")].into(),
        };
        let looked_at: Vec<_> = paths(&sources).into_keys().collect();
        assert_eq!(looked_at, [root.join("Cargo.toml"), root.join("src")]);
        let told: Vec<_> = folders(&sources).into_keys().collect();
        assert_eq!(told, [root, &root.join("src")]);
    }
}
