//! Edits that happen between requests: the system tells of them, or all files are looked at again
//! and again, and open pages are told.

use super::reloader::{Mode, Reloader};
use super::statics::Statics;
use crate::dev::options::DevOptions;
use crate::dev::watcher::{Change, Watched, Watcher, gather};
use kalgan_core::source::{Disk, is_visible};
use notify::RecursiveMode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How long nothing must change before open pages are told.
const QUIET: Duration = Duration::from_millis(10);
/// How long a series of changes may last until they are told all the same.
const LONGEST: Duration = Duration::from_millis(100);
/// How often all files are looked at while pages are open, where the system does not tell.
const POLL: Duration = Duration::from_millis(400);
/// The same where it does: for what it may have left out.
const SWEEP: Duration = Duration::from_secs(2);

/// Begins to notice edits between requests, if that was not begun yet, and returns how it is done.
pub(crate) fn watch(reloader: &Arc<Reloader>) -> Mode {
    *reloader.watching.get_or_init(|| {
        let (mode, reason) = start(reloader);
        if let (Mode::Polling, Some(reason)) = (mode, reason) {
            tracing::warn!(
                target: "kalgan",
                "edits cannot be watched for ({reason}); all files are looked at instead, at each \
                 request and while pages are open"
            );
        }
        mode
    })
}

/// Begins to watch the files of an app, on a thread of its own that ends with the app. How it is
/// done, and why not better where that is worth a word.
fn start(live: &Arc<Reloader>) -> (Mode, Option<String>) {
    let (sender, signals) = channel();
    let root = live.spec().root();
    let mut watch = Watch {
        statics: Statics::default(),
        disk: Disk::new(&root),
        root,
        told: None,
        failed_at: None,
        sender,
    };
    let reason = match wants_to_be_told(live) {
        true => watch.begin(live).err(),
        false => None,
    };
    let mode = watch.mode();
    let weak = Arc::downgrade(live);
    let thread = std::thread::Builder::new()
        .name(String::from("kalgan-watch"))
        .spawn(move || watch.run(&weak, &signals));
    if let Err(error) = thread {
        live.set_told(false);
        return (Mode::Polling, Some(error.to_string()));
    }
    (mode, reason)
}

fn wants_to_be_told(live: &Reloader) -> bool {
    DevOptions::of(live.last_good().as_deref()).watch
}

struct Watch {
    root: PathBuf,
    disk: Disk,
    told: Option<Watcher>,
    /// The site, as the hub counts them, with which it could not be told. Another one may name other
    /// folders.
    failed_at: Option<u64>,
    statics: Statics,
    /// For the system's own thread.
    sender: Sender<Change>,
}

impl Watch {
    fn mode(&self) -> Mode {
        match self.told {
            Some(_) => Mode::Told,
            None => Mode::Polling,
        }
    }

    /// Asks the system to tell of changes from now on.
    fn begin(&mut self, live: &Arc<Reloader>) -> Result<(), String> {
        self.failed_at = None;
        self.ask(live).inspect_err(|_| self.end(live))?;
        live.set_told(true);
        Ok(())
    }

    /// Looks at all files from now on, until there is another site.
    fn end(&mut self, live: &Reloader) {
        self.told = None;
        self.failed_at = Some(live.hub.state().site);
        live.set_told(false);
    }

    fn ask(&mut self, live: &Arc<Reloader>) -> Result<(), String> {
        let sender = self.sender.clone();
        let (weak, root) = (Arc::downgrade(live), self.root.clone());
        let handler = move |changes: Vec<Change>| {
            // A request that comes before the thread has woken should know as well.
            if let Some(live) = weak.upgrade() {
                for change in &changes {
                    note(&live, &root, change);
                }
            }
            for change in changes {
                // The error is that the thread has ended.
                let _ = sender.send(change);
            }
        };
        self.told = Some(Watcher::new(handler)?);
        self.follow(live).map(drop)
    }

