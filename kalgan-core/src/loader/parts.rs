//! What was made of the files, and how it differs from what was made before.

use crate::diagnostic::Diagnostic;
use crate::lint::{Changes, Lint};
use crate::messages::check::Entity;
use crate::messages::{Catalogue, Content, Form, Forms, Part};
use crate::routes::{RouteDef, RoutePlaces, RouteTable};
use crate::templates;
use crate::text::{Place, Text};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What was made of the files, to be made anew only where they have changed.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) routes: Routes,
    pub(super) messages: Messages,
    pub(super) template_folder: String,
    pub(super) templates: Arc<templates::Set>,
    pub(super) lint: Lint,
    pub(super) is_made: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            routes: Routes::default(),
            messages: Messages::default(),
            template_folder: String::new(),
            templates: Arc::default(),
            lint: Lint::of_files(),
            is_made: false,
        }
    }
}

/// What the files of routes say.
#[derive(Debug, Default)]
pub(super) struct Routes {
    pub(super) table: Arc<RouteTable>,
    pub(super) places: Arc<Vec<RoutePlaces>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether every file could be read as a whole.
    pub(super) is_whole: bool,
}

/// What the files of messages say.
#[derive(Debug, Default)]
pub(super) struct Messages {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) places: Arc<BTreeMap<Box<str>, Place>>,
    pub(super) entities: Arc<[Entity]>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether every file could be read as a whole.
    pub(super) is_whole: bool,
}

impl Routes {
    /// Adds the routes whose names call for something else in what comes after these.
    pub(super) fn differences(&self, now: &Self, changes: &mut Changes) {
        changes.all |= self.is_whole != now.is_whole;
        let by_name = |table: &RouteTable| -> HashMap<Text, RouteDef> {
            // What stands elsewhere, or is answered by another controller, is called the same way.
            let routes = table.routes.iter().rev().map(|route| {
                let route = RouteDef {
                    place: Text::default(),
                    controller: Text::default(),
                    max_body: None,
                    ..route.clone()
                };
                (route.name.clone(), route)
            });
            routes.collect()
        };
        let (before, now) = (by_name(&self.table), by_name(&now.table));
        for (name, route) in &now {
            if before.get(name) != Some(route) {
                changes.routes.insert(name.clone());
            }
        }
        let gone = before.keys().filter(|name| !now.contains_key(*name));
        changes.routes.extend(gone.cloned());
    }
}

impl Messages {
    /// Adds the messages whose keys call for other values in what comes after these.
    pub(super) fn differences(&self, now: &Self, changes: &mut Changes) {
        let codes = |catalogue: &Catalogue| -> Vec<Text> {
            let languages = catalogue.languages.iter();
            languages.map(|language| language.code.clone()).collect()
        };
        changes.all |= self.is_whole != now.is_whole
            || codes(&self.catalogue) != codes(&now.catalogue)
            || self.catalogue.default != now.catalogue.default;
        if changes.all {
            return;
        }
        let pairs = self
            .catalogue
            .languages
            .iter()
            .zip(now.catalogue.languages.iter());
        for (before, after) in pairs {
            // Both are sorted by key.
            let mut known = before.messages.iter().peekable();
            for message in after.messages.iter() {
                while let Some(gone) = known.next_if(|known| known.key < message.key) {
                    changes.messages.insert(gone.key.clone());
                }
                if known.next_if(|known| known.key == message.key) != Some(message) {
                    changes.messages.insert(message.key.clone());
                }
            }
            changes.messages.extend(known.map(|gone| gone.key.clone()));
        }
        // Most edits change the words only.
        changes
            .messages
            .retain(|key| wordless(&self.catalogue, key) != wordless(&now.catalogue, key));
    }
}

/// What a message asks of its callers: what each language has without the words.
fn wordless(catalogue: &Catalogue, key: &str) -> Vec<Option<Content>> {
    let parts = |parts: &[Part]| -> Vec<Part> {
        let values = parts.iter().filter(|part| part.placeholder().is_some());
        values.cloned().collect()
    };
    let languages = catalogue.languages.iter();
    let contents = languages.map(|language| {
        Some(match &language.find(key)?.content {
            Content::Text(text) => Content::Text(parts(text).into()),
            Content::Forms(forms) => {
                let wordless = forms.forms.iter().map(|form| Form {
                    case: form.case.clone(),
                    parts: parts(&form.parts).into(),
                });
                Content::Forms(Forms {
                    forms: wordless.collect(),
                    ..forms.clone()
                })
            }
        })
    });
    contents.collect()
}
