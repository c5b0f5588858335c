//! Formats of values, and their options by name as messages and filters write them.

use crate::suggest::did_you_mean;
use std::fmt;

/// The most digits behind a decimal separator that a format may ask for.
const MAX_DIGITS: u8 = 20;
const STYLES: [&str; 3] = ["short", "medium", "long"];
const OF_NUMBERS: [&str; 3] = ["digits", "min", "max"];
const OF_MOMENTS: [&str; 1] = ["style"];

/// The names of all formats.
pub const FORMATS: [&str; 4] = ["number", "date", "time", "datetime"];

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As a number.
    Number(Digits),
    /// As a date or a time.
    Moment(Shown, Style),
}

/// How many digits stand behind the decimal separator; where nothing is said, as many as the value
/// has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    /// At least so many.
    pub min: Option<u8>,
    /// At most so many; the rest is rounded, halves away from zero.
    pub max: Option<u8>,
}

/// What of a point in time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The date.
    Date,
    /// The time.
    Time,
    /// Both.
    DateTime,
}

/// How much room a date or a time takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Numbers only; a time without seconds.
    Short,
    /// The month's name cut short; a time with seconds.
    Medium,
    /// The month's name in full; a time with seconds.
    Long,
}

/// A format whose options are being read.
#[derive(Clone, Copy, Debug)]
pub struct FormatOptions {
    name: &'static str,
    /// What of a point in time is shown; none for a number.
    shown: Option<Shown>,
    digits: Digits,
    style: Option<Style>,
}

/// What is wrong with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError {
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.help.is_empty() {
            return Ok(());
        }
        write!(f, "; {}", self.help)
    }
}

impl std::error::Error for OptionError {}

impl FormatOptions {
    /// The format of a name, without options.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = FORMATS.into_iter().find(|format| *format == name)?;
        Some(Self {
            name,
            shown: match name {
                "date" => Some(Shown::Date),
                "time" => Some(Shown::Time),
                "datetime" => Some(Shown::DateTime),
                _ => None,
            },
            digits: Digits::default(),
            style: None,
        })
    }

    /// Sets an option: `digits`, `min` or `max` of a number, `style` of a date or time.
    ///
    /// # Errors
    /// There is no such option, or it does not take the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let (known, is_number): (&[&str], _) = match self.shown {
            None => (&OF_NUMBERS, true),
            Some(_) => (&OF_MOMENTS, false),
        };
        if !known.contains(&name) {
            return Err(OptionError {
                message: format!("the format `{}` has no option `{name}`", self.name),
                help: did_you_mean(name, known).unwrap_or_default(),
            });
        }
        if is_number {
            self.set_digits(name, value)
        } else {
            self.set_style(value)
        }
    }

    /// Sets the option that needs no name: the style of a date or time.
    ///
    /// # Errors
    /// There is none, or it does not take the value.
    pub fn set_unnamed(&mut self, value: &str) -> Result<(), OptionError> {
        match self.shown {
            None => self.set(value, ""),
            Some(_) => self.set_style(value),
        }
    }

    /// The format.
    #[must_use]
    pub fn format(self) -> Format {
        match self.shown {
            None => Format::Number(self.digits),
            Some(shown) => {
                let usual = match shown {
                    Shown::Time => Style::Short,
                    Shown::Date | Shown::DateTime => Style::Medium,
                };
                Format::Moment(shown, self.style.unwrap_or(usual))
            }
        }
    }

    fn set_digits(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let digits = value.parse().ok().filter(|digits| *digits <= MAX_DIGITS);
        let Some(digits) = digits else {
            return Err(OptionError {
                message: format!("`{name}` of the format `number` is not a number of digits"),
                help: format!("write a number from 0 to {MAX_DIGITS}: `{name}=2`"),
            });
        };
        if name != "max" {
            self.digits.min = Some(digits);
        }
        if name != "min" {
            self.digits.max = Some(digits);
        }
        match self.digits {
            Digits {
                min: Some(min),
                max: Some(max),
            } if min > max => Err(OptionError {
                message: format!("at least {min} digits and at most {max} cannot both be"),
                help: String::from("give `digits=` alone, or a `min=` that is not above `max=`"),
            }),
            _ => Ok(()),
        }
    }

    fn set_style(&mut self, value: &str) -> Result<(), OptionError> {
        let style = match value {
            "short" => Style::Short,
            "medium" => Style::Medium,
            "long" => Style::Long,
            unknown => {
                return Err(OptionError {
                    message: format!("the format `{}` has no style `{unknown}`", self.name),
                    help: did_you_mean(unknown, &STYLES).unwrap_or_default(),
                });
            }
        };
        if self.style.replace(style).is_some() {
            return Err(OptionError {
                message: format!("the format `{}` has two styles", self.name),
                help: String::from("remove one of them"),
            });
        }
        Ok(())
    }
}
