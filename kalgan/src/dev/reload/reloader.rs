//! Development: the files are looked at for each request, and a new snapshot is made when one of
//! them has changed.
//!
//! Where the system tells of changes, a look asks for the time of no template that it has not named:
//! the routes, messages and settings and the folders of the templates are looked at, and the
//! templates of a page when it is rendered. So a request costs the same however many templates there
//! are, and what the system fails to tell shows all the same.

use super::at_start;
use super::beside::Beside;
use super::pages::Pages;
use crate::dev::client::hub::{Event, Hub};
use crate::dev::editor::Editor;
use crate::disk::{self, Read, Reading};
use crate::engine::Engine;
use crate::site::Site;
use crate::site::current;
use crate::site::plan::Plan;
use crate::spec::Spec;
use arc_swap::ArcSwapOption;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::lint::Lint;
use kalgan_core::loader::{Loaded, Loader};
use kalgan_core::settings::Settings;
use kalgan_core::source::{Disk, Fingerprint, Look, Source};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// The files of an app as they are now.
pub(crate) struct Reloader {
    plan: Plan,
    me: Weak<Self>,
    disk: Disk,
    /// What the server is started with.
    at_start: Arc<Settings>,
    state: Mutex<State>,
    latest: ArcSwapOption<Turn>,
    /// Whether the system tells of changes.
    is_told: AtomicBool,
    /// What it has told since the last look.
    told: Mutex<Told>,
    /// What open pages are told.
    pub(crate) hub: Arc<Hub>,
    /// Opens places in the developer's editor.
    pub(crate) editor: Editor,
    /// How edits are noticed between requests, once that was begun.
    pub(super) watching: OnceLock<Mode>,
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
    /// Those of that site.
    pages: Option<Pages>,
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

/// How edits are noticed between requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The system tells of them.
    Told,
    /// All files are looked at again and again while pages are open.
    Polling,
}

/// What the files were when they were looked at last: a site, or files with mistakes.
pub(crate) type Turn = Result<Arc<Site>, Arc<Broken>>;

/// Files with mistakes.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The mistakes.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The last site that had none.
    pub(crate) last_good: Option<Arc<Site>>,
}

impl Broken {
    /// The mistakes.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The last site that had no mistakes.
    pub(crate) fn last_good(&self) -> Option<&Arc<Site>> {
        self.last_good.as_ref()
    }
}

/// A site, what development knows beside it, and what looks at its files.
struct Made {
    site: Weak<Site>,
    beside: Arc<Beside>,
    reloader: Weak<Reloader>,
}

/// All sites that there are.
static MADE: Mutex<Vec<Made>> = Mutex::new(Vec::new());

fn made() -> MutexGuard<'static, Vec<Made>> {
    // Each is inserted whole.
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What development knows beside a site. Nothing, where the files are read once.
pub(crate) fn beside(site: &Site) -> Option<Arc<Beside>> {
    let made = made();
    // The address is not used again while the table has it.
    let mut made = made
        .iter()
        .filter(|made| std::ptr::eq(made.site.as_ptr(), site));
    made.next().map(|made| Arc::clone(&made.beside))
}

