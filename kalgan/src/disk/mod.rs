//! Reading files at run time: an app's own where they are not in the binary, and the one that
//! `KALGAN_SETTINGS` names.

pub(crate) mod lint;

use crate::dev::Snapshots;
use crate::site::Site;
use crate::site::current;
use crate::site::plan::{Places, Plan};
use crate::spec::{Files, Spec};
use kalgan_core::diagnostic::{Diagnostic, sort};
use kalgan_core::lint::Lint;
use kalgan_core::loader::{Loaded, Loader};
use kalgan_core::settings::{Origin, Setting, Settings, parse};
use kalgan_core::site::SiteData;
use kalgan_core::source::Disk;
use kalgan_core::text::{Place, SourceFile};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A first look at the files: for the settings that `main` may ask for before the app runs, and for
/// the app.
pub(crate) struct First {
    settings: Arc<Settings>,
    layer: Vec<Setting>,
    unknown_variables: Vec<String>,
    /// Until an app is made of it.
    read: Mutex<Option<Box<Read>>>,
}

/// Files that were read, and what reads them again.
pub(crate) struct Read {
    pub(crate) loader: Loader,
    pub(crate) loaded: Loaded,
    #[allow(dead_code)] // Shown by development only.
    pub(crate) reading: Reading,
}

/// What it took to read what had changed.
#[derive(Clone, Copy, Debug, Default)]
#[allow(dead_code)] // Shown by development only.
pub(crate) struct Reading {
    /// How many files were read.
    pub(crate) files: u64,
    /// How long it took until all of them were parsed and checked.
    pub(crate) duration: Duration,
}

impl First {
    /// Reads the files of an app; `layer` lies over its settings.
    ///
    /// # Errors
    /// The app's folder is gone.
    pub(crate) fn read(spec: &Spec, layer: Vec<Setting>) -> Result<Self, Vec<Diagnostic>> {
        let root = spec.root();
        if !root.is_dir() {
            return Err(vec![no_files(&root, FOLDER_IS_GONE)]);
        }
        let read = Read::new(spec, layer.clone());
        Ok(Self {
            settings: Arc::clone(&read.loaded.site.settings),
            layer,
            unknown_variables: read.loader.unknown_variables().to_vec(),
            read: Mutex::new(Some(Box::new(read))),
        })
    }

    /// The paths, relative to the app's folder, at or below which its files are.
    #[allow(dead_code)] // Asked by development only.
    pub(crate) fn paths(&self) -> Vec<String> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let loader = read.iter().flat_map(|read| read.loader.paths());
        // The app's whole folder would be too much, with what cargo writes below it.
        let paths = loader.filter(|path| !path.is_empty());
        paths.map(str::to_owned).collect()
    }

    /// What is said of variables of the environment that name no setting.
    pub(crate) fn unknown_variables(&self) -> &[String] {
        &self.unknown_variables
    }

    /// The settings.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings)
    }

    /// What the files say.
    ///
    /// # Errors
    /// The mistakes in them.
    pub(crate) fn data(&self) -> Result<SiteData, Vec<Diagnostic>> {
        let read = self
            .read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let loaded = read.map(|read| read.loaded).unwrap_or_default();
        match loaded.is_good() {
            true => Ok(loaded.files.site),
            false => Err(loaded.diagnostics),
        }
    }

    /// What the app's requests are answered with.
    ///
    /// # Errors
    /// The files are read once, and there are mistakes.
    pub(crate) fn snapshots(&self, plan: Plan) -> Result<Snapshots, Vec<Diagnostic>> {
        // It is taken as a whole, so what a panic left behind is as good.
        let mut first = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let read = match first.take() {
            Some(read) => read.refreshed(plan.spec),
            // Another app was made of it.
            None => Read::new(plan.spec, self.layer.clone()),
        };
        drop(first);
        let settings = &read.loaded.site.settings;
        if settings.get_bool("environment.is_prod").unwrap_or(false) {
            return once(&plan, read.loaded).map(Snapshots::fixed);
        }
        Snapshots::reloaded(plan, read).or_else(|without| {
            let (mut plan, read) = *without;
            tracing::warn!(
                target: "kalgan",
                "the app's files are read once, and edits do not show: it was compiled with debug \
                 assertions, and kalgan without them or without its feature `dev`"
            );
            plan.always_prod = true;
            once(&plan, read.loaded).map(Snapshots::fixed)
        })
    }
}

