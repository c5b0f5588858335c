//! Edits of sources, as the system tells of them.

use crate::app::rust_edits::package::Sources;
use crate::app::rust_edits::supervisor::Event;
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
                .and_then(|watcher| add(watcher, sources))
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
                add(
                    PollWatcher::new(handler(sources.clone(), sender), config)?,
                    sources,
                )?
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
    sources: &Sources,
) -> notify::Result<Box<dyn Watcher + Send>> {
    for (folder, mode) in folders(sources) {
        watcher.watch(&folder, mode)?;
    }
    Ok(Box::new(watcher))
}

/// The folders to watch: single files by their folders, since editors replace files.
fn folders(sources: &Sources) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut folders = BTreeMap::new();
    let parents = sources.files.iter().filter_map(|file| file.parent());
    for folder in parents.filter(|folder| folder.is_dir()) {
        folders.insert(folder.to_owned(), RecursiveMode::NonRecursive);
    }
    for tree in sources.trees.iter().filter(|tree| tree.is_dir()) {
        folders.insert(tree.clone(), RecursiveMode::Recursive);
    }
    folders
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
