//! Dates and times as a language writes them, by the calendar that it goes by.

use icu_calendar::Iso;
use icu_datetime::fieldsets::{T, YMD, YMDT};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::options::Length;
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use kalgan_core::messages::{Moment, Shown, Style, locale};
use std::sync::OnceLock;

/// The formatters of a language; each is made when it is first needed. `None` is one whose data
/// cannot be loaded.
#[derive(Debug)]
pub(super) struct Dates {
    language: Box<str>,
    dates: [OnceLock<Option<DateTimeFormatter<YMD>>>; 3],
    both: [OnceLock<Option<DateTimeFormatter<YMDT>>>; 3],
    times: [OnceLock<Option<NoCalendarFormatter<T>>>; 2],
}

impl Dates {
    pub(super) fn new(language: &str) -> Self {
        Self {
            language: language.into(),
            dates: Default::default(),
            both: Default::default(),
            times: Default::default(),
        }
    }

    /// The text; `None` where the language's data cannot be loaded.
    pub(super) fn format(&self, moment: &Moment, shown: Shown, style: Style) -> Option<String> {
        let date = Date::try_new_iso(i32::from(moment.year), moment.month, moment.day).ok()?;
        let (hour, minute, second) = moment.time.unwrap_or_default();
        let time = Time::try_new(hour, minute, second, 0).ok()?;
        let (at, length) = match style {
            Style::Short => (0, Length::Short),
            Style::Medium => (1, Length::Medium),
            Style::Long => (2, Length::Long),
        };
        match shown {
            Shown::Date => {
                let make = || {
                    let prefs = (&locale(&self.language)).into();
                    DateTimeFormatter::try_new(prefs, YMD::for_length(length)).ok()
                };
                let formatter = self.dates[at].get_or_init(make).as_ref()?;
                Some(formatter.format(&date).to_string())
            }
            Shown::DateTime => {
                let make = || {
                    let prefs = (&locale(&self.language)).into();
                    let fields = YMD::for_length(length).with_time_hm();
                    DateTimeFormatter::try_new(prefs, fields).ok()
                };
                let formatter = self.both[at].get_or_init(make).as_ref()?;
                let moment: DateTime<Iso> = DateTime { date, time };
                Some(formatter.format(&moment).to_string())
            }
            Shown::Time => {
                let make = || {
                    let prefs = (&locale(&self.language)).into();
                    let fields = if style == Style::Short {
                        T::hm()
                    } else {
                        T::hms()
                    };
                    NoCalendarFormatter::try_new(prefs, fields).ok()
                };
                let at = usize::from(style != Style::Short);
                let formatter = self.times[at].get_or_init(make).as_ref()?;
                Some(formatter.format(&time).to_string())
            }
        }
    }
}
