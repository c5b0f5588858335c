//! Edits of sources, as the system tells of them.

use crate::app::rust_edits::package::Sources;
use crate::app::rust_edits::supervisor::Event;
use crate::dev::DevOptions;
use notify::event::{EventKind, MetadataKind, ModifyKind};
use notify::{Config, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long nothing may happen before an edit counts as done: editors write in several steps, and
/// whoever changes branches changes many files.
const SETTLED: Duration = Duration::from_millis(60);

/// How often the sources are looked at where the system does not tell.
const POLLING: Duration = Duration::from_millis(500);

/// Whether the settings want files to be looked at rather than the system to tell of them.
pub(super) fn polls() -> bool {
    !DevOptions::of(None).watch
}

/// Tells of edits while it lives.
pub(super) struct Watch {
    _watcher: Box<dyn Watcher + Send>,
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
    ) -> notify::Result<Self> {
        let (sender, edits) = unbounded_channel();
        let watched = if polls {
            None
        } else {
            let handler = handler(sources.clone(), sender.clone());
            RecommendedWatcher::new(handler, Config::default())
                .and_then(|watcher| add(watcher, folders(sources)))
                .ok()
        };
        let is_polling = watched.is_none();
        let watcher = match watched {
            Some(watcher) => watcher,
            None => {
                let config = Config::default()
                    .with_poll_interval(POLLING)
                    // Times alone are compared by whole seconds.
                    .with_compare_contents(true);
                let mut handler = handler(sources.clone(), sender);
                let handler = move |event: notify::Result<_>| {
                    // An error tells each time anew of a file that is not there, such as what a
                    // broken link leads to, and nothing is missed by it.
                    if event.is_ok() {
                        handler(event);
                    }
                };
                add(PollWatcher::new(handler, config)?, paths(sources))?
            }
        };
        tokio::spawn(settle(edits, events));
        Ok(Self {
            _watcher: watcher,
            is_polling,
        })
    }
}

fn add<W: Watcher + Send + 'static>(
    mut watcher: W,
    paths: BTreeMap<PathBuf, RecursiveMode>,
) -> notify::Result<Box<dyn Watcher + Send>> {
    for (path, mode) in paths {
        watcher.watch(&path, mode)?;
    }
    Ok(Box::new(watcher))
}

/// What the system is asked to watch: single files by their folders, since editors replace files.
fn folders(sources: &Sources) -> BTreeMap<PathBuf, RecursiveMode> {
    let parents = sources.files.iter().filter_map(|file| file.parent());
    with_trees(sources, parents.filter(|folder| folder.is_dir()))
}

/// What is looked at again and again: of a folder it would be all files, however large.
fn paths(sources: &Sources) -> BTreeMap<PathBuf, RecursiveMode> {
    let files = sources.files.iter().map(PathBuf::as_path);
    with_trees(sources, files.filter(|file| file.is_file()))
}

fn with_trees<'a>(
    sources: &Sources,
    single: impl Iterator<Item = &'a Path>,
) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut paths: BTreeMap<_, _> = single
        .map(|path| (path.to_owned(), RecursiveMode::NonRecursive))
        .collect();
    for tree in sources.trees.iter().filter(|tree| tree.is_dir()) {
        paths.insert(tree.clone(), RecursiveMode::Recursive);
    }
    paths
}

/// Sends whether a manifest was among what has changed.
fn handler(
    sources: Sources,
    edits: UnboundedSender<bool>,
) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    move |event| {
        let edit = match &event {
            Ok(event) if !is_edit(&event.kind) => None,
            Ok(event) if event.need_rescan() => Some(true),
            Ok(event) => {
                let mut paths = event
                    .paths
                    .iter()
                    .filter(|path| sources.has(path))
                    .peekable();
                let is_one = paths.peek().is_some();
                is_one.then(|| paths.any(|path| is_manifest(path)))
            }
            // Something was missed.
            Err(_) => Some(true),
        };
        if let Some(manifest) = edit {
            let _ = edits.send(manifest);
        }
    }
}

/// Reading a file, as the compiler does, is no edit.
fn is_edit(kind: &EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime))
    )
}

fn is_manifest(path: &Path) -> bool {
    path.ends_with("Cargo.toml")
}

async fn settle(mut edits: UnboundedReceiver<bool>, events: UnboundedSender<Event>) {
    while let Some(mut manifest) = edits.recv().await {
        while let Ok(Some(more)) = tokio::time::timeout(SETTLED, edits.recv()).await {
            manifest |= more;
        }
        if events.send(Event::Edited { manifest }).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
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

    #[test]
    fn reading_is_no_edit() {
        use notify::event::{AccessKind, CreateKind, DataChange};
        assert!(!is_edit(&EventKind::Access(AccessKind::Any)));
        assert!(is_edit(&EventKind::Create(CreateKind::File)));
        assert!(is_edit(&EventKind::Modify(ModifyKind::Data(
            DataChange::Any
        ))));
        assert!(is_edit(&EventKind::Modify(ModifyKind::Metadata(
            MetadataKind::WriteTime
        ))));
    }
}
