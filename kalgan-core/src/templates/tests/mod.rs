//! Sets of templates in memory.

mod arguments;
mod names;
mod needs;
mod structure;

use super::{Entry, Parsed, Set};
use crate::diagnostic::Diagnostic;
use crate::text::SourceFile;
use std::sync::Arc;

/// A set of templates; one with a wrong syntax is broken.
fn set(templates: &[(&str, &str)]) -> Set {
    Set::new(templates.iter().map(|(name, text)| {
        let entry = Entry {
            file: Arc::new(SourceFile::new(
                format!("template/{name}"),
                (*text).to_owned(),
            )),
            parsed: crate::template::parse(text)
                .ok()
                .map(|tree| Arc::new(Parsed::new(tree))),
        };
        ((*name).to_owned().into(), entry)
    }))
}

/// The diagnostics in order, each on one line.
fn lines(mut diagnostics: Vec<Diagnostic>) -> Vec<String> {
    crate::diagnostic::sort(&mut diagnostics);
    diagnostics.iter().map(ToString::to_string).collect()
}
