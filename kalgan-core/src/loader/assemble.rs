//! What a site's files say, merged and checked as a whole.

use super::{Kind, Loaded, Loader, Parsed, ParsedTemplate, Pass};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::messages::merge::{ByLanguage, merge};
use crate::messages::{self, Catalogue};
use crate::routes::{self, ParsedRoute, RoutePlaces, RouteTable};
use crate::settings::Settings;
use crate::site::{SiteData, defaults};
use crate::templates::{self, TemplateFile, names, structure};
use crate::text::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Loader {
    /// Merges what the files say and checks it as a whole.
    pub(super) fn assemble(&self, pass: Pass) -> Loaded {
        let mut diagnostics = Vec::new();
        let mut files: Vec<String> = Vec::new();
        for listed in &pass.listed {
            for entry in &listed.entries {
                files.push(entry.path.clone());
                match self.cached.get(&entry.path).map(|cached| &cached.parsed) {
                    Some(Parsed::Settings(parsed)) => {
                        diagnostics.extend(parsed.diagnostics.iter().cloned());
                    }
                    Some(Parsed::Routes(parsed)) => {
                        diagnostics.extend(parsed.diagnostics.iter().cloned());
                    }
                    Some(Parsed::Messages(parsed)) => {
                        diagnostics.extend(parsed.diagnostics.iter().cloned());
                    }
                    Some(Parsed::Template(template)) => {
                        let problem = template.problem.iter();
                        diagnostics.extend(problem.map(|problem| (**problem).clone()));
                    }
                    Some(Parsed::Unreadable(problem)) => diagnostics.push((**problem).clone()),
                    None => {}
                }
            }
        }
        files.sort_unstable();
        files.dedup();
        let (routes, route_places) = self.routes(&pass, &mut diagnostics);
        let (catalogue, message_places) = self.catalogue(&pass, &mut diagnostics);
        diagnostics.extend(routes::check::languages(
            &routes.routes,
            &route_places,
            &catalogue,
            folder_of(&pass, Kind::Messages),
        ));
        let (templates, set) = self.templates(&pass);
        diagnostics.extend(structure::check(&set));
        let known = names::Site {
            routes: self.is_whole(&pass, Kind::Routes).then_some(&routes),
            catalogue: self.is_whole(&pass, Kind::Messages).then_some(&catalogue),
            missing_assets: Some(&self.missing_assets),
        };
        diagnostics.extend(names::check(&set, known));
        let error_controllers = pass
            .settings
            .below("error")
            .filter_map(|(_, setting)| {
                let place = pass.setting_places.get(setting.key.as_ref())?;
                Some((setting.value.as_str()?.replace('/', "::"), place.clone()))
            })
            .collect();
        let template_folder = folder_of(&pass, Kind::Template).to_owned();
        diagnostics.extend(pass.problems);
        diagnostic::sort(&mut diagnostics);
        Loaded {
            site: SiteData {
                settings: pass.settings,
                routes,
                catalogue,
                templates,
            },
            diagnostics,
            route_places,
            message_places,
            error_controllers,
            files,
            template_folder,
            templates: Arc::new(set),
        }
    }

    fn routes(
        &self,
        pass: &Pass,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (RouteTable, Vec<RoutePlaces>) {
        let all: Vec<&ParsedRoute> = self
            .parsed(pass, Kind::Routes)
            .into_iter()
            .filter_map(|parsed| match parsed {
                Parsed::Routes(parsed) => Some(parsed.routes.iter()),
                _ => None,
            })
            .flatten()
            .collect();
        diagnostics.extend(routes::check::check(&all));
        let table = RouteTable {
            routes: all.iter().map(|parsed| parsed.route.clone()).collect(),
        };
        let places = all.iter().map(|parsed| parsed.places.clone()).collect();
        (table, places)
    }

    fn catalogue(
        &self,
        pass: &Pass,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Catalogue, BTreeMap<Box<str>, Place>) {
        let folder = folder_of(pass, Kind::Messages);
        let mut by_language: ByLanguage<'_> = BTreeMap::new();
        for (path, cached) in self.files(pass, Kind::Messages) {
            let Some(language) = messages::language_of(path, folder) else {
                continue;
            };
            // A language whose files cannot be read is one all the same.
            let messages = by_language.entry(language).or_default();
            if let Parsed::Messages(parsed) = &cached.parsed {
                messages.push(&**parsed);
            }
        }
        let codes: Vec<&str> = by_language.keys().copied().collect();
        let default = default_language(&pass.settings, &codes);
        let merged = merge(&by_language, &default);
        diagnostics.extend(messages::check::duplicates(&merged));
        diagnostics.extend(messages::check::placeholders(&merged));
        diagnostics.extend(messages::check::forms(&merged));
        let severity = match pass.settings.get_string("i18n.missing").as_deref() {
            Ok("warn") => Some(Severity::Warning),
            Ok("allow") => None,
            _ => Some(Severity::Error),
        };
        // What a broken file holds is not missing.
        if let Some(severity) = severity
            && self.is_whole(pass, Kind::Messages)
        {
            diagnostics.extend(messages::check::missing(&merged, severity));
        }
        let catalogue = Catalogue {
            languages: merged.languages().into(),
            default: default.into(),
        };
        if !catalogue.languages.is_empty()
            && catalogue.lookup(&catalogue.default).is_none()
            && let Some(place) = pass.setting_places.get("i18n.language.default")
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
        (catalogue, merged.places())
    }

    /// Whether every file of a kind could be read as a whole.
    fn is_whole(&self, pass: &Pass, kind: Kind) -> bool {
        self.parsed(pass, kind)
            .into_iter()
            .all(|parsed| match parsed {
                Parsed::Routes(parsed) => parsed.diagnostics.is_empty(),
                Parsed::Messages(parsed) => parsed.diagnostics.is_empty(),
                Parsed::Settings(parsed) => parsed.diagnostics.is_empty(),
                Parsed::Template(parsed) => parsed.problem.is_none(),
                Parsed::Unreadable(_) => false,
            })
    }

    fn templates(&self, pass: &Pass) -> (Vec<TemplateFile>, templates::Set) {
        let folder = folder_of(pass, Kind::Template);
        let mut good = Vec::new();
        let mut all = Vec::new();
        for (path, cached) in self.files(pass, Kind::Template) {
            let name = template_name(path, folder).to_owned();
            let parsed = match &cached.parsed {
                Parsed::Template(parsed) => parsed.clone(),
                _ => ParsedTemplate::default(),
            };
            if matches!(cached.parsed, Parsed::Template(_)) && parsed.problem.is_none() {
                good.push(TemplateFile {
                    name: name.clone().into(),
                    file: Arc::clone(&cached.file),
                });
            }
            let entry = templates::Entry {
                file: Arc::clone(&cached.file),
                parsed: parsed.tree,
            };
            all.push((name.into(), entry));
        }
        good.sort_by(|a, b| a.name.cmp(&b.name));
        (good, templates::Set::new(all))
    }
}

/// The folder of the files of one kind.
fn folder_of(pass: &Pass, kind: Kind) -> &str {
    pass.listed
        .iter()
        .find(|listed| listed.kind == kind)
        .map_or("", |listed| listed.folder.as_str())
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

fn template_name<'a>(path: &'a str, folder: &str) -> &'a str {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .trim_start_matches('/')
}
