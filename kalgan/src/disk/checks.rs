//! What is wrong in templates on disk with what the app registers, kept up to date: of
//! an edited site only the edited templates are looked at again.

use crate::engine::Registry;
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::routes::Text;
use kalgan_core::settings::Settings;
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::{Entry, Parsed, arguments, foreign};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Filters, tests and functions that templates use and nobody has registered, and arguments that
/// the built-in ones do not take or that they lack.
#[derive(Default)]
pub(crate) struct Checks {
    /// What was checked against, and the settings that it is of.
    registered: Option<(Arc<Settings>, Arc<Registered>)>,
    /// By template; those without mistakes are left out.
    found: BTreeMap<Text, Vec<Diagnostic>>,
}

impl Checks {
    /// What the app registers, as far as its settings and its sources tell, by the last update.
    pub(crate) fn registered(&self) -> Arc<Registered> {
        match &self.registered {
            Some((_, registered)) => Arc::clone(registered),
            None => Arc::default(),
        }
    }

    /// Looks at what has changed.
    pub(crate) fn update(&mut self, spec: &Spec, registry: &Registry, loaded: &Loaded) {
        let settings = &loaded.site.settings;
        let is_current = self
            .registered
            .as_ref()
            .is_some_and(|(known, _)| Arc::ptr_eq(known, settings));
        let mut all = false;
        if !is_current {
            let now = Arc::new(registered(spec, settings));
            all = self.registered().as_ref() != now.as_ref() || self.registered.is_none();
            self.registered = Some((Arc::clone(settings), now));
        }
        let registered = self.registered();
        let templates = &loaded.templates;
        if all {
            self.found.clear();
            for (name, entry, parsed) in templates.parsed() {
                let found = check(registry, &registered, entry, parsed);
                self.note(name.to_owned().into(), found);
            }
            return;
        }
        for name in &loaded.changed_templates {
            let entry = templates.entry(name);
            let found = match entry.and_then(|entry| Some((entry, entry.parsed.as_deref()?))) {
                Some((entry, parsed)) => check(registry, &registered, entry, parsed),
                None => Vec::new(),
            };
            self.note(name.clone(), found);
        }
    }

    fn note(&mut self, name: Text, found: Vec<Diagnostic>) {
        if found.is_empty() {
            self.found.remove(&name);
        } else {
            self.found.insert(name, found);
        }
    }

    /// All that is wrong.
    pub(crate) fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.values().flatten()
    }
}

/// What the app registers with Tera, as far as its settings and its sources tell.
pub(super) fn registered(spec: &Spec, settings: &Settings) -> Registered {
    let mut registered = Registered::declared(settings);
    registered.extend(spec.registered.into());
    registered
}

fn check(
    registry: &Registry,
    registered: &Registered,
    entry: &Entry,
    parsed: &Parsed,
) -> Vec<Diagnostic> {
    let mut found = arguments::check_one(entry, parsed, registered);
    // What Tera knows is registered, whatever the sources show.
    let mut known = Registered::default();
    for (kind, name) in foreign::names_in(parsed) {
        if registry.has(kind, name) {
            known.insert(kind, name);
        }
    }
    found.extend(foreign::check_one(entry, parsed, &known));
    found
}
