//! An app: its files, and what only Rust can say about it.

pub(crate) mod cli;
#[cfg(feature = "disk")]
mod commands;
mod layers;
mod logging;
pub(crate) mod main;
pub(crate) mod shared;
pub(crate) mod states;

use crate::app::layers::{BoxLayer, Layered};
use crate::app::shared::{Holder, Shared, Turn};
use crate::app::states::States;
use crate::dispatch::dispatch;
use crate::error::{Error, Result};
use crate::extract::Request;
use crate::private::{Files, Spec};
use crate::response::Response;
use crate::routing::route::Route;
use crate::server;
use crate::server::access_log::Entry;
use crate::server::body_limit::limit_body;
use crate::server::connection::Connection;
use crate::site::current;
use crate::site::options::Options;
use crate::site::{Places, Plan, Site};
use crate::templates::TeraSetup;
use axum_core::body::Body;
use bytes::Bytes;
use http::header::{REFERER, USER_AGENT};
use http_body::Body as _;
use kalgan_core::diagnostic::{Diagnostic, render_all};
use kalgan_core::settings::{Setting, Settings, from_environment};
use kalgan_core::site::SiteData;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Instant, SystemTime};
use tera::Tera;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

/// The service that a layer of [`App::layer`] wraps.
pub type AppService = BoxCloneSyncService<Request, Response, Infallible>;

/// An app: what `kalgan::embed!` evaluates to, and what `#[kalgan::app]` hands to `main`.
///
/// ```no_run
/// # #[derive(Clone)] struct Store;
/// # async fn f(app: kalgan::App) -> kalgan::Result<()> {
/// app.state(Store) // extracted with `State<Store>`
///     .tera(|tera| tera.register_filter("shout", |text: &str, _: tera::Kwargs, _: &tera::State| text.to_uppercase()))
///     .run()
///     .await
/// # }
/// ```
///
/// It is also a [`tower_service::Service`], so that it can be called without a socket, nested in
/// another router, or wrapped by any tower layer.
#[derive(Clone)]
pub struct App {
    spec: &'static Spec,
    /// What was read at the start.
    start: Arc<Start>,
    states: States,
    tera_setups: Vec<TeraSetup>,
    layers: Vec<BoxLayer>,
    /// Made at the first use, when all has been said.
    built: Arc<OnceLock<Result<Built, Arc<StartError>>>>,
}

/// What was read when the app was made.
enum Start {
    Baked(SiteData),
    #[cfg(feature = "disk")]
    Disk {
        settings: Settings,
        layer: Vec<Setting>,
    },
    /// A file of overrides that cannot be read.
    Failed(Vec<Diagnostic>),
}

#[derive(Clone)]
pub(crate) struct Built {
    pub(crate) shared: Arc<Shared>,
    service: AppService,
}

/// Why an app cannot start: what is wrong in its files.
pub(crate) struct StartError {
    diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the app cannot start\n{}",
            render_all(&self.diagnostics, false)
        )
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {}

impl App {
    /// The app itself; `App::new(kalgan::embed!())` reads well where one is made by hand.
    #[must_use]
    pub fn new(app: Self) -> Self {
        app
    }

    /// Reads what `kalgan::embed!` knows; `command_line` is the layer over all others.
    pub(crate) fn load(spec: &'static Spec, command_line: Vec<Setting>) -> Self {
        let start = match layers_of_settings(command_line) {
            Err(diagnostics) => Start::Failed(diagnostics),
            Ok(layer) => match &spec.files {
                Files::Baked {
                    site, templates, ..
                } => {
                    let mut data = site.load(template_texts(templates));
                    data.settings.overlay(layer);
                    Start::Baked(data)
                }
                #[cfg(feature = "disk")]
                Files::Disk { .. } => Start::Disk {
                    settings: disk_settings(spec, &layer),
                    layer,
                },
                #[cfg(not(feature = "disk"))]
                Files::Disk { .. } => Start::Failed(vec![Diagnostic::general(
                    "this app was built to read its files, and without the feature `disk`",
                )]),
            },
        };
        let settings = match &start {
            Start::Baked(data) => data.settings.clone(),
            #[cfg(feature = "disk")]
            Start::Disk { settings, .. } => settings.clone(),
            Start::Failed(_) => Settings::default(),
        };
        current::publish_settings(settings);
        Self {
            spec,
            start: Arc::new(start),
            states: States::default(),
            tera_setups: Vec::new(),
            layers: Vec::new(),
            built: Arc::new(OnceLock::new()),
        }
    }

