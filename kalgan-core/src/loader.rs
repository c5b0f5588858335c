//! A site's files to its data: read, parsed, merged and checked, and again only where a file has
//! changed.

mod assemble;
mod assets;
mod read;

use crate::diagnostic::Diagnostic;
use crate::messages::ParsedMessages;
use crate::routes::{ParsedRoutes, RoutePlaces, Text};
use crate::settings::{ParsedSettings, Setting, Settings};
use crate::site::{SiteData, defaults};
use crate::source::{Changes, Entry, Look, Source, Tree, is_fresh, normalize};
use crate::templates;
use crate::text::{Place, SourceFile};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

/// How often a set that changes while it is read is read again.
const ATTEMPTS: usize = 5;

/// Reads a site and keeps what it has parsed, so that only what changed is read, parsed and checked
/// again.
#[derive(Debug, Default)]
pub struct Loader {
    settings_path: Option<String>,
    layer: Vec<Setting>,
    /// The files of each kind, once it was looked at; none where its path leaves the app.
    listed: BTreeMap<Kind, Tree>,
    /// What is wrong with the path of a kind.
    path_problems: BTreeMap<Kind, Diagnostic>,
    cached: HashMap<(Kind, String), Cached>,
    /// Files that changed so shortly before they were read that their times may not tell of the next
    /// change.
    fresh: BTreeSet<(Kind, String)>,
    /// What is wrong with single files; those without mistakes are left out.
    problems: BTreeMap<(Kind, String), Vec<Diagnostic>>,
    settings: MergedSettings,
    assets: assets::Assets,
    parts: assemble::Parts,
    /// What has changed since the last data were made.
    pending: Pending,
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
    pub route_places: Arc<Vec<RoutePlaces>>,
    /// The messages, and where each stands: in the default language, if it has it.
    pub message_places: Arc<BTreeMap<Box<str>, Place>>,
    /// The error controllers that settings name, and where.
    pub error_controllers: Vec<(String, Place)>,
    /// The folder of the templates.
    pub template_folder: String,
    /// The templates with their trees, those with a wrong syntax among them.
    pub templates: Arc<templates::Set>,
    /// The templates that are new, changed or gone since the data before.
    pub changed_templates: BTreeSet<Text>,
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

impl Parsed {
    /// What is wrong with the file by itself.
    fn problems(&self) -> Vec<Diagnostic> {
        match self {
            Self::Settings(parsed) => parsed.diagnostics.clone(),
            Self::Routes(parsed) => parsed.diagnostics.clone(),
            Self::Messages(parsed) => parsed.diagnostics.clone(),
            Self::Template(parsed) => parsed.problem.iter().map(|one| (**one).clone()).collect(),
            Self::Unreadable(problem) => vec![(**problem).clone()],
        }
    }
}

/// A template's tree, or why there is none.
#[derive(Clone, Debug, Default)]
struct ParsedTemplate {
    tree: Option<Arc<templates::Parsed>>,
    problem: Option<Box<Diagnostic>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Settings,
    Routes,
    Messages,
    Template,
}

impl Kind {
    /// Whether files of this name are of the kind.
    fn takes(self, path: &str) -> bool {
        self == Self::Template || is_yaml(path)
    }
}

/// The settings of all files, with the layer over them.
#[derive(Debug, Default)]
struct MergedSettings {
    settings: Arc<Settings>,
    places: HashMap<String, Place>,
    problems: Vec<Diagnostic>,
}

/// What has changed since the last data were made.
#[derive(Debug, Default)]
struct Pending {
    settings: bool,
    routes: bool,
    messages: bool,
    /// By their paths.
    templates: BTreeSet<String>,
    assets: bool,
    /// What is wrong with a path that a setting names.
    paths: bool,
}

impl Pending {
    fn is_empty(&self) -> bool {
        let Self {
            settings,
            routes,
            messages,
            templates,
            assets,
            paths,
        } = self;
        !(*settings || *routes || *messages || *assets || *paths) && templates.is_empty()
    }

