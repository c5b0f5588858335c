//! The places in Rust that render a template, with what they give it.

use super::registered::Registered;
use crate::diagnostic::Diagnostic;
use crate::text::{List, Place, SourceFile, Span, Text};
use std::sync::Arc;

/// Gives a file of Rust by its path below the package's folder.
pub type RustFiles<'a> = &'a dyn Fn(&str) -> Option<Arc<SourceFile>>;

/// A call of `render!`, a struct with `#[derive(Template)]`, or a variable of `App::global`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The name of the template; empty for what all templates are given.
    pub template: Text,
    /// Where it stands.
    pub place: RustPlace,
    /// What is given to the template.
    pub variables: List<Variable>,
    /// The shapes of the variables' values, as far as they are known.
    pub shapes: List<Shape>,
}

/// A place in a source of Rust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RustPlace {
    /// The path below the package's folder, with `/`.
    pub file: Text,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A variable, or a field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name that templates use.
    pub name: Text,
    /// Its shape as an index into [`View::shapes`]; `None` where it is not known.
    pub shape: Option<usize>,
}

/// What is known of a value once it is serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text, a number or a boolean, of this type.
    Scalar(Text),
    /// A list, and the shape of its items.
    List(Option<usize>),
    /// A map with any keys, and the shape of its values.
    Map(Option<usize>),
    /// A struct.
    Struct(StructShape),
    /// One of some texts.
    Enum(EnumShape),
    /// A value of this shape, or none.
    Option(Option<usize>),
    /// A field of this shape that may be left out.
    Skipped(Option<usize>),
}

/// The variants of an enum without data once it is serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumShape {
    /// The enum's name.
    pub name: Text,
    /// Where it stands.
    pub place: RustPlace,
    /// Its variants under the names that they are serialised with.
    pub variants: List<Text>,
}

/// The fields of a struct once it is serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructShape {
    /// The struct's name.
    pub name: Text,
    /// Where it stands.
    pub place: RustPlace,
    /// Its fields under the names that they are serialised with.
    pub fields: List<Variable>,
    /// Whether it may have further fields.
    pub is_open: bool,
}

impl RustPlace {
    /// The place with the text around it, where the file can be had.
    #[must_use]
    pub fn find(&self, files: RustFiles<'_>) -> Place {
        let file = files(&self.file).filter(|file| self.line <= file.lines());
        let file = file.unwrap_or_else(|| {
            // Nothing but the place is known, so it stands in blank text.
            let lines = "\n".repeat(self.line.saturating_sub(1));
            let columns = " ".repeat(self.column.saturating_sub(1));
            Arc::new(SourceFile::new(
                self.file.clone(),
                format!("{lines}{columns}"),
            ))
        });
        let line = file.line(self.line);
        let offset = line
            .char_indices()
            .nth(self.column.saturating_sub(1))
            .map_or(line.len(), |(at, _)| at);
        let word = line[offset..]
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '!')))
            .unwrap_or(line.len() - offset);
        let span = Span::new(file.line_start(self.line), 0).part(offset, word);
        Place::new(file, span)
    }
}

impl View {
    /// Whether this is given to all templates.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.template.is_empty()
    }

    /// Adds the place in Rust to a mistake.
    #[must_use]
    pub fn told(&self, mut diagnostic: Diagnostic, files: RustFiles<'_>) -> Diagnostic {
        let place = self.place.find(files);
        if diagnostic.place.is_none() {
            diagnostic.place = Some(place);
            return diagnostic;
        }
        let note = match self.is_global() {
            true => "it is made here",
            false => "it is rendered here",
        };
        diagnostic.with_note(note, place)
    }
}

/// The names of what an app registers with Tera, as far as its sources tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisteredNames {
    /// The filters.
    pub filters: &'static [&'static str],
    /// The tests.
    pub tests: &'static [&'static str],
    /// The functions.
    pub functions: &'static [&'static str],
    /// The variables of Tera's global context.
    pub variables: &'static [&'static str],
}

impl From<RegisteredNames> for Registered {
    fn from(names: RegisteredNames) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            filters: owned(names.filters),
            tests: owned(names.tests),
            functions: owned(names.functions),
            variables: owned(names.variables),
        }
    }
}