    /// Adds a value that controllers and middlewares extract with [`State<T>`](crate::State). There
    /// may be one of each type; a second one of a type replaces the first.
    #[must_use]
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(value);
        self.changed()
    }

    /// Adds filters, functions and tests to Tera. In development it is called again whenever a
    /// template is removed.
    #[must_use]
    pub fn tera<F, R>(mut self, setup: F) -> Self
    where
        F: Fn(&mut Tera) -> R + Send + Sync + 'static,
    {
        self.tera_setups.push(Arc::new(move |tera| {
            setup(tera);
        }));
        self.changed()
    }

    /// Wraps the app in a tower layer. The layer that is added last sees a request first.
    ///
    /// A layer's service may fail: a failure is answered with 500, and a timeout of
    /// `tower::timeout` with 503.
    #[must_use]
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<AppService> + Send + Sync + 'static,
        L::Service: Service<Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: Into<axum_core::BoxError>,
        <L::Service as Service<Request>>::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<axum_core::BoxError>,
    {
        self.layers.push(Arc::new(move |service| {
            BoxCloneSyncService::new(Layered::new(layer.layer(service)))
        }));
        self.changed()
    }

    fn changed(mut self) -> Self {
        self.built = Arc::new(OnceLock::new());
        self
    }

    /// Serves until the process is asked to stop (SIGTERM or SIGINT), then finishes the open
    /// requests.
    ///
    /// # Errors
    /// The files have mistakes (in production; development shows them in the browser), or the
    /// address cannot be listened at. Each says what to do.
    pub async fn run(self) -> Result<()> {
        let built = self.built()?;
        let config = match self.first_site(&built) {
            Some(site) => Arc::clone(&site.options.server),
            None => self.first_options()?.server,
        };
        let listener = server::bind(&config).await?;
        let address = listener.local_addr()?;
        let source = match (&self.spec.files, &built.shared.holder) {
            (Files::Baked { .. }, _) => "its files are in the binary",
            (_, Holder::Fixed(_)) => "its files were read once (environment.is_prod)",
            #[cfg(feature = "disk")]
            (_, Holder::Live(_)) => "its files are read from disk for each request",
        };
        tracing::info!(
            target: "kalgan",
            "{} {} at http://{address}, {source}",
            self.spec.name,
            self.spec.version
        );
        server::serve(listener, self.clone(), config, server::shutdown_signal()).await?;
        tracing::info!(target: "kalgan", "{} has stopped", self.spec.name);
        Ok(())
    }

    /// The settings that the server starts with, where the files have mistakes.
    fn first_options(&self) -> Result<Options> {
        let settings = current::settings();
        Options::read(&settings, false)
            .map_err(|bad| Error::internal(format!("the setting `{}`: {}", bad.key, bad.reason)))
    }

    fn first_site(&self, built: &Built) -> Option<Arc<Site>> {
        match &built.shared.holder {
            Holder::Fixed(site) => Some(Arc::clone(site)),
            #[cfg(feature = "disk")]
            Holder::Live(live) => match &*live.latest() {
                crate::site::live::Snapshot::Good(site) => Some(Arc::clone(site)),
                crate::site::live::Snapshot::Broken(_) => None,
            },
        }
    }

    pub(crate) fn built(&self) -> Result<Built> {
        let built = self.built.get_or_init(|| self.build().map_err(Arc::new));
        match built {
            Ok(built) => Ok(built.clone()),
            Err(error) => Err(Error::internal(error.to_string())),
        }
    }

    fn build(&self) -> Result<Built, StartError> {
        let plan = Plan::new(self.spec, self.tera_setups.clone());
        let fail = |diagnostics| StartError { diagnostics };
        let holder = match &*self.start {
            Start::Failed(diagnostics) => return Err(fail(diagnostics.clone())),
            Start::Baked(data) => {
                let site = plan
                    .build(data.clone(), Places::Unknown, None)
                    .map_err(fail)?;
                Holder::Fixed(Arc::new(site))
            }
            #[cfg(feature = "disk")]
            Start::Disk { layer, .. } => disk_holder(plan, layer)?,
        };
        match &holder {
            Holder::Fixed(site) => current::publish(site),
            // A live site publishes each of its snapshots.
            #[cfg(feature = "disk")]
            Holder::Live(_) => {}
        }
        let shared = Arc::new(Shared {
            states: self.states.clone(),
            holder,
        });
        let inner = Inner {
            shared: Arc::clone(&shared),
        };
        let mut service: AppService = BoxCloneSyncService::new(inner);
        for layer in &self.layers {
            service = layer(service);
        }
        Ok(Built { shared, service })
    }

    /// Answers a request: its snapshot, who asks, the limit of its body, the layers, the log.
    async fn answer(self, request: Request) -> Response {
        let begun = Instant::now();
        let time = SystemTime::now();
        let built = match self.built() {
            Ok(built) => built,
            Err(error) => {
                tracing::error!(target: "kalgan", "{error}");
                let status = http::StatusCode::INTERNAL_SERVER_ERROR;
                return crate::error_page::plain(status, request.headers());
            }
        };
        let turn = built.shared.turn().await;
        let server = match &turn {
            Turn::Site(site) => Arc::clone(&site.options.server),
            #[cfg(feature = "disk")]
            Turn::Broken(broken) => match &broken.last_good {
                Some(site) => Arc::clone(&site.options.server),
                None => Arc::default(),
            },
        };
        let (mut parts, body) = request.into_parts();
        // The server has put the peer there; what it says of others depends on the settings.
        let peer = parts
            .extensions
            .get::<Connection>()
            .and_then(Connection::peer);
        let connection = Connection::from_request(&parts, peer, &server.trusted_proxies);
        parts.extensions.insert(connection.clone());
        let method = parts.method.clone();
        let uri = parts.uri.clone();
        let version = parts.version;
        let referer = parts.headers.get(REFERER).cloned();
        let user_agent = parts.headers.get(USER_AGENT).cloned();
        let request = Request::from_parts(parts, body);
        let response = match limit_body(request, server.max_body) {
            Err(response) => response,
            Ok(request) => respond(built, turn, request).await,
        };
        server.access_log.record(&Entry {
            time,
            method: &method,
            uri: &uri,
            version,
            route: response.extensions().get::<Route>().map(Route::name),
            status: response.status(),
            duration: begun.elapsed(),
            bytes: response.body().size_hint().exact(),
            client: connection.client_ip(),
            referer: referer.as_ref(),
            user_agent: user_agent.as_ref(),
        });
        response
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({} {})", self.spec.name, self.spec.version)
    }
}

