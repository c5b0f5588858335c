//! A mistake in a file of the user's, with its place and what to do.

#[cfg(feature = "parse")]
pub mod codes;
mod fix;
mod html;
#[cfg(feature = "parse")]
pub mod json;
mod render;
#[cfg(feature = "parse")]
pub mod sarif;
#[cfg(test)]
mod tests;

pub use fix::Fix;
pub use html::{EditorLink, anchor, escape, excerpt};
pub use render::render_all;

use crate::text::{Place, SourceFile, Span};
use std::fmt;
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The site cannot be built.
    Error,
    /// It can, yet this is probably not what was meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A further place that explains the mistake, such as the first of two equal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is there.
    pub message: String,
    /// The place.
    pub place: Place,
}

/// A mistake: what is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The class of the mistake, for programs that read diagnostics: `unknown-route`. It is not
    /// part of the text.
    pub code: Option<&'static str>,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// Where. `None` only where no file is at fault.
    pub place: Option<Place>,
    /// A few words beside the mark.
    pub label: Option<String>,
    /// Further places.
    pub notes: Vec<Note>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a span of a file.
    #[must_use]
    pub fn error(file: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Self {
        Self::at(
            Severity::Error,
            Place::new(Arc::clone(file), span),
            message.into(),
        )
    }

    /// A warning at a span of a file.
    #[must_use]
    pub fn warning(file: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Self {
        Self::at(
            Severity::Warning,
            Place::new(Arc::clone(file), span),
            message.into(),
        )
    }

    /// An error at a place.
    #[must_use]
    pub fn error_at(place: Place, message: impl Into<String>) -> Self {
        Self::at(Severity::Error, place, message.into())
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning_at(place: Place, message: impl Into<String>) -> Self {
        Self::at(Severity::Warning, place, message.into())
    }

    /// An error that no file is at fault for.
    #[must_use]
    pub fn general(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            place: None,
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    fn at(severity: Severity, place: Place, message: String) -> Self {
        Self {
            severity,
            code: None,
            message,
            place: Some(place),
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// Adds the class of the mistake.
    #[must_use]
    pub fn with_code(mut self, code: &'static str) -> Self {
        // The sources are searched for classes, too, but may write them in ways that no search finds.
        #[cfg(all(test, feature = "parse"))]
        assert!(codes::find(code).is_some(), "`{code}` is not among CODES");
        self.code = Some(code);
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do, where something is known.
    #[must_use]
    pub fn with_optional_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Adds a few words beside the mark.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn with_note(mut self, message: impl Into<String>, place: Place) -> Self {
        self.notes.push(Note {
            message: message.into(),
            place,
        });
        self
    }

    /// Whether the site cannot be built because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// `path:line:column`, where a file is at fault.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        self.place.as_ref().map(Place::display)
    }
}

/// `path:line:column: error: message; help`, on one line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = self.location() {
            write!(f, "{location}: ")?;
        }
        write!(f, "{}: {}", self.severity, self.message.replace('\n', " "))?;
        if let Some(help) = &self.help {
            write!(f, "; {}", help.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// Sorts by file and place, and drops what was found twice.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup();
}

fn key(diagnostic: &Diagnostic) -> (Severity, Option<(&str, usize)>, &str) {
    let place = diagnostic
        .place
        .as_ref()
        .map(|place| (place.file.path(), place.span.start));
    (diagnostic.severity, place, &diagnostic.message)
}
