//! What a site's files say, merged and checked as a whole.

use super::file::{ContentKind, ParsedFile};
use super::parts::{Messages, Routes};
use super::{Loaded, Loader};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::lint::{Changes, Files, Known};
use crate::messages::merge::{ByLanguage, merge};
use crate::messages::{self, Catalogue};
use crate::routes::{self, ParsedRoute, RouteTable};
use crate::settings::Settings;
use crate::site::{SiteData, defaults};
use crate::templates::{self, Templates};
use crate::text::{Place, Span, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Loader {
    /// Merges what the files say and checks it as a whole, as far as it has changed.
    pub(super) fn assemble(&mut self) -> Loaded {
        let pending = std::mem::take(&mut self.pending);
        let is_first = !std::mem::replace(&mut self.parts.is_made, true);
        // A setting says what a trailing slash is.
        let routes_changed = pending.routes || pending.settings || is_first;
        let messages_changed = pending.messages || pending.settings || is_first;
        let mut changes = Changes {
            all: pending.assets,
            tables: routes_changed || messages_changed,
            ..Changes::default()
        };
        if routes_changed {
            let now = self.routes();
            let before = std::mem::replace(&mut self.parts.routes, now);
            before.differences(&self.parts.routes, &mut changes);
        }
        if messages_changed {
            let now = self.messages();
            let before = std::mem::replace(&mut self.parts.messages, now);
            before.differences(&self.parts.messages, &mut changes);
        }
        changes.templates = self.update_templates(pending.templates);
        let changed_templates = changes.templates.clone();
        let parts = &self.parts;
        let files = Files {
            site: SiteData {
                settings: Arc::clone(&self.settings.settings),
                routes: Arc::clone(&parts.routes.table),
                catalogue: Arc::clone(&parts.messages.catalogue),
                templates: Templates::Set(Arc::clone(&parts.templates)),
            },
            setting_places: Arc::clone(&self.settings.places),
            route_places: Arc::clone(&parts.routes.places),
            has_all_routes: parts.routes.is_whole,
            message_places: Arc::clone(&parts.messages.places),
            message_entities: Arc::clone(&parts.messages.entities),
            message_folder: self.folder_of(ContentKind::Messages).to_owned(),
            has_all_messages: parts.messages.is_whole,
            templates: Arc::clone(&parts.templates),
            missing_assets: Arc::clone(self.assets.missing()),
            missing_links: Arc::clone(self.assets.missing_links()),
            hiding_files: Arc::clone(self.assets.hiding()),
        };
        let lint = &mut self.parts.lint;
        lint.update(&Known::new(&files, None), changes);
        let mut diagnostics: Vec<Diagnostic> = self
            .problems
            .values()
            .flatten()
            .chain(self.path_problems.values())
            .chain(&self.settings.problems)
            .chain(&self.parts.routes.diagnostics)
            .chain(&self.parts.messages.diagnostics)
            .chain(self.parts.lint.diagnostics())
            .cloned()
            .collect();
        diagnostic::sort(&mut diagnostics);
        Loaded {
            files,
            diagnostics,
            error_controllers: self.error_controllers(),
            template_folder: self.parts.template_folder.clone(),
            changed_templates,
        }
    }

    /// The error controllers that settings name, and where.
    fn error_controllers(&self) -> Vec<(String, Place)> {
        let settings = self.settings.settings.below("error");
        settings
            .filter_map(|(_, setting)| {
                let place = self.settings.places.values.get(setting.key.as_ref())?;
                Some((setting.value.as_str()?.replace('/', "::"), place.clone()))
            })
            .collect()
    }

    fn routes(&self) -> Routes {
        let all: Vec<&ParsedRoute> = self
            .parsed(ContentKind::Routes)
            .into_iter()
            .filter_map(|parsed| match parsed {
                ParsedFile::Routes(parsed) => Some(parsed.routes.iter()),
                _ => None,
            })
            .flatten()
            .collect();
        let table = RouteTable {
            routes: all.iter().map(|parsed| parsed.route.clone()).collect(),
        };
        let places = all.iter().map(|parsed| parsed.places.clone()).collect();
        let trailing_slash = self.settings.settings.get_string("router.trailing_slash");
        let is_strict = !matches!(trailing_slash.as_deref(), Ok("redirect" | "ignore"));
        let mut diagnostics = routes::check::check(&all);
        diagnostics.extend(routes::check::roots_of_groups(&all, is_strict));
        Routes {
            table: Arc::new(table),
            places: Arc::new(places),
            diagnostics,
            is_whole: self.is_whole(ContentKind::Routes),
        }
    }

    fn messages(&self) -> Messages {
        let folder = self.folder_of(ContentKind::Messages);
        let settings = &self.settings.settings;
        let is_whole = self.is_whole(ContentKind::Messages);
        let mut by_language: ByLanguage<'_> = BTreeMap::new();
        let mut strange: BTreeMap<&str, Place> = BTreeMap::new();
        for (path, cached) in self.files_of(ContentKind::Messages) {
            let Some(language) = messages::language_of(path, folder) else {
                continue;
            };
            if !messages::is_language(language) {
                let start = || Place::new(Arc::clone(&cached.file), Span::default());
                strange.entry(language).or_insert_with(start);
                continue;
            }
            // A language whose files cannot be read is one all the same.
            let messages = by_language.entry(language).or_default();
            if let ParsedFile::Messages(parsed) = &cached.parsed {
                messages.push(&**parsed);
            }
        }
        let codes: Vec<&str> = by_language.keys().copied().collect();
        let default = default_language(settings, &codes);
        let merged = merge(&by_language, nearest_language(&codes, &default));
        let mut diagnostics: Vec<Diagnostic> = strange
            .into_iter()
            .map(|(name, place)| no_language(folder, name, place, &codes))
            .collect();
        diagnostics.extend(messages::check::duplicates(&merged));
        diagnostics.extend(messages::check::placeholders(&merged));
        diagnostics.extend(messages::check::kinds(&merged));
        diagnostics.extend(messages::check::foreign_placeholders(&merged));
        diagnostics.extend(messages::check::forms(&merged));
        let severity = match settings.get_string("i18n.missing").as_deref() {
            Ok("warn") => Some(Severity::Warning),
            Ok("allow") => None,
            _ => Some(Severity::Error),
        };
        // What a broken file holds is not missing.
        if let Some(severity) = severity
            && is_whole
        {
            diagnostics.extend(messages::check::missing(&merged, severity));
        }
        let catalogue = Catalogue {
            languages: merged.languages().into(),
            default: default.into(),
        };
        if !catalogue.languages.is_empty()
            && catalogue.lookup(&catalogue.default).is_none()
            && let Some(place) = self.settings.places.values.get("i18n.language.default")
        {
            let codes: Vec<&str> = catalogue
                .languages
                .iter()
                .map(|l| l.code.as_ref())
                .collect();
            diagnostics.push(
                Diagnostic::error_at(
                    place.clone(),
                    format!("there are no messages in `{}`", catalogue.default),
                )
                .with_code("unknown-language")
                .with_help(format!(
                    "{}; add the folder `{folder}/{}`, or name another language",
                    crate::suggest::there_is(&codes),
                    catalogue.default
                )),
            );
        }
        Messages {
            catalogue: Arc::new(catalogue),
            places: Arc::new(merged.places()),
            entities: messages::check::entities(&merged).into(),
            diagnostics,
            is_whole,
        }
    }

    /// Whether every file of a kind could be read as a whole.
    fn is_whole(&self, kind: ContentKind) -> bool {
        !self.problems.keys().any(|(known, _)| *known == kind)
    }

    /// Puts changed templates into the set. Gives the names of those that are new, changed or gone.
    fn update_templates(&mut self, changed: BTreeSet<String>) -> BTreeSet<Text> {
        let folder = self.folder_of(ContentKind::Template).to_owned();
        let mut changes: BTreeMap<Text, Option<templates::Entry>> = BTreeMap::new();
        if folder != self.parts.template_folder {
            // What it was called there is gone.
            let names = self.parts.templates.names().into_iter();
            changes.extend(names.map(|name| (name.to_owned().into(), None)));
        }
        for path in changed {
            let Some(name) = template_name(&path, &folder) else {
                continue;
            };
            changes.insert(name.to_owned().into(), self.template(path.clone()));
        }
        self.parts.template_folder = folder;
        let names: BTreeSet<Text> = changes.keys().cloned().collect();
        if !changes.is_empty() {
            self.parts.templates = Arc::new(self.parts.templates.with(changes));
        }
        names
    }

    /// A template as it is now, `None` where it is gone.
    fn template(&self, path: String) -> Option<templates::Entry> {
        let fingerprint = self.listed.get(&ContentKind::Template)?.fingerprint(&path);
        let cached = self.cached.get(&(ContentKind::Template, path))?;
        let (tree, is_good) = match &cached.parsed {
            ParsedFile::Template(parsed) => (parsed.tree.clone(), parsed.problem.is_none()),
            _ => (None, false),
        };
        Some(templates::Entry {
            file: Arc::clone(&cached.file),
            parsed: tree,
            is_good,
            fingerprint,
        })
    }
}

/// The folder of the default language's messages: `en` for `en-US`.
fn nearest_language<'a>(codes: &[&'a str], default: &'a str) -> &'a str {
    let language = |code: &&str| messages::Language {
        code: (*code).to_owned().into(),
        messages: Vec::new().into(),
    };
    let languages = Catalogue {
        languages: codes.iter().map(language).collect(),
        default: Text::Borrowed(""),
    };
    let nearest = languages.lookup(default);
    let nearest = nearest.and_then(|nearest| codes.iter().find(|code| ***code == *nearest.code));
    nearest.copied().unwrap_or(default)
}

