//! Development: the files are looked at for each request, and a new snapshot is made when one of
//! them has changed.
//!
//! Where the system tells of changes, a look asks for the time of no template that it has not named:
//! the routes, messages and settings and the folders of the templates are looked at, and the
//! templates of a page when it is rendered. So a request costs the same however many templates there
//! are, and what the system fails to tell shows all the same.

use super::views;
use crate::site::current;
use crate::site::{Places, Plan, Site};
use arc_swap::ArcSwapOption;
use kalgan_core::diagnostic::{self, Diagnostic};
use kalgan_core::lint::{Changes, Known, Lint, Rust};
use kalgan_core::loader::{Loaded, Loader};
use kalgan_core::source::{Disk, Fingerprint, Look, Source};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// The files of an app as they are now.
pub(crate) struct Live {
    plan: Plan,
    me: Weak<Self>,
    disk: Disk,
    state: Mutex<State>,
    snapshot: ArcSwapOption<Snapshot>,
    /// Whether the system tells of changes.
    is_told: AtomicBool,
    /// What it has told since the last look.
    told: Mutex<Told>,
    /// What open pages are told.
    pub(crate) hub: Arc<crate::dev::hub::Hub>,
    watching: std::sync::OnceLock<super::watch::Mode>,
}

struct State {
    loader: Loader,
    lint: Lint,
    /// When the files were looked at last.
    looked: Option<Instant>,
    /// How long they are not looked at again.
    timeout: Duration,
    /// The files are read once: `environment.is_prod`.
    is_fixed: bool,
    last_good: Option<Arc<Site>>,
}

impl State {
    /// Whether it is time to look at the files.
    fn is_due(&self) -> bool {
        let mut looked = self.looked.iter();
        !self.is_fixed && looked.all(|looked| looked.elapsed() >= self.timeout)
    }
}

/// What the system has told of changes.
#[derive(Debug, Default)]
struct Told {
    /// It may have left something out, so all files have to be looked at.
    all: bool,
    /// Files that may have changed.
    paths: BTreeSet<String>,
}

/// What it took to read what had changed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// How many files were read.
    pub(crate) files: u64,
    /// How long it took until all of them were parsed and checked.
    pub(crate) duration: Duration,
}

/// What the files were when they were looked at last.
#[derive(Clone, Debug)]
pub(crate) enum Snapshot {
    /// A site.
    Good(Arc<Site>),
    /// Files with mistakes.
    Broken(Arc<Broken>),
}

/// Files with mistakes.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The mistakes.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The last site that had none.
    pub(crate) last_good: Option<Arc<Site>>,
}

