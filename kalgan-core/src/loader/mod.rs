//! A site's files to its data: read, parsed, merged and checked, and again only where a file has
//! changed.

mod assemble;
mod assets;
mod file;
mod list;
mod loaded;
mod parts;
mod read;

pub use loaded::Loaded;

use crate::diagnostic::Diagnostic;
use crate::lint::SettingPlaces;
use crate::settings::{Setting, Settings, folders, secret, secret_in_file, unknown_variables};
use crate::site::defaults;
use crate::source::{Look, Source, Tree};
use crate::text::Place;
use assets::Assets;
use file::{Cached, ContentKind, ParsedFile};
use parts::Parts;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How often a set that changes while it is read is read again.
const ATTEMPTS: usize = 5;

/// Reads a site and keeps what it has parsed, so that only what changed is read, parsed and checked
/// again.
#[derive(Debug, Default)]
pub struct Loader {
    settings_path: Option<String>,
    layer: Vec<Setting>,
    /// The keys whose values are secrets by their types.
    own_secrets: Vec<String>,
    /// The files of each kind, once it was looked at; none where its path leaves the app.
    listed: BTreeMap<ContentKind, Tree>,
    /// What is wrong with the path of a kind.
    path_problems: BTreeMap<ContentKind, Diagnostic>,
    cached: HashMap<(ContentKind, String), Cached>,
    /// Files that changed so shortly before they were read that their times may not tell of the next
    /// change.
    fresh: BTreeSet<(ContentKind, String)>,
    /// What is wrong with single files; those without mistakes are left out.
    problems: BTreeMap<(ContentKind, String), Vec<Diagnostic>>,
    settings: MergedSettings,
    assets: Assets,
    parts: Parts,
    /// What has changed since the last data were made.
    pending: Pending,
    reads: u64,
    loaded: bool,
}

/// The settings of all files, with the layer over them.
#[derive(Debug, Default)]
struct MergedSettings {
    settings: Arc<Settings>,
    places: Arc<SettingPlaces>,
    problems: Vec<Diagnostic>,
    unknown_variables: Vec<String>,
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

