//! Values as a language writes them.

use super::category::{Category, Rules};
use super::format::{Digits, Format, Shown, Style};
use super::value::{Moment, Number, ValueError};

/// What a language knows about numbers and dates.
pub trait Localize {
    /// The category of a number.
    fn category(&self, rules: Rules, number: &Number) -> Category;
    /// A number as the language writes it.
    fn number(&self, number: &Number, digits: Digits) -> String;
    /// A point in time as the language writes it.
    fn moment(&self, moment: &Moment, shown: Shown, style: Style) -> String;
}

impl Format {
    /// Writes a value as a language does.
    ///
    /// # Errors
    /// The value is no number or no point in time, or a time is asked of a mere date.
    pub fn write(self, locale: &impl Localize, value: &str) -> Result<String, ValueError> {
        match self {
            Self::Number(digits) => Ok(locale.number(&Number::parse(value)?, digits)),
            Self::Moment(shown, style) => {
                let moment = Moment::parse(value, shown)?;
                Ok(locale.moment(&moment, shown, style))
            }
        }
    }
}
