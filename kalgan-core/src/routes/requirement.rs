//! Requirements as regular expressions, each compiled once a thread: many routes share a few, and
//! compiling one costs more than all that is asked of it.

use super::whole;
use regex::Regex;
use std::cell::RefCell;
use std::collections::HashMap;

/// How many are kept before all are forgotten.
const MOST: usize = 1024;

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, Regex>> = RefCell::default();
}

/// A requirement for the whole of a value, as [`whole`] makes it.
///
/// # Errors
/// The requirement is not a regular expression of the `regex` crate.
pub fn shared(requirement: &str) -> Result<Regex, regex::Error> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(regex) = known.get(requirement) {
            return Ok(regex.clone());
        }
        let regex = whole(requirement)?;
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(requirement.into(), regex.clone());
        Ok(regex)
    })
}

/// Whether a value as a whole meets a requirement; nothing meets one that is no regular expression.
#[must_use]
pub fn takes(requirement: &str, value: &str) -> bool {
    shared(requirement).is_ok_and(|regex| regex.is_match(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_counts() {
        assert!(takes("[0-9]+", "12"));
        assert!(!takes("[0-9]+", "12a"));
        assert!(!takes("a|b", "ab"));
        assert!(!takes("(", "("));
        assert!(shared("(").is_err());
    }

    #[test]
    fn many_are_forgotten() {
        for at in 0..=MOST {
            assert!(takes(&format!("x{at}"), &format!("x{at}")));
        }
        KNOWN.with_borrow(|known| assert!(known.len() <= MOST));
    }
}