    fn note(&mut self, kind: ContentKind, path: &str) {
        match kind {
            ContentKind::Settings => self.settings = true,
            ContentKind::Routes => self.routes = true,
            ContentKind::Messages => self.messages = true,
            ContentKind::Template => {
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

    /// The keys whose values are secrets by the types that read them.
    #[must_use]
    pub fn with_secrets(mut self, keys: Vec<String>) -> Self {
        self.own_secrets = keys;
        self
    }

    /// What is said of variables of the environment that name no setting.
    #[must_use]
    pub fn unknown_variables(&self) -> &[String] {
        &self.settings.unknown_variables
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
                ContentKind::Template => look,
                _ => Look::All,
            };
            let tree = self.listed.get(&kind);
            tree.is_some_and(|tree| tree.is_up_to_date(source, look))
                && !self.path_problems.contains_key(&kind)
        };
        let has_same_settings = match &self.settings_path {
            Some(_) => is_settled(ContentKind::Settings),
            None => match find_settings(source) {
                None => !self.listed.contains_key(&ContentKind::Settings),
                Some(path) => {
                    self.folder_of(ContentKind::Settings) == path
                        && is_settled(ContentKind::Settings)
                }
            },
        };
        has_same_settings
            && [
                ContentKind::Routes,
                ContentKind::Messages,
                ContentKind::Template,
            ]
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
    fn look_at(&mut self, source: &dyn Source, look: Look<'_>) -> Vec<(ContentKind, String)> {
        let mut read = Vec::new();
        let path = match &self.settings_path {
            Some(path) => Some(path.clone()),
            None => find_settings(source).map(str::to_owned),
        };
        match &path {
            Some(path) => self.list(
                source,
                Look::All,
                ContentKind::Settings,
                path,
                None,
                &mut read,
            ),
            None => {
                self.unlist(ContentKind::Settings);
                self.path_problem(ContentKind::Settings, None);
            }
        }
        if self.pending.settings || !self.loaded {
            self.merge_settings();
        }
        for (kind, key, default, look) in [
            (
                ContentKind::Routes,
                "router.path",
                defaults::ROUTES,
                Look::All,
            ),
            (
                ContentKind::Messages,
                "i18n.path",
                defaults::MESSAGES,
                Look::All,
            ),
            (
                ContentKind::Template,
                "tera.path",
                defaults::TEMPLATES,
                look,
            ),
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

    fn merge_settings(&mut self) {
        let mut merged = MergedSettings::default();
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut all = Vec::new();
        let mut places = SettingPlaces::default();
        for parsed in self.parsed(ContentKind::Settings) {
            let ParsedFile::Settings(parsed) = parsed else {
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
                let value_place = setting.value_place.clone();
                places.values.insert(key.to_owned(), value_place);
                all.push(setting.setting.clone());
            }
            for (key, place) in &parsed.sections {
                let known = places.keys.entry(key.clone());
                known.or_insert_with(|| place.clone());
            }
        }
        let keys = seen.iter().map(|(key, place)| (key.clone(), place.clone()));
        places.keys.extend(keys);
        merged.places = Arc::new(places);
        let mut settings = Settings::new(all);
        merged.unknown_variables = unknown_variables(&settings, &self.layer);
        settings.overlay(self.layer.iter().cloned());
        settings.declare_secrets(&self.own_secrets);
        // Those that are secrets by their names were told where they were read.
        let secrets = settings.secrets();
        for (key, place) in &seen {
            if secrets.declares(key) && !secret::is_secret(key) {
                merged.problems.push(secret_in_file(key, place.clone()));
            }
        }
        let path = self.folder_of(ContentKind::Settings);
        if let Some(place) = merged.places.values.get("static.folders").cloned() {
            let published = settings
                .items("static.folders")
                .into_iter()
                .filter_map(|item| {
                    let folder = folders::static_folder(&item)?;
                    let source = folders::published(folder, &settings, Some(path))?;
                    Some(source_published(folder, &source, place.clone()))
                });
            merged.problems.extend(published);
        }
        merged.settings = Arc::new(settings);
        self.settings = merged;
    }

    /// The paths of the files of a kind, in the order of a walk.
    fn paths_of(&self, kind: ContentKind) -> impl Iterator<Item = &str> {
        let listed = self.listed.get(&kind).into_iter();
        let files = listed.flat_map(Tree::files);
        files
            .map(|(path, _)| path)
            .filter(move |path| kind.takes(path))
    }

    fn parsed(&self, kind: ContentKind) -> Vec<&ParsedFile> {
        let files = self.files_of(kind).into_iter();
        files.map(|(_, cached)| &cached.parsed).collect()
    }

    fn files_of(&self, kind: ContentKind) -> Vec<(&str, &Cached)> {
        self.paths_of(kind)
            .filter_map(|path| Some((path, self.cached.get(&(kind, path.to_owned()))?)))
            .collect()
    }

    /// The folder of the files of one kind.
    fn folder_of(&self, kind: ContentKind) -> &str {
        self.listed.get(&kind).map_or("", Tree::path)
    }
}

/// A folder of static files that holds the app's sources.
fn source_published(folder: &str, source: &str, place: Place) -> Diagnostic {
    let message = match folder == source {
        true => format!("`static.folders` would show the app's own `{folder}` to everyone"),
        false => format!(
            "`static.folders` would show the app's own `{source}` to everyone, which is in `{folder}`"
        ),
    };
    Diagnostic::error_at(place, message)
        .with_code("source-published")
        .with_help("name a folder that holds nothing else than static files, such as `static`")
}

/// The settings, where nothing says where they are.
fn find_settings(source: &dyn Source) -> Option<&'static str> {
    let mut paths = defaults::SETTINGS.into_iter();
    paths.find(|path| matches!(source.look(path), Ok(Some(_))))
}

#[cfg(test)]
mod tests;
