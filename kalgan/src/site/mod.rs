//! A site: one immutable snapshot of everything that its files say, ready to answer requests.

pub(crate) mod current;
pub(crate) mod options;

use crate::assets::Assets;
use crate::assets::cache::CachePolicy;
#[cfg(feature = "disk")]
use crate::engine::Pages;
use crate::engine::{Engine, Registry, TeraSetup};
use crate::handler::BoxedHandler;
use crate::language::Tags;
use crate::middleware::BoxedMiddleware;
use crate::routing::router::Router;
use crate::spec::{Files, Functions, Spec};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::messages::Catalogue;
use kalgan_core::routes::is_controller_path;
use kalgan_core::settings::Settings;
use kalgan_core::site::SiteData;
use kalgan_core::suggest::did_you_mean;
use kalgan_core::templates::Templates;
use kalgan_core::text::Place;
use options::Options;
use std::collections::HashMap;
use std::sync::Arc;

/// One snapshot. Production has one for ever; development swaps in a new one when a file changed.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) settings: Arc<Settings>,
    pub(crate) options: Arc<Options>,
    pub(crate) router: Arc<Router>,
    pub(crate) catalogue: Arc<Catalogue>,
    /// The tags of the catalogue's languages.
    pub(crate) languages: Tags,
    pub(crate) assets: Assets,
    pub(crate) cache: CachePolicy,
    pub(crate) engine: Engine,
    pub(crate) templates: Templates,
    /// What answers each route, in the order of the router's table.
    endpoints: Arc<Vec<Endpoint>>,
    /// The controllers of `error.*`, by status.
    errors: Arc<HashMap<u16, BoxedHandler>>,
    /// In development, what its templates need.
    #[cfg(feature = "disk")]
    pub(crate) live: Option<crate::dev::reload::views::LiveTemplates>,
    /// In development, which of the sites that the [`Hub`](crate::dev::hub::Hub) counts it is.
    #[cfg(all(feature = "dev", debug_assertions))]
    pub(crate) version: u64,
    /// In development, what it took to read what had changed.
    #[cfg(all(feature = "dev", debug_assertions))]
    pub(crate) reading: crate::dev::reload::reloader::Reading,
    /// When this snapshot was made, in UNIX milliseconds.
    pub(crate) made: u128,
}

/// What answers a route.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) handler: BoxedHandler,
    pub(crate) middlewares: Arc<[BoxedMiddleware]>,
}

/// What every snapshot of an app is made with.
pub(crate) struct Plan {
    pub(crate) spec: &'static Spec,
    pub(crate) registry: Registry,
    controllers: HashMap<&'static str, BoxedHandler>,
    middlewares: HashMap<&'static str, BoxedMiddleware>,
}

