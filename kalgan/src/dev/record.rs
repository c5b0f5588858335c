//! What is noted of a request in development, and what its page carries because of it.

use super::bar;
use super::client;
use super::csp;
use super::hosts;
use super::hub::Hub;
use super::inject::{Injected, inject};
use super::notes::Notes;
use super::options::DevOptions;
use super::reload::reloader::beside;
use super::reload::{Snapshots, Turn};
use crate::extract::Request;
use crate::response::Response;
use crate::site::Site;
use crate::test::marks::is_untouched;
use axum_core::body::Body;
use futures_util::FutureExt;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

tokio::task_local! {
    static RECORD: Record;
}

/// The look at the files that a request has waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// How long it took.
    pub(crate) duration: Duration,
}

impl Look {
    pub(crate) fn new(duration: Duration) -> Self {
        Self { duration }
    }
}

/// What is noted of a request. Nothing, where the settings want neither the bar nor live reload.
#[derive(Clone)]
pub(crate) struct Record(Option<Arc<Inner>>);

/// See [`Record`].
pub(super) struct Inner {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) hub: Arc<Hub>,
    pub(super) options: DevOptions,
    /// The snapshot; the last good one where the files have mistakes now.
    pub(super) site: Option<Arc<Site>>,
    /// The mistakes that the page itself explains: see [`client::digest`].
    pub(super) mistakes: Option<String>,
    /// Which of the sites that the hub counts the page is made of.
    pub(super) version: u64,
    /// Which state of the static files it was made with, as the hub counts them.
    pub(super) assets: u64,
    pub(super) begun: Instant,
    pub(super) look: Look,
    /// Lets the script run where a Content-Security-Policy forbids others.
    pub(super) nonce: String,
    /// Lets it listen where one forbids that.
    events: String,
    is_injected: AtomicBool,
    notes: Mutex<Notes>,
}

impl Record {
    /// Begins the record of a request that will be answered by `turn`.
    pub(crate) fn begin(
        snapshots: &Snapshots,
        turn: &Turn,
        request: &Request,
        begun: Instant,
        look: &Look,
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
            Err(broken) => (
                broken.last_good.clone(),
                Some(client::digest(&broken.diagnostics)),
            ),
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
            version: match (&site, &mistakes) {
                (Some(site), None) => beside(site).map_or(state.site, |beside| beside.version),
                _ => state.site,
            },
            hub,
            options,
            site,
            mistakes,
            assets: state.assets,
            begun,
            look: *look,
            nonce: nonce(),
            events: csp::source(uri, headers, client::EVENTS),
            is_injected: AtomicBool::new(false),
            notes: Mutex::default(),
        })))
    }

    /// Sends the record along with the request.
    pub(crate) fn attach(&self, request: &mut Request) {
        request.extensions_mut().insert(self.clone());
    }

    /// The record of this request.
    pub(crate) fn of(request: &Request) -> Self {
        // A layer that has made the request anew has lost it.
        let attached = request.extensions().get::<Self>().cloned();
        attached
            .or_else(|| RECORD.try_with(Self::clone).ok())
            .unwrap_or(Self(None))
    }

    /// Runs a future whose notes go here.
    pub(crate) async fn scope<F: Future>(&self, future: F) -> F::Output {
        RECORD.scope(self.clone(), future).await
    }

    /// The head of a request for a static page without its conditions: what the browser has of it
    /// was made for another request.
    pub(crate) fn unconditional<'a>(&self, parts: &'a Parts) -> Cow<'a, Parts> {
        let is_page = || {
            mime_guess::from_path(parts.uri.path()).first_raw() == Some("text/html")
                && (parts.headers.contains_key(IF_NONE_MATCH)
                    || parts.headers.contains_key(IF_MODIFIED_SINCE))
        };
        if self.0.is_none() || !is_page() {
            return Cow::Borrowed(parts);
        }
        let mut parts = parts.clone();
        parts.headers.remove(IF_NONE_MATCH);
        parts.headers.remove(IF_MODIFIED_SINCE);
        Cow::Owned(parts)
    }

    /// Puts the script of development into a page; all else goes through as it is.
    pub(crate) fn inject(&self, response: Response) -> Response {
        let Some(inner) = &self.0 else {
            return response;
        };
        if !is_page(response.status(), response.headers()) {
            return response;
        }
        let (mut head, mut body) = response.into_parts();
        let status = head.status;
        // A body of which all is there stays one.
        let first = match body.size_hint().exact() {
            Some(_) => body.frame().now_or_never().flatten(),
            None => None,
        };
        if let Some(Ok(frame)) = &first
            && let Some(page) = frame.data_ref()
            && body.is_end_stream()
        {
            let page = page.clone();
            let body = match inject(&page, || inner.script(status)) {
                None => page.into(),
                Some(injected) => {
                    inner.mark(&mut head.headers);
                    if head.headers.contains_key(CONTENT_LENGTH) {
                        let length = HeaderValue::from(injected.len());
                        head.headers.insert(CONTENT_LENGTH, length);
                    }
                    injected.into()
                }
            };
            return Response::from_parts(head, body);
        }
        if first.is_none() && body.is_end_stream() {
            // The answer to a HEAD that has no body of its own says nothing of what a GET gets.
            if inner.method == Method::HEAD {
                inner.mark(&mut head.headers);
                head.headers.remove(CONTENT_LENGTH);
            }
            return Response::from_parts(head, body);
        }
        inner.mark(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH);
        let text = {
            let inner = Arc::clone(inner);
            move || inner.script(status)
        };
        Response::from_parts(head, Body::new(Injected::new(first, body, text)))
    }

    /// Lets the app's Content-Security-Policy, from wherever it comes, allow the script.
    pub(crate) fn allow(&self, response: &mut Response) {
        if let Some(inner) = &self.0
            && inner.is_injected.load(Ordering::Relaxed)
        {
            csp::amend(response.headers_mut(), &inner.nonce, &inner.events);
        }
    }
}