impl Live {
    /// A live site whose files were read a first time.
    pub(crate) fn new(plan: Plan, loader: Loader, loaded: Loaded, reading: Reading) -> Arc<Self> {
        let live = Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            disk: Disk::new(plan.spec.root()),
            plan,
            state: Mutex::new(State {
                loader,
                lint: Lint::of_rust(),
                looked: None,
                timeout: Duration::ZERO,
                is_fixed: false,
                last_good: None,
            }),
            snapshot: ArcSwapOption::const_empty(),
            is_told: AtomicBool::new(false),
            told: Mutex::default(),
            hub: Arc::new(crate::dev::hub::Hub::new()),
            watching: std::sync::OnceLock::new(),
        });
        let mut state = live.state();
        live.take(&mut state, loaded, reading);
        state.looked = Some(Instant::now());
        drop(state);
        live
    }

    /// The snapshot for a request. Looking at the files blocks, so it is done off the run time's
    /// own threads.
    pub(crate) async fn snapshot(self: &Arc<Self>) -> Arc<Snapshot> {
        if let Some(snapshot) = self.if_up_to_date() {
            return snapshot;
        }
        let live = Arc::clone(self);
        match tokio::task::spawn_blocking(move || live.look()).await {
            Ok(snapshot) => snapshot,
            Err(error) => Arc::new(Snapshot::Broken(Arc::new(Broken {
                diagnostics: vec![
                    Diagnostic::general(format!("the files could not be looked at: {error}"))
                        .with_code("unreadable-file"),
                ],
                last_good: None,
            }))),
        }
    }

    /// The snapshot, where a short look shows that nothing has changed: to hand that to another
    /// thread would take longer. `None` where that is not known so soon.
    fn if_up_to_date(&self) -> Option<Arc<Snapshot>> {
        // Whoever holds it has changes to read.
        let mut state = self.state.try_lock().ok()?;
        if !state.is_due() {
            return Some(self.latest());
        }
        // Without being told that would be a look at all files.
        if !self.is_told.load(Ordering::Acquire) || self.is_broken() {
            return None;
        }
        let mut told = self.told();
        let look = Look::Named(&told.paths);
        if told.all || !state.loader.is_up_to_date(&self.disk, look) {
            return None;
        }
        told.paths.clear();
        drop(told);
        state.looked = Some(Instant::now());
        Some(self.latest())
    }

    /// Whether there are mistakes. Nothing is rendered then, so only a look at all files finds what
    /// mends them.
    fn is_broken(&self) -> bool {
        matches!(*self.latest(), Snapshot::Broken(_))
    }

    /// Looks at the files, unless they were looked at within the timeout.
    pub(crate) fn look(&self) -> Arc<Snapshot> {
        let mut state = self.state();
        if state.is_due() {
            let told = std::mem::take(&mut *self.told());
            let is_told = self.is_told.load(Ordering::Acquire);
            let look = if is_told && !told.all && !self.is_broken() {
                Look::Named(&told.paths)
            } else {
                Look::All
            };
            let (begun, reads) = (Instant::now(), state.loader.reads());
            if let Some(loaded) = state.loader.refresh_where(&self.disk, look) {
                let reading = Reading {
                    files: state.loader.reads() - reads,
                    duration: begun.elapsed(),
                };
                self.take(&mut state, loaded, reading);
            }
            state.looked = Some(Instant::now());
        }
        self.latest()
    }

    /// Looks at all files, unless they were looked at within the timeout.
    pub(crate) fn look_at_all(&self) -> Arc<Snapshot> {
        self.tell_lost();
        self.look()
    }

    /// The snapshot to render with, where some files of a site are no longer what they were.
    pub(crate) fn look_if_other<'a>(
        &self,
        site: &Site,
        files: impl IntoIterator<Item = (&'a str, Option<Fingerprint>)>,
    ) -> Option<Arc<Snapshot>> {
        if !site.options.refresh_timeout.is_zero() {
            return None;
        }
        let other: Vec<&str> = files
            .into_iter()
            .filter(|(path, known)| self.disk.fingerprint(path).ok().flatten() != *known)
            .map(|(path, _)| path)
            .collect();
        if other.is_empty() {
            return None;
        }
        self.tell(other);
        Some(self.look())
    }

    /// Begins to notice edits between requests, if that was not begun yet, and says how it is done.
    pub(crate) fn watch(self: &Arc<Self>) -> super::watch::Mode {
        use super::watch::{Mode, start};
        *self.watching.get_or_init(|| {
            let (mode, reason) = start(self);
            if let (Mode::Polling, Some(reason)) = (mode, reason) {
                tracing::warn!(
                    target: "kalgan",
                    "edits cannot be watched for ({reason}); all files are looked at instead, at \
                     each request and while pages are open"
                );
            }
            mode
        })
    }

    /// Takes in that the system tells of changes from now on, or no longer does.
    pub(crate) fn set_told(&self, is_told: bool) {
        // What changed until now it has not told.
        self.tell_lost();
        self.is_told.store(is_told, Ordering::Release);
    }

    /// Takes in that more may have changed than was told.
    pub(crate) fn tell_lost(&self) {
        self.told().all = true;
    }

    /// Takes in that files may have changed.
    pub(crate) fn tell<'a>(&self, paths: impl IntoIterator<Item = &'a str>) {
        let paths = paths.into_iter().map(str::to_owned);
        self.told().paths.extend(paths);
    }

    /// Where the app is.
    pub(crate) fn spec(&self) -> &'static crate::spec::Spec {
        self.plan.spec
    }

    /// The paths, relative to the app's folder, at or below which the site's files are.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.state().loader.paths().map(str::to_owned).collect()
    }

    /// The last site that had no mistakes.
    pub(crate) fn last_good(&self) -> Option<Arc<Site>> {
        self.state().last_good.clone()
    }

    /// The snapshot of the last look.
    pub(crate) fn latest(&self) -> Arc<Snapshot> {
        self.snapshot.load_full().unwrap_or_else(|| {
            Arc::new(Snapshot::Broken(Arc::new(Broken {
                diagnostics: Vec::new(),
                last_good: None,
            })))
        })
    }

    /// How many files were read so far.
    #[cfg(test)]
    pub(crate) fn reads(&self) -> u64 {
        self.state().loader.reads()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held left the last state whole: it is written at the end only.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        // Nothing panics while it is held, so what it protects is whole.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, state: &mut State, loaded: Loaded, reading: Reading) {
        let previous = state.last_good.clone();
        let Plan { spec, registry, .. } = &self.plan;
        let registered = spec.registered.into();
        let rust = Rust {
            has: Some(&|kind, name| registry.has(kind, name)),
            ..Rust::new(&registered)
        };
        let known = Known::new(loaded.files(), Some(rust));
        let changes = Changes {
            templates: loaded.changed_templates.clone(),
            ..Changes::default()
        };
        state.lint.update(&known, changes);
        let is_good = loaded.is_good() && state.lint.diagnostics().next().is_none();
        let built = if is_good {
            let data = loaded.site.clone();
            self.plan
                .build(data, Places::Known(&loaded), previous.as_deref())
        } else {
            let mut diagnostics = self.plan.mistakes(&loaded);
            diagnostics.extend(state.lint.diagnostics().cloned());
            diagnostic::sort(&mut diagnostics);
            Err(diagnostics)
        };
        let snapshot = match built {
            Ok(mut site) => {
                let is_edited = !site.options.is_prod;
                site.live = is_edited.then(|| {
                    let globals = known.registered().variables.clone();
                    views::LiveTemplates::new(spec, &loaded, globals, Weak::clone(&self.me))
                });
                {
                    site.version = self.hub.state().site + 1;
                    site.reading = reading;
                }
                for warning in &loaded.diagnostics {
                    tracing::warn!(target: "kalgan", "{warning}");
                }
                let site = Arc::new(site);
                state.timeout = site.options.refresh_timeout;
                state.is_fixed = site.options.is_prod;
                state.last_good = Some(Arc::clone(&site));
                current::publish(&site);
                Snapshot::Good(site)
            }
            Err(diagnostics) => {
                for diagnostic in &diagnostics {
                    tracing::error!(target: "kalgan", "{diagnostic}");
                }
                // The next look should not wait: the edit that mends it must show at once.
                state.timeout = Duration::ZERO;
                Snapshot::Broken(Arc::new(Broken {
                    diagnostics,
                    last_good: previous,
                }))
            }
        };
        let event = match &snapshot {
            Snapshot::Good(_) => crate::dev::hub::Event::Site,
            Snapshot::Broken(broken) => {
                crate::dev::hub::Event::Mistakes(Arc::new(broken.diagnostics.clone()))
            }
        };
        self.snapshot.store(Some(Arc::new(snapshot)));
        self.hub.tell(event);
    }
}
