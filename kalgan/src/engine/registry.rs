//! The filters, tests and functions that an app has registered, against those that its settings
//! declare and its templates use.

use super::compiled::Natives;
use super::content_type::{self, is_ours};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::Settings;
use kalgan_core::templates::registered::{Registered, not_registered as missing};
use kalgan_core::templates::{CallKind, KnownNames};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

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
        for name in CallKind::Filter.built_in() {
            tera.register_filter(name, |_: &Value, _: Kwargs, _: &State| TAKEN);
        }
        for name in CallKind::Function.built_in() {
            tera.register_function(name, |_: Kwargs, _: &State| TAKEN);
        }
        for name in CallKind::Test.built_in() {
            tera.register_test(name, |_: &Value, _: Kwargs, _: &State| {
                TeraResult::<bool>::Err(tera::Error::message(TAKEN))
            });
        }
        for setup in others {
            setup(&mut tera);
        }
        let is_taken = |text: String| match tera.render_str(&text, &Context::new(), false) {
            Ok(written) => written == TAKEN,
            Err(error) => error.to_string().contains(TAKEN),
        };
        let mut replaced = HashSet::new();
        for kind in CallKind::ALL {
            for name in kind.built_in() {
                let is_taken = is_taken(match kind {
                    CallKind::Filter => format!("{{{{ 1|{name} }}}}"),
                    CallKind::Function => format!("{{{{ {name}() }}}}"),
                    CallKind::Test => format!("{{{{ (1 is {name}) }}}}"),
                });
                // `super()` is no function, though it looks like one.
                if !is_taken && name != "super" {
                    replaced.insert(name);
                }
            }
        }
        Some(replaced)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn natives(setup: impl Fn(&mut Tera) + Send + Sync + 'static) -> Option<Vec<&'static str>> {
        let registry = Registry::new(vec![Arc::new(|_: &mut Tera| {}), Arc::new(setup)]);
        let mut replaced: Vec<_> = registry.natives()?.replaced.into_iter().collect();
        replaced.sort_unstable();
        Some(replaced)
    }

    #[test]
    fn programs_know_what_the_app_has_registered_for_itself() {
        assert_eq!(natives(|_| {}), Some(Vec::new()));
        let replaced = natives(|tera| {
            tera.register_filter("shout", |text: &str, _: Kwargs, _: &State| {
                text.to_uppercase()
            });
            tera.register_filter("upper", |text: &str, _: Kwargs, _: &State| text.to_owned());
            tera.register_function("range", |_: Kwargs, _: &State| 5);
            tera.register_test("odd", |_: i64, _: Kwargs, _: &State| true);
        });
        assert_eq!(replaced, Some(vec!["odd", "range", "upper"]));
    }

    #[test]
    fn there_are_no_programs_where_templates_are_read_or_escaped_otherwise() {
        assert_eq!(natives(|tera| tera.autoescape_on([".txt"])), None);
        let escapes = |tera: &mut Tera| {
            tera.set_escape_fn(|text, to| to.write_all(text.to_uppercase().as_bytes()));
        };
        assert_eq!(natives(escapes), None);
        let delimiters = |tera: &mut Tera| {
            let delimiters = tera::Delimiters {
                variable_start: "<<".into(),
                variable_end: ">>".into(),
                ..tera::Delimiters::default()
            };
            tera.set_delimiters(delimiters).unwrap();
        };
        assert_eq!(natives(delimiters), None);
    }
}