impl Inner {
    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        // Nothing panics while it is held, so what it protects is whole.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No other request may be answered with this page.
    fn mark(&self, headers: &mut HeaderMap) {
        self.is_injected.store(true, Ordering::Relaxed);
        for name in [ETAG, LAST_MODIFIED, ACCEPT_RANGES] {
            headers.remove(name);
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    }

    /// What a page carries.
    fn script(&self, status: StatusCode) -> String {
        // What a template needs may have changed since the request came.
        let (version, mistakes) = {
            let notes = self.notes();
            (notes.version, notes.mistakes.clone())
        };
        let facts = serde_json::json!({
            "boot": self.hub.boot(),
            "site": version.unwrap_or(self.version),
            "assets": self.assets,
            "mistakes": self.mistakes.clone().or(mistakes),
            "live": self.options.live_reload,
            "isForm": !matches!(self.method, Method::GET | Method::HEAD),
            "bar": self.options.bar.then(|| bar::facts(self, status)),
        });
        // In JSON it can only stand within a text, where this is how it is escaped.
        let facts = facts.to_string().replace('<', "\\u003c");
        format!(
            "<script type=\"application/json\" id=\"kalgan-dev\">{facts}</script>\
             <script src=\"{}\" defer nonce=\"{}\"></script>",
            client::SCRIPT,
            self.nonce
        )
    }
}

/// Whether a response is a whole page that a browser shows.
fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let has_body = !status.is_informational()
        && !status.is_redirection()
        && !matches!(
            status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::PARTIAL_CONTENT
        );
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text(&CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let (essence, parameters) = content_type.split_once(';').unwrap_or((&content_type, ""));
    has_body
        && essence.trim() == "text/html"
        // In all other charsets that pages have, tags are ASCII.
        && !parameters.contains("utf-16")
        && !headers.contains_key(CONTENT_ENCODING)
        && !text(&CONTENT_DISPOSITION)
            .is_some_and(|disposition| disposition.to_ascii_lowercase().starts_with("attachment"))
}

/// What nobody can guess: the keys of the hasher are random.
fn nonce() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
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
