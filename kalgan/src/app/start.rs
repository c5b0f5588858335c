//! What an app has when it starts: its files, and the layers of settings over them.

use crate::disk::{First, override_file};
use crate::spec::{Files, Spec};
use kalgan_core::diagnostic::{Diagnostic, render_all};
use kalgan_core::settings::{Setting, Settings, from_environment, schema, unknown_variables};
use kalgan_core::site::{BakedSite, SiteData};
use std::fmt;
use std::sync::Arc;

/// What was read when the app was made.
pub(crate) enum Start {
    Baked(SiteData, Vec<String>),
    Disk(First),
    /// The layers of settings are wrong, or nothing can be read.
    Failed(Vec<Diagnostic>),
}

impl Start {
    /// Reads what `kalgan::embed!` knows; `command_line` is the layer over all others.
    pub(crate) fn read(spec: &'static Spec, command_line: Vec<Setting>) -> Self {
        let start = layers_of_settings(command_line).and_then(|layer| match &spec.files {
            Files::Baked {
                site, templates, ..
            } => Ok(baked(spec, (site, templates), layer)),
            Files::Disk { .. } => First::read(spec, layer).map(Self::Disk),
        });
        start.unwrap_or_else(Self::Failed)
    }

    /// What is said of variables of the environment that name no setting.
    pub(crate) fn unknown_variables(&self) -> &[String] {
        match self {
            Self::Baked(_, unknown) => unknown,
            Self::Disk(first) => first.unknown_variables(),
            Self::Failed(_) => &[],
        }
    }

    /// The settings that there are before a site is built.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        match self {
            Self::Baked(data, _) => Arc::clone(&data.settings),
            Self::Disk(first) => first.settings(),
            Self::Failed(_) => Arc::default(),
        }
    }

    /// What the files say.
    ///
    /// # Errors
    /// The mistakes in them.
    pub(crate) fn data(self) -> Result<SiteData, Vec<Diagnostic>> {
        match self {
            Self::Baked(data, _) => Ok(data),
            Self::Disk(first) => first.data(),
            Self::Failed(diagnostics) => Err(diagnostics),
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
fn baked(
    spec: &Spec,
    (site, templates): (&BakedSite, &'static include_dir::Dir<'static>),
    layer: Vec<Setting>,
) -> Start {
    let mut data = site.load(template_texts(templates));
    let unknown = unknown_variables(&data.settings, &layer);
    let settings = Arc::make_mut(&mut data.settings);
    settings.overlay(layer);
    settings.declare_secrets(&spec.own_secrets());
    Start::Baked(data, unknown)
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
