//! Edits of files, as the system tells of them.

use notify::event::{AccessKind, AccessMode, EventKind, MetadataKind, ModifyKind};
use notify::{Config, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// What is watched: a folder with or without all that is below it, or a file.
pub(super) type Watched = BTreeMap<PathBuf, RecursiveMode>;

/// What is told.
#[derive(Debug)]
pub(super) enum Change {
    /// A file or folder may have changed.
    At(PathBuf),
    /// More has changed than was told.
    Lost,
}

/// Tells of edits while it lives.
pub(super) struct Watcher {
    inner: Box<dyn notify::Watcher + Send>,
    watched: Watched,
}

impl Watcher {
    /// The system tells, each time of one or more changes.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn new(handler: impl Fn(Vec<Change>) + Send + 'static) -> Result<Self, String> {
        let handler = move |event| handler(changes(event));
        Self::of(RecommendedWatcher::new(handler, Config::default()))
    }

    /// The files are looked at again and again.
    ///
    /// # Errors
    /// There is no thread for it.
    pub(super) fn polling(
        every: Duration,
        handler: impl Fn(Vec<Change>) + Send + 'static,
    ) -> Result<Self, String> {
        // Times alone are compared by whole seconds.
        let config = Config::default().with_compare_contents(true);
        let handler = move |event: notify::Result<notify::Event>| {
            // An error tells each time anew of a file that is not there, such as what a broken link
            // leads to, and nothing is missed by it.
            if event.is_ok() {
                handler(changes(event));
            }
        };
        Self::of(PollWatcher::new(handler, config.with_poll_interval(every)))
    }

    fn of<W: notify::Watcher + Send + 'static>(inner: notify::Result<W>) -> Result<Self, String> {
        Ok(Self {
            inner: Box::new(inner.map_err(|error| error.to_string())?),
            watched: Watched::new(),
        })
    }

    /// Watches this from now on, and nothing else. Whether something is new.
    ///
    /// # Errors
    /// Some of it cannot be watched.
    pub(super) fn follow(&mut self, wanted: Watched) -> Result<bool, String> {
        for path in self.watched.keys() {
            if !wanted.contains_key(path) {
                // It may be gone.
                let _ = self.inner.unwatch(path);
            }
        }
        let mut is_new = false;
        for (path, mode) in &wanted {
            if self.watched.get(path) != Some(mode) {
                self.inner
                    .watch(path, *mode)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                is_new = true;
            }
        }
        self.watched = wanted;
        Ok(is_new)
    }

    /// No longer takes for watched what is at these paths or below: another folder may have taken the
    /// name of one that was.
    pub(super) fn forget(&mut self, is_other: impl Fn(&Path) -> bool) {
        let Self { inner, watched } = self;
        watched.retain(|path, _| {
            let is_other = is_other(path);
            if is_other {
                // It may be gone.
                let _ = inner.unwatch(path);
            }
            !is_other
        });
    }
}

/// The first of a series of signals with those that follow it closely: an editor writes a file in
/// several steps, and several files at once. `quiet` ends the series, and so does `longest`.
pub(super) fn gather<T>(
    first: T,
    signals: &Receiver<T>,
    quiet: Duration,
    longest: Duration,
) -> Vec<T> {
    let begun = Instant::now();
    let mut all = vec![first];
    while begun.elapsed() < longest {
        match signals.recv_timeout(quiet) {
            Ok(signal) => all.push(signal),
            Err(_) => break,
        }
    }
    all
}

/// What an event of the system means.
fn changes(event: notify::Result<notify::Event>) -> Vec<Change> {
    match event {
        Ok(event) if event.need_rescan() => vec![Change::Lost],
        Ok(event) if is_read(&event.kind) => Vec::new(),
        Ok(event) => event.paths.into_iter().map(Change::At).collect(),
        Err(_) => vec![Change::Lost],
    }
}

/// Reading a file, as the compiler does, is no edit.
fn is_read(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => *kind != AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(kind)) => *kind == MetadataKind::AccessTime,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, DataChange};

    #[test]
    fn reading_is_no_edit() {
        assert!(is_read(&EventKind::Access(AccessKind::Any)));
        assert!(!is_read(&EventKind::Create(CreateKind::File)));
        assert!(!is_read(&EventKind::Modify(ModifyKind::Data(
            DataChange::Any
        ))));
        assert!(!is_read(&EventKind::Modify(ModifyKind::Metadata(
            MetadataKind::WriteTime
        ))));
    }
}
