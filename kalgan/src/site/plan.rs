//! What makes the snapshots of an app.

use super::options::Options;
use super::{Endpoint, ErrorControllers, Site};
use crate::assets::Assets;
use crate::dev;
use crate::engine::compiled::Programs;
use crate::engine::{Engine, Provided, Registry, TeraSetup, suffixes};
use crate::global::Globals;
use crate::handler::BoxedHandler;
use crate::in_axum::Routers;
use crate::language::Tags;
use crate::middleware::BoxedMiddleware;
use crate::routing::router::Router;
use crate::spec::{Files, Functions, Spec};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::routes::is_controller_path;
use kalgan_core::settings::Settings;
use kalgan_core::settings::schema::error_statuses;
use kalgan_core::site::SiteData;
use kalgan_core::suggest::did_you_mean;
use kalgan_core::templates::Templates;
use kalgan_core::text::Place;
use std::collections::HashMap;
use std::sync::Arc;

/// What every snapshot of an app is made with.
pub(crate) struct Plan {
    pub(crate) spec: &'static Spec,
    pub(crate) registry: Registry,
    globals: Globals,
    controllers: HashMap<&'static str, BoxedHandler>,
    middlewares: HashMap<&'static str, BoxedMiddleware>,
    /// Whether there will be one snapshot only, whatever the settings want.
    pub(crate) always_prod: bool,
}

/// Where what a snapshot is made of is written, for diagnostics.
pub(crate) trait Places {
    /// The place of a route's controller.
    fn controller(&self, _route: usize) -> Option<Place> {
        None
    }

    /// The place of one of a route's middlewares.
    fn middleware(&self, _route: usize, _nth: usize) -> Option<Place> {
        None
    }

    /// The place of the setting that names the controller of an error.
    fn error_controller(&self, _name: &str) -> Option<Place> {
        None
    }
}

/// Nowhere: a binary was checked when it was compiled.
impl Places for () {}

impl Plan {
    pub(crate) fn new(
        spec: &'static Spec,
        functions: Functions,
        tera_setups: Vec<TeraSetup>,
        globals: Globals,
    ) -> Self {
        let Functions {
            controllers,
            middlewares,
        } = functions;
        Self {
            spec,
            registry: Registry::new(tera_setups),
            globals,
            controllers: controllers.into_iter().collect(),
            middlewares: middlewares.into_iter().collect(),
            always_prod: matches!(spec.files, Files::Baked { .. }),
        }
    }

    /// Makes the one snapshot of an app.
    ///
    /// # Errors
    /// What is wrong: a controller that the binary does not have, or what Tera says.
    pub(crate) fn build(
        &self,
        data: SiteData,
        places: &dyn Places,
    ) -> Result<Site, Vec<Diagnostic>> {
        self.build_next(data, places, None, |_, templates| {
            let base = self.registry.base();
            // What the app registers is known for sure when it runs.
            match matches!(self.spec.files, Files::Baked { .. }) && !self.registry.is_extended() {
                true => Ok(Engine::new(base)),
                false => Engine::whole(base, templates),
            }
        })
    }

    /// Makes a snapshot. `previous` lends what has not changed; `tera` makes what renders the
    /// templates.
    ///
    /// # Errors
    /// As those of [`Plan::build`].
    pub(crate) fn build_next(
        &self,
        data: SiteData,
        places: &dyn Places,
        previous: Option<&Site>,
        tera: impl FnOnce(&Options, &Templates) -> Result<Engine, Vec<Diagnostic>>,
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
            Some(site) => Arc::clone(&site.router),
            None => {
                let regex = self.spec.files.linked().regex;
                Arc::new(Router::new(Arc::clone(&data.routes), regex))
            }
        };
        let tera = match diagnostics.is_empty() {
            true => tera(&options, &data.templates).map_err(|found| diagnostics.extend(found)),
            // Tera would say no more than what was found, and less well.
            false => Err(()),
        };
        let Ok(tera) = tera else {
            kalgan_core::diagnostic::sort(&mut diagnostics);
            return Err(diagnostics);
        };
        // In development it would be read anew after each edit, which only `App::global` is worth.
        let provided = match options.is_prod || !self.globals.is_empty() {
            true => Provided::of(&data.templates, &self.globals, self.registry.is_extended()),
            false => Provided::default(),
        };
        let programs = match dev::COMPILES && options.is_prod {
            true => self.programs(&data.templates),
            false => Programs::default(),
        };
        Ok(Site {
            provided,
            programs,
            assets: match same_settings {
                Some(site) => site.assets.clone(),
                None => self.assets(&options),
            },
            cache: options.cache_policy(),
            settings: data.settings,
            options,
            in_axum: Routers::new(router.routes().len()),
            router,
            languages: Tags::new(&data.catalogue),
            catalogue: data.catalogue,
            tera,
            templates: data.templates,
            globals: self.globals.clone(),
            endpoints,
            errors,
            made: std::time::SystemTime::now()
                .duration_since(std::time::SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_millis()),
        })
    }

    /// The pages as programs; none where the app has changed what those rely on.
    pub(crate) fn programs(&self, templates: &Templates) -> Programs {
        match self.registry.natives() {
            Some(natives) => {
                let escaped = suffixes(&templates.files()).into_iter().collect();
                Programs::new(templates, self.registry.base(), natives, escaped)
            }
            None => Programs::default(),
        }
    }

    fn options(&self, settings: &Settings) -> Result<Options, Vec<Diagnostic>> {
        Options::read(settings, self.always_prod).map_err(|bad| {
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

    fn assets(&self, options: &Options) -> Assets {
        match &self.spec.files {
            Files::Baked { assets, .. } if options.static_embed => {
                Assets::embedded(assets, &options.static_folders)
            }
            _ => Assets::disk(self.spec.root(), &options.static_folders),
        }
    }

    /// What answers each route. Reports the functions that the binary does not have.
    pub(crate) fn endpoints(
        &self,
        data: &SiteData,
        places: &dyn Places,
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

    /// The controllers of errors. Reports those that the binary does not have.
    pub(crate) fn error_controllers(
        &self,
        data: &SiteData,
        places: &dyn Places,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ErrorControllers {
        let mut errors = ErrorControllers::default();
        for (key, setting) in data.settings.below("error") {
            let (Some(statuses), Some(name)) = (error_statuses(key), setting.value.as_str()) else {
                continue;
            };
            let name = name.replace('/', "::");
            match self.controllers.get(name.as_str()) {
                Some(handler) => {
                    errors.insert(statuses, handler.clone());
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