/// Where what a snapshot is made of stands, for diagnostics.
#[derive(Clone, Copy)]
pub(crate) enum Places<'a> {
    /// In a binary, which was checked when it was compiled.
    Unknown,
    /// In these files.
    #[cfg(feature = "disk")]
    Known(&'a kalgan_core::loader::Loaded),
    #[cfg(not(feature = "disk"))]
    #[allow(dead_code)] // Keeps the lifetime in use.
    Known(std::marker::PhantomData<&'a ()>),
}

impl Plan {
    pub(crate) fn new(spec: &'static Spec, tera_setups: Vec<TeraSetup>) -> Self {
        let Functions {
            controllers,
            middlewares,
        } = (spec.functions)();
        Self {
            spec,
            registry: Registry::new(tera_setups),
            controllers: controllers.into_iter().collect(),
            middlewares: middlewares.into_iter().collect(),
        }
    }

    /// Makes a snapshot. `previous` lends what has not changed.
    ///
    /// # Errors
    /// What is wrong: a controller that the binary does not have, or what Tera says.
    pub(crate) fn build(
        &self,
        data: SiteData,
        places: Places<'_>,
        previous: Option<&Site>,
    ) -> Result<Site, Vec<Diagnostic>> {
        let same_settings = previous.filter(|site| Arc::ptr_eq(&site.settings, &data.settings));
        let same_routes = previous.filter(|site| Arc::ptr_eq(site.router.table(), &data.routes));
        let mut diagnostics = Vec::new();
        let options = match same_settings {
            Some(site) => Arc::clone(&site.options),
            None => Arc::new(self.options(&data.settings)?),
        };
        let (endpoints, errors) = match (same_settings, same_routes) {
            (Some(site), Some(_)) => (Arc::clone(&site.endpoints), Arc::clone(&site.errors)),
            _ => (
                Arc::new(self.endpoints(&data, places, &mut diagnostics)),
                Arc::new(self.error_controllers(&data, places, &mut diagnostics)),
            ),
        };
        if same_settings.is_none() {
            diagnostics.extend(self.registry.not_registered(&data.settings));
        }
        let router = match same_routes {
            Some(site) => Some(Arc::clone(&site.router)),
            None => match Router::new(Arc::clone(&data.routes)) {
                Ok(router) => Some(Arc::new(router)),
                Err(error) => {
                    diagnostics
                        .push(Diagnostic::general(error.to_string()).with_code("bad-requirement"));
                    None
                }
            },
        };
        let engine = match (&diagnostics[..], places) {
            // Tera would say no more than what was found, and less well.
            ([_, ..], _) => None,
            #[cfg(feature = "disk")]
            ([], Places::Known(loaded)) if !options.is_prod => {
                let previous = match previous.map(|site| &site.engine) {
                    Some(Engine::Pages(pages)) => Some(pages),
                    _ => None,
                };
                let base = Arc::clone(self.registry.base());
                let templates = Arc::clone(&loaded.templates);
                Some(Engine::Pages(Pages::new(base, templates, previous)))
            }
            ([], _) => match Engine::whole(&self.registry, &data.templates) {
                Ok(engine) => Some(engine),
                Err(found) => {
                    diagnostics.extend(found);
                    None
                }
            },
        };
        let (Some(engine), Some(router), true) = (engine, router, diagnostics.is_empty()) else {
            kalgan_core::diagnostic::sort(&mut diagnostics);
            return Err(diagnostics);
        };
        Ok(Site {
            assets: match same_settings {
                Some(site) => site.assets.clone(),
                None => self.assets(&options),
            },
            #[cfg(feature = "disk")]
            live: None,
            cache: options.cache_policy(),
            settings: data.settings,
            options,
            router,
            languages: Tags::new(&data.catalogue),
            catalogue: data.catalogue,
            engine,
            templates: data.templates,
            endpoints,
            errors,
            #[cfg(all(feature = "dev", debug_assertions))]
            version: 0,
            #[cfg(all(feature = "dev", debug_assertions))]
            reading: crate::dev::reload::reloader::Reading::default(),
            made: std::time::SystemTime::now()
                .duration_since(std::time::SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_millis()),
        })
    }

    fn options(&self, settings: &Settings) -> Result<Options, Vec<Diagnostic>> {
        let always_prod = matches!(self.spec.files, Files::Baked { .. });
        Options::read(settings, always_prod).map_err(|bad| {
            let origin = settings
                .find(bad.key)
                .map(|setting| setting.origin.to_string())
                .unwrap_or_default();
            vec![
                Diagnostic::general(format!(
                    "the setting `{}` ({origin}): {}",
                    bad.key, bad.reason
                ))
                .with_code("setting-value"),
            ]
        })
    }

    /// All errors of files that no site can be made of: those that were found when they were read,
    /// and the controllers that they name and the binary lacks.
    #[cfg(feature = "disk")]
    pub(crate) fn mistakes(&self, loaded: &kalgan_core::loader::Loaded) -> Vec<Diagnostic> {
        let errors = loaded.diagnostics.iter().filter(|one| one.is_error());
        let mut diagnostics: Vec<Diagnostic> = errors.cloned().collect();
        self.check_functions(loaded, &mut diagnostics);
        diagnostics
    }

    /// Finds functions that the files name and the binary lacks.
    #[cfg(feature = "disk")]
    pub(crate) fn check_functions(
        &self,
        loaded: &kalgan_core::loader::Loaded,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let places = Places::Known(loaded);
        self.endpoints(&loaded.site, places, diagnostics);
        self.error_controllers(&loaded.site, places, diagnostics);
    }

    fn assets(&self, options: &Options) -> Assets {
        match &self.spec.files {
            Files::Baked { assets, .. } if options.static_embed => {
                Assets::embedded(assets, &options.static_folders)
            }
            _ => Assets::disk(self.spec.root(), &options.static_folders),
        }
    }

    fn endpoints(
        &self,
        data: &SiteData,
        places: Places<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Endpoint> {
        let mut endpoints = Vec::with_capacity(data.routes.routes.len());
        for (at, route) in data.routes.routes.iter().enumerate() {
            let handler = self.controllers.get(route.controller.as_ref());
            // What is no path was reported where it was read.
            if handler.is_none() && is_controller_path(&route.controller) {
                let message =
                    self.not_compiled(route.name.as_ref(), "controller", &route.controller);
                let names: Vec<&str> = self.controllers.keys().copied().collect();
                diagnostics.push(missing(
                    "missing-controller",
                    places.controller(at),
                    message,
                    &route.controller,
                    &names,
                ));
            }
            let mut middlewares = Vec::with_capacity(route.middleware.len());
            for (nth, name) in route.middleware.iter().enumerate() {
                match self.middlewares.get(name.as_ref()) {
                    Some(middleware) => middlewares.push(middleware.clone()),
                    None => {
                        let message = self.not_compiled(route.name.as_ref(), "middleware", name);
                        let names: Vec<&str> = self.middlewares.keys().copied().collect();
                        diagnostics.push(missing(
                            "missing-middleware",
                            places.middleware(at, nth),
                            message,
                            name,
                            &names,
                        ));
                    }
                }
            }
            if let Some(handler) = handler {
                endpoints.push(Endpoint {
                    handler: handler.clone(),
                    middlewares: middlewares.into(),
                });
            }
        }
        endpoints
    }

    fn not_compiled(&self, route: &str, what: &str, name: &str) -> String {
        format!("the route `{route}` names the {what} `{name}`, which this binary does not have")
    }

    fn error_controllers(
        &self,
        data: &SiteData,
        places: Places<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> HashMap<u16, BoxedHandler> {
        let mut errors = HashMap::new();
        for (status, setting) in data.settings.below("error") {
            let (Ok(status), Some(name)) = (status.parse::<u16>(), setting.value.as_str()) else {
                continue;
            };
            let name = name.replace('/', "::");
            match self.controllers.get(name.as_str()) {
                Some(handler) => {
                    errors.insert(status, handler.clone());
                }
                // What is no path was reported where it was read.
                None if !is_controller_path(&name) => {}
                None => {
                    let message = format!(
                        "the setting `{}` names the controller `{name}`, which this binary does \
                         not have",
                        setting.key
                    );
                    let names: Vec<&str> = self.controllers.keys().copied().collect();
                    diagnostics.push(missing(
                        "missing-controller",
                        places.error_controller(&name),
                        message,
                        &name,
                        &names,
                    ));
                }
            }
        }
        errors
    }
}

/// A function that the files name and the binary lacks.
fn missing(
    code: &'static str,
    place: Option<Place>,
    message: String,
    name: &str,
    known: &[&str],
) -> Diagnostic {
    let diagnostic = match place {
        Some(place) => Diagnostic::error_at(place, message),
        None => Diagnostic::general(message),
    }
    .with_code(code);
    let rebuild = "if it is new, build and start the app again (`cargo run`): \
                   controllers are compiled";
    match did_you_mean(name, known).filter(|help| help.starts_with("did you mean")) {
        Some(help) => diagnostic.with_help(format!("{help} Or, {rebuild}")),
        None => diagnostic.with_help(rebuild),
    }
}

impl Places<'_> {
    #[cfg(feature = "disk")]
    fn controller(self, route: usize) -> Option<Place> {
        match self {
            Self::Unknown => None,
            Self::Known(loaded) => Some(loaded.route_places.get(route)?.controller.clone()),
        }
    }

    #[cfg(feature = "disk")]
    fn middleware(self, route: usize, nth: usize) -> Option<Place> {
        match self {
            Self::Unknown => None,
            Self::Known(loaded) => loaded.route_places.get(route)?.middleware.get(nth).cloned(),
        }
    }

    #[cfg(feature = "disk")]
    fn error_controller(self, name: &str) -> Option<Place> {
        match self {
            Self::Unknown => None,
            Self::Known(loaded) => {
                let mut controllers = loaded.error_controllers.iter();
                let found = controllers.find(|(known, _)| known == name);
                found.map(|(_, place)| place.clone())
            }
        }
    }

    #[cfg(not(feature = "disk"))]
    fn controller(self, _: usize) -> Option<Place> {
        None
    }

    #[cfg(not(feature = "disk"))]
    fn middleware(self, _: usize, _: usize) -> Option<Place> {
        None
    }

    #[cfg(not(feature = "disk"))]
    fn error_controller(self, _: &str) -> Option<Place> {
        None
    }
}

impl Site {
    /// What answers a route.
    pub(crate) fn endpoint(&self, route: usize) -> Option<&Endpoint> {
        self.endpoints.get(route)
    }

    /// Whether the app has pages of its own for errors.
    pub(crate) fn has_error_controllers(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The controller of an error, by its status.
    pub(crate) fn error_controller(&self, status: http::StatusCode) -> Option<&BoxedHandler> {
        self.errors.get(&status.as_u16())
    }
}
