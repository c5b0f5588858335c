//! A site's files to its data: read, parsed, merged and checked, and again only where a file has
//! changed.

mod assemble;
mod assets;
mod list;
mod read;

use crate::diagnostic::Diagnostic;
use crate::lint::{self, MissingAssets};
use crate::messages::ParsedMessages;
use crate::routes::{ParsedRoutes, RoutePlaces, Text};
use crate::settings::{ParsedSettings, Setting, Settings};
use crate::site::{SiteData, defaults};
use crate::source::{Look, Source, Tree};
use crate::templates;
use crate::text::{Place, SourceFile};
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
    /// Whether every file of routes could be read as a whole.
    pub has_all_routes: bool,
    /// The messages, and where each stands: in the default language, if it has it.
    pub message_places: Arc<BTreeMap<Box<str>, Place>>,
    /// The folder of the messages.
    pub message_folder: String,
    /// Whether every file of messages could be read as a whole.
    pub has_all_messages: bool,
    /// The error controllers that settings name, and where.
    pub error_controllers: Vec<(String, Place)>,
    /// The folder of the templates.
    pub template_folder: String,
    /// The templates with their trees, those with a wrong syntax among them.
    pub templates: Arc<templates::Set>,
    /// The static files that templates name and that are not found.
    pub missing_assets: Arc<MissingAssets>,
    /// The templates that are new, changed or gone since the data before.
    pub changed_templates: BTreeSet<Text>,
}

impl Loaded {
    /// What the files say, for checks.
    #[must_use]
    pub fn files(&self) -> lint::Files<'_> {
        lint::Files {
            settings: &self.site.settings,
            routes: &self.site.routes,
            route_places: &self.route_places,
            has_all_routes: self.has_all_routes,
            catalogue: &self.site.catalogue,
            message_places: &self.message_places,
            message_folder: &self.message_folder,
            has_all_messages: self.has_all_messages,
            templates: &self.templates,
            missing_assets: &self.missing_assets,
        }
    }

    /// Whether a site can be built from it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

#[derive(Debug)]
struct Cached {
    file: Arc<SourceFile>,
    parsed: ParsedFile,
}

#[derive(Clone, Debug)]
enum ParsedFile {
    Settings(Arc<ParsedSettings>),
    Routes(Arc<ParsedRoutes>),
    Messages(Arc<ParsedMessages>),
    Template(ReadTemplate),
    /// A file that could not be read as text.
    Unreadable(Box<Diagnostic>),
}

impl ParsedFile {
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
struct ReadTemplate {
    tree: Option<Arc<templates::ParsedTemplate>>,
    problem: Option<Box<Diagnostic>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum ContentKind {
    Settings,
    Routes,
    Messages,
    Template,
}

impl ContentKind {
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