    fn note(&mut self, kind: Kind, path: &str) {
        match kind {
            Kind::Settings => self.settings = true,
            Kind::Routes => self.routes = true,
            Kind::Messages => self.messages = true,
            Kind::Template => {
                self.templates.insert(path.to_owned());
            }
        }
    }
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

    /// Every file that was read, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let files = self.cached.keys().map(|(_, path)| path.clone());
        let mut files: Vec<String> = files.collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The paths at or below which the site's files are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.listed.values().map(Tree::path)
    }

    /// Whether [`refresh_where`](Self::refresh_where) would give `None`. It reads nothing and takes
    /// nothing in, so it costs hardly more than asking for the times of files. `false` where only a
    /// look can tell.
    #[must_use]
    pub fn is_up_to_date(&self, source: &dyn Source, look: Look<'_>) -> bool {
        if !self.loaded || !self.pending.is_empty() || !self.fresh.is_empty() {
            return false;
        }
        let is_settled = |kind| {
            // Templates are the many; the others are always looked at.
            let look = match kind {
                Kind::Template => look,
                _ => Look::All,
            };
            let tree = self.listed.get(&kind);
            tree.is_some_and(|tree| tree.is_up_to_date(source, look))
                && !self.path_problems.contains_key(&kind)
        };
        let has_same_settings = match &self.settings_path {
            Some(_) => is_settled(Kind::Settings),
            None => match find_settings(source) {
                None => !self.listed.contains_key(&Kind::Settings),
                Some(path) => self.folder_of(Kind::Settings) == path && is_settled(Kind::Settings),
            },
        };
        has_same_settings
            && [Kind::Routes, Kind::Messages, Kind::Template]
                .into_iter()
                .all(is_settled)
            && self.assets.are_up_to_date(source)
    }

    /// Looks at all files. `None` where nothing has changed since the last look.
    pub fn refresh(&mut self, source: &dyn Source) -> Option<Loaded> {
        self.refresh_where(source, Look::All)
    }

    /// Looks at the files; of the templates, at what `look` says. `None` where nothing has changed
    /// since the last look.
    pub fn refresh_where(&mut self, source: &dyn Source, look: Look<'_>) -> Option<Loaded> {
        for attempt in 1..=ATTEMPTS {
            let read = self.look_at(source, look);
            if self.pending.is_empty() && self.loaded {
                return None;
            }
            // A file that changed while it was read is half old and half new.
            if attempt == ATTEMPTS || self.is_current(source, &read) {
                self.loaded = true;
                return Some(self.assemble());
            }
        }
        // The last attempt returns.
        None
    }

    /// Reads what has changed and says what that was.
    fn look_at(&mut self, source: &dyn Source, look: Look<'_>) -> Vec<(Kind, String)> {
        let mut read = Vec::new();
        let path = match &self.settings_path {
            Some(path) => Some(path.clone()),
            None => find_settings(source).map(str::to_owned),
        };
        match &path {
            Some(path) => self.list(source, Look::All, Kind::Settings, path, None, &mut read),
            None => {
                self.unlist(Kind::Settings);
                self.path_problem(Kind::Settings, None);
            }
        }
        if self.pending.settings || !self.loaded {
            self.merge_settings();
        }
        for (kind, key, default, look) in [
            (Kind::Routes, "router.path", defaults::ROUTES, Look::All),
            (Kind::Messages, "i18n.path", defaults::MESSAGES, Look::All),
            (Kind::Template, "tera.path", defaults::TEMPLATES, look),
        ] {
            let named = self.settings.settings.get_string(key).ok();
            let path = named.clone().unwrap_or_else(|| default.to_owned());
            self.list(source, look, kind, &path, named.map(|_| key), &mut read);
        }
        let is_all = matches!(look, Look::All) || self.pending.settings || !self.loaded;
        if self.assets.look(source, &self.settings.settings, is_all) {
            self.pending.assets = true;
        }
        read
    }

