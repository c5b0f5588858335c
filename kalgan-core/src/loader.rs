//! A site's files to its data: read, parsed, merged and checked, and again only where a file has
//! changed.

mod assemble;

use crate::diagnostic::Diagnostic;
use crate::messages::{self, ParsedMessages};
use crate::routes::{self, ParsedRoutes, RoutePlaces};
use crate::settings::{self, Origin, ParsedSettings, Setting, Settings};
use crate::site::{SiteData, defaults};
use crate::source::{Entry, Fingerprint, Source, normalize};
use crate::template;
use crate::templates::names::{MissingAsset, MissingAssets};
use crate::templates::{self, TemplateFile};
use crate::text::{Place, SourceFile, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long after a change a file's time may not tell of another one: clocks of file systems tick
/// more slowly than programs write.
const TICK: Duration = Duration::from_millis(100);
/// The same where the file system counts whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);
/// How often a set that changes while it is read is read again.
const ATTEMPTS: usize = 5;

/// Reads a site and keeps what it has parsed, so that only what changed is read and parsed again.
#[derive(Debug, Default)]
pub struct Loader {
    settings_path: Option<String>,
    layer: Vec<Setting>,
    cached: HashMap<String, Cached>,
    /// The static files that templates name.
    asset_names: BTreeSet<Box<str>>,
    missing_assets: MissingAssets,
    reads: u64,
    loaded: bool,
}

/// What was read: the data, what is wrong with it, and where everything stands.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The data; incomplete where there are errors.
    pub site: SiteData,
    /// All mistakes, errors first, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The places of the routes, in the order of the table.
    pub route_places: Vec<RoutePlaces>,
    /// The error controllers that settings name, and where.
    pub error_controllers: Vec<(String, Place)>,
    /// Every file that was read, sorted.
    pub files: Vec<String>,
    /// The folder of the templates.
    pub template_folder: String,
    /// The templates with their trees, those with a wrong syntax among them.
    pub templates: Arc<templates::Set>,
}

impl Loaded {
    /// Whether a site can be built from it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

#[derive(Debug)]
struct Cached {
    fingerprint: Fingerprint,
    /// When the fingerprint was taken.
    looked_at: SystemTime,
    file: Arc<SourceFile>,
    parsed: Parsed,
}

#[derive(Clone, Debug)]
enum Parsed {
    Settings(Arc<ParsedSettings>),
    Routes(Arc<ParsedRoutes>),
    Messages(Arc<ParsedMessages>),
    Template(ParsedTemplate),
    /// A file that could not be read as text.
    Unreadable(Box<Diagnostic>),
}

/// A template's tree, or why there is none.
#[derive(Clone, Debug, Default)]
struct ParsedTemplate {
    tree: Option<Arc<templates::Parsed>>,
    problem: Option<Box<Diagnostic>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Settings,
    Routes,
    Messages,
    Template,
}

impl Kind {
    fn fits(self, parsed: &Parsed) -> bool {
        match parsed {
            Parsed::Settings(_) => self == Self::Settings,
            Parsed::Routes(_) => self == Self::Routes,
            Parsed::Messages(_) => self == Self::Messages,
            Parsed::Template(_) => self == Self::Template,
            // Its bytes are no text for any kind.
            Parsed::Unreadable(_) => true,
        }
    }
}

/// The files of one kind, in name order.
struct Listed {
    kind: Kind,
    folder: String,
    entries: Vec<Entry>,
}

impl Loader {
    /// A loader that has read nothing. `settings_path` is a file or a folder; `None` looks in the
    /// usual places ([`defaults::SETTINGS`]).
    #[must_use]
    pub fn new(settings_path: Option<String>) -> Self {
        Self {
            settings_path,
            ..Self::default()
        }
    }

    /// Settings to lay over those of the files: a file of overrides, the environment.
    #[must_use]
    pub fn with_layer(mut self, layer: Vec<Setting>) -> Self {
        self.layer = layer;
        self
    }

    /// How many files were read so far.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads
    }

