//! A mistake in the syntax of a template.

use crate::diagnostic::Diagnostic;
use crate::text::{Place, SourceFile, Span};
use std::fmt;
use std::sync::Arc;

/// A mistake in the syntax of a template: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do.
    pub help: Option<String>,
    /// Further places, such as the tag that is not closed.
    pub notes: Vec<SyntaxNote>,
    /// The filter, test or function that is given an argument without a name.
    pub callee: Option<Span>,
}

/// A further place that explains a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxNote {
    /// What is there.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl SyntaxError {
    /// The mistake as a diagnostic of the template's file.
    #[must_use]
    pub fn diagnostic(&self, file: &Arc<SourceFile>) -> Diagnostic {
        let diagnostic = Diagnostic::error(file, self.span, self.message.clone())
            .with_code("template-syntax")
            .with_optional_help(self.help.clone());
        self.notes.iter().fold(diagnostic, |diagnostic, note| {
            let place = Place::new(Arc::clone(file), note.span);
            diagnostic.with_note(note.message.clone(), place)
        })
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// Boxed, since nearly all results are right and move often.
pub(super) type Result<T> = std::result::Result<T, Box<SyntaxError>>;

/// Begins an error, for the callers to add to.
#[cold]
pub(super) fn error(span: Span, message: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError {
        message: message.into(),
        span,
        help: None,
        notes: Vec::new(),
        callee: None,
    })
}

pub(super) trait ErrorExt {
    fn help(self, help: impl Into<String>) -> Self;
    fn note(self, span: Span, message: impl Into<String>) -> Self;
}

impl ErrorExt for Box<SyntaxError> {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn note(mut self, span: Span, message: impl Into<String>) -> Self {
        self.notes.push(SyntaxNote {
            message: message.into(),
            span,
        });
        self
    }
}
