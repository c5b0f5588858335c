//! Values of messages as text: numbers, and points in time.

use super::format::Shown;
use fixed_decimal::Decimal;
use std::fmt;

/// The magnitudes of the first and the last digit, such that every `f64` can be written.
const MAX_MAGNITUDE: i16 = 400;
const MIN_MAGNITUDE: i16 = -1100;

/// A decimal number with the digits that were written: `1` and `1.0` are equal, yet some languages
/// speak of them differently.
#[derive(Clone, Debug)]
pub struct Number(Decimal);

/// A point in time by the clock that it was written by; no time zone is reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// From 1 to 9999.
    pub year: u16,
    /// From 1 to 12.
    pub month: u8,
    /// From 1 to the month's last.
    pub day: u8,
    /// Hour, minute and second; absent for a mere date.
    pub time: Option<(u8, u8, u8)>,
}

/// Why a value does not fit its placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// The value.
    pub value: String,
    /// What it was to be.
    pub expected: Expected,
}

/// What a value was to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A number.
    Number,
    /// A point in time.
    Moment,
    /// A point in time, where only a date was given.
    Time,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a visitor sent may be of any length.
        let end = self.value.char_indices().nth(60).map(|(end, _)| end);
        let (value, more) = match end {
            Some(end) => (&self.value[..end], "…"),
            None => (self.value.as_str(), ""),
        };
        match self.expected {
            Expected::Number => write!(
                f,
                "`{value}{more}` is not a number; expected digits such as `5`, `-12` or `1234.5`"
            ),
            Expected::Moment => write!(
                f,
                "`{value}{more}` is not a date; expected one such as `2026-11-24` or \
                 `2026-11-24T15:04:05Z` (RFC 3339), or Unix seconds"
            ),
            Expected::Time => write!(
                f,
                "`{value}{more}` has no time; expected one such as `2026-11-24T15:04:05Z` \
                 (RFC 3339), or Unix seconds"
            ),
        }
    }
}

impl std::error::Error for ValueError {}