    /// Looks at the files of a kind and reads those that changed. `setting` named the path.
    fn list(
        &mut self,
        source: &dyn Source,
        look: Look<'_>,
        kind: Kind,
        path: &str,
        setting: Option<&str>,
        read: &mut Vec<(Kind, String)>,
    ) {
        let at_setting = |loader: &Self, message: String| match setting {
            Some(key) => match loader.settings.places.get(key) {
                Some(place) => Diagnostic::error_at(place.clone(), message),
                None => Diagnostic::general(format!("{message} (setting `{key}`)")),
            },
            None => Diagnostic::general(message),
        };
        let Some(folder) = normalize(path) else {
            self.unlist(kind);
            let problem = at_setting(self, format!("the path `{path}` leaves the app's folder"))
                .with_code("path-outside")
                .with_help("write a path below the folder of the app's Cargo.toml");
            self.path_problem(kind, Some(problem));
            return;
        };
        if self.folder_of(kind) != folder {
            self.unlist(kind);
        }
        let tree = self.listed.entry(kind).or_insert_with(|| Tree::new(folder));
        let looked = tree.look(source, look);
        let is_there = tree.is_there();
        let (changes, problem) = match looked {
            Ok(changes) if is_there || setting.is_none() => (changes, None),
            Ok(changes) => {
                let problem = at_setting(self, format!("there is nothing at `{path}`"))
                    .with_code("missing-path")
                    .with_help("the path is relative to the folder of the app's Cargo.toml");
                (changes, Some(problem))
            }
            Err(error) => {
                let problem = at_setting(self, format!("`{path}` cannot be read: {error}"))
                    .with_code("unreadable-file");
                self.forget_all(kind);
                (Changes::default(), Some(problem))
            }
        };
        // Where the app says where its settings are, there have to be some.
        let has_none = kind == Kind::Settings
            && self.settings_path.is_some()
            && self.paths_of(kind).next().is_none();
        let none = has_none.then(|| {
            Diagnostic::general(format!("there are no settings at `{path}`"))
                .with_code("missing-path")
                .with_help("the path is relative to the folder of the app's Cargo.toml")
        });
        self.path_problem(kind, problem.or(none));
        for path in changes.gone {
            self.forget(kind, path);
        }
        let mut changed = changes.changed;
        changed.retain(|path| kind.takes(path));
        changed.extend(self.changed_unseen(source, kind, &changed));
        self.read(source, kind, changed, read);
    }

    /// Sets what is wrong with the path of a kind.
    fn path_problem(&mut self, kind: Kind, problem: Option<Diagnostic>) {
        let before = match &problem {
            Some(problem) => self.path_problems.insert(kind, problem.clone()),
            None => self.path_problems.remove(&kind),
        };
        self.pending.paths |= before != problem;
    }

    /// Forgets all files of a kind, and where they were.
    fn unlist(&mut self, kind: Kind) {
        self.forget_all(kind);
        self.listed.remove(&kind);
    }

    fn forget_all(&mut self, kind: Kind) {
        let keys = self.cached.keys().filter(|(known, _)| *known == kind);
        let paths: Vec<String> = keys.map(|(_, path)| path.clone()).collect();
        for path in paths {
            self.forget(kind, path);
        }
    }

    fn forget(&mut self, kind: Kind, path: String) {
        let key = (kind, path);
        if let Some(before) = self.cached.remove(&key) {
            self.assets.replace(Some(&before.parsed), None);
            self.pending.note(kind, &key.1);
        }
        self.fresh.remove(&key);
        self.problems.remove(&key);
    }

    /// The files whose times may not tell of a change, and which have changed.
    fn changed_unseen(&mut self, source: &dyn Source, kind: Kind, seen: &[String]) -> Vec<String> {
        let suspects: Vec<String> = self
            .fresh
            .iter()
            .filter(|(known, path)| *known == kind && !seen.contains(path))
            .map(|(_, path)| path.clone())
            .collect();
        let mut changed = Vec::new();
        for path in suspects {
            let now = SystemTime::now();
            let key = (kind, path);
            let fingerprint = self
                .listed
                .get(&kind)
                .and_then(|tree| tree.fingerprint(&key.1));
            self.reads += 1;
            let is_same = source.read(&key.1).is_ok_and(|bytes| {
                SourceFile::from_bytes(key.1.clone(), bytes).is_ok_and(|file| {
                    self.cached
                        .get(&key)
                        .is_some_and(|known| file == *known.file)
                })
            });
            if !is_same {
                changed.push(key.1);
            } else if fingerprint.is_none_or(|fingerprint| !is_fresh(fingerprint, now)) {
                self.fresh.remove(&key);
            }
        }
        changed
    }

