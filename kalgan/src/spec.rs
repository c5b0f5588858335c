//! An app as the macros hand it over: its files and its functions.

use crate::assets::EmbeddedAsset;
use crate::handler::BoxedHandler;
use crate::middleware::BoxedMiddleware;
use crate::moved;
use kalgan_core::commands::Command;
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
    /// Where its sources render templates; in development only.
    pub views: &'static [views::View],
}

impl Spec {
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
    },
    /// In the binary.
    Baked {
        /// Settings, routes and messages, as parsed and checked.
        site: site::BakedSite,
        /// The templates.
        templates: &'static include_dir::Dir<'static>,
        /// The static files, with `static.embed`.
        assets: &'static [EmbeddedAsset],
    },
}

/// Functions of the app by their paths.
#[derive(Debug, Default)]
pub struct Functions {
    /// Below `crate::controller`.
    pub controllers: Vec<(&'static str, BoxedHandler)>,
    /// Below `crate::middleware`.
    pub middlewares: Vec<(&'static str, BoxedMiddleware)>,
}
