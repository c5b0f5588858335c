//! Sets of templates in memory.

mod needs;

use super::{Entry, ParsedTemplate, Set};
use crate::diagnostic::Diagnostic;
use crate::text::SourceFile;
use std::sync::Arc;

/// A set of templates; one with a wrong syntax is broken.
pub(crate) fn set(templates: &[(&str, &str)]) -> Set {
    Set::new(
        templates
            .iter()
            .map(|(name, text)| ((*name).to_owned().into(), entry(name, text))),
    )
}

pub(crate) fn entry(name: &str, text: &str) -> Entry {
    let parsed = crate::syntax::parse(text).ok();
    Entry {
        file: Arc::new(SourceFile::new(format!("template/{name}"), text.to_owned())),
        is_good: parsed.is_some(),
        parsed: parsed.map(|tree| Arc::new(ParsedTemplate::new(tree))),
        fingerprint: None,
    }
}

/// The diagnostics in order, each on one line.
pub(crate) fn lines(mut diagnostics: Vec<Diagnostic>) -> Vec<String> {
    crate::diagnostic::sort(&mut diagnostics);
    diagnostics.iter().map(ToString::to_string).collect()
}