    /// Reads and parses these files.
    fn read(
        &mut self,
        source: &dyn Source,
        kind: Kind,
        paths: Vec<String>,
        read: &mut Vec<(Kind, String)>,
    ) {
        let Some(tree) = self.listed.get(&kind) else {
            return;
        };
        let entries: Vec<Entry> = paths
            .into_iter()
            .filter_map(|path| {
                let fingerprint = tree.fingerprint(&path)?;
                Some(Entry { path, fingerprint })
            })
            .collect();
        self.reads += entries.len() as u64;
        for (entry, looked_at, cached) in read::all(source, kind, &entries) {
            let key = (kind, entry.path.clone());
            if is_fresh(entry.fingerprint, looked_at) {
                self.fresh.insert(key.clone());
            } else {
                self.fresh.remove(&key);
            }
            let problems = cached.parsed.problems();
            if problems.is_empty() {
                self.problems.remove(&key);
            } else {
                self.problems.insert(key.clone(), problems);
            }
            self.pending.note(kind, &key.1);
            read.push(key.clone());
            let before = self.cached.get(&key).map(|before| &before.parsed);
            self.assets.replace(before, Some(&cached.parsed));
            self.cached.insert(key, cached);
        }
    }

    /// Whether files are still as they were when they were read. Those that are not are read again
    /// at the next look.
    fn is_current(&mut self, source: &dyn Source, read: &[(Kind, String)]) -> bool {
        let mut is_current = true;
        for (kind, path) in read {
            let Some(tree) = self.listed.get_mut(kind) else {
                continue;
            };
            if source.fingerprint(path).ok().flatten() != tree.fingerprint(path) {
                is_current = false;
                tree.forget(path);
                // Where it is gone at the next look, that does not tell so: it knows of none.
                self.forget(*kind, path.clone());
            }
        }
        is_current
    }

    fn merge_settings(&mut self) {
        let mut merged = MergedSettings::default();
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut all = Vec::new();
        for parsed in self.parsed(Kind::Settings) {
            let Parsed::Settings(parsed) = parsed else {
                continue;
            };
            for setting in &parsed.settings {
                let key = setting.setting.key.as_ref();
                if let Some(first) = seen.get(key) {
                    merged.problems.push(
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
                merged
                    .places
                    .insert(key.to_owned(), setting.value_place.clone());
                all.push(setting.setting.clone());
            }
        }
        let mut settings = Settings::new(all);
        settings.overlay(self.layer.iter().cloned());
        merged.settings = Arc::new(settings);
        self.settings = merged;
    }

    /// The paths of the files of a kind, in the order of a walk.
    fn paths_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let listed = self.listed.get(&kind).into_iter();
        let files = listed.flat_map(Tree::files);
        files
            .map(|(path, _)| path)
            .filter(move |path| kind.takes(path))
    }

    fn parsed(&self, kind: Kind) -> Vec<&Parsed> {
        let files = self.files_of(kind).into_iter();
        files.map(|(_, cached)| &cached.parsed).collect()
    }

    fn files_of(&self, kind: Kind) -> Vec<(&str, &Cached)> {
        self.paths_of(kind)
            .filter_map(|path| Some((path, self.cached.get(&(kind, path.to_owned()))?)))
            .collect()
    }

    /// The folder of the files of one kind.
    fn folder_of(&self, kind: Kind) -> &str {
        self.listed.get(&kind).map_or("", Tree::path)
    }
}

/// The settings, where nothing says where they are.
fn find_settings(source: &dyn Source) -> Option<&'static str> {
    let mut paths = defaults::SETTINGS.into_iter();
    paths.find(|path| matches!(source.look(path), Ok(Some(_))))
}

fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

#[cfg(test)]
mod tests;
