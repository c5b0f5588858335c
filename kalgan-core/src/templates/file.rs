//! A template's file.

use crate::text::{SourceFile, Text};
use std::sync::Arc;

/// A template's name, as `render!` and `{% extends %}` give it, and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// The path below the folder of templates.
    pub name: Text,
    /// The file.
    pub file: Arc<SourceFile>,
}

/// Extensions that say how a file is written, not what it holds: `home.html.tera` is HTML.
const OF_TEMPLATES: [&str; 5] = ["tera", "jinja", "jinja2", "j2", "tpl"];

/// The extensions of files whose content type is `text/html`.
const HTML: [&str; 4] = ["html", "htm", "shtml", "hxt"];

/// The name without the extension that says that it is a template.
#[must_use]
pub fn without_template(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((rest, last)) if is_one_of(&OF_TEMPLATES, last) => rest,
        _ => name,
    }
}

/// Whether the content type of a template is `text/html`, by its name.
#[must_use]
pub fn is_html(name: &str) -> bool {
    let file = without_template(name)
        .rsplit('/')
        .next()
        .unwrap_or_default();
    // A file without a stem has no extension.
    file.rsplit_once('.')
        .is_some_and(|(stem, last)| !stem.is_empty() && is_one_of(&HTML, last))
}

fn is_one_of(extensions: &[&str], found: &str) -> bool {
    extensions.iter().any(|one| found.eq_ignore_ascii_case(one))
}