    /// No longer takes for watched what is at these paths or below.
    fn forget(&mut self, paths: &BTreeSet<String>) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.root.join(path)).collect();
        if let Some(told) = &mut self.told {
            told.forget(|folder| paths.iter().any(|path| folder.starts_with(path)));
        }
    }

    /// Asks the system to tell of the folders that the files are in now. Whether it was not yet told
    /// of one of them.
    fn follow(&mut self, live: &Reloader) -> Result<bool, String> {
        let mut paths = live.paths();
        if let Some(site) = live.last_good() {
            paths.extend(site.options.static_folders.iter().cloned());
        }
        match &mut self.told {
            Some(told) => told.follow(folders(&self.root, &paths)?),
            None => Ok(false),
        }
    }

    fn run(mut self, live: &Weak<Reloader>, signals: &Receiver<Change>) {
        if let Some(live) = live.upgrade() {
            self.statics.look(&live, &self.disk, None);
        }
        let mut swept = Instant::now();
        loop {
            let first = match signals.recv_timeout(POLL) {
                Ok(signal) => Some(signal),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let changes = first.map(|first| gather(first, signals, QUIET, LONGEST));
            let Some(live) = live.upgrade() else {
                return;
            };
            let pause = match self.mode() {
                Mode::Told => SWEEP,
                Mode::Polling => POLL,
            };
            if let Some(site) = self.failed_at
                && site != live.hub.state().site
                && wants_to_be_told(&live)
                && self.begin(&live).is_ok()
            {
                tracing::info!(target: "kalgan", "edits are watched for again");
                self.look_at_all(&live);
            }
            if let Some(changes) = changes {
                self.take(&live, &changes);
            } else if live.hub.listeners() > 0 && swept.elapsed() >= pause {
                self.look_at_all(&live);
                swept = Instant::now();
            }
        }
    }

    /// Looks at what the system has told of.
    fn take(&mut self, live: &Arc<Reloader>, signals: &[Change]) {
        let mut paths = BTreeSet::new();
        let mut is_lost = false;
        for signal in signals {
            match signal {
                Change::At(path) => paths.extend(relative(&self.root, path)),
                Change::Lost => is_lost = true,
            }
        }
        live.look();
        self.statics
            .look(live, &self.disk, (!is_lost).then_some(&paths));
        if is_lost {
            // Of a folder that has come meanwhile, or taken another's name, nothing is told.
            paths.insert(String::new());
        }
        self.forget(&paths);
        // A setting may name other folders now, and folders come and go.
        match self.follow(live) {
            Ok(false) => {}
            // What has changed there before was not told.
            Ok(true) => self.look_at_all(live),
            Err(error) => {
                tracing::warn!(
                    target: "kalgan",
                    "edits can no longer be watched for ({error}); all files are looked at instead"
                );
                self.end(live);
            }
        }
    }

    fn look_at_all(&mut self, live: &Reloader) {
        live.look_at_all();
        self.statics.look(live, &self.disk, None);
    }
}

fn note(live: &Reloader, root: &Path, signal: &Change) {
    match signal {
        Change::At(path) => {
            if let Some(path) = relative(root, path) {
                live.tell([path.as_str()]);
            }
        }
        Change::Lost => live.tell_lost(),
    }
}

/// A path below the app's folder as the loader writes it; `None` for what is hidden or elsewhere.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.strip_prefix(root).ok()?.components() {
        let part = part.as_os_str().to_str()?;
        if !is_visible(part) {
            return None;
        }
        parts.push(part);
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The folders that have to be watched for these paths below the app's folder: those that are there
/// with all that is in them, and for those that are not, the one in which they would appear.
fn folders(root: &Path, paths: &[String]) -> Result<Watched, String> {
    let mut folders = Watched::new();
    // Settings and whole folders may appear here.
    folders.insert(root.to_owned(), RecursiveMode::NonRecursive);
    for path in paths {
        if path.is_empty() {
            // With what cargo writes below it, that would be too much.
            return Err(String::from(
                "a path of the settings is the app's whole folder",
            ));
        }
        let path = root.join(path);
        if path.is_dir() {
            folders.insert(path, RecursiveMode::Recursive);
        } else if let Some(parent) = path.ancestors().skip(1).find(|parent| parent.is_dir()) {
            let parent = parent.to_owned();
            folders.entry(parent).or_insert(RecursiveMode::NonRecursive);
        }
    }
    // What lies in a folder that is watched with all that is in it needs no watch of its own.
    let recursive: Vec<PathBuf> = folders
        .iter()
        .filter(|(_, mode)| **mode == RecursiveMode::Recursive)
        .map(|(folder, _)| folder.clone())
        .collect();
    folders.retain(|folder, _| {
        let mut others = recursive.iter();
        !others.any(|other| other != folder && folder.starts_with(other))
    });
    Ok(folders)
}