    /// Looks at the files. `None` where nothing has changed since the last look.
    pub fn refresh(&mut self, source: &dyn Source) -> Option<Loaded> {
        for attempt in 1..=ATTEMPTS {
            let mut pass = Pass::default();
            self.read_all(source, &mut pass);
            if !pass.changed && self.loaded {
                return None;
            }
            // A set that changed while it was read is half old and half new.
            if attempt == ATTEMPTS || self.is_current(source, &pass) {
                self.loaded = true;
                return Some(self.assemble(pass));
            }
            self.loaded = false;
        }
        // The last attempt returns.
        None
    }

    fn read_all(&mut self, source: &dyn Source, pass: &mut Pass) {
        let path = match &self.settings_path {
            Some(path) => Some(path.clone()),
            None => defaults::SETTINGS
                .iter()
                .find(|path| matches!(source.walk(path), Ok(Some(_))))
                .map(|path| (*path).to_owned()),
        };
        if let Some(path) = &path {
            self.list(source, pass, Kind::Settings, path, None);
            if self.settings_path.is_some()
                && pass.listed.iter().all(|listed| listed.entries.is_empty())
            {
                pass.problems.push(
                    Diagnostic::general(format!("there are no settings at `{path}`"))
                        .with_code("missing-path")
                        .with_help("the path is relative to the folder of the app's Cargo.toml"),
                );
            }
        }
        self.merge_settings(pass);
        for (kind, key, default) in [
            (Kind::Routes, "router.path", defaults::ROUTES),
            (Kind::Messages, "i18n.path", defaults::MESSAGES),
            (Kind::Template, "tera.path", defaults::TEMPLATES),
        ] {
            let named = pass.settings.get_string(key).ok();
            let path = named.clone().unwrap_or_else(|| default.to_owned());
            self.list(source, pass, kind, &path, named.map(|_| key));
        }
        let before = self.cached.len();
        let listed: std::collections::HashSet<&str> = pass
            .listed
            .iter()
            .flat_map(|listed| listed.entries.iter())
            .map(|entry| entry.path.as_str())
            .collect();
        self.cached.retain(|path, _| listed.contains(path.as_str()));
        pass.changed |= self.cached.len() < before;
        self.look_for_assets(source, pass);
    }

    /// Looks whether the static files are there that templates name.
    fn look_for_assets(&mut self, source: &dyn Source, pass: &mut Pass) {
        if pass.changed || !self.loaded {
            let templates = self.parsed(pass, Kind::Template).into_iter();
            let trees = templates.filter_map(|parsed| match parsed {
                Parsed::Template(template) => template.tree.as_deref(),
                _ => None,
            });
            let names = trees.flat_map(|tree| &tree.references.assets);
            self.asset_names = names.map(|name| name.text.clone()).collect();
        }
        let missing = missing_assets(source, &pass.settings, &self.asset_names);
        if missing != self.missing_assets {
            pass.changed = true;
            self.missing_assets = missing;
        }
    }

    /// Lists the files at a path and reads those that changed. `setting` named the path.
    fn list(
        &mut self,
        source: &dyn Source,
        pass: &mut Pass,
        kind: Kind,
        path: &str,
        setting: Option<&str>,
    ) {
        let at_setting = |pass: &Pass, message: String| match setting {
            Some(key) => match pass.setting_places.get(key) {
                Some(place) => Diagnostic::error_at(place.clone(), message),
                None => Diagnostic::general(format!("{message} (setting `{key}`)")),
            },
            None => Diagnostic::general(message),
        };
        let Some(folder) = normalize(path) else {
            let problem = at_setting(pass, format!("the path `{path}` leaves the app's folder"))
                .with_code("path-outside")
                .with_help("write a path below the folder of the app's Cargo.toml");
            pass.problems.push(problem);
            return;
        };
        let mut entries = match source.walk(&folder) {
            Ok(Some(entries)) => entries,
            Ok(None) => {
                if setting.is_some() {
                    let problem = at_setting(pass, format!("there is nothing at `{path}`"))
                        .with_code("missing-path")
                        .with_help("the path is relative to the folder of the app's Cargo.toml");
                    pass.problems.push(problem);
                }
                Vec::new()
            }
            Err(error) => {
                let problem = at_setting(pass, format!("`{path}` cannot be read: {error}"))
                    .with_code("unreadable-file");
                pass.problems.push(problem);
                Vec::new()
            }
        };
        if kind != Kind::Template {
            entries.retain(|entry| is_yaml(&entry.path));
        }
        for entry in &entries {
            pass.changed |= self.read(source, kind, entry);
        }
        pass.listed.push(Listed {
            kind,
            folder,
            entries,
        });
    }

