//! The twin of `dates` without that feature: dates are written as ISO 8601 does.

use kalgan_core::messages::{Moment, Shown, Style};

/// Further calendars, which there are not.
#[derive(Clone, Copy, Debug)]
pub struct Calendars;

impl Calendars {
    /// All that there are.
    pub const ALL: Self = Self;

    pub(crate) fn provide(self) {}
}

/// The formatters of a language, which there are not.
#[derive(Debug)]
pub(super) struct Dates;

impl Dates {
    pub(super) fn new(_: &str) -> Self {
        Self
    }

    pub(super) fn format(&self, _: &Moment, _: Shown, _: Style) -> Option<String> {
        None
    }
}
