//! JSON Schemas of the files of an app, for editors: completion, descriptions and marks while one
//! types. They are made from the same tables that the parsers follow.
//!
//! The draft is 7, which the YAML language server supports best. A schema is never stricter than the
//! parser: what it marks is a mistake. The parser finds more, since it sees all files at once.

mod messages;
mod routes;
mod settings;
mod shared;

use crate::settings::own::OwnSection;
use serde_json::Value;
use std::fmt;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Settings.
    Settings,
    /// Routes.
    Routes,
    /// Messages.
    Messages,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Settings, Self::Routes, Self::Messages];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// `settings`, `routes` or `messages`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Routes => "routes",
            Self::Messages => "messages",
        }
    }

    /// The schema of such a file.
    #[must_use]
    pub fn schema(self) -> Value {
        match self {
            Self::Settings => settings::schema(&[]),
            Self::Routes => routes::schema(),
            Self::Messages => messages::schema(),
        }
    }
}

/// The schema of a file of settings of an app whose structs read these sections.
#[must_use]
pub fn of_settings(own: &[OwnSection]) -> Value {
    settings::schema(own)
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
