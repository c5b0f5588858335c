//! What an app has when it starts: its files, and the layers of settings over them.

#[cfg(feature = "disk")]
use crate::app::shared::Holder;
use crate::spec::{Files, Spec};
#[cfg(feature = "disk")]
use crate::{dev::reload::reloader::Reading, site::Plan};
use kalgan_core::diagnostic::{Diagnostic, render_all};
use kalgan_core::settings::{Setting, Settings, from_environment, schema};
use kalgan_core::site::{BakedSite, SiteData};
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "disk")]
use std::sync::{Mutex, PoisonError};

/// What was read when the app was made.
pub(crate) enum Start {
    Baked(SiteData),
    #[cfg(feature = "disk")]
    Disk {
        settings: Arc<Settings>,
        layer: Vec<Setting>,
        /// The first look, until an app is made of it.
        first: Mutex<Option<Box<First>>>,
    },
    /// A file of overrides that cannot be read.
    Failed(Vec<Diagnostic>),
}

impl Start {
    /// Reads what `kalgan::embed!` knows; `command_line` is the layer over all others.
    pub(crate) fn read(spec: &'static Spec, command_line: Vec<Setting>) -> Self {
        match layers_of_settings(command_line) {
            Err(diagnostics) => Self::Failed(diagnostics),
            Ok(layer) => match &spec.files {
                Files::Baked {
                    site, templates, ..
                } => Self::Baked(baked(site, templates, layer)),
                #[cfg(feature = "disk")]
                Files::Disk { .. } => {
                    let first = First::look(spec, &layer);
                    Self::Disk {
                        settings: Arc::clone(&first.loaded.site.settings),
                        layer,
                        first: Mutex::new(Some(Box::new(first))),
                    }
                }
                #[cfg(not(feature = "disk"))]
                Files::Disk { .. } => Self::Failed(vec![
                    Diagnostic::general(
                        "this app was built to read its files, and without the feature `disk`",
                    )
                    .with_code("no-disk"),
                ]),
            },
        }
    }

    /// The settings that there are before a site is built.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        match self {
            Self::Baked(data) => Arc::clone(&data.settings),
            #[cfg(feature = "disk")]
            Self::Disk { settings, .. } => Arc::clone(settings),
            Self::Failed(_) => Arc::default(),
        }
    }
}

#[cfg(all(feature = "dev", debug_assertions, unix))]
impl Start {
    /// The paths, relative to the app's folder, at or below which the site's files are. `Err` where
    /// the layers of settings are wrong.
    pub(crate) fn paths(&self) -> Result<Vec<String>, StartError> {
        match self {
            Self::Failed(diagnostics) => Err(StartError {
                diagnostics: diagnostics.clone(),
            }),
            Self::Baked(_) => Ok(Vec::new()),
            Self::Disk { first, .. } => {
                let first = first.lock().unwrap_or_else(PoisonError::into_inner);
                let loader = first.as_ref().map(|first| &first.loader);
                let paths = loader.into_iter().flat_map(|loader| loader.paths());
                // The app's whole folder would be too much, with what cargo writes below it.
                Ok(paths
                    .filter(|path| !path.is_empty())
                    .map(str::to_owned)
                    .collect())
            }
        }
    }
}

/// Why an app cannot start: what is wrong in its files.
pub(crate) struct StartError {
    pub(crate) diagnostics: Vec<Diagnostic>,
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

/// What a binary carries, under the layers of settings.
pub(crate) fn baked(
    site: &BakedSite,
    templates: &'static include_dir::Dir<'static>,
    layer: Vec<Setting>,
) -> SiteData {
    let mut data = site.load(template_texts(templates));
    Arc::make_mut(&mut data.settings).overlay(layer);
    data
}

/// The names and texts of embedded templates; what is not text was refused by the build.
fn template_texts(folder: &'static include_dir::Dir<'static>) -> Vec<(&'static str, &'static str)> {
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
    let given: Vec<Setting> = from_environment(variables).chain(command_line).collect();
    let problems: Vec<Diagnostic> = given
        .iter()
        .filter_map(|setting| {
            let problem = schema::check(setting).err()?;
            let code = match schema::find(&setting.key) {
                Some(_) => "setting-value",
                None => "unknown-setting",
            };
            Some(Diagnostic::general(problem).with_code(code))
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    layer.extend(given);
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

#[cfg(not(feature = "disk"))]
fn override_file(path: &std::path::Path) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    Err(vec![
        Diagnostic::general(format!(
            "KALGAN_SETTINGS names `{}`, but this app was built without the feature `disk`",
            path.display()
        ))
        .with_code("no-disk"),
    ])
}

#[cfg(feature = "disk")]
pub(crate) fn new_loader(spec: &Spec, layer: Vec<Setting>) -> kalgan_core::loader::Loader {
    let settings = match &spec.files {
        Files::Disk { settings, .. } => settings.map(str::to_owned),
        Files::Baked { .. } => None,
    };
    kalgan_core::loader::Loader::new(settings).with_layer(layer)
}

/// A first look at the files: for the settings that `main` may ask for before the app runs, and for
/// the app.
#[cfg(feature = "disk")]
pub(crate) struct First {
    loader: kalgan_core::loader::Loader,
    loaded: kalgan_core::loader::Loaded,
    reading: Reading,
}

#[cfg(feature = "disk")]
impl First {
    fn look(spec: &Spec, layer: &[Setting]) -> Self {
        let begun = tokio::time::Instant::now();
        let mut loader = new_loader(spec, layer.to_vec());
        let disk = kalgan_core::source::Disk::new(spec.root());
        let loaded = loader.refresh(&disk).unwrap_or_default();
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
        let disk = kalgan_core::source::Disk::new(spec.root());
        if let Some(newer) = self.loader.refresh(&disk) {
            self.loaded = newer;
        }
        self
    }
}

#[cfg(feature = "disk")]
pub(crate) fn disk_holder(
    plan: Plan,
    layer: &[Setting],
    first: &Mutex<Option<Box<First>>>,
) -> Result<Holder, StartError> {
    use crate::dev::reload::reloader::{Live, Snapshot};
    // It is taken as a whole, so what a panic left behind is as good.
    let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
    let First {
        loader,
        loaded,
        reading,
    } = match first {
        Some(first) => first.refreshed(plan.spec),
        // Another app was made of it.
        None => First::look(plan.spec, layer),
    };
    let is_prod = loaded
        .site
        .settings
        .get_bool("environment.is_prod")
        .unwrap_or(false);
    let live = Live::new(plan, loader, loaded, reading);
    match (&*live.latest(), is_prod) {
        (Snapshot::Good(site), true) => Ok(Holder::Fixed(Arc::clone(site))),
        (Snapshot::Broken(broken), true) => Err(StartError {
            diagnostics: broken.diagnostics.clone(),
        }),
        _ => Ok(Holder::Live(live)),
    }
}
