//! What is given to a name: the snapshot that it is looked up in, and named values.

use crate::error::{Error, Result};
use crate::site::Site;
use crate::site::current;
use std::fmt::{self, Display};
use std::sync::Arc;
use tera::Kwargs;

/// A named value.
pub(super) type Given<'a> = (&'a str, &'a dyn Display);

/// Borrows named values.
pub(super) fn given<K: AsRef<str>, V: Display>(values: &[(K, V)]) -> Vec<Given<'_>> {
    let values = values.iter();
    values
        .map(|(name, value)| (name.as_ref(), value as &dyn Display))
        .collect()
}

/// The named arguments of a filter or function, without those that it takes itself.
pub(super) fn arguments<'a>(kwargs: &'a Kwargs, own: &[&str]) -> Vec<Given<'a>> {
    let named = kwargs.iter().filter_map(|(name, value)| {
        let given: Given<'a> = (name.as_str()?, value);
        Some(given)
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
