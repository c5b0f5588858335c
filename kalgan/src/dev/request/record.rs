//! The record of a request, and the one of the request in progress.

use super::csp;
use super::inject::is_navigation;
use super::notes::Notes;
use crate::dev::client;
use crate::dev::client::hub::{Hub, digest};
use crate::dev::hosts;
use crate::dev::nonce::nonce;
use crate::dev::options::DevOptions;
use crate::dev::reload::reloader::beside;
use crate::dev::reload::{Snapshots, Turn};
use crate::extract::Request;
use crate::site::Site;
use crate::test::marks::is_untouched;
use http::{Method, Uri};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

tokio::task_local! {
    static RECORD: Record;
}

/// The look at the files that a request has waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// When the request came.
    begun: Instant,
    /// How long the look took.
    pub(crate) duration: Duration,
}

impl Look {
    pub(crate) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            duration: Duration::ZERO,
        }
    }

    pub(crate) fn end(self) -> Self {
        Self {
            duration: self.begun.elapsed(),
            ..self
        }
    }

    /// When the request came.
    pub(crate) fn begun(&self) -> Instant {
        self.begun
    }
}

/// What is noted of a request. Nothing, where the settings want neither the bar nor live reload.
#[derive(Clone)]
pub(crate) struct Record(pub(super) Option<Arc<Inner>>);

/// See [`Record`].
pub(super) struct Inner {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) is_navigation: bool,
    /// Where the browser has sent the request, such as `http://localhost:7878`; empty where that is
    /// not known.
    pub(super) origin: String,
    pub(super) hub: Arc<Hub>,
    pub(super) options: DevOptions,
    /// The snapshot; the last good one where the files have mistakes now.
    pub(super) site: Option<Arc<Site>>,
    /// The mistakes that the page itself explains: see [`digest`].
    pub(super) mistakes: Option<String>,
    /// Which of the sites that the hub counts the page is made of.
    pub(super) version: u64,
    /// Which state of the static files it was made with, as the hub counts them.
    pub(super) assets: u64,
    pub(super) look: Look,
    /// Lets the script run where a Content-Security-Policy forbids others.
    pub(super) nonce: String,
    /// Lets it listen where one forbids that.
    pub(super) events: String,
    /// The path before those of the app.
    pub(super) prefix: Option<Arc<str>>,
    pub(super) is_injected: AtomicBool,
    notes: Mutex<Notes>,
}

impl Record {
    /// Begins the record of a request that will be answered by `turn`.
    pub(crate) fn begin(
        snapshots: &Snapshots,
        turn: &Turn,
        request: &Request,
        look: &Look,
        prefix: Option<&Arc<str>>,
    ) -> Self {
        let Some(reloader) = snapshots.reloader() else {
            return Self(None);
        };
        if is_untouched(request.extensions()) {
            return Self(None);
        }
        let hub = Arc::clone(&reloader.hub);
        let state = hub.state();
        let (site, mistakes) = match turn {
            Ok(site) => (Some(Arc::clone(site)), None),
            Err(broken) => (broken.last_good.clone(), Some(digest(&broken.diagnostics))),
        };
        let options = DevOptions::of(site.as_deref());
        let is_wanted = options.live_reload || options.bar;
        let (uri, headers, extensions) = (request.uri(), request.headers(), request.extensions());
        if !is_wanted || !hosts::is_known(uri, headers, extensions, &options) {
            return Self(None);
        }
        Self(Some(Arc::new(Inner {
            method: request.method().clone(),
            uri: uri.clone(),
            is_navigation: is_navigation(headers),
            origin: hosts::origin(uri, headers).unwrap_or_default(),
            version: match (&site, &mistakes) {
                (Some(site), None) => beside(site).map_or(state.site, |beside| beside.version),
                _ => state.site,
            },
            hub,
            options,
            site,
            mistakes,
            assets: state.assets,
            look: *look,
            nonce: nonce(),
            events: csp::source(
                uri,
                headers,
                &format!("{}{}", prefix.map_or("", |prefix| prefix), client::EVENTS),
            ),
            prefix: prefix.cloned(),
            is_injected: AtomicBool::new(false),
            notes: Mutex::default(),
        })))
    }

    /// That of the request in progress.
    pub(crate) fn current() -> Self {
        RECORD.try_with(Self::clone).unwrap_or(Self(None))
    }

    /// Sends the record along with the request.
    pub(crate) fn attach(&self, request: &mut Request) {
        request.extensions_mut().insert(self.clone());
    }

    /// The record of this request.
    pub(crate) fn of(request: &Request) -> Self {
        // A layer that has made the request anew has lost it.
        let attached = request.extensions().get::<Self>().cloned();
        attached.unwrap_or_else(Self::current)
    }

    /// Runs a future whose notes go here.
    pub(crate) async fn scope<F: Future>(&self, future: F) -> F::Output {
        RECORD.scope(self.clone(), future).await
    }

    /// Runs a function whose notes go here.
    pub(crate) fn sync_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        RECORD.sync_scope(self.clone(), run)
    }
}

impl Inner {
    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        // Nothing panics while it is held, so what it protects is whole.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request with a record is in progress.
pub(super) fn is_noting() -> bool {
    RECORD
        .try_with(|record| record.0.is_some())
        .unwrap_or(false)
}

/// Notes something of the request in progress, if there is one with a record. What is noted has to
/// be at hand: code of the app's that runs meanwhile may have something to note itself.
pub(super) fn note(noting: impl FnOnce(&mut Notes)) {
    let _ = RECORD.try_with(|Record(inner)| {
        if let Some(inner) = inner {
            noting(&mut inner.notes());
        }
    });
}