    /// Reads and parses a file where it is not known as it is now. Whether it has changed.
    fn read(&mut self, source: &dyn Source, kind: Kind, entry: &Entry) -> bool {
        let now = SystemTime::now();
        let known = self.cached.get_mut(&entry.path);
        if let Some(known) = known
            && known.fingerprint == entry.fingerprint
            && kind.fits(&known.parsed)
        {
            if !is_fresh(entry.fingerprint, known.looked_at) {
                return false;
            }
            // Changed so shortly before the last look that its time may hide another change.
            self.reads += 1;
            if let Ok(bytes) = source.read(&entry.path)
                && SourceFile::from_bytes(entry.path.clone(), bytes)
                    .is_ok_and(|file| file == *known.file)
            {
                known.looked_at = now;
                return false;
            }
        }
        self.reads += 1;
        let (file, parsed) = match source.read(&entry.path) {
            Ok(bytes) => match SourceFile::from_bytes(entry.path.clone(), bytes) {
                Ok(file) => {
                    let file = Arc::new(file);
                    let parsed = parse(kind, &file);
                    (file, parsed)
                }
                Err(place) => {
                    let file = Arc::clone(&place.file);
                    let problem = Diagnostic::error_at(place, "this file is not UTF-8 text")
                        .with_code("not-utf8")
                        .with_help("save it as UTF-8, or move it to a folder of static files");
                    (file, Parsed::Unreadable(Box::new(problem)))
                }
            },
            Err(error) => {
                let file = Arc::new(SourceFile::new(entry.path.clone(), ""));
                let message = format!("this file cannot be read: {error}");
                let problem =
                    Diagnostic::error(&file, Span::default(), message).with_code("unreadable-file");
                (file, Parsed::Unreadable(Box::new(problem)))
            }
        };
        self.cached.insert(
            entry.path.clone(),
            Cached {
                fingerprint: entry.fingerprint,
                looked_at: now,
                file,
                parsed,
            },
        );
        true
    }

    /// Whether the files are still as the pass saw them.
    fn is_current(&self, source: &dyn Source, pass: &Pass) -> bool {
        pass.listed.iter().all(|listed| {
            listed.entries.iter().all(|entry| {
                matches!(source.fingerprint(&entry.path), Ok(Some(now)) if now == entry.fingerprint)
            })
        })
    }

    fn merge_settings(&self, pass: &mut Pass) {
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut all = Vec::new();
        for parsed in self.parsed(pass, Kind::Settings) {
            let Parsed::Settings(parsed) = parsed else {
                continue;
            };
            for setting in &parsed.settings {
                let key = setting.setting.key.as_ref();
                if let Some(first) = seen.get(key) {
                    pass.problems.push(
                        Diagnostic::error_at(
                            setting.key_place.clone(),
                            format!("the setting `{key}` stands in two files"),
                        )
                        .with_code("duplicate-setting")
                        .with_help("remove one of them")
                        .with_note("it stands here first", first.clone()),
                    );
                    continue;
                }
                seen.insert(key.to_owned(), setting.key_place.clone());
                pass.setting_places
                    .insert(key.to_owned(), setting.value_place.clone());
                all.push(setting.setting.clone());
            }
        }
        pass.settings = Settings::new(all);
        pass.settings.overlay(self.layer.iter().cloned());
    }

    fn parsed<'a>(&'a self, pass: &Pass, kind: Kind) -> Vec<&'a Parsed> {
        self.files(pass, kind)
            .into_iter()
            .map(|(_, cached)| &cached.parsed)
            .collect()
    }

    fn files<'a>(&'a self, pass: &Pass, kind: Kind) -> Vec<(&'a str, &'a Cached)> {
        pass.listed
            .iter()
            .filter(|listed| listed.kind == kind)
            .flat_map(|listed| listed.entries.iter())
            .filter_map(|entry| {
                let (path, cached) = self.cached.get_key_value(&entry.path)?;
                Some((path.as_str(), cached))
            })
            .collect()
    }
}