impl Number {
    /// Reads digits with an optional sign, fraction and exponent.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError {
            value: text.to_owned(),
            expected: Expected::Number,
        };
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(error());
        }
        let number = Decimal::try_from_str(text).map_err(|_| error())?;
        // An exponent must not make a page of zeros of a few characters.
        let digits = number.absolute.magnitude_range();
        if *digits.end() > MAX_MAGNITUDE || *digits.start() < MIN_MAGNITUDE {
            return Err(error());
        }
        Ok(Self(number))
    }

    /// The number as a decimal.
    #[must_use]
    pub fn decimal(&self) -> &Decimal {
        &self.0
    }

    /// The digits of a whole number that is not negative: `3` for `3.0`.
    #[must_use]
    pub fn whole(&self) -> Option<String> {
        let number = self.0.clone().absolute;
        let is_negative = self.0.sign() == fixed_decimal::Sign::Negative && !number.is_zero();
        if is_negative || number.nonzero_magnitude_end() < 0 {
            return None;
        }
        Some(number.trimmed_end().trimmed_start().to_string())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Moment {
    /// Reads Unix seconds (shown in UTC), a date, a date and a time, or for [`Shown::Time`] a time. As
    /// RFC 3339 writes them, also with a space before the time and before the offset, with an hour of
    /// one digit, with the offset absent or a zone's name such as `UTC` or `CET`, and with a zone's name
    /// in brackets behind it; further as RFC 2822 writes them, and as the crate `time` and the standard
    /// library serialise theirs.
    ///
    /// # Errors
    /// The text is something else, or has no time and `shown` needs one.
    pub fn parse(text: &str, shown: Shown) -> Result<Self, ValueError> {
        let error = |expected| ValueError {
            value: text.to_owned(),
            expected,
        };
        let moment = unix(text)
            .or_else(|| written(text))
            .or_else(|| serialized(text))
            .or_else(|| of_mail(text))
            .or_else(|| (shown == Shown::Time).then(|| time_of_day(text)).flatten())
            .ok_or_else(|| error(Expected::Moment))?;
        if moment.time.is_none() && shown != Shown::Date {
            return Err(error(Expected::Time));
        }
        Ok(moment)
    }

    /// The date and the time as ISO 8601 writes them.
    #[must_use]
    pub fn iso(&self, shown: Shown) -> String {
        let date = format!("{:04}-{:02}-{:02}", self.year, self.month, self.day);
        let (hour, minute, second) = self.time.unwrap_or_default();
        let time = format!("{hour:02}:{minute:02}:{second:02}");
        match shown {
            Shown::Date => date,
            Shown::Time => time,
            Shown::DateTime => format!("{date} {time}"),
        }
    }
}

/// Seconds since 1970, maybe with a fraction.
fn unix(text: &str) -> Option<Moment> {
    const DAY: i64 = 86_400;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(digits) || !is_digits(fraction) {
        return None;
    }
    let mut seconds: i64 = whole.parse().ok()?;
    if whole.starts_with('-') && fraction.bytes().any(|byte| byte != b'0') {
        seconds = seconds.checked_sub(1)?;
    }
    let (year, month, day) = civil(seconds.div_euclid(DAY))?;
    let of_day = seconds.rem_euclid(DAY);
    let part = |value: i64| u8::try_from(value).ok();
    Some(Moment {
        year,
        month,
        day,
        time: Some((
            part(of_day / 3600)?,
            part(of_day / 60 % 60)?,
            part(of_day % 60)?,
        )),
    })
}

/// The date of a day since 1970, by Howard Hinnant's algorithm `civil_from_days`.
fn civil(days: i64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if !(1..=9999).contains(&year) {
        return None;
    }
    Some((
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    ))
}

fn written(text: &str) -> Option<Moment> {
    let mut rest = text.trim();
    // ISO 8601 has a sign for years of more than four digits.
    let digits = if rest.starts_with('+') { 6 } else { 4 };
    rest = rest.strip_prefix('+').unwrap_or(rest);
    let year = whole(&mut rest, digits)?;
    let month = u8::try_from(part(&mut rest, '-')?).ok()?;
    let day = u8::try_from(part(&mut rest, '-')?).ok()?;
    let mut moment = date(year, month, day)?;
    if rest.is_empty() {
        return Some(moment);
    }
    rest = rest.strip_prefix(['T', 't', ' '])?;
    moment.time = Some(clock(&mut rest)?);
    is_offset(rest).then_some(moment)
}

/// A date that there is.
fn date(year: u32, month: u8, day: u8) -> Option<Moment> {
    let year = u16::try_from(year)
        .ok()
        .filter(|year| (1..=9999).contains(year))?;
    let is_date = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    is_date.then_some(Moment {
        year,
        month,
        day,
        time: None,
    })
}

/// A time without a date. The day does not matter.
fn time_of_day(text: &str) -> Option<Moment> {
    let mut rest = text.trim();
    let time = clock(&mut rest)?;
    is_offset(rest).then_some(Moment {
        year: 1970,
        month: 1,
        day: 1,
        time: Some(time),
    })
}

/// Hour, minute and second, which may be absent.
fn clock(rest: &mut &str) -> Option<(u8, u8, u8)> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let hour = u8::try_from(whole(rest, digits.clamp(1, 2))?).ok()?;
    let minute = u8::try_from(part(rest, ':')?).ok()?;
    let mut second = 0;
    if rest.starts_with(':') {
        second = u8::try_from(part(rest, ':')?).ok()?;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let end = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if end.len() == fraction.len() {
                return None;
            }
            *rest = end;
        }
    }
    // A leap second is a second that there is.
    (hour <= 23 && minute <= 59 && second <= 60).then_some((hour, minute, second.min(59)))
}

