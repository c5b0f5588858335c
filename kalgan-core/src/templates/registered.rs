//! Filters, tests and functions that an app adds to the built-in ones.

use super::builtin::CallKind;
use crate::diagnostic::Diagnostic;
use crate::settings::Settings;
use std::collections::BTreeSet;

/// What an app registers with Tera, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Filters.
    pub filters: BTreeSet<String>,
    /// Tests.
    pub tests: BTreeSet<String>,
    /// Functions.
    pub functions: BTreeSet<String>,
    /// Variables of Tera's global context.
    pub variables: BTreeSet<String>,
}

impl Registered {
    /// What the settings `tera.filters`, `tera.tests`, `tera.functions` and `tera.variables`
    /// declare.
    #[must_use]
    pub fn declared(settings: &Settings) -> Self {
        let names = |key| settings.items(key).into_iter().collect();
        Self {
            filters: names("tera.filters"),
            tests: names("tera.tests"),
            functions: names("tera.functions"),
            variables: names("tera.variables"),
        }
    }

    /// The names of a kind.
    #[must_use]
    pub fn of(&self, kind: CallKind) -> &BTreeSet<String> {
        match kind {
            CallKind::Filter => &self.filters,
            CallKind::Test => &self.tests,
            CallKind::Function => &self.functions,
        }
    }

    /// Adds a name.
    pub fn insert(&mut self, kind: CallKind, name: &str) {
        let names = match kind {
            CallKind::Filter => &mut self.filters,
            CallKind::Test => &mut self.tests,
            CallKind::Function => &mut self.functions,
        };
        names.insert(name.to_owned());
    }

    /// Takes in what another one has.
    pub fn extend(&mut self, other: Self) {
        self.filters.extend(other.filters);
        self.tests.extend(other.tests);
        self.functions.extend(other.functions);
        self.variables.extend(other.variables);
    }
}

/// What is wrong where the app starts: a name that is declared, and that nobody registers.
#[must_use]
pub fn not_registered(kind: CallKind, name: &str, origin: &str) -> Diagnostic {
    Diagnostic::general(format!(
        "the setting `{}` ({origin}) declares the {} `{name}`, but nothing registers it",
        kind.setting(),
        kind.word()
    ))
    .with_code("not-registered")
    .with_help(format!(
        "register it in `main`: `app.tera(|tera| tera.register_{}(\"{name}\", …))`, or remove the \
         declaration",
        kind.word()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_name_that_nothing_registers() {
        let diagnostic = not_registered(CallKind::Filter, "shout", "config/app.yaml:2:3");
        assert_eq!(
            diagnostic.to_string(),
            "error: the setting `tera.filters` (config/app.yaml:2:3) declares the filter `shout`, \
             but nothing registers it; register it in `main`: \
             `app.tera(|tera| tera.register_filter(\"shout\", …))`, or remove the declaration"
        );
        assert_eq!(diagnostic.code, Some("not-registered"));
    }
}
