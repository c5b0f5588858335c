//! Numbers and dates as each language writes them, with the data of Unicode's CLDR.

#[cfg_attr(not(feature = "dates"), path = "dates_absent.rs")]
mod dates;
#[cfg(test)]
mod tests;

pub use dates::Calendars;

use fixed_decimal::{SignedRoundingMode, UnsignedRoundingMode};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use kalgan_core::messages::{
    Category, Digits, Localize, Moment, Number, Plurals, Rules, Shown, Style, locale,
};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// How many languages are kept. An app has a few; but a filter's `_lang` may come from a visitor.
const MAX_KEPT: usize = 128;

static KEPT: LazyLock<RwLock<HashMap<Box<str>, Arc<Intl>>>> = LazyLock::new(RwLock::default);

/// What is loaded of a language.
#[derive(Debug)]
pub(crate) struct Intl {
    plurals: Plurals,
    numbers: Option<DecimalFormatter>,
    dates: dates::Dates,
}

impl Intl {
    /// That of a language, which is loaded once.
    pub(crate) fn of(language: &str) -> Arc<Self> {
        // Nothing panics while the lock is held, so it always holds a whole map.
        let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(intl) = kept.get(language) {
            return Arc::clone(intl);
        }
        drop(kept);
        let intl = Arc::new(Self::load(language));
        let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.insert(language.into(), Arc::clone(&intl));
        }
        intl
    }

    fn load(language: &str) -> Self {
        let locale = locale(language);
        let options = DecimalFormatterOptions::default();
        Self {
            plurals: Plurals::of(language),
            numbers: DecimalFormatter::try_new((&locale).into(), options).ok(),
            dates: dates::Dates::new(language),
        }
    }
}

impl Localize for Intl {
    fn category(&self, rules: Rules, number: &Number) -> Category {
        self.plurals.category(rules, number)
    }

    fn number(&self, number: &Number, digits: Digits) -> String {
        let mut decimal = number.decimal().clone();
        if let Some(max) = digits.max {
            let half_up = SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfExpand);
            decimal.round_with_mode(-i16::from(max), half_up);
        }
        if let Some(min) = digits.min {
            decimal.absolute.pad_end(-i16::from(min));
        }
        match &self.numbers {
            Some(numbers) => numbers.format(&decimal).to_string(),
            None => decimal.to_string(),
        }
    }

    fn moment(&self, moment: &Moment, shown: Shown, style: Style) -> String {
        if let Some(text) = self.dates.format(moment, shown, style) {
            return text;
        }
        let mut text = moment.iso(shown);
        if shown == Shown::DateTime || style == Style::Short {
            let has_seconds = shown != Shown::Date;
            text.truncate(text.len() - if has_seconds { ":00".len() } else { 0 });
        }
        text
    }
}

/// That of a language, looked up when it is needed: most messages are mere text.
pub(crate) struct Lazy<'a> {
    language: &'a str,
    intl: OnceCell<Arc<Intl>>,
}

impl<'a> Lazy<'a> {
    pub(crate) fn new(language: &'a str) -> Self {
        Self {
            language,
            intl: OnceCell::new(),
        }
    }

    fn intl(&self) -> &Intl {
        self.intl.get_or_init(|| Intl::of(self.language))
    }
}

impl Localize for Lazy<'_> {
    fn category(&self, rules: Rules, number: &Number) -> Category {
        self.intl().category(rules, number)
    }

    fn number(&self, number: &Number, digits: Digits) -> String {
        self.intl().number(number, digits)
    }

    fn moment(&self, moment: &Moment, shown: Shown, style: Style) -> String {
        self.intl().moment(moment, shown, style)
    }
}
