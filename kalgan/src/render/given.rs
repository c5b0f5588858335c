//! What is given to a name: the snapshot that it is looked up in, and named values.

use crate::error::{Error, Result};
use crate::site::Site;
use crate::site::current;
use std::fmt::{self, Display};
use std::sync::Arc;
use tera::{Kwargs, Value};

/// A named value.
pub(super) type Given<'a> = (&'a str, &'a dyn Display);

/// Borrows named values.
pub(super) fn given<K: AsRef<str>, V: Display>(values: &[(K, V)]) -> Vec<Given<'_>> {
    let values = values.iter();
    values
        .map(|(name, value)| (name.as_ref(), value as &dyn Display))
        .collect()
}

/// A value of a template, which looks the same as the value that it was made of does in Rust.
pub(super) enum Argument<'a> {
    Value(&'a Value),
    /// A number that was an `f32` looks like one: `0.1`, which is 0.10000000149011612.
    F32(f32),
    F64(f64),
}

impl<'a> Argument<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        match value.as_f64() {
            Some(number) if value.is_f64() => {
                // What is lost, is seen.
                #[allow(clippy::cast_possible_truncation)]
                let short = number as f32;
                if f64::from(short).to_bits() == number.to_bits() {
                    Self::F32(short)
                } else {
                    Self::F64(number)
                }
            }
            _ => Self::Value(value),
        }
    }
}

impl Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::F32(number) => number.fmt(f),
            Self::F64(number) => number.fmt(f),
        }
    }
}

/// The named arguments of a filter or function, without those that it takes itself.
pub(super) fn arguments<'a>(kwargs: &'a Kwargs, own: &[&str]) -> Vec<(&'a str, Argument<'a>)> {
    let named = kwargs.iter().filter_map(|(name, value)| {
        let name = name.as_str()?;
        Some((name, Argument::new(value)))
    });
    named.filter(|(name, _)| !own.contains(name)).collect()
}

/// The snapshot of the request in progress, else the latest one.
///
/// # Errors
/// A 500: no app has started. `what` says what was done too early.
#[track_caller]
pub(super) fn site(what: fmt::Arguments<'_>) -> Result<Arc<Site>> {
    match current::site() {
        Some(site) => Ok(site),
        None => Err(Error::internal(format!("{what} before an app has started"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    fn shown<T: Serialize>(value: T) -> String {
        Argument::new(&Value::from_serializable(&value)).to_string()
    }

    #[test]
    fn numbers_look_as_they_do_in_rust() {
        for number in [
            0.1_f32,
            1.1,
            1.0,
            0.5,
            1e10,
            3.402_823_5e38,
            -0.0,
            16_777_216.0,
        ] {
            assert_eq!(shown(number), number.to_string());
        }
        for number in [0.1_f64, 1.0, 0.3, 1e21, -1.5e-9, 1_234_567.891, f64::MAX] {
            assert_eq!(shown(number), number.to_string());
        }
        assert_eq!(shown(7_u8), "7");
        assert_eq!(shown(u128::MAX), u128::MAX.to_string());
        assert_eq!(shown(i64::MIN), i64::MIN.to_string());
        assert_eq!(shown("1.0"), "1.0");
        assert_eq!(shown(true), "true");
        assert_eq!(shown([2026, 308]), "[2026, 308]");
    }
}