impl Reloader {
    /// What looks at files that were read a first time.
    pub(crate) fn new(plan: Plan, read: Read) -> Arc<Self> {
        let root = plan.spec.root();
        let reloader = Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            editor: Editor::from_environment(&root),
            disk: Disk::new(root),
            plan,
            at_start: Arc::clone(&read.loaded.site.settings),
            state: Mutex::new(State {
                loader: read.loader,
                lint: Lint::of_rust(),
                looked: None,
                timeout: Duration::ZERO,
                is_fixed: false,
                last_good: None,
                pages: None,
            }),
            latest: ArcSwapOption::const_empty(),
            is_told: AtomicBool::new(false),
            told: Mutex::default(),
            hub: Arc::new(Hub::new()),
            watching: OnceLock::new(),
        });
        let mut state = reloader.state();
        reloader.take(&mut state, read.loaded, read.reading);
        state.looked = Some(Instant::now());
        drop(state);
        reloader
    }

    /// What looks at the files of a site.
    pub(super) fn of(site: &Site) -> Option<Arc<Self>> {
        let made = made();
        let mut made = made
            .iter()
            .filter(|made| std::ptr::eq(made.site.as_ptr(), site));
        made.next()?.reloader.upgrade()
    }

    /// The snapshot for a request. Looking at the files blocks, so it is done off the run time's
    /// own threads.
    pub(crate) async fn snapshot(self: &Arc<Self>) -> Turn {
        let reloader = Arc::clone(self);
        match tokio::task::spawn_blocking(move || reloader.look()).await {
            Ok(()) => self.latest(),
            Err(error) => Err(Arc::new(Broken {
                diagnostics: vec![
                    Diagnostic::general(format!("the files could not be looked at: {error}"))
                        .with_code("unreadable-file"),
                ],
                last_good: None,
            })),
        }
    }

    /// The snapshot, where a short look shows that nothing has changed: to hand that to another
    /// thread would take longer. `None` where that is not known so soon.
    pub(super) fn if_up_to_date(&self) -> Option<Turn> {
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
        self.latest().is_err()
    }

    /// Looks at the files, unless they were looked at within the timeout.
    pub(crate) fn look(&self) {
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
    }

    /// Looks at all files, unless they were looked at within the timeout.
    pub(crate) fn look_at_all(&self) {
        self.tell_lost();
        self.look();
    }

    /// The snapshot to render with, where some files of a site are no longer what they were.
    pub(crate) fn look_if_other<'a>(
        &self,
        site: &Site,
        files: impl IntoIterator<Item = (&'a str, Option<Fingerprint>)>,
    ) -> Option<Turn> {
        if !timeout(&site.settings).is_zero() {
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
        blocking(|| self.look());
        Some(self.latest())
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
    pub(crate) fn spec(&self) -> &'static Spec {
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
    pub(crate) fn latest(&self) -> Turn {
        match &*self.latest.load() {
            Some(latest) => Turn::clone(latest),
            None => Err(Arc::new(Broken {
                diagnostics: Vec::new(),
                last_good: None,
            })),
        }
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
        let globals = disk::lint::update(&mut state.lint, &self.plan, &loaded);
        let mut pages = None;
        let built = disk::build(&self.plan, &loaded, &state.lint, |data| {
            let previous = previous.as_deref();
            self.plan
                .build_next(data, &loaded, previous, |options, templates| {
                    if options.is_prod {
                        return Engine::whole(registry.base(), templates);
                    }
                    let base = registry.base();
                    let templates = Arc::clone(&loaded.templates);
                    pages = Some(Pages::new(
                        Arc::clone(base),
                        templates,
                        state.pages.as_ref(),
                    ));
                    Ok(Engine::new(base))
                })
        });
        let latest = match built {
            Ok(site) => {
                disk::warn(&loaded);
                let before = previous.as_ref().map(|site| &site.settings);
                let before = before.unwrap_or(&self.at_start);
                for edit in at_start::edits(&self.at_start, before, &site.settings) {
                    tracing::warn!(target: "kalgan", "{edit}");
                }
                let site = Arc::new(site);
                state.timeout = timeout(&site.settings);
                state.is_fixed = site.options.is_prod;
                state.last_good = Some(Arc::clone(&site));
                state.pages.clone_from(&pages);
                let mut made = made();
                made.retain(|made| made.site.strong_count() > 0);
                made.extend(pages.map(|pages| Made {
                    site: Arc::downgrade(&site),
                    beside: Arc::new(Beside {
                        version: self.hub.state().site + 1,
                        reading,
                        templates: Arc::clone(&loaded.templates),
                        pages,
                        views: spec.views,
                        globals,
                        root: spec.root(),
                    }),
                    reloader: Weak::clone(&self.me),
                }));
                drop(made);
                current::publish(&site);
                Ok(site)
            }
            Err(diagnostics) => {
                disk::log(&diagnostics);
                // The next look should not wait: the edit that mends it must show at once.
                state.timeout = Duration::ZERO;
                Err(Arc::new(Broken {
                    diagnostics,
                    last_good: previous.clone(),
                }))
            }
        };
        let event = match &latest {
            Ok(site) => Event::Site {
                settings: previous.is_none_or(|previous| previous.settings != site.settings),
            },
            Err(broken) => Event::Mistakes(Arc::new(broken.diagnostics.clone())),
        };
        self.latest.store(Some(Arc::new(latest)));
        self.hub.tell(event);
    }
}

/// How long the files are not looked at again.
fn timeout(settings: &Settings) -> Duration {
    let seconds = settings.get_number("environment.refresh_config_timeout");
    let seconds = seconds.ok().and_then(|seconds| u64::try_from(seconds).ok());
    seconds.map_or(Duration::ZERO, Duration::from_secs)
}

/// Runs what blocks. Where the runtime has several threads, the other tasks of this one go on.
fn blocking<T>(run: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(run),
        _ => run(),
    }
}

#[cfg(test)]
mod tests {
    use super::blocking;
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_blocks_leaves_the_other_tasks_of_its_thread_to_another() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let wait = move || receiver.recv_timeout(Duration::from_secs(60));
        let blocked = tokio::spawn(async move { blocking(wait) });
        tokio::spawn(async move { sender.send(5).unwrap() });
        assert_eq!(blocked.await.unwrap(), Ok(5));
    }

    #[tokio::test]
    async fn what_blocks_runs_in_place_where_there_is_one_thread() {
        assert_eq!(blocking(|| 5), 5);
    }
}
