//! Development: the templates as they are now against what the binary was compiled with.

use super::reloader::{self, Snapshot};
use crate::site::Site;
use crate::spec::Spec;
use kalgan_core::diagnostic::{Diagnostic, Severity};
use kalgan_core::lint::variables::{Globals, Misfit, Part, misfits};
use kalgan_core::lint::{self, Rust};
use kalgan_core::loader::Loaded;
use kalgan_core::templates::Set;
use kalgan_core::templates::needs::Needs;
use kalgan_core::templates::views::{RustPlace, Variable, View};
use kalgan_core::text::{List, SourceFile};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// What a snapshot of development knows of its templates.
#[derive(Debug)]
pub(crate) struct LiveTemplates {
    templates: Arc<Set>,
    /// What the binary was compiled with.
    views: &'static [View],
    /// The variables of Tera's own context, as far as settings and sources tell.
    globals: Globals,
    root: PathBuf,
    /// Where the files are looked at.
    files: Weak<reloader::Live>,
}

impl LiveTemplates {
    pub(crate) fn new(
        spec: &'static Spec,
        loaded: &Loaded,
        globals: Globals,
        files: Weak<reloader::Live>,
    ) -> Self {
        Self {
            templates: Arc::clone(&loaded.templates),
            views: spec.views,
            globals,
            root: spec.root(),
            files,
        }
    }

    /// The templates.
    pub(crate) fn templates(&self) -> &Arc<Set> {
        &self.templates
    }

    /// A newer site, where a template has changed that this one needs: as it should, or with
    /// mistakes.
    pub(crate) fn newer(
        &self,
        site: &Site,
        name: &str,
    ) -> Option<Result<Arc<Site>, Vec<Diagnostic>>> {
        let closure = self.templates.closure(name)?;
        let known = closure
            .iter()
            .map(|(_, entry)| (entry.file.path(), entry.fingerprint));
        match &*self.files.upgrade()?.look_if_other(site, known)? {
            Snapshot::Good(site) => Some(Ok(Arc::clone(site))),
            Snapshot::Broken(broken) => Some(Err(broken.diagnostics.clone())),
        }
    }
}

/// What is wrong between the files on disk and the Rust that the binary was compiled with; with the
/// texts of its sources also what nothing names.
pub(crate) fn check(spec: &Spec, loaded: &Loaded, texts: Option<&[String]>) -> Vec<Diagnostic> {
    let (root, registered) = (spec.root(), spec.registered.into());
    let rust = Rust {
        views: spec.views,
        files: &|file| read(&root, file),
        texts,
        ..Rust::new(&registered)
    };
    lint::all(loaded.files(), rust)
}

/// A source of the package, whose folder is that of the site or one above.
fn read(root: &Path, file: &str) -> Option<Arc<SourceFile>> {
    let mut folders = root.ancestors().take(4);
    let text = folders.find_map(|folder| std::fs::read_to_string(folder.join(file)).ok())?;
    Some(Arc::new(SourceFile::new(file.to_owned(), text)))
}

/// Checks what a request gives to a template, where the site may have changed since the app was
/// compiled.
///
/// # Errors
/// The template needs what it is not given, on any of its branches: a 500 with the place of the use.
pub(crate) fn check_request(
    site: &Site,
    name: &'static str,
    given: impl Iterator<Item = &'static str> + Clone,
) -> crate::Result<()> {
    let Some(live) = &site.live else {
        return Ok(());
    };
    let Some(needs) = live.templates.needs(name) else {
        // Tera says what is wrong with it.
        return Ok(());
    };
    let view = live.view(name, given);
    let file = |file: &str| read(&live.root, file);
    let told = |diagnostic: Diagnostic| match view.place == RustPlace::default() {
        true => diagnostic,
        false => view.told(diagnostic, &file),
    };
    let mut diagnostics = Vec::new();
    for Misfit { part, diagnostic } in live.misfits(site, &view, &needs) {
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
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(crate::render::not_rendered(name, diagnostics))
}

impl LiveTemplates {
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
        let more = site.engine.globals(names);
        let globals = self.globals.union(&more).cloned().collect();
        misfits(view, needs, &globals, &file)
    }
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