/// A folder or a file beside those of languages.
fn no_language(folder: &str, name: &str, place: Place, codes: &[&str]) -> Diagnostic {
    let language = codes.first().copied().unwrap_or(defaults::LANGUAGE);
    let path = place.file.path().to_owned();
    let file = path.rsplit('/').next().unwrap_or(&path);
    let is_folder = path.contains(&format!("/{name}/"));
    Diagnostic::error_at(place, format!("`{name}` is not a language"))
        .with_code("unknown-language")
        .with_help(match is_folder {
            true => format!(
                "name the folder `{folder}/{name}` by a tag such as `en`, `pt-BR` or `zh-Hant`; what all \
                 languages share has to be in the folder of each"
            ),
            false => format!(
                "put the file into the folder of a language: `{folder}/{language}/{file}`, and its \
                 translations into those of the others"
            ),
        })
}

/// The language when nothing else tells one: the setting, else the only one there is, else
/// [`defaults::LANGUAGE`].
fn default_language(settings: &Settings, languages: &[&str]) -> String {
    if let Ok(language) = settings.get_string("i18n.language.default") {
        return language;
    }
    match languages {
        [only] => (*only).to_owned(),
        _ => defaults::LANGUAGE.to_owned(),
    }
}

/// The name of the template in this file; `None` where that is not below the folder.
fn template_name<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder)?;
    if folder.is_empty() {
        return Some(rest);
    }
    match rest.strip_prefix('/') {
        // The folder is a single file.
        None if rest.is_empty() => Some(path),
        name => name,
    }
}
