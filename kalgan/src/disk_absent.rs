//! The twin of `disk` where that feature is off: the same names. Nothing is read at run time.

use crate::dev::Snapshots;
use crate::site::plan::Plan;
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::{Setting, Settings};
use kalgan_core::site::SiteData;
use std::path::Path;
use std::sync::Arc;

/// A first look at the files, which there never is.
pub(crate) enum First {}

impl First {
    pub(crate) fn read(_: &Spec, _: Vec<Setting>) -> Result<Self, Vec<Diagnostic>> {
        let message = "this app was built to read its files, and without the feature `disk`";
        Err(vec![Diagnostic::general(message).with_code("no-disk")])
    }

    pub(crate) fn unknown_variables(&self) -> &[String] {
        match *self {}
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        match *self {}
    }

    pub(crate) fn data(&self) -> Result<SiteData, Vec<Diagnostic>> {
        match *self {}
    }

    pub(crate) fn snapshots(&self, _: Plan) -> Result<Snapshots, Vec<Diagnostic>> {
        match *self {}
    }
}

pub(crate) fn override_file(path: &Path) -> Result<Vec<Setting>, Vec<Diagnostic>> {
    let message = format!(
        "KALGAN_SETTINGS names `{}`, but this app was built without the feature `disk`",
        path.display()
    );
    Err(vec![Diagnostic::general(message).with_code("no-disk")])
}
