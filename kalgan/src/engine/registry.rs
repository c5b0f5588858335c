//! The filters, tests and functions that an app has registered, against those that its settings
//! declare and its templates use.

use super::content_type;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::Settings;
use kalgan_core::templates::registered::{Registered, not_registered as missing};
use kalgan_core::templates::{CallKind, KnownNames};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tera::Tera;

/// Registers filters, functions and tests: [`App::tera`](crate::App::tera).
pub(crate) type TeraSetup = Arc<dyn Fn(&mut Tera) + Send + Sync>;

/// All that an app registers with Tera, in a Tera without templates. It is made at the first use.
pub(crate) struct Registry {
    setups: Vec<TeraSetup>,
    base: OnceLock<Arc<Tera>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    names: Option<KnownNames>,
    /// What was asked before.
    answers: HashMap<(CallKind, String), bool>,
}

impl Registry {
    /// `setups` begins with that of Kalgan's own filters and functions.
    pub(crate) fn new(setups: Vec<TeraSetup>) -> Self {
        Self {
            setups,
            base: OnceLock::new(),
            known: Mutex::default(),
        }
    }

    /// Whether anything but Kalgan's own filters and functions may be registered.
    pub(crate) fn is_extended(&self) -> bool {
        self.setups.len() > 1
    }

    /// A Tera with all that is registered and no template.
    pub(crate) fn base(&self) -> &Arc<Tera> {
        self.base.get_or_init(|| {
            let mut tera = content_type::tera();
            for setup in &self.setups {
                setup(&mut tera);
            }
            Arc::new(tera)
        })
    }

    /// Whether Tera knows a name.
    pub(crate) fn has(&self, kind: CallKind, name: &str) -> bool {
        // Each answer is inserted whole.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { names, answers } = &mut *known;
        let key = (kind, name.to_owned());
        if let Some(answer) = answers.get(&key) {
            return *answer;
        }
        let names = names.get_or_insert_with(|| KnownNames::of(self.base()));
        let answer = names.has(kind, name);
        answers.insert(key, answer);
        answer
    }

    /// What the settings declare and nobody has registered.
    pub(crate) fn not_registered(&self, settings: &Settings) -> Vec<Diagnostic> {
        let declared = Registered::declared(settings);
        let mut diagnostics = Vec::new();
        for kind in CallKind::ALL {
            let names = declared.of(kind);
            let unknown = names.iter().filter(|name| !self.has(kind, name));
            diagnostics.extend(unknown.map(|name| {
                let origin = settings
                    .find(kind.setting())
                    .map(|setting| setting.origin.to_string())
                    .unwrap_or_default();
                missing(kind, name, &origin)
            }));
        }
        diagnostics
    }
}