/// What one look has found.
#[derive(Default)]
struct Pass {
    listed: Vec<Listed>,
    settings: Settings,
    setting_places: HashMap<String, Place>,
    problems: Vec<Diagnostic>,
    changed: bool,
}

fn parse(kind: Kind, file: &Arc<SourceFile>) -> Parsed {
    match kind {
        Kind::Settings => Parsed::Settings(Arc::new(settings::parse(file, |place| {
            Origin::File(place.into())
        }))),
        Kind::Routes => Parsed::Routes(Arc::new(routes::parse(file))),
        Kind::Messages => Parsed::Messages(Arc::new(messages::parse(file))),
        Kind::Template => Parsed::Template(parse_template(file)),
    }
}

/// Parses a template. Where the own parser refuses it, Tera, which renders it, has the last word; if
/// it refuses it as well, the own message is the one that says what to do.
fn parse_template(file: &Arc<SourceFile>) -> ParsedTemplate {
    match template::parse(file.text()) {
        Ok(tree) => ParsedTemplate {
            tree: Some(Arc::new(templates::Parsed::new(tree))),
            problem: None,
        },
        Err(error) => {
            let template = TemplateFile {
                name: file.path().to_owned().into(),
                file: Arc::clone(file),
            };
            ParsedTemplate {
                tree: None,
                problem: templates::check_syntax(&template)
                    .map(|_| Box::new(error.diagnostic(file))),
            }
        }
    }
}

/// The static files of these names that are not there, where the app serves them itself: by the
/// rules of `|asset` and of the server.
fn missing_assets(
    source: &dyn Source,
    settings: &Settings,
    names: &BTreeSet<Box<str>>,
) -> MissingAssets {
    let folders: Vec<String> = settings
        .items("static.folders")
        .iter()
        .filter_map(|folder| normalize(folder.trim_start_matches('/')))
        .collect();
    let prefix = settings.get_string("static.path").unwrap_or_default();
    let mut missing = MissingAssets::new();
    // Another server may have what does not come from here.
    if folders.is_empty() || prefix.contains("//") {
        return missing;
    }
    for name in names {
        let url = format!("{prefix}{name}");
        let path = url.trim_start_matches('/');
        let is_below = |folder: &String| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let is_there = folders.iter().any(is_below)
            && normalize(path).as_deref() == Some(path)
            && matches!(source.fingerprint(path), Ok(Some(_)));
        if !is_there {
            let help = asset_help(source, &folders, &prefix, path);
            missing.insert(
                name.clone(),
                MissingAsset {
                    path: path.to_owned(),
                    help,
                },
            );
        }
    }
    missing
}

fn asset_help(source: &dyn Source, folders: &[String], prefix: &str, path: &str) -> String {
    let files: Vec<String> = folders
        .iter()
        .filter_map(|folder| source.walk(folder).ok().flatten())
        .flatten()
        .map(|entry| entry.path)
        .collect();
    let nearest = crate::suggest::nearest(path, files.iter().map(String::as_str));
    let prefix = prefix.trim_start_matches('/');
    match nearest.and_then(|nearest| nearest.strip_prefix(prefix)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
            format!(
                "`|asset` puts the setting `static.path` before the name, and the files are in {}",
                crate::suggest::list(&folders)
            )
        }
    }
}

fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

/// Whether a file changed so shortly before it was looked at that its time may not tell of the
/// next change.
fn is_fresh(fingerprint: Fingerprint, looked_at: SystemTime) -> bool {
    let Some(modified) = fingerprint.modified else {
        return false;
    };
    let whole_seconds = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since.subsec_nanos() == 0);
    let tick = if whole_seconds { COARSE_TICK } else { TICK };
    // A time in the future tells nothing either.
    looked_at
        .duration_since(modified)
        .map_or(true, |age| age < tick)
}

#[cfg(test)]
mod tests;
