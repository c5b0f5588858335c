//! The app.

pub(crate) mod states;
