//! An app: its files, and what only Rust can say about it.

mod layers;
mod service;
pub(crate) mod shared;
pub(crate) mod start;

pub use crate::app::layers::AppService;
use crate::app::layers::{BoxLayer, Layered};
use crate::app::service::Inner;
use crate::app::shared::Shared;
use crate::app::start::{Start, StartError};
use crate::command::{Asked, Command, Commands};
use crate::dev::{self, Snapshots};
use crate::early_log;
use crate::engine::TeraSetup;
use crate::error::{Error, Result};
use crate::extract::state::value_of;
use crate::extract::{Lang, Request, State};
use crate::global::{Global, Globals};
use crate::render::filters;
use crate::render::response::completing;
use crate::routing::router::Lookup;
use crate::server;
use crate::site::Site;
use crate::site::current;
use crate::site::options::Options;
use crate::site::plan::Plan;
use crate::spec::{Files, Functions, Spec};
use crate::states::States;
use bytes::Bytes;
use kalgan_core::settings::Setting;
use kalgan_core::settings::own::at_the_start;
use std::any::type_name;
use std::fmt;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use tera::Tera;
use tokio::sync::Notify;
use tower_layer::Layer;
use tower_service::Service;

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
    /// The names of the types `State<T>` that it has.
    state_names: Vec<&'static str>,
    tera_setups: Vec<TeraSetup>,
    globals: Globals,
    layers: Vec<BoxLayer>,
    commands: Commands,
    /// The command that is asked for in the place of serving.
    asked: Option<Arc<Asked>>,
    /// Made at the first use, when all has been said.
    built: Arc<OnceLock<Result<Arc<Built>, Arc<StartError>>>>,
}

pub(crate) struct Built {
    pub(crate) shared: Arc<Shared>,
    /// What functions take and `main` has not given.
    missing_states: Vec<String>,
    /// The app within its layers, where it has any.
    layered: Option<AppService>,
}

impl App {
    /// Reads what `kalgan::embed!` knows; `command_line` is the layer over all others.
    pub(crate) fn load(spec: &'static Spec, command_line: Vec<Setting>) -> Self {
        let start = Start::read(spec, command_line);
        current::publish_settings(start.settings());
        if let Some(calendars) = spec.files.linked().calendars {
            calendars.provide();
        }
        Self {
            spec,
            start: Arc::new(start),
            states: States::default(),
            state_names: Vec::new(),
            tera_setups: vec![Arc::new(filters::register)],
            globals: Globals::default(),
            layers: Vec::new(),
            commands: Commands::default(),
            asked: None,
            built: Arc::new(OnceLock::new()),
        }
    }

