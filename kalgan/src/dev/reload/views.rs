//! Development: the templates as they are now against what the binary was compiled with.

use super::beside::Beside;
use super::reloader::beside;
use crate::disk::lint::read;
use crate::site::Site;
use kalgan_core::diagnostic::{Diagnostic, Severity};
use kalgan_core::lint::variables::{Globals, Misfit, Part, misfits, of_globals_in};
use kalgan_core::templates::needs::Needs;
use kalgan_core::templates::views::{RustPlace, Variable, View};
use kalgan_core::text::List;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use tera::Tera;

/// Checks what a request gives to a template, where the site may have changed since the app was
/// compiled.
///
/// # Errors
/// The template needs what it is not given, on any of its branches.
pub(crate) fn check_request(
    site: &Site,
    name: &'static str,
    given: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), Vec<Diagnostic>> {
    let Some(beside) = beside(site) else {
        return Ok(());
    };
    let Some(needs) = beside.templates.needs(name) else {
        // Tera says what is wrong with it.
        return Ok(());
    };
    let view = beside.view(name, given);
    let file = |file: &str| read(&beside.root, file);
    let told = |diagnostic: Diagnostic| match view.place == RustPlace::default() {
        true => diagnostic,
        false => view.told(diagnostic, &file),
    };
    let mut diagnostics = Vec::new();
    for Misfit { part, diagnostic } in beside.misfits(site, &view, &needs) {
        match &part {
            Part::Superfluous(variable) => {
                if is_news(name, variable, &needs) {
                    let mut warning = told(diagnostic);
                    warning.severity = Severity::Warning;
                    tracing::warn!(target: "kalgan", "{warning}");
                }
            }
            Part::Call { .. } | Part::Value(_) => diagnostics.push(told(diagnostic)),
        }
    }
    let globals: Vec<&View> = (beside.views.iter())
        .filter(|view| view.is_global())
        .collect();
    diagnostics.extend(of_globals_in(&view, &needs, &globals, &file));
    match diagnostics.is_empty() {
        true => Ok(()),
        false => Err(diagnostics),
    }
}

impl Beside {
    /// What the binary knows of the call that gives these variables.
    fn view(&self, name: &'static str, given: impl Iterator<Item = &'static str> + Clone) -> View {
        let mut fitting = self.views.iter().filter(|view| {
            let variables = view.variables.iter().map(|variable| variable.name.as_ref());
            view.template == name && variables.eq(given.clone())
        });
        // Several calls that give the same cannot be told apart.
        if let (Some(view), None) = (fitting.next(), fitting.next()) {
            return view.clone();
        }
        let variables = given.map(|name| Variable {
            name: name.into(),
            shape: None,
        });
        View {
            template: name.into(),
            place: RustPlace::default(),
            variables: variables.collect(),
            shapes: List::default(),
        }
    }

    fn misfits(&self, site: &Site, view: &View, needs: &Needs) -> Vec<Misfit> {
        let file = |file: &str| read(&self.root, file);
        let found = misfits(view, needs, &self.globals, &file);
        if !found.iter().any(Misfit::is_missing) {
            return found;
        }
        // What Tera's own context has tells nobody before the app runs.
        let names = needs.variables.iter().map(|need| &*need.name);
        let mut more = globals(site.tera.base(), names);
        more.extend(site.globals.names().map(str::to_owned));
        let globals = self.globals.union(&more).cloned().collect();
        misfits(view, needs, &globals, &file)
    }
}

/// Those of these variables that Tera's own context has.
fn globals<'a>(tera: &Tera, names: impl Iterator<Item = &'a str>) -> Globals {
    let mut tera = tera.clone();
    let context = tera.global_context();
    let known = names.filter(|name| context.contains_key(name));
    known.map(str::to_owned).collect()
}

/// What a template needed when a variable was reported as superfluous.
type Reported = HashMap<(&'static str, Box<str>), Vec<Box<str>>>;

static REPORTED: LazyLock<Mutex<Reported>> = LazyLock::new(Mutex::default);

/// Whether a superfluous variable is worth a line of the log: not again before the template has come
/// to need other ones. So a use may be taken out of a template without building the app anew.
fn is_news(name: &'static str, variable: &str, needs: &Needs) -> bool {
    let needed: Vec<Box<str>> = needs.variables.iter().map(|n| n.name.clone()).collect();
    // What a panic left behind is whole: entries are inserted at once.
    let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
    let before = reported.insert((name, variable.into()), needed.clone());
    before.is_none_or(|before| before != needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superfluous_variable_is_news_once_a_version() {
        let needs = |text: &str| {
            let source = kalgan_core::source::Memory::with([("template/page.html", text)]);
            let mut loader = kalgan_core::loader::Loader::new(None);
            let loaded = loader.refresh(&source).unwrap();
            loaded.templates.needs("page.html").unwrap()
        };
        let (one, two) = (needs("{{ a }}"), needs("{{ a }}{{ b }}"));
        assert!(is_news("news.html", "x", &one));
        assert!(!is_news("news.html", "x", &one));
        assert!(is_news("news.html", "y", &one));
        assert!(is_news("news.html", "x", &two));
        assert!(!is_news("news.html", "x", &needs("{{ b }}{{ a }}")));
    }
}
