//! Types of one value, and which values of a requirement are theirs.

use crate::krate::resolve::SCALARS;
use kalgan_core::routes::words::{may_be_of, may_hold_a_digit, words};
use std::fmt::Display;

/// The characters of whole numbers, and those of others: `1e-3`, `inf`, `NaN`, `infinity`.
const INTEGER: [(char, char); 3] = [('0', '9'), ('+', '+'), ('-', '-')];
const FLOAT: [(char, char); 5] = [('0', '9'), ('+', '+'), ('-', '.'), ('a', 'z'), ('A', 'Z')];

/// A type of one value that every reader of Rust knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(&'static str);

impl Scalar {
    pub(super) fn named(name: &str) -> Option<Self> {
        SCALARS.split(' ').find(|known| *known == name).map(Self)
    }

    /// As Rust writes it.
    pub(crate) fn name(self) -> &'static str {
        self.0
    }

    /// Whether it is a whole number, which has at least one digit.
    pub(crate) fn is_integer(self) -> bool {
        self.0.starts_with(['u', 'i'])
    }

    /// Whether no value that a requirement allows is one of the type, as far as that can be told.
    pub(super) fn has_none_of(self, requirement: &str) -> bool {
        if let Some(words) = words(requirement) {
            return !words.is_empty() && !words.iter().any(|word| self.reads(word));
        }
        let Ok(whole) = kalgan_core::routes::whole(requirement) else {
            return false;
        };
        let none_of =
            |mut texts: Box<dyn Iterator<Item = String>>| !texts.any(|text| whole.is_match(&text));
        match self.0 {
            "bool" => none_of(Box::new(["true", "false"].into_iter().map(str::to_owned))),
            "u8" => none_of(Box::new((0..=u8::MAX).flat_map(spellings))),
            "i8" => none_of(Box::new((i8::MIN..=i8::MAX).flat_map(spellings))),
            "f32" | "f64" => !may_be_of(requirement, &FLOAT),
            _ => {
                self.is_integer()
                    && !(may_hold_a_digit(requirement) && may_be_of(requirement, &INTEGER))
            }
        }
    }

    /// Whether the text is a value of it, as the extractor reads it.
    pub(crate) fn reads(self, text: &str) -> bool {
        match self.0 {
            "u8" => text.parse::<u8>().is_ok(),
            "u16" => text.parse::<u16>().is_ok(),
            "u32" => text.parse::<u32>().is_ok(),
            "u64" | "usize" => text.parse::<u64>().is_ok(),
            "u128" => text.parse::<u128>().is_ok(),
            "i8" => text.parse::<i8>().is_ok(),
            "i16" => text.parse::<i16>().is_ok(),
            "i32" => text.parse::<i32>().is_ok(),
            "i64" | "isize" => text.parse::<i64>().is_ok(),
            "i128" => text.parse::<i128>().is_ok(),
            "f32" | "f64" => text.parse::<f64>().is_ok(),
            "bool" => text.parse::<bool>().is_ok(),
            "char" => text.parse::<char>().is_ok(),
            _ => true,
        }
    }
}

/// How a small number may be written in a path: with zeros or a sign in front of it.
fn spellings(number: impl Display) -> impl Iterator<Item = String> {
    let text = number.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits.to_owned()),
        None => ("", text.clone()),
    };
    let is_positive = sign.is_empty();
    let zeros = (0..=MOST_ZEROS).map(move |count| format!("{sign}{}{digits}", "0".repeat(count)));
    zeros.chain(is_positive.then(|| format!("+{text}")))
}

/// What has more of them in front of a small number is taken as right.
const MOST_ZEROS: usize = 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_that_a_type_cannot_hold() {
        for (ty, requirement) in [
            ("u8", "[1-9][0-9]{3}"),
            ("u8", "[a-z]+"),
            ("u8", "-[0-9]+"),
            ("i8", "[2-9][0-9]{2,}"),
            ("bool", "[0-9]+"),
            ("bool", "[A-Z]+"),
            ("u64", "[a-z]{1,9}"),
            ("u64", "[a-z]+[0-9]"),
            ("i32", "v[0-9]+"),
            ("f64", "[0-9]+/[0-9]+"),
        ] {
            assert!(
                Scalar::named(ty).unwrap().has_none_of(requirement),
                "{ty} {requirement}"
            );
        }
        for (ty, requirement) in [
            ("u8", "[0-9]+"),
            ("u8", "[0-9]{4}"),
            ("u8", "\\d{3}"),
            ("i8", "-[0-9]+"),
            ("bool", "[a-z]+"),
            ("u64", "[0-9a-f]{16}"),
            ("String", "[a-z]+"),
            ("u8", "("),
        ] {
            assert!(
                !Scalar::named(ty).unwrap().has_none_of(requirement),
                "{ty} {requirement}"
            );
        }
    }
}