    /// Adds a value that controllers and middlewares extract with [`State<T>`](crate::State). There
    /// may be one of each type; a second one of a type replaces the first.
    #[must_use]
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(value);
        self.state_names.push(type_name::<State<T>>());
        self.changed()
    }

    /// Adds filters, functions and tests to Tera.
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

    /// Adds a variable to all templates: what every page needs, such as the visitor.
    ///
    /// `function` is an `async` function of extractors that leave the body. It runs once a request, and
    /// only where a template asks for the variable; it sees what middlewares have put into the request.
    /// An error that it returns answers the request. A variable of that name that is given to a template
    /// wins.
    ///
    /// ```no_run
    /// use kalgan::prelude::*;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Visitor {
    ///     name: Option<String>,
    /// }
    ///
    /// async fn visitor(cookies: Cookies) -> Result<Visitor> {
    ///     let name = cookies.get("name").map(|name| name.to_string());
    ///     Ok(Visitor { name })
    /// }
    ///
    /// # async fn f(app: kalgan::App) -> kalgan::Result<()> {
    /// app.global("visitor", visitor) // {{ visitor.name }}
    ///     .run()
    ///     .await
    /// # }
    /// ```
    ///
    /// The build knows the names, and the fields where `function` is a path to a function that returns a
    /// `Result` of a struct of the package. A page with such a variable is rendered once its controller
    /// has returned; text that is no response ([`Template::render_text`](crate::Template::render_text))
    /// has none of them.
    #[must_use]
    pub fn global<Args>(mut self, name: &'static str, function: impl Global<Args>) -> Self {
        self.globals.insert(name, function);
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
            AppService::new(Layered::new(layer.layer(service)))
        }));
        self.changed()
    }

    /// Adds a command to the command line of the app: `myapp user:add ann`, `cargo run -- user:add ann`.
    ///
    /// `command` is a function, async or not, of extractors: [`Args`](crate::Args) are the arguments,
    /// [`State<T>`](crate::State) is what the app has. It runs in [`App::run`], in the place of the
    /// server, on the same runtime; the settings, `render!`, `trans!` and `url!` work as in a controller,
    /// in the default language. An error that it returns is printed, and the process ends with the exit
    /// code 1. The log goes to the standard error.
    ///
    /// The doc comment of the function is what `myapp help` and `myapp help user:add` print.
    ///
    /// ```no_run
    /// use kalgan::prelude::*;
    ///
    /// #[derive(Clone)]
    /// struct Store;
    /// # impl Store { async fn add(&self, name: &str) -> Result<()> { Ok(()) } }
    ///
    /// /// Adds a user.
    /// async fn add(args: Args, State(store): State<Store>) -> Result<()> {
    ///     let [name] = args.exactly(["NAME"])?;
    ///     store.add(&name).await?;
    ///     println!("{name} was added");
    ///     Ok(())
    /// }
    ///
    /// # async fn f(app: App) -> Result<()> {
    /// app.state(Store)
    ///     .command("user:add", add)
    ///     .run()
    ///     .await
    /// # }
    /// ```
    ///
    /// The name is a literal, and the call stands in the sources of the app's package, so that the command
    /// line knows the command before `main` runs. A name that every app has is an error of the build.
    #[must_use]
    pub fn command<Args>(mut self, name: &'static str, command: impl Command<Args>) -> Self {
        self.commands.insert(name, command);
        self
    }

    /// The name of the app's own command that the command line asks for; `None` where the app serves.
    /// [`App::run`] runs it, so it is of use where `main` serves in another way.
    #[must_use]
    pub fn asked_command(&self) -> Option<&str> {
        self.asked.as_ref().map(|asked| asked.name.as_str())
    }

    pub(crate) fn with_asked(mut self, asked: Option<Arc<Asked>>) -> Self {
        self.asked = asked;
        self
    }

    fn changed(mut self) -> Self {
        self.built = Arc::new(OnceLock::new());
        self
    }

    /// Runs a command of the app's own.
    async fn run_command(&self, asked: &Asked) -> Result<()> {
        let built = self.built()?;
        let site = match built.shared.snapshots.turn().await {
            Ok(site) => site,
            Err(broken) => {
                let diagnostics = broken.diagnostics().to_vec();
                return Err(Error::internal(StartError { diagnostics }.to_string()));
            }
        };
        let lang = Lang(site.languages.default());
        let ended = self
            .commands
            .run(asked, built.shared.states.clone(), lang)
            .await;
        let _ = asked
            .ended
            .set(*ended.as_ref().unwrap_or(&ExitCode::FAILURE));
        ended.map(|_| ()).map_err(Error::internal)
    }

    /// Serves until the process is asked to stop (SIGTERM or SIGINT), then finishes the open
    /// requests. Asked once more, it ends the process at once, with the exit code 1.
    ///
    /// A listening socket that the process was started with (`LISTEN_FDS`: systemd's socket
    /// activation, `systemfd`, the command `dev`) is used in place of the configured address and
    /// port.
    ///
    /// Where the command line asks for a command of the app's own, that runs in the place of the server.
    ///
    /// # Errors
    /// The files have mistakes (in production; development shows them in the browser), a function takes a
    /// [`State<T>`](crate::State) that the app does not have, or the address cannot be listened at. Each says
    /// what to do. Or a command has failed.
    pub async fn run(self) -> Result<()> {
        let is_ours = early_log::settle();
        self.commands.check(self.spec).map_err(Error::internal)?;
        let diagnostics = at_the_start(self.spec.own_settings, &self.start.settings());
        if !diagnostics.is_empty() {
            return Err(Error::internal(StartError { diagnostics }.to_string()));
        }
        if let Some(asked) = &self.asked {
            return self.run_command(asked).await;
        }
        if is_ours {
            dev::writes();
        }
        let built = self.built()?;
        if !built.missing_states.is_empty() {
            return Err(Error::internal(built.missing_states.join("\n")));
        }
        let site = built.shared.snapshots.latest();
        let config = match &site {
            Some(site) => Arc::clone(&site.options.server),
            None => Options::at_start()?.server,
        };
        let (listener, is_inherited) = server::bind(&config).await?;
        let address = listener.local_addr()?;
        let source = match &self.spec.files {
            Files::Baked { .. } => "its files are in the binary",
            Files::Disk { .. } => built.shared.snapshots.how(),
        };
        tracing::info!(
            target: "kalgan",
            "{} {} at http://{address}{}, {source}",
            self.spec.name,
            self.spec.version,
            if is_inherited { " (a socket that it was given)" } else { "" }
        );
        if let Some(site) = site {
            self.warn_of_missing_folders(&site);
        }
        for unknown in self.start.unknown_variables() {
            tracing::warn!(target: "kalgan", "{unknown}");
        }
        dev::tell_pages(&built.shared.snapshots);
        dev::warn_of_address(&built.shared.snapshots, address);
        let stopping = Notify::new();
        let shutdown = async {
            server::shutdown_signal().await;
            stopping.notify_one();
            dev::close(&built.shared.snapshots);
        };
        let again = async {
            stopping.notified().await;
            server::shutdown_signal().await;
        };
        server::ready::tell();
        let answers = self.answers()?;
        let service = |peer| {
            let peer = answers(peer);
            move |request, host| peer.answer(request, host)
        };
        tokio::select! {
            served = server::serve(listener, service, config, shutdown) => served?,
            () = again => {
                tracing::warn!(target: "kalgan", "{} ends at once, as it was asked twice", self.spec.name);
                // What runs on threads of its own would be waited for.
                std::process::exit(1);
            }
        }
        tracing::info!(target: "kalgan", "{} has stopped", self.spec.name);
        Ok(())
    }

    /// The states that functions take and that the app does not have, each with the first function that
    /// takes it.
    fn missing_states(&self, functions: &Functions) -> Vec<String> {
        let controllers = functions.controllers.iter();
        let controllers = controllers.map(|(path, one)| ("controller", *path, one.states()));
        let middlewares = functions.middlewares.iter();
        let middlewares = middlewares.map(|(path, one)| ("middleware", *path, one.states()));
        let globals = self.globals.states();
        let globals = globals.map(|(name, states)| ("variable", name, states.to_vec()));
        let commands = self.commands.states();
        let commands = commands.map(|(name, states)| ("command", name, states.to_vec()));
        let mut seen = self.state_names.clone();
        let mut missing = Vec::new();
        for (what, name, states) in controllers
            .chain(middlewares)
            .chain(globals)
            .chain(commands)
        {
            for state in states {
                if seen.contains(&state) {
                    continue;
                }
                seen.push(state);
                let of = value_of(state).unwrap_or(state);
                missing.push(format!(
                    "the app has no state of the type `{of}`, which the {what} `{name}` takes: add \
                     `.state(value)` to the app in `main`"
                ));
            }
        }
        missing
    }

    /// A relocated binary finds its static files only where it is told to look.
    fn warn_of_missing_folders(&self, site: &Site) {
        let options = &site.options;
        if matches!(self.spec.files, Files::Baked { .. }) && options.static_embed {
            return;
        }
        let root = self.spec.root();
        for folder in &options.static_folders {
            if !root.join(folder).is_dir() {
                tracing::warn!(
                    target: "kalgan",
                    "there is no folder `{folder}` of static files in `{}`: start the app in the \
                     folder that has it, name that with KALGAN_ROOT, or build with \
                     `static.embed: true`",
                    root.display()
                );
            }
        }
    }

    pub(crate) fn built(&self) -> Result<Arc<Built>> {
        let build = || self.build().map(Arc::new).map_err(Arc::new);
        match self.built.get_or_init(build) {
            Ok(built) => Ok(Arc::clone(built)),
            Err(error) => Err(Error::internal(error.to_string())),
        }
    }

    fn build(&self) -> Result<Built, StartError> {
        let functions = (self.spec.functions)();
        let missing_states = self.missing_states(&functions);
        let functions = completing(functions, &self.globals);
        let setups = self.tera_setups.clone();
        let plan = Plan::new(self.spec, functions, setups, self.globals.clone());
        let fail = |diagnostics| StartError { diagnostics };
        let snapshots = match &*self.start {
            Start::Failed(diagnostics) => return Err(fail(diagnostics.clone())),
            Start::Baked(data, _) => {
                let site = Arc::new(plan.build(data.clone(), &()).map_err(fail)?);
                current::publish(&site);
                Snapshots::fixed(site)
            }
            Start::Disk(first) => first.snapshots(plan).map_err(fail)?,
        };
        let shared = Arc::new(Shared {
            states: self.states.clone(),
            snapshots,
        });
        let layered = (!self.layers.is_empty()).then(|| {
            let inner = Inner {
                shared: Arc::clone(&shared),
            };
            let service = AppService::new(inner);
            self.layers
                .iter()
                .fold(service, |service, layer| layer(service))
        });
        Ok(Built {
            shared,
            missing_states,
            layered,
        })
    }
}

/// What `kalgan::embed!` evaluates to.
#[must_use]
pub fn app(spec: &'static Spec) -> App {
    App::load(spec, Vec::new())
}

/// The place in the table of the route that answers a request; for measurements.
///
/// # Errors
/// The app cannot start.
pub fn find_route(app: &App, method: &str, path: &str) -> Result<Option<usize>> {
    let Some(site) = app.built()?.shared.snapshots.latest() else {
        return Ok(None);
    };
    Ok(match site.router.find(method, None, path) {
        Lookup::Found { route, .. } => Some(route),
        _ => None,
    })
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({} {})", self.spec.name, self.spec.version)
    }
}