async fn respond(built: Built, turn: Turn, mut request: Request) -> Response {
    match turn {
        Turn::Site(site) => {
            request.extensions_mut().insert(Snapshot(site));
            match built.service.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        #[cfg(feature = "disk")]
        Turn::Broken(broken) => {
            // The diagnostic page should not keep the stylesheet of an open page from loading.
            let (parts, _) = request.into_parts();
            if let Some(site) = &broken.last_good
                && let Some(response) = site.assets.serve(&parts, &site.cache).await
            {
                return response;
            }
            crate::dev::page::diagnostics(&broken.diagnostics, &parts.headers)
        }
    }
}

/// The snapshot of a request, on its way through the layers.
#[derive(Clone)]
struct Snapshot(Arc<Site>);

/// The service within the layers.
#[derive(Clone)]
struct Inner {
    shared: Arc<Shared>,
}

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request> for Inner {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let site = match request.extensions().get::<Snapshot>() {
                Some(Snapshot(site)) => Arc::clone(site),
                // A layer has made the request anew.
                None => match shared.turn().await {
                    Turn::Site(site) => site,
                    #[cfg(feature = "disk")]
                    Turn::Broken(broken) => {
                        return Ok(crate::dev::page::diagnostics(
                            &broken.diagnostics,
                            request.headers(),
                        ));
                    }
                },
            };
            Ok(dispatch(&shared, site, request).await)
        })
    }
}

