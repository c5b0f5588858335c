//! The templates on disk against the Rust that the binary was compiled with.

use super::checks::registered;
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::Loaded;
use kalgan_core::templates::{arguments, foreign};
use kalgan_core::text::SourceFile;
use kalgan_core::views::check::{self, TemplateState};
use std::path::Path;
use std::sync::Arc;

/// What is wrong between the templates on disk and the Rust that the binary was compiled with.
pub(crate) fn check(spec: &Spec, loaded: &Loaded) -> Vec<Diagnostic> {
    let registered = registered(spec, &loaded.site.settings);
    let mut diagnostics = foreign::check(&loaded.templates, &registered);
    diagnostics.extend(arguments::check(&loaded.templates, &registered));
    let state = |name: &str| match loaded.templates.needs(name) {
        Some(needs) => TemplateState::Good(needs),
        None if loaded.templates.entry(name).is_some() => TemplateState::Unknown,
        None => TemplateState::Missing(loaded.templates.names()),
    };
    let root = spec.root();
    diagnostics.extend(check::check(
        spec.views,
        &registered.variables,
        state,
        &|file| read(&root, file),
    ));
    diagnostics
}

/// A source of the package, whose folder is that of the site or one above.
pub(crate) fn read(root: &Path, file: &str) -> Option<Arc<SourceFile>> {
    let mut folders = root.ancestors().take(4);
    let text = folders.find_map(|folder| std::fs::read_to_string(folder.join(file)).ok())?;
    Some(Arc::new(SourceFile::new(file.to_owned(), text)))
}
