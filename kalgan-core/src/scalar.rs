//! Scalars: what `8080`, `true` or `~` mean.

use std::borrow::Cow;

/// A scalar with its text as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text as written: `007` is the integer 7 and the text `007`.
    pub text: Cow<'static, str>,
    /// What the text means.
    pub kind: ScalarKind,
}

/// What a scalar's text means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarKind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String,
}

impl Scalar {
    /// Text that stands in quotes, and so is a string whatever it says.
    #[must_use]
    pub fn string(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            text: text.into(),
            kind: ScalarKind::String,
        }
    }

    /// A text of the environment: as without quotes, but nothing is only what is empty, since a password
    /// may be `null`.
    #[must_use]
    pub fn of_environment(text: String) -> Self {
        match text.is_empty() {
            true => Self::resolve(text),
            false => {
                let scalar = Self::resolve(text);
                match scalar.kind {
                    ScalarKind::Null => Self::string(scalar.text),
                    _ => scalar,
                }
            }
        }
    }

    /// Text without quotes, by the core schema of YAML 1.2 (section 10.3.2 of the specification).
    #[must_use]
    pub fn resolve(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self {
            kind: ScalarKind::resolve(&text),
            text,
        }
    }
}

impl ScalarKind {
    fn resolve(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
                return Self::Float(f64::INFINITY);
            }
            "-.inf" | "-.Inf" | "-.INF" => return Self::Float(f64::NEG_INFINITY),
            ".nan" | ".NaN" | ".NAN" => return Self::Float(f64::NAN),
            _ => {}
        }
        if let Some(octal) = text.strip_prefix("0o") {
            return i64::from_str_radix(octal, 8).map_or(Self::String, Self::Integer);
        }
        if let Some(hexadecimal) = text.strip_prefix("0x") {
            return i64::from_str_radix(hexadecimal, 16).map_or(Self::String, Self::Integer);
        }
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let numeric = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.contains(|c: char| c.is_ascii_digit())
            && digits
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
        if !numeric {
            return Self::String;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(integer) = text.parse()
        {
            return Self::Integer(integer);
        }
        text.parse().map_or(Self::String, Self::Float)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &'static str) -> ScalarKind {
        Scalar::resolve(text).kind
    }

    #[test]
    fn the_core_schema() {
        assert_eq!(kind(""), ScalarKind::Null);
        assert_eq!(kind("~"), ScalarKind::Null);
        assert_eq!(kind("true"), ScalarKind::Bool(true));
        assert_eq!(kind("yes"), ScalarKind::String);
        assert_eq!(kind("8080"), ScalarKind::Integer(8080));
        assert_eq!(kind("-7"), ScalarKind::Integer(-7));
        assert_eq!(kind("0x1F"), ScalarKind::Integer(31));
        assert_eq!(kind("0o17"), ScalarKind::Integer(15));
        assert_eq!(kind("1.5"), ScalarKind::Float(1.5));
        assert_eq!(kind("1e3"), ScalarKind::Float(1000.0));
        assert_eq!(kind(".5"), ScalarKind::Float(0.5));
    }

    #[test]
    fn what_only_looks_like_a_number_is_text() {
        for text in [
            "127.0.0.1",
            "1-2",
            "v001",
            "e5",
            "-",
            ".",
            "1_000",
            "0xZZ",
            "2026-11-24",
            "nan",
            "inf",
        ] {
            assert_eq!(kind(text), ScalarKind::String, "{text}");
        }
    }

    #[test]
    fn the_text_stays_as_written() {
        let scalar = Scalar::resolve("007");
        assert_eq!(scalar.kind, ScalarKind::Integer(7));
        assert_eq!(scalar.text, "007");
    }

    #[test]
    fn a_number_too_large_is_a_float() {
        assert_eq!(kind("99999999999999999999"), ScalarKind::Float(1e20));
    }
}
