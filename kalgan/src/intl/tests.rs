use super::*;
use kalgan_core::messages::Format;

fn written(language: &str, format: Format, value: &str) -> String {
    let text = format.write(&Lazy::new(language), value);
    // CLDR sets narrow spaces in numbers and times.
    text.unwrap().replace(['\u{202f}', '\u{a0}'], " ")
}

#[test]
fn numbers() {
    let number =
        |language, value, min, max| written(language, Format::Number(Digits { min, max }), value);
    assert_eq!(number("en", "1234567.5", None, None), "1,234,567.5");
    assert_eq!(number("de", "1234567.50", None, None), "1.234.567,50");
    assert_eq!(number("es", "1234", None, None), "1234");
    assert_eq!(number("es", "12345", None, None), "12.345");
    assert_eq!(number("fr", "12345.678", None, Some(2)), "12 345,68");
    assert_eq!(number("hi", "1234567", None, None), "12,34,567");
    assert_eq!(number("en", "2.5", Some(2), Some(2)), "2.50");
    assert_eq!(number("en", "0.125", Some(2), Some(2)), "0.13");
    assert_eq!(number("en", "-0.5", None, Some(0)), "-1");
    assert_eq!(number("en", "3", Some(0), Some(2)), "3");
    assert_eq!(number("no language", "1234.5", None, None), "1,234.5");
}

#[cfg(feature = "dates")]
#[test]
fn dates() {
    Calendars::ALL.provide();
    let at = "2026-11-24T15:04:05Z";
    let moment = |language, shown, style| written(language, Format::Moment(shown, style), at);
    assert_eq!(moment("en", Shown::Date, Style::Medium), "Nov 24, 2026");
    assert_eq!(
        moment("en-GB", Shown::Date, Style::Long),
        "24 November 2026"
    );
    assert_eq!(
        moment("es", Shown::Date, Style::Long),
        "24 de noviembre de 2026"
    );
    assert_eq!(moment("ja", Shown::Date, Style::Long), "2026年11月24日");
    assert_eq!(moment("de", Shown::Date, Style::Short), "24.11.26");
    assert_eq!(moment("th", Shown::Date, Style::Long), "24 พฤศจิกายน 2569");
    assert_eq!(moment("en", Shown::Time, Style::Short), "3:04 PM");
    assert_eq!(moment("en", Shown::Time, Style::Long), "3:04:05 PM");
    assert_eq!(
        moment("es", Shown::DateTime, Style::Medium),
        "24 nov 2026, 15:04"
    );
}

/// A release build leaves the other calendars out by this.
#[cfg(feature = "dates")]
#[test]
fn languages_without_a_calendar_of_their_own_are_the_same_by_the_gregorian_one() {
    use icu_datetime::input::{Date, DateTime, Time};
    use icu_datetime::options::Length;
    use kalgan_core::messages::has_own_calendar;
    let letters = 'a'..='z';
    let mut tags: Vec<String> = letters
        .clone()
        .flat_map(|a| letters.clone().map(move |b| format!("{a}{b}")))
        .collect();
    let further = "en-IR fa-US mzn lrc glk bqi uz-Arab de-TH ar-SA ar-AE zh-Hant zh-Hant-HK ckb \
                   ckb-IR yue yue-Hans fil haw kok hsb dsb gsw nds sat brx mai mni chr kab en-GB \
                   en-AF en-CA pt-PT es-MX fr-CA de-AT sr-Latn az-Cyrl bal tts nod kxm";
    tags.extend(further.split(' ').map(str::to_owned));
    let moment = DateTime {
        date: Date::try_new_iso(2026, 3, 9).unwrap(),
        time: Time::try_new(15, 4, 5, 0).unwrap(),
    };
    let (mut same, mut own) = (0, 0);
    for tag in tags {
        let language = &locale(&tag);
        for length in [Length::Short, Length::Medium, Length::Long] {
            for with_time in [false, true] {
                let text = |make: fn(_, _, _) -> Option<_>| -> String {
                    let write: Box<dyn Fn(&_) -> String + Send + Sync> =
                        make(language.into(), length, with_time).unwrap();
                    write(&moment)
                };
                let (theirs, gregorian) = (text(dates::of_language), text(dates::gregorian));
                if has_own_calendar(&tag) {
                    own += usize::from(theirs != gregorian);
                } else {
                    assert_eq!(theirs, gregorian, "{tag}");
                    same += 1;
                }
            }
        }
    }
    assert!(same > 1_000 && own > 20, "{same} {own}");
    for tag in ["fa", "ps", "th", "th-TH", "en-u-ca-hebrew", "fa-AF"] {
        assert!(has_own_calendar(tag), "{tag}");
    }
}

#[cfg(not(feature = "dates"))]
#[test]
fn dates_without_the_data() {
    let at = "2026-11-24T15:04:05Z";
    let moment = |shown, style| written("es", Format::Moment(shown, style), at);
    assert_eq!(moment(Shown::Date, Style::Long), "2026-11-24");
    assert_eq!(moment(Shown::Time, Style::Short), "15:04");
    assert_eq!(moment(Shown::Time, Style::Medium), "15:04:05");
    assert_eq!(moment(Shown::DateTime, Style::Long), "2026-11-24 15:04");
}

#[test]
fn a_language_is_loaded_once_and_not_too_many_are_kept() {
    assert!(Arc::ptr_eq(&Intl::of("eo"), &Intl::of("eo")));
    for at in 0..MAX_KEPT * 2 {
        Intl::of(&format!("en-x-{at}"));
    }
    assert!(KEPT.read().unwrap().len() <= MAX_KEPT);
}
