//! The files on disk against the Rust that the binary was compiled with.

use crate::site::plan::Plan;
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::lint::variables::Globals;
use kalgan_core::lint::{self, Changes, Known, Lint, Rust};
use kalgan_core::loader::Loaded;
use kalgan_core::text::SourceFile;
use std::path::Path;
use std::sync::Arc;

/// What is wrong between the files on disk and the Rust that the binary was compiled with; with the
/// texts of its sources also what nothing names.
pub(crate) fn check(spec: &Spec, loaded: &Loaded, texts: Option<&[String]>) -> Vec<Diagnostic> {
    let (root, registered) = (spec.root(), spec.registered.into());
    let rust = Rust {
        views: spec.views,
        files: &|file| read(&root, file),
        settings: spec.own_settings,
        texts,
        ..Rust::new(&registered)
    };
    lint::all(loaded, rust)
}

/// Looks at what has changed of the files of an app that is about to be built: Tera itself tells
/// what is registered. Returns the variables of Tera's own context, as far as settings and sources
/// tell.
pub(crate) fn update(lint: &mut Lint, plan: &Plan, loaded: &Loaded) -> Globals {
    let registered = plan.spec.registered.into();
    let rust = Rust {
        has: Some(&|kind, name| plan.registry.has(kind, name)),
        settings: plan.spec.own_settings,
        ..Rust::new(&registered)
    };
    let known = Known::new(loaded, Some(rust));
    let changes = Changes {
        templates: loaded.changed_templates.clone(),
        ..Changes::default()
    };
    lint.update(&known, changes);
    known.registered().variables.clone()
}

/// A source of the package, whose folder is that of the site or one above.
pub(crate) fn read(root: &Path, file: &str) -> Option<Arc<SourceFile>> {
    let mut folders = root.ancestors().take(4);
    let text = folders.find_map(|folder| std::fs::read_to_string(folder.join(file)).ok())?;
    Some(Arc::new(SourceFile::new(file.to_owned(), text)))
}
