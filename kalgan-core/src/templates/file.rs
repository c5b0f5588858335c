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
