//! The settings of development.

use crate::server::host::HostNames;
use crate::site::{Site, current};
use kalgan_core::settings::Settings;

/// What development adds to pages and how it notices edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DevOptions {
    /// Whether open pages show edits by themselves.
    pub(crate) live_reload: bool,
    /// Whether pages have the bar.
    pub(crate) bar: bool,
    /// Whether the system is asked to tell of changes.
    pub(crate) watch: bool,
    /// Further hosts that development shows itself to.
    pub(crate) hosts: HostNames,
}

impl DevOptions {
    /// Those of a site; where there never was a good one, those of the settings that could be read
    /// at the start.
    pub(crate) fn of(site: Option<&Site>) -> Self {
        match site {
            Some(site) => Self::read(&site.settings, site.options.is_prod),
            None => Self::read(&current::settings(), false),
        }
    }

    /// Reads the settings; in production all of it is off.
    pub(crate) fn read(settings: &Settings, is_prod: bool) -> Self {
        let is_on = |key| !is_prod && settings.get_bool(key).unwrap_or(true);
        Self {
            live_reload: is_on("development.live_reload"),
            bar: is_on("development.bar"),
            watch: !is_prod && settings.get_string("development.watch").as_deref() != Ok("poll"),
            hosts: HostNames::new(settings.items("development.hosts")),
        }
    }
}
