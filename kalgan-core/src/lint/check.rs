//! What a check is, and how what it found is kept up to date.

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::templates::{Entry, ParsedTemplate, Set};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Debug;

/// A check between files.
pub(super) trait Check: Debug + Send + Sync {
    /// Looks at what has changed since the last update.
    fn update(&mut self, known: &Known<'_>, changes: &Changes);

    /// All that is wrong by the last update.
    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_>;
}

/// What has changed since an update.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// So much that everything has to be looked at.
    pub all: bool,
    /// Templates that are new, changed or gone.
    pub templates: BTreeSet<Text>,
    /// Whether routes or messages were read again.
    pub tables: bool,
    /// Routes by name that are called in another way.
    pub routes: HashSet<Text>,
    /// Messages by key that are called in another way.
    pub messages: HashSet<Text>,
}

impl Changes {
    /// Adds the templates that name what has changed.
    fn add_users(&self, set: &Set, found: &mut BTreeSet<Text>) {
        if self.routes.is_empty() && self.messages.is_empty() {
            return;
        }
        for (name, _, parsed) in set.parsed() {
            let references = &parsed.references;
            let mut urls = references.urls.iter();
            let mut messages = references.messages.iter();
            if urls.any(|call| self.routes.contains(&*call.name.text))
                || messages.any(|call| self.messages.contains(&*call.name.text))
            {
                found.insert(name.to_owned().into());
            }
        }
    }
}

/// A check of each template by itself.
#[derive(Debug)]
pub(super) struct EachTemplate {
    check: fn(&Known<'_>, &Entry, &ParsedTemplate) -> Vec<Diagnostic>,
    found: BTreeMap<Text, Vec<Diagnostic>>,
}

impl EachTemplate {
    pub(super) fn new(check: fn(&Known<'_>, &Entry, &ParsedTemplate) -> Vec<Diagnostic>) -> Self {
        Self {
            check,
            found: BTreeMap::new(),
        }
    }
}

impl Check for EachTemplate {
    fn update(&mut self, known: &Known<'_>, changes: &Changes) {
        let set = &known.files.templates;
        let check = |(name, entry, parsed): (&str, &Entry, &ParsedTemplate)| {
            let found = (self.check)(known, entry, parsed);
            (!found.is_empty()).then(|| (name.to_owned().into(), found))
        };
        if changes.all {
            self.found = set.parsed().filter_map(check).collect();
            return;
        }
        let mut suspects = suspects(changes, &self.found);
        changes.add_users(set, &mut suspects);
        let names = suspects.iter().map(AsRef::as_ref);
        let found: Vec<_> = set.parsed_of(names).filter_map(check).collect();
        self.found.retain(|name, _| !suspects.contains(name));
        self.found.extend(found);
    }

    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_> {
        Box::new(self.found.values().flatten())
    }
}

/// The changed templates and those with mistakes: an edit elsewhere may have changed what to do.
pub(super) fn suspects(
    changes: &Changes,
    known: &BTreeMap<Text, Vec<Diagnostic>>,
) -> BTreeSet<Text> {
    changes
        .templates
        .iter()
        .chain(known.keys())
        .cloned()
        .collect()
}

/// A check of the app as a whole.
#[derive(Debug)]
pub(super) struct Whole {
    check: fn(&Known<'_>) -> Vec<Diagnostic>,
    /// Whether templates tell it nothing.
    is_of_tables: bool,
    found: Vec<Diagnostic>,
}

impl Whole {
    /// A check of all that there is.
    pub(super) fn new(check: fn(&Known<'_>) -> Vec<Diagnostic>) -> Self {
        Self {
            check,
            is_of_tables: false,
            found: Vec::new(),
        }
    }

    /// A check of the routes and messages alone.
    pub(super) fn of_tables(check: fn(&Known<'_>) -> Vec<Diagnostic>) -> Self {
        Self {
            is_of_tables: true,
            ..Self::new(check)
        }
    }
}

impl Check for Whole {
    fn update(&mut self, known: &Known<'_>, changes: &Changes) {
        if changes.all || changes.tables || !self.is_of_tables {
            self.found = (self.check)(known);
        }
    }

    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_> {
        Box::new(self.found.iter())
    }
}
