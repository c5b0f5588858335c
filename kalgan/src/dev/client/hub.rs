//! What open pages are told, and who listens.

use kalgan_core::diagnostic::Diagnostic;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// How many events a slow listener may lag behind; then it starts from the state again.
const QUEUE: usize = 64;

/// How many changes of static files are kept, for pages that were hidden meanwhile.
const RECENT: usize = 64;

/// A change that open pages are told of.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Templates, routes, messages or settings are others now, and good.
    Site {
        /// Whether settings are.
        settings: bool,
    },
    /// Static files have changed: their paths as URLs have them, such as `/static/app.css`.
    Assets(Arc<[String]>),
    /// The files have mistakes, or other ones than before.
    Mistakes(Arc<Vec<Diagnostic>>),
    /// What the command `dev` says of the build of the app's Rust.
    Build(Build),
}

/// The build of the app's Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// It has begun.
    Running,
    /// It has ended well, and the server stays as it is.
    Done,
    /// It has ended well, and the server is about to be replaced.
    Restarting,
    /// It has failed, or what it has made has not started.
    Failed(Failure),
}

/// Why the server is not of the app's Rust as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether the app compiles, and does not start.
    pub(crate) compiles: bool,
    /// What the compiler says, or how the app has ended.
    pub(crate) text: Arc<str>,
}

/// What a page that comes to listen is told first.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Counts the sites that were good. A page that was made of an older one is stale.
    pub(crate) site: u64,
    /// Counts the changes of static files.
    pub(crate) assets: u64,
    /// The latest of those changes.
    recent: VecDeque<Arc<[String]>>,
    /// The mistakes of the files as they are now.
    pub(crate) mistakes: Option<Arc<Vec<Diagnostic>>>,
    /// The last failure of a build of the app's Rust.
    pub(crate) failure: Option<Failure>,
}

impl State {
    /// The static files that have changed since there were `since` changes. `None` where that is
    /// not known any more.
    pub(crate) fn changed_since(&self, since: u64) -> Option<Vec<&str>> {
        let missed = usize::try_from(self.assets.checked_sub(since)?).ok()?;
        let from = self.recent.len().checked_sub(missed)?;
        let mut paths: Vec<&str> = self
            .recent
            .range(from..)
            .flat_map(|paths| paths.iter().map(String::as_str))
            .collect();
        paths.sort_unstable();
        paths.dedup();
        Some(paths)
    }
}

/// Tells open pages of changes.
#[derive(Debug)]
pub(crate) struct Hub {
    /// Tells this process from the one before it.
    boot: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    /// `None` once the server stops: no stream may keep it from that.
    sender: Option<broadcast::Sender<Event>>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        Self {
            boot: format!(
                "{:x}-{:x}",
                std::process::id(),
                since.map_or(0, |since| since.as_nanos())
            ),
            inner: Mutex::new(Inner {
                state: State {
                    site: 0,
                    assets: 0,
                    recent: VecDeque::new(),
                    mistakes: None,
                    failure: None,
                },
                sender: Some(broadcast::channel(QUEUE).0),
            }),
        }
    }

    /// Tells this process from the one before it.
    pub(crate) fn boot(&self) -> &str {
        &self.boot
    }

    /// The state now.
    pub(crate) fn state(&self) -> State {
        self.lock().state.clone()
    }

    /// The state now, and what comes after it. `None` once the server stops.
    pub(crate) fn subscribe(&self) -> Option<(State, broadcast::Receiver<Event>)> {
        let inner = self.lock();
        let receiver = inner.sender.as_ref()?.subscribe();
        Some((inner.state.clone(), receiver))
    }

    /// How many pages listen.
    pub(crate) fn listeners(&self) -> usize {
        let inner = self.lock();
        inner
            .sender
            .as_ref()
            .map_or(0, broadcast::Sender::receiver_count)
    }

    /// Tells all pages.
    pub(crate) fn tell(&self, event: Event) {
        let mut inner = self.lock();
        let state = &mut inner.state;
        match &event {
            Event::Site { .. } => {
                state.site += 1;
                state.mistakes = None;
            }
            Event::Assets(paths) => {
                state.assets += 1;
                if state.recent.len() == RECENT {
                    state.recent.pop_front();
                }
                state.recent.push_back(Arc::clone(paths));
            }
            Event::Mistakes(mistakes) => state.mistakes = Some(Arc::clone(mistakes)),
            Event::Build(Build::Failed(failure)) => state.failure = Some(failure.clone()),
            // Until it has ended, the last one counts.
            Event::Build(Build::Running) => {}
            Event::Build(Build::Done | Build::Restarting) => state.failure = None,
        }
        if let Some(sender) = &inner.sender {
            // The error is that nobody listens.
            let _ = sender.send(event);
        }
    }

    /// Ends all streams, since the server stops.
    pub(crate) fn close(&self) {
        self.lock().sender = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // Nothing panics while it is held, so what it protects is whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells some mistakes from others.
pub(crate) fn digest(mistakes: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    for mistake in mistakes {
        mistake.to_string().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_what_was_told() {
        let hub = Hub::new();
        hub.tell(Event::Site { settings: true });
        let (state, mut events) = hub.subscribe().unwrap();
        assert_eq!((state.site, state.assets, hub.listeners()), (1, 0, 1));
        hub.tell(Event::Mistakes(Arc::new(vec![Diagnostic::general("x")])));
        hub.tell(Event::Assets(Arc::from([String::from("/a.css")])));
        assert!(matches!(events.try_recv(), Ok(Event::Mistakes(_))));
        assert!(matches!(events.try_recv(), Ok(Event::Assets(_))));
        assert!(hub.state().mistakes.is_some());
        hub.tell(Event::Site { settings: true });
        assert!(hub.state().mistakes.is_none());
        let failure = Failure {
            compiles: true,
            text: Arc::from("x"),
        };
        for (build, kept) in [
            (Build::Failed(failure.clone()), Some(failure.clone())),
            (Build::Running, Some(failure)),
            (Build::Done, None),
        ] {
            hub.tell(Event::Build(build));
            assert_eq!(hub.state().failure, kept);
        }
        hub.close();
        assert!(hub.subscribe().is_none());
        assert!(matches!(
            events.try_recv(),
            Ok(Event::Site { settings: true })
        ));
        for _ in 0..3 {
            assert!(matches!(events.try_recv(), Ok(Event::Build(_))));
        }
        assert!(events.try_recv().is_err());
        assert_ne!(Hub::new().boot(), hub.boot());
    }

    #[test]
    fn what_has_changed_since_is_known_for_a_while() {
        let hub = Hub::new();
        let tell = |path: &str| hub.tell(Event::Assets(Arc::from([path.to_owned()])));
        assert_eq!(hub.state().changed_since(0), Some(vec![]));
        assert_eq!(hub.state().changed_since(1), None);
        for path in ["/b", "/a", "/b"] {
            tell(path);
        }
        assert_eq!(hub.state().changed_since(0), Some(vec!["/a", "/b"]));
        assert_eq!(hub.state().changed_since(2), Some(vec!["/b"]));
        assert_eq!(hub.state().changed_since(3), Some(vec![]));
        for _ in 0..RECENT {
            tell("/c");
        }
        assert_eq!(hub.state().changed_since(2), None);
        assert_eq!(hub.state().changed_since(3), Some(vec!["/c"]));
    }
}
