//! The values that an app shares with its controllers, one of each type.

use http::Extensions;
use kalgan_core::suggest::counted;
use std::fmt;
use std::sync::Arc;

/// The values of [`App::state`](crate::App::state): at most one of each type.
///
/// This is the state type `S` that Kalgan hands to every `axum-core` extractor. An extractor that
/// is written for any `S` therefore works unchanged.
#[derive(Clone, Default)]
pub struct States(Arc<Extensions>);

impl States {
    /// Adds a value, or replaces the one of the same type.
    pub(crate) fn insert<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        Arc::make_mut(&mut self.0).insert(value);
    }

    /// A clone of the value of type `T`, if the app has one.
    #[must_use]
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.0.get::<T>().cloned()
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "States({})", counted(self.0.len(), "value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_of_each_type() {
        let mut states = States::default();
        states.insert(1_u32);
        states.insert(2_u32);
        states.insert("text");
        assert_eq!(states.get::<u32>(), Some(2));
        assert_eq!(states.get::<&str>(), Some("text"));
        assert_eq!(states.get::<u64>(), None);
    }
}