/// What the crate `time` serialises, numbers in brackets (`[2026, 308, 9, 4, 5, 0, 2, 0, 0]`: year, day
/// of the year, time and offset), and what the standard library does, seconds in braces.
fn serialized(text: &str) -> Option<Moment> {
    if let Some(inner) = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    {
        let (_, rest) = inner.split_once("secs_since_epoch")?;
        let seconds = rest.trim_start_matches(['"', ':', ' ']);
        let end = seconds
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(seconds.len());
        return unix(&seconds[..end]);
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let numbers: Option<Vec<i32>> = inner
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect();
    let numbers = numbers?;
    let (of_date, of_time) = match numbers.len() {
        2 => (Some(&numbers[..2]), None),
        4 => (None, Some(&numbers[..4])),
        6 | 9 => (Some(&numbers[..2]), Some(&numbers[2..5])),
        _ => return None,
    };
    let mut moment = match of_date {
        Some(numbers) => {
            let year = u16::try_from(numbers[0]).ok().filter(|year| *year > 0)?;
            let mut day = u16::try_from(numbers[1]).ok().filter(|day| *day > 0)?;
            let mut month = 1;
            while month < 12 && day > u16::from(days(year, month)) {
                day -= u16::from(days(year, month));
                month += 1;
            }
            date(u32::from(year), month, u8::try_from(day).ok()?)?
        }
        None => date(1970, 1, 1)?,
    };
    if let Some(numbers) = of_time {
        let written = format!("{}:{:02}:{:02}", numbers[0], numbers[1], numbers[2]);
        let mut rest = written.as_str();
        moment.time = Some(clock(&mut rest).filter(|_| rest.is_empty())?);
    }
    Some(moment)
}

/// As RFC 2822 writes it: `Wed, 04 Nov 2026 09:04:05 +0200`.
fn of_mail(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let text = text.trim();
    let text = match text.split_once(", ") {
        Some((day, rest)) if day.len() == 3 => rest,
        _ => text,
    };
    let mut words = text.splitn(4, ' ');
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS
        .iter()
        .position(|known| known.eq_ignore_ascii_case(month))?;
    let year = words.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut rest = words.next()?;
    let mut moment = date(year, u8::try_from(month + 1).ok()?, day)?;
    moment.time = Some(clock(&mut rest)?);
    is_offset(rest).then_some(moment)
}

/// What may follow a time: an offset and a zone's name.
fn is_offset(text: &str) -> bool {
    let text = match text.split_once('[') {
        Some((text, zone)) if zone.ends_with(']') && zone.len() > 1 => text,
        Some(_) => return false,
        None => text,
    };
    // The name of a zone, such as `CET`.
    let is_zone = |name: &str| {
        (2..=6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    if text.strip_prefix(' ').is_some_and(is_zone) {
        return true;
    }
    let text = text.strip_prefix(' ').unwrap_or(text);
    if matches!(text, "" | "Z" | "z" | "UTC") {
        return true;
    }
    let Some(mut rest) = text.strip_prefix(['+', '-']) else {
        return false;
    };
    let mut is_good = whole(&mut rest, 2).is_some_and(|hours| hours < 24);
    for _ in 0..2 {
        if rest.is_empty() {
            return is_good;
        }
        rest = rest.strip_prefix(':').unwrap_or(rest);
        is_good &= whole(&mut rest, 2).is_some_and(|part| part < 60);
    }
    is_good && rest.is_empty()
}

/// Two digits behind a separator.
fn part(rest: &mut &str, separator: char) -> Option<u32> {
    *rest = rest.strip_prefix(separator)?;
    whole(rest, 2)
}

/// So many digits.
fn whole(rest: &mut &str, digits: usize) -> Option<u32> {
    let text = rest.get(..digits)?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = &rest[digits..];
    text.parse().ok()
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Moment::parse(text, Shown::Date) {
            Ok(moment) if moment.time.is_some() => moment.iso(Shown::DateTime),
            Ok(moment) => moment.iso(Shown::Date),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn points_in_time() {
        for (text, expected) in [
            ("2026-11-24", "2026-11-24"),
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("2026-11-24T15:04:05Z", "2026-11-24 15:04:05"),
            ("2026-11-24t15:04:05.123456+02:00", "2026-11-24 15:04:05"),
            ("2026-11-24T15:04", "2026-11-24 15:04:00"),
            ("2026-11-24 15:04:05 UTC", "2026-11-24 15:04:05"),
            ("2026-11-24 15:04:05.0 +00:00:00", "2026-11-24 15:04:05"),
            ("2026-11-24T15:04:05-0430", "2026-11-24 15:04:05"),
            (
                "2026-11-24T15:04:05+01:00[Europe/Madrid]",
                "2026-11-24 15:04:05",
            ),
            ("2016-12-31T23:59:60Z", "2016-12-31 23:59:59"),
            ("0", "1970-01-01 00:00:00"),
            ("-1", "1969-12-31 23:59:59"),
            ("-0.5", "1969-12-31 23:59:59"),
            ("951782400", "2000-02-29 00:00:00"),
            ("1795532645.75", "2026-11-24 15:04:05"),
            ("253402300799", "9999-12-31 23:59:59"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    /// What crates display and serialise.
    #[test]
    fn times_of_crates() {
        for (text, expected) in [
            // time
            ("2026-11-04 9:04:05.0 +02:00:00", "2026-11-04 09:04:05"),
            ("2026-11-04 9:04:05.123456789", "2026-11-04 09:04:05"),
            ("2026-11-04 9:04:05.0 +00", "2026-11-04 09:04:05"),
            ("2026-11-04 0:00:00.0", "2026-11-04 00:00:00"),
            (
                "+002026-11-04T09:04:05.000000000+02:00",
                "2026-11-04 09:04:05",
            ),
            ("[2026, 308]", "2026-11-04"),
            ("[2026,308,9,4,5,0]", "2026-11-04 09:04:05"),
            ("[2026, 308, 9, 4, 5, 0, 2, 0, 0]", "2026-11-04 09:04:05"),
            ("[2024, 366]", "2024-12-31"),
            ("[2024, 60, 23, 59, 60, 0]", "2024-02-29 23:59:59"),
            // chrono, chrono-tz
            ("2026-11-04 09:04:05 UTC", "2026-11-04 09:04:05"),
            ("2026-11-04 09:04:05.123 UTC", "2026-11-04 09:04:05"),
            ("2026-11-04 09:04:05 +02:00", "2026-11-04 09:04:05"),
            ("2026-11-04 09:04:05 CET", "2026-11-04 09:04:05"),
            ("2026-11-04 09:04:05 -03", "2026-11-04 09:04:05"),
            ("2026-11-04T09:04:05.123Z", "2026-11-04 09:04:05"),
            ("Wed, 4 Nov 2026 09:04:05 +0200", "2026-11-04 09:04:05"),
            ("Wed, 04 Nov 2026 09:04:05 GMT", "2026-11-04 09:04:05"),
            ("4 Nov 2026 9:04 +0000", "2026-11-04 09:04:00"),
            // jiff
            (
                "2026-11-04T09:04:05+01:00[Europe/Madrid]",
                "2026-11-04 09:04:05",
            ),
            ("2026-11-04T09:04:05", "2026-11-04 09:04:05"),
            // std::time::SystemTime
            (
                "{\"nanos_since_epoch\": 0, \"secs_since_epoch\": 1795532645}",
                "2026-11-24 15:04:05",
            ),
            (
                "{\"secs_since_epoch\":0,\"nanos_since_epoch\":5}",
                "1970-01-01 00:00:00",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        for text in [
            "[2026]",
            "[2026, 0]",
            "[2025, 366]",
            "[9, 4, 5]",
            "[2026, 308, 24, 0, 0, 0]",
            "[a, b]",
            "[]",
            "{}",
            "{\"secs_since_epoch\": -1}",
            "[0, 1]",
            "[10000, 1]",
            "[2026, 308, -1, 0, 0, 0]",
            "Wed, 31 Feb 2026 09:04:05 GMT",
            "4 Nov 26 09:04",
            "4 Foo 2026 09:04",
            "+012026-11-04",
            "2026-11-04 9",
            "2026-11-04 9:4",
            "2026-11-04 109:04",
            "2026-11-04 09:04 cet",
            "9:04:05",
        ] {
            assert!(
                shown(text).contains("is not a date"),
                "{text}: {}",
                shown(text)
            );
        }
    }

    #[test]
    fn times_without_a_date() {
        for (text, expected) in [
            ("9:04:05.0", "09:04:05"),
            ("09:04:05", "09:04:05"),
            ("23:59:60.5", "23:59:59"),
            ("09:04", "09:04:00"),
            ("0:00:00.0", "00:00:00"),
            ("09:04:05+02:00", "09:04:05"),
            ("[9, 4, 5, 0]", "09:04:05"),
        ] {
            let moment = Moment::parse(text, Shown::Time).unwrap();
            assert_eq!(moment.iso(Shown::Time), expected, "{text}");
        }
        for text in ["24:00", "9:60", "9:4", "x", "", "09:04:05x"] {
            assert!(Moment::parse(text, Shown::Time).is_err(), "{text}");
        }
        assert!(Moment::parse("09:04", Shown::DateTime).is_err());
    }

    #[test]
    fn what_is_no_point_in_time() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-29",
            "1900-02-29",
            "2026-1-1",
            "0000-01-01",
            "2026-11-24T",
            "2026-11-24T24:00:00Z",
            "2026-11-24T15:04:05.Z",
            "2026-11-24T15:04:05X",
            "2026-11-24T15:04:05+25:00",
            "2026-11-24T15:04:05+01:00[",
            "2026-11-24日",
            "253402300800",
            "99999999999999999999",
            "-99999999999999",
            "1.",
            "--1",
        ] {
            assert!(
                shown(text).contains("is not a date"),
                "{text}: {}",
                shown(text)
            );
        }
        let date = Moment::parse("2026-11-24", Shown::Time).unwrap_err();
        assert!(
            date.to_string().starts_with("`2026-11-24` has no time"),
            "{date}"
        );
    }

    #[test]
    fn numbers() {
        for (text, whole) in [
            ("0", Some("0")),
            ("-0", Some("0")),
            ("7.0", Some("7")),
            ("+12", Some("12")),
            ("007", Some("7")),
            ("1e3", Some("1000")),
            ("-3", None),
            ("1.5", None),
        ] {
            assert_eq!(
                Number::parse(text).unwrap().whole().as_deref(),
                whole,
                "{text}"
            );
        }
        for text in [
            "", "-", "x", "1x", "1,000", "NaN", "inf", ".", "0x10", " 1", "１",
        ] {
            assert!(Number::parse(text).is_err(), "{text}");
        }
        assert!(Number::parse(&f64::MAX.to_string()).is_ok());
        assert!(Number::parse(&f64::MIN_POSITIVE.to_string()).is_ok());
        let long = Number::parse(&"x".repeat(500)).unwrap_err().to_string();
        assert!(long.contains("x…`") && long.len() < 200, "{long}");
    }
}