impl Read {
    fn new(spec: &Spec, layer: Vec<Setting>) -> Self {
        let begun = Instant::now();
        let mut loader = new_loader(spec, layer);
        let loaded = loader.refresh(&Disk::new(spec.root())).unwrap_or_default();
        Self {
            reading: Reading {
                files: loader.reads(),
                duration: begun.elapsed(),
            },
            loader,
            loaded,
        }
    }

    /// The same, with what has changed since.
    fn refreshed(mut self, spec: &Spec) -> Self {
        if let Some(newer) = self.loader.refresh(&Disk::new(spec.root())) {
            self.loaded = newer;
        }
        self
    }
}

/// What reads an app's files; `layer` lies over its settings.
pub(crate) fn new_loader(spec: &Spec, layer: Vec<Setting>) -> Loader {
    let settings = match &spec.files {
        Files::Disk { settings, .. } => settings.map(str::to_owned),
        Files::Baked { .. } => None,
    };
    Loader::new(settings)
        .with_layer(layer)
        .with_secrets(spec.own_secrets())
}

/// What is advised to who runs a binary that reads the files of a folder that has none.
pub(crate) const FOLDER_IS_GONE: &str = "the binary was built in that folder; was it renamed? `cargo run`, in the \
                              folder of the package, finds its files";

/// What is said of a folder that has none of an app's files.
pub(crate) fn no_files(root: &Path, help: &str) -> Diagnostic {
    let message = format!("there are no files of an app in `{}`", root.display());
    Diagnostic::general(message)
        .with_code("missing-path")
        .with_help(help)
}

/// The one snapshot of files that are read once.
fn once(plan: &Plan, loaded: Loaded) -> Result<Arc<Site>, Vec<Diagnostic>> {
    let mut lint = Lint::of_rust();
    lint::update(&mut lint, plan, &loaded);
    let site = build(plan, &loaded, &lint, |data| plan.build(data, &loaded))
        .inspect_err(|diagnostics| log(diagnostics))?;
    warn(&loaded);
    let site = Arc::new(site);
    current::publish(&site);
    Ok(site)
}

/// Makes a snapshot of files.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn build(
    plan: &Plan,
    loaded: &Loaded,
    lint: &Lint,
    build: impl FnOnce(SiteData) -> Result<Site, Vec<Diagnostic>>,
) -> Result<Site, Vec<Diagnostic>> {
    if loaded.is_good() && lint.diagnostics().next().is_none() {
        return build(loaded.site.clone());
    }
    let errors = loaded.diagnostics.iter().filter(|one| one.is_error());
    let mut diagnostics: Vec<Diagnostic> = errors.cloned().collect();
    check_functions(plan, loaded, &mut diagnostics);
    diagnostics.extend(lint.diagnostics().cloned());
    sort(&mut diagnostics);
    Err(diagnostics)
}

/// Finds functions that the files name and the binary lacks.
pub(crate) fn check_functions(plan: &Plan, loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) {
    plan.endpoints(&loaded.site, loaded, diagnostics);
    plan.error_controllers(&loaded.site, loaded, diagnostics);
}

/// Logs what is wrong with files.
pub(crate) fn log(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        tracing::error!(target: "kalgan", "{diagnostic}");
    }
}

/// Logs the warnings of files without mistakes.
pub(crate) fn warn(loaded: &Loaded) {
    for warning in &loaded.diagnostics {
        tracing::warn!(target: "kalgan", "{warning}");
    }
}

impl Places for Loaded {
    fn controller(&self, route: usize) -> Option<Place> {
        Some(self.route_places.get(route)?.controller.clone())
    }

    fn middleware(&self, route: usize, nth: usize) -> Option<Place> {
        self.route_places.get(route)?.middleware.get(nth).cloned()
    }

    fn error_controller(&self, name: &str) -> Option<Place> {
        let mut controllers = self.error_controllers.iter();
        let found = controllers.find(|(known, _)| known == name);
        found.map(|(_, place)| place.clone())
    }
}

/// The settings of the file that `KALGAN_SETTINGS` names.
///
/// # Errors
/// It cannot be read, or has mistakes.
pub(crate) fn override_file(path: &Path) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let message =
            format!("the file `{shown}` that KALGAN_SETTINGS names cannot be read: {error}");
        vec![
            Diagnostic::general(message)
                .with_code("unreadable-file")
                .with_help("name a YAML file that this process may read, or unset the variable"),
        ]
    })?;
    let file = SourceFile::from_bytes(shown, bytes).map_err(|place| {
        vec![Diagnostic::error_at(place, "this file is not UTF-8 text").with_code("not-utf8")]
    })?;
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
