//! The calendars that languages go by, from Unicode's CLDR.

use super::plurals::locale;
use icu_locale::LocaleExpander;

/// Whether dates in a language may go by another calendar than the Gregorian one: those of Iran,
/// Afghanistan and Thailand do, and a tag may name one (`en-u-ca-hebrew`).
#[must_use]
pub fn has_own_calendar(tag: &str) -> bool {
    let locale = locale(tag);
    if !locale.extensions.is_empty() {
        return true;
    }
    let mut likely = locale.id;
    LocaleExpander::new_extended().maximize(&mut likely);
    let region = likely.region;
    region.is_some_and(|region| matches!(region.as_str(), "AF" | "IR" | "TH"))
}
