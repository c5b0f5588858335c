//! The filters, tests and functions that an app has registered, against those that its settings
//! declare and its templates use.

use super::compiled::{FILTERS, FUNCTIONS, Natives, TESTS};
use super::content_type::{self, is_ours};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::Settings;
use kalgan_core::templates::registered::{Registered, not_registered as missing};
use kalgan_core::templates::{CallKind, KnownNames};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tera::{Context, Kwargs, State, Tera, Value};

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

    /// Which of the filters, functions and tests that programs know are as they know them. `None`: the
    /// app has changed how templates are read or escaped, which Tera alone does.
    pub(crate) fn natives(&self) -> Option<Natives> {
        let mut base = Tera::clone(self.base());
        let globals = base.global_context().clone();
        if !self.is_extended() {
            return Some(Natives {
                globals,
                ..Natives::default()
            });
        }
        let mut context = Context::new();
        context.insert("text", "a&<>\"'/`=é\0");
        let text = "{{ text }}{# #}{% if true %}|{% endif %}{{ text|safe }}";
        let written = base.render_str(text, &context, true).ok()?;
        if !is_ours(&base) || written != "a&amp;&lt;&gt;&quot;&#39;/`=é\0|a&<>\"'/`=é\0" {
            return None;
        }
        Some(Natives {
            replaced: self.replaced()?,
            may_be_extended: true,
            globals,
        })
    }

    /// The names that programs know and the app has registered itself: who registers a name last has
    /// it, so that names which had been taken before the app's turn are not taken any more.
    fn replaced(&self) -> Option<HashSet<&'static str>> {
        const TAKEN: &str = "__kalgan_taken";
        let mut tera = content_type::tera();
        let (own, others) = self.setups.split_first()?;
        own(&mut tera);
        for name in FILTERS {
            tera.register_filter(name, |_: &Value, _: Kwargs, _: &State| TAKEN);
        }
        for name in FUNCTIONS {
            tera.register_function(name, |_: Kwargs, _: &State| TAKEN);
        }
        for name in TESTS {
            let is_defined = name == "defined";
            tera.register_test(name, move |value: &Value, _: Kwargs, _: &State| {
                value.is_undefined() == is_defined
            });
        }
        for setup in others {
            setup(&mut tera);
        }
        let written = |text: String| tera.render_str(&text, &Context::new(), false).ok();
        let filters = FILTERS.map(|name| (name, format!("{{{{ 1|{name} }}}}"), TAKEN));
        let functions = FUNCTIONS.map(|name| (name, format!("{{{{ {name}() }}}}"), TAKEN));
        let tests = TESTS.map(|name| {
            let taken = if name == "defined" { "false" } else { "true" };
            (name, format!("{{{{ (1 is {name}) }}}}"), taken)
        });
        let all = filters.into_iter().chain(functions).chain(tests);
        let replaced = all.filter(|(_, text, taken)| {
            let written = written(text.clone());
            written.as_deref() != Some(taken)
        });
        Some(replaced.map(|(name, ..)| name).collect())
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