impl<B> Service<http::Request<B>> for App
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let app = self.clone();
        let request = request.map(Body::new);
        Box::pin(async move { Ok(app.answer(request).await) })
    }
}

/// The names and texts of embedded templates; what is not text was refused by the build.
pub(crate) fn template_texts(
    folder: &'static include_dir::Dir<'static>,
) -> Vec<(&'static str, &'static str)> {
    let mut texts = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            let visible = entry
                .path()
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(kalgan_core::source::is_visible);
            match entry {
                _ if !visible => {}
                include_dir::DirEntry::Dir(folder) => folders.push(folder),
                include_dir::DirEntry::File(file) => {
                    if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                        texts.push((name, text));
                    }
                }
            }
        }
    }
    texts
}

/// The layers over an app's own files: the file of `KALGAN_SETTINGS`, the environment, the command
/// line.
pub(crate) fn layers_of_settings(
    command_line: Vec<Setting>,
) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    let mut layer = Vec::new();
    if let Some(path) = std::env::var_os("KALGAN_SETTINGS").filter(|path| !path.is_empty()) {
        layer.extend(override_file(std::path::Path::new(&path))?);
    }
    // A variable that is not UTF-8 is no setting.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    layer.extend(from_environment(variables));
    layer.extend(command_line);
    Ok(layer)
}

#[cfg(feature = "disk")]
fn override_file(path: &std::path::Path) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    use kalgan_core::settings::{Origin, parse};
    use kalgan_core::text::SourceFile;
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message =
            format!("the file `{shown}` that KALGAN_SETTINGS names cannot be read: {error}");
        vec![
            Diagnostic::general(message)
                .with_help("name a YAML file that this process may read, or unset the variable"),
        ]
    })?;
    let file = SourceFile::from_bytes(shown, bytes)
        .map_err(|place| vec![Diagnostic::error_at(place, "this file is not UTF-8 text")])?;
    let parsed = parse(&Arc::new(file), |place| Origin::Override(place.into()));
    // That a secret stands in this file is as it should be.
    let errors: Vec<Diagnostic> = parsed
        .diagnostics
        .into_iter()
        .filter(Diagnostic::is_error)
        .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(parsed
        .settings
        .into_iter()
        .map(|parsed| parsed.setting)
        .collect())
}

#[cfg(not(feature = "disk"))]
fn override_file(path: &std::path::Path) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    Err(vec![Diagnostic::general(format!(
        "KALGAN_SETTINGS names `{}`, but this app was built without the feature `disk`",
        path.display()
    ))])
}

#[cfg(feature = "disk")]
fn new_loader(spec: &Spec, layer: &[Setting]) -> kalgan_core::loader::Loader {
    let settings = match &spec.files {
        Files::Disk { settings, .. } => settings.map(str::to_owned),
        Files::Baked { .. } => None,
    };
    kalgan_core::loader::Loader::new(settings).with_layer(layer.to_vec())
}

/// A first look at the files, for the settings that `main` may ask for before the app runs.
#[cfg(feature = "disk")]
fn disk_settings(spec: &'static Spec, layer: &[Setting]) -> Settings {
    let disk = kalgan_core::source::Disk::new(Plan::new(spec, Vec::new()).root());
    let loaded = new_loader(spec, layer).refresh(&disk);
    loaded
        .map(|loaded| loaded.site.settings)
        .unwrap_or_default()
}

#[cfg(feature = "disk")]
fn disk_holder(plan: Plan, layer: &[Setting]) -> Result<Holder, StartError> {
    use crate::site::live::{Live, Snapshot};
    let mut loader = new_loader(plan.spec, layer);
    let disk = kalgan_core::source::Disk::new(plan.root());
    let loaded = loader.refresh(&disk).unwrap_or_default();
    let is_prod = loaded
        .site
        .settings
        .get_bool("environment.is_prod")
        .unwrap_or(false);
    let live = Arc::new(Live::new(plan, loader, loaded));
    match (&*live.latest(), is_prod) {
        (Snapshot::Good(site), true) => Ok(Holder::Fixed(Arc::clone(site))),
        (Snapshot::Broken(broken), true) => Err(StartError {
            diagnostics: broken.diagnostics.clone(),
        }),
        _ => Ok(Holder::Live(live)),
    }
}
