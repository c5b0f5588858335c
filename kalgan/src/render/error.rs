//! Why a template could not be rendered.

use crate::error::Error;
use kalgan_core::diagnostic::Diagnostic;
use std::fmt;

/// Why a template could not be rendered, with the place in the template.
#[derive(Debug)]
pub struct TemplateError {
    diagnostics: Vec<Diagnostic>,
}

impl TemplateError {
    /// What is wrong, and where.
    #[allow(dead_code)] // Asked by development and by tests only.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateError {}

pub(crate) fn not_rendered(name: &str, diagnostics: Vec<Diagnostic>) -> Error {
    Error::internal(format!("the template `{name}` could not be rendered"))
        .with_source(TemplateError { diagnostics })
}
