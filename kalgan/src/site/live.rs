//! Development: the files are looked at for each request, and a new snapshot is made when one of
//! them has changed.

use crate::site::current;
use crate::site::{Places, Plan, Site};
use arc_swap::ArcSwapOption;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::{Loaded, Loader};
use kalgan_core::source::Disk;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The files of an app as they are now.
pub(crate) struct Live {
    plan: Plan,
    state: Mutex<State>,
    snapshot: ArcSwapOption<Snapshot>,
    /// What open pages are told.
    #[cfg(debug_assertions)]
    pub(crate) hub: Arc<crate::dev::hub::Hub>,
}

struct State {
    loader: Loader,
    disk: Disk,
    /// When the files were looked at last.
    looked: Option<Instant>,
    /// How long they are not looked at again.
    timeout: Duration,
    /// The files are read once: `environment.is_prod`.
    is_fixed: bool,
    last_good: Option<Arc<Site>>,
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
    pub(crate) fn new(plan: Plan, loader: Loader, loaded: Loaded) -> Self {
        let disk = Disk::new(plan.spec.root());
        let live = Self {
            plan,
            state: Mutex::new(State {
                loader,
                disk,
                looked: None,
                timeout: Duration::ZERO,
                is_fixed: false,
                last_good: None,
            }),
            snapshot: ArcSwapOption::const_empty(),
            #[cfg(debug_assertions)]
            hub: Arc::new(crate::dev::hub::Hub::new()),
        };
        let mut state = live.state.lock().unwrap_or_else(PoisonError::into_inner);
        live.take(&mut state, loaded);
        state.looked = Some(Instant::now());
        drop(state);
        live
    }

    /// The snapshot for a request. Looking at the files blocks, so it is done off the run time's
    /// own threads.
    pub(crate) async fn snapshot(self: &Arc<Self>) -> Arc<Snapshot> {
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

    /// Looks at the files, unless they were looked at within the timeout.
    pub(crate) fn look(&self) -> Arc<Snapshot> {
        // A panic while it was held left the last state whole: it is written at the end only.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = !state.is_fixed
            && state
                .looked
                .is_none_or(|looked| looked.elapsed() >= state.timeout);
        if is_due {
            let State { loader, disk, .. } = &mut *state;
            if let Some(loaded) = loader.refresh(disk) {
                self.take(&mut state, loaded);
            }
            state.looked = Some(Instant::now());
        }
        self.latest()
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
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.loader.reads()
    }

    fn take(&self, state: &mut State, loaded: Loaded) {
        let previous = state.last_good.clone();
        let built = if loaded.is_good() {
            let data = loaded.site.clone();
            self.plan
                .build(data, Places::Known(&loaded), previous.as_deref())
        } else {
            Err(self.plan.mistakes(&loaded))
        };
        let snapshot = match built {
            Ok(site) => {
                #[cfg(debug_assertions)]
                let site = Site {
                    version: self.hub.state().site + 1,
                    ..site
                };
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
        #[cfg(debug_assertions)]
        self.hub.tell(match &snapshot {
            Snapshot::Good(_) => crate::dev::hub::Event::Site,
            Snapshot::Broken(broken) => {
                crate::dev::hub::Event::Mistakes(Arc::new(broken.diagnostics.clone()))
            }
        });
        self.snapshot.store(Some(Arc::new(snapshot)));
    }
}
