//! The filters `number`, `date`, `time` and `datetime`.

use super::given::{Argument, Given, arguments, given, site};
use crate::intl::Lazy;
use crate::site::current;
use kalgan_core::messages::{FORMATS, FormatOptions, OptionError, ValueError};
use std::borrow::Cow;
use std::fmt;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

pub(super) fn register(tera: &mut Tera) {
    for name in FORMATS {
        tera.register_filter(name, move |value: &Value, kwargs: Kwargs, _: &State| {
            write(name, value, &kwargs)
        });
    }
}

/// Why a value could not be written.
enum FilterError {
    /// An option is none, or its value is not good.
    Option(OptionError),
    /// The value is not what the filter takes.
    Value(&'static str, ValueError),
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(error) => error.fmt(f),
            Self::Value(filter, error) => write!(f, "the filter `{filter}`: {error}"),
        }
    }
}

fn write(filter: &'static str, value: &Value, kwargs: &Kwargs) -> TeraResult<String> {
    let options = arguments(kwargs, &["_lang"]);
    let options = given(&options);
    let value = match value.as_str() {
        Some(value) => Cow::Borrowed(value),
        None => Cow::Owned(Argument::new(value).to_string()),
    };
    let written = match kwargs.get::<Cow<'_, str>>("_lang")? {
        Some(language) => written(filter, &value, &options, &language),
        None => {
            let what = format_args!("the filter `{filter}` was applied");
            let site = site(what).map_err(Error::message)?;
            written(filter, &value, &options, &current::language(&site))
        }
    };
    written.map_err(Error::message)
}

fn written(
    filter: &'static str,
    value: &str,
    options: &[Given<'_>],
    language: &str,
) -> Result<String, FilterError> {
    // Each filter has the name of a format.
    let Some(mut format) = FormatOptions::of(filter) else {
        return Ok(value.to_owned());
    };
    for (name, value) in options {
        format
            .set(name, &value.to_string())
            .map_err(FilterError::Option)?;
    }
    format
        .format()
        .write(&Lazy::new(language), value)
        .map_err(|error| FilterError::Value(filter, error))
}

#[cfg(test)]
mod tests {
    use super::given;

    fn text(filter: &'static str, value: &str, options: &[(&str, &str)]) -> String {
        match super::written(filter, value, &given(options), "es") {
            Ok(text) => text,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_and_options() {
        assert_eq!(text("number", "12345.678", &[("max", "1")]), "12.345,7");
        assert_eq!(
            text("number", "abc", &[]),
            "the filter `number`: `abc` is not a number; expected digits such as `5`, `-12` or \
             `1234.5`"
        );
        assert_eq!(
            text("number", "5", &[("digts", "1")]),
            "the format `number` has no option `digts`; did you mean `digits`?"
        );
        assert_eq!(
            text("date", "2026-11-24", &[("style", "lnog")]),
            "the format `date` has no style `lnog`; did you mean `long`?"
        );
        assert_eq!(
            text("time", "2026-11-24", &[]),
            "the filter `time`: `2026-11-24` has no time; expected one such as \
             `2026-11-24T15:04:05Z` (RFC 3339), or Unix seconds"
        );
        assert_eq!(text("time", "1795532645", &[]), "15:04");
    }
}
