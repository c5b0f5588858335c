//! The request in progress, for code that is not handed it: templates, `url!`, `settings::…`.

use crate::cookies::Cookies;
use crate::dev;
use crate::routing::route::{HasRoute, Matched, Route};
use crate::server::connection::Connection;
use crate::site::Site;
use arc_swap::ArcSwapOption;
use http::{Extensions, HeaderMap, Method, Uri};
use kalgan_core::settings::Settings;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tera::Value;

tokio::task_local! {
    static CURRENT: Arc<Current>;
}

/// The snapshot of an app that serves, for code outside a request.
static LATEST: ArcSwapOption<Site> = ArcSwapOption::const_empty();
/// The settings before an app serves, while `main` prepares it.
static SETTINGS: ArcSwapOption<Settings> = ArcSwapOption::const_empty();

/// A request in progress, made once and lent to all that ask: it holds one snapshot from start to
/// end.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) site: Arc<Site>,
    pub(crate) route: Option<Matched>,
    pub(crate) language: Language,
    pub(crate) connection: Connection,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    /// Read when they are asked for.
    pub(crate) cookies: OnceLock<Cookies>,
    /// The variables of `App::global` that have been made, by their index.
    pub(crate) globals: Mutex<Vec<(usize, Value)>>,
}

/// The language of a request.
#[derive(Clone, Debug)]
pub(crate) struct Language {
    pub(crate) tag: Arc<str>,
    /// Whether it depends on `Accept-Language`.
    pub(crate) is_negotiated: bool,
}

impl Language {
    pub(crate) fn fixed(tag: Arc<str>) -> Self {
        Self {
            tag,
            is_negotiated: false,
        }
    }
}

impl Current {
    pub(crate) fn new(
        site: Arc<Site>,
        route: Option<Matched>,
        language: Language,
        connection: Connection,
        method: Method,
        uri: Uri,
    ) -> Self {
        Self {
            site,
            route,
            language,
            connection,
            method,
            uri,
            cookies: OnceLock::new(),
            globals: Mutex::default(),
        }
    }

    /// The request in progress: by the extensions of its head, where another task may have it, else
    /// by this task.
    pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Self>> {
        extensions.get::<Arc<Self>>().cloned().or_else(request)
    }

    /// The route of the request in progress.
    pub(crate) fn route_of(extensions: &Extensions) -> Option<Route> {
        Self::of(extensions).and_then(Self::route)
    }

    /// Its route, as the app sees it.
    pub(crate) fn route(self: Arc<Self>) -> Option<Route> {
        self.route.is_some().then(|| Route::of(self))
    }

    /// The variable of `App::global` with this index, if it has been made.
    pub(crate) fn made(&self, index: usize) -> Option<Value> {
        let globals = self.globals.lock().unwrap_or_else(PoisonError::into_inner);
        let mut made = globals.iter().filter(|(known, _)| *known == index);
        made.next().map(|(_, value)| value.clone())
    }

    /// Keeps a variable of `App::global`.
    pub(crate) fn make(&self, index: usize, value: Value) {
        // Each is pushed whole.
        let mut globals = self.globals.lock().unwrap_or_else(PoisonError::into_inner);
        globals.push((index, value));
    }

    /// The cookies of the request whose head has these header fields.
    pub(crate) fn cookies(&self, headers: &HeaderMap) -> &Cookies {
        self.cookies.get_or_init(|| Cookies::read(headers))
    }
}

impl HasRoute for Current {
    fn matched(&self) -> &Matched {
        // `Current::route`, which makes the handles, makes none of a request without a route.
        self.route.as_ref().expect("it has a route")
    }
}

/// Runs a future as part of a request.
pub(crate) async fn scope<F: Future>(current: Arc<Current>, future: F) -> F::Output {
    CURRENT.scope(current, future).await
}

/// Runs a function as part of a request.
pub(crate) fn sync_scope<T>(current: Arc<Current>, run: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(current, run)
}

/// Runs a function as part of the request in progress, with this snapshot in the place of its own.
pub(crate) fn with_site<T>(site: &Arc<Site>, run: impl FnOnce() -> T) -> T {
    match request() {
        Some(current) if !Arc::ptr_eq(&current.site, site) => {
            let current = Current {
                site: Arc::clone(site),
                route: current.route.clone(),
                language: current.language.clone(),
                connection: current.connection.clone(),
                method: current.method.clone(),
                uri: current.uri.clone(),
                cookies: current.cookies.clone(),
                // They have been given to the template already.
                globals: Mutex::default(),
            };
            CURRENT.sync_scope(Arc::new(current), run)
        }
        _ => run(),
    }
}

/// The request in progress, if one is.
pub(crate) fn request() -> Option<Arc<Current>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// The snapshot of the request in progress, else the latest one.
pub(crate) fn site() -> Option<Arc<Site>> {
    CURRENT
        .try_with(|current| Arc::clone(&current.site))
        .ok()
        .or_else(|| LATEST.load_full())
}

/// The language of the request in progress, else the default one.
pub(crate) fn language(site: &Site) -> Arc<str> {
    CURRENT
        .try_with(|current| Arc::clone(&current.language.tag))
        .unwrap_or_else(|_| {
            dev::has_no_request();
            site.languages.default()
        })
}

/// The port that the request in progress was asked at, where it is not the usual one. It is the
/// client's word: in production that of a trusted proxy counts, or the server's own.
pub(crate) fn port(site: &Site) -> Option<u16> {
    let request = request()?;
    let (_, port) = request.connection.host()?.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let is_known = !site.options.is_prod
        || request.connection.is_forwarded()
        || port == site.options.server.port;
    is_known.then_some(port)
}

/// The path before those of the app: that of the request in progress, else the setting's.
pub(crate) fn prefix(site: &Site) -> Option<Arc<str>> {
    CURRENT
        .try_with(|current| current.connection.shared_prefix())
        .unwrap_or_else(|_| site.options.server.prefix.clone())
}

/// The settings of the request in progress, else the latest ones.
pub(crate) fn settings() -> Arc<Settings> {
    match site() {
        Some(site) => Arc::clone(&site.settings),
        None => SETTINGS.load_full().unwrap_or_default(),
    }
}

/// Makes this the snapshot for code outside a request.
pub(crate) fn publish(site: &Arc<Site>) {
    LATEST.store(Some(Arc::clone(site)));
}

/// Makes these the settings until there is a snapshot.
pub(crate) fn publish_settings(settings: Arc<Settings>) {
    SETTINGS.store(Some(settings));
}
