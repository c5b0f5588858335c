//! An app as the macros hand it over: its files and its functions.

use crate::assets::EmbeddedAsset;
use crate::handler::BoxedHandler;
use crate::intl::Calendars;
use crate::middleware::BoxedMiddleware;
use crate::moved;
use crate::routing::expression::{Compile, REGEX};
use kalgan_core::commands::Command;
use kalgan_core::settings::own::OwnSection;
use kalgan_core::site;
use kalgan_core::source::plain;
use kalgan_core::templates::views;
use std::path::PathBuf;

/// An app as `kalgan::embed!` knows it.
#[derive(Debug)]
pub struct Spec {
    /// The name of the package.
    pub name: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// Its files.
    pub files: Files,
    /// The controllers and middlewares that the routes and settings name.
    pub functions: fn() -> Functions,
    /// What its sources register with Tera.
    pub registered: views::RegisteredNames,
    /// The commands that its sources register.
    pub commands: &'static [Command],
    /// The sections of settings without an effect that its sources read.
    pub own_sections: &'static [&'static str],
    /// The sections of settings that its structs read.
    pub own_settings: &'static [OwnSection],
    /// Where its sources render templates; in development only.
    pub views: &'static [views::View],
}

impl Spec {
    /// The keys of settings whose values are secrets by the types that read them.
    pub(crate) fn own_secrets(&self) -> Vec<String> {
        let sections = self.own_settings.iter();
        sections.flat_map(OwnSection::secrets).collect()
    }

    /// The folder of what is read from disk: the app's own in development; for a binary that
    /// carries its files `KALGAN_ROOT`, else the working directory.
    pub(crate) fn root(&self) -> PathBuf {
        match &self.files {
            Files::Disk { package, root, .. } => {
                plain(&moved::package_folder(package, self.name).join(root))
            }
            Files::Baked { .. } => {
                std::env::var_os("KALGAN_ROOT").map_or_else(|| PathBuf::from("."), PathBuf::from)
            }
        }
    }
}

/// What is only linked where an app needs it: the macros see what its files hold, and name it.
#[derive(Clone, Copy, Debug)]
pub struct Linked {
    /// The regex engine, for requirements that are no mere checks of characters.
    pub regex: Option<Compile>,
    /// Calendars beside the Gregorian one, for languages that go by one.
    pub calendars: Option<Calendars>,
}

impl Linked {
    /// For files that are read at run time, and may need anything.
    pub const ALL: Self = Self {
        regex: Some(REGEX),
        calendars: Some(Calendars::ALL),
    };
}

/// Where an app's files are.
#[derive(Debug)]
pub enum Files {
    /// On disk, for development.
    Disk {
        /// The package's folder when it was compiled.
        package: &'static str,
        /// The app's folder, from there.
        root: &'static str,
        /// The settings below it, where they are not in the usual place.
        settings: Option<&'static str>,
        /// What they may need.
        linked: Linked,
    },
    /// In the binary.
    Baked {
        /// Settings, routes and messages, as parsed and checked.
        site: site::BakedSite,
        /// The templates.
        templates: &'static include_dir::Dir<'static>,
        /// The static files, with `static.embed`.
        assets: &'static [EmbeddedAsset],
        /// What they need.
        linked: Linked,
    },
}

impl Files {
    pub(crate) fn linked(&self) -> Linked {
        match self {
            Self::Disk { linked, .. } | Self::Baked { linked, .. } => *linked,
        }
    }
}

/// Functions of the app by their paths.
#[derive(Debug, Default)]
pub struct Functions {
    /// Below `crate::controller`.
    pub controllers: Vec<(&'static str, BoxedHandler)>,
    /// Below `crate::middleware`.
    pub middlewares: Vec<(&'static str, BoxedMiddleware)>,
}
