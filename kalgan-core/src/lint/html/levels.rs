//! How bad the classes of mistakes in HTML are: by themselves, and as the settings have it.

use crate::diagnostic::{Diagnostic, Severity};
use crate::settings::Settings;
use crate::text::Place;
use std::collections::HashMap;

/// The classes, and how bad each is by itself.
pub(super) const CLASSES: &[(&str, Severity)] = &[
    ("button-type", Severity::Warning),
    ("control-label", Severity::Warning),
    ("dead-link", Severity::Error),
    ("duplicate-attribute", Severity::Error),
    ("duplicate-id", Severity::Error),
    ("heading-level", Severity::Warning),
    ("image-alt", Severity::Warning),
    ("link-method", Severity::Error),
    ("page-language", Severity::Warning),
    ("page-title", Severity::Warning),
    ("script-value", Severity::Error),
    ("stray-end-tag", Severity::Error),
    ("style-value", Severity::Error),
    ("unclosed-tag", Severity::Error),
    ("unknown-fragment", Severity::Error),
    ("unknown-id", Severity::Error),
    ("unquoted-value", Severity::Error),
    ("unsafe-url", Severity::Error),
];

/// What the settings say of the classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    /// Those that are not as they are by themselves; `None` is off.
    others: HashMap<&'static str, Option<Severity>>,
}

impl Levels {
    pub(super) fn of(settings: &Settings) -> Self {
        let read = |key: &str| settings.get_string(key).ok();
        let check = read("html.check");
        let levels = CLASSES.iter().filter_map(|(class, own)| {
            let level = match read(&format!("html.classes.{class}")).as_deref() {
                Some("error") => Some(Severity::Error),
                Some("warn") => Some(Severity::Warning),
                Some("off") => None,
                _ => match check.as_deref() {
                    Some("off") => None,
                    Some("warn") => Some(Severity::Warning),
                    _ => Some(*own),
                },
            };
            (level != Some(*own)).then_some((*class, level))
        });
        Self {
            others: levels.collect(),
        }
    }

    /// Whether nothing is looked for.
    pub(super) fn are_off(&self) -> bool {
        self.others.len() == CLASSES.len() && self.others.values().all(Option::is_none)
    }

    /// A mistake of a class; `None` where that is off.
    pub(super) fn mistake(
        &self,
        class: &'static str,
        place: Place,
        message: String,
    ) -> Option<Diagnostic> {
        let own = || {
            let mut classes = CLASSES.iter();
            classes
                .find(|(name, _)| *name == class)
                .map(|(_, own)| *own)
        };
        let severity = self.others.get(class).copied().unwrap_or_else(own)?;
        let diagnostic = match severity {
            Severity::Error => Diagnostic::error_at(place, message),
            Severity::Warning => Diagnostic::warning_at(place, message),
        };
        Some(diagnostic.with_code(class))
    }
}
