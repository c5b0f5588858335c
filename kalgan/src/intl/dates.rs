//! Dates and times as a language writes them, by the calendar that it goes by. The names and patterns
//! of a calendar are 50 to 100 KB, so that all but the Gregorian one are reached by [`Calendars::ALL`]
//! alone: an app whose macros do not name that does not link them.

use icu_calendar::{Gregorian, Iso};
use icu_datetime::fieldsets::{T, YMD};
use icu_datetime::input::{Date, DateTime, Time};
use icu_datetime::options::Length;
use icu_datetime::{
    DateTimeFormatter, DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter,
    NoCalendarFormatter,
};
use kalgan_core::messages::{Moment, Shown, Style, locale};
use std::fmt;
use std::sync::OnceLock;

/// Writes a date, with or without the time.
type Write = Box<dyn Fn(&DateTime<Iso>) -> String + Send + Sync>;

/// Makes what writes the dates of a language; `None` where its data cannot be loaded.
type Make = fn(DateTimeFormatterPreferences, Length, bool) -> Option<Write>;

/// Calendars beside the Gregorian one.
#[derive(Clone, Copy)]
pub struct Calendars(Make);

static PROVIDED: OnceLock<Calendars> = OnceLock::new();

impl Calendars {
    /// All that CLDR has.
    pub const ALL: Self = Self(of_language);

    /// Has the languages go by their own calendars. Those of an app that needs none are the same
    /// with it.
    pub(crate) fn provide(self) {
        _ = PROVIDED.set(self);
    }
}

impl fmt::Debug for Calendars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calendars")
    }
}

/// Dates by the calendar of the language.
pub(super) fn of_language(
    language: DateTimeFormatterPreferences,
    length: Length,
    with_time: bool,
) -> Option<Write> {
    let date = YMD::for_length(length);
    if with_time {
        let formatter = DateTimeFormatter::try_new(language, date.with_time_hm()).ok()?;
        return Some(Box::new(move |moment| formatter.format(moment).to_string()));
    }
    let formatter = DateTimeFormatter::try_new(language, date).ok()?;
    Some(Box::new(move |moment| formatter.format(moment).to_string()))
}

/// Dates by the Gregorian calendar.
pub(super) fn gregorian(
    language: DateTimeFormatterPreferences,
    length: Length,
    with_time: bool,
) -> Option<Write> {
    type Formatter<F> = FixedCalendarDateTimeFormatter<Gregorian, F>;
    fn moved(moment: &DateTime<Iso>) -> DateTime<Gregorian> {
        DateTime {
            date: moment.date.to_calendar(Gregorian),
            time: moment.time,
        }
    }
    let date = YMD::for_length(length);
    if with_time {
        let formatter = Formatter::try_new(language, date.with_time_hm()).ok()?;
        return Some(Box::new(move |moment| {
            formatter.format(&moved(moment)).to_string()
        }));
    }
    let formatter = Formatter::try_new(language, date).ok()?;
    Some(Box::new(move |moment| {
        formatter.format(&moved(moment)).to_string()
    }))
}

/// The formatters of a language; each is made when it is first needed. `None` is one whose data
/// cannot be loaded.
pub(super) struct Dates {
    language: Box<str>,
    dates: [OnceLock<Option<Write>>; 3],
    both: [OnceLock<Option<Write>>; 3],
    times: [OnceLock<Option<NoCalendarFormatter<T>>>; 2],
}

impl fmt::Debug for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dates").field(&self.language).finish()
    }
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
        let prefs = || (&locale(&self.language)).into();
        let kept = match shown {
            Shown::Date => &self.dates[at],
            Shown::DateTime => &self.both[at],
            Shown::Time => {
                let make = || {
                    let fields = if style == Style::Short {
                        T::hm()
                    } else {
                        T::hms()
                    };
                    NoCalendarFormatter::try_new(prefs(), fields).ok()
                };
                let at = usize::from(style != Style::Short);
                let formatter = self.times[at].get_or_init(make).as_ref()?;
                return Some(formatter.format(&time).to_string());
            }
        };
        let make = || {
            let make: Make = PROVIDED.get().map_or(gregorian, |calendars| calendars.0);
            make(prefs(), length, shown == Shown::DateTime)
        };
        let write = kept.get_or_init(make).as_ref()?;
        Some(write(&DateTime { date, time }))
    }
}
