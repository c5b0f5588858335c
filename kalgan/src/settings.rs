//! The settings of the app, by their dotted keys.
//!
//! Within a request these are the settings of its snapshot; in development an edit of a settings
//! file therefore shows at the next request, and never in the middle of one.
//!
//! ```no_run
//! use kalgan::settings;
//!
//! let port = settings::get_number("server.port")?;
//! let name = settings::get_string("museum.name")?;
//! # Ok::<(), settings::SettingsError>(())
//! ```

use crate::site::current;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;

pub use kalgan_core::settings::{SettingsError, Value};

/// A text that nothing prints: a password, a token. It has no `Display`, and `Debug` writes `[secret]`.
///
/// The value of a field of this type is a secret wherever settings are shown. It is missing in the files,
/// and comes from the environment or the file that `KALGAN_SETTINGS` names; a start without it fails.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Mail {
///     password: kalgan::Secret,
/// }
///
/// let mail: Mail = serde_json::from_str(r#"{"password": "hunter2"}"#)?;
/// assert_eq!(format!("{:?}", mail.password), "[secret]");
/// assert_eq!(mail.password.expose(), "hunter2");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The value, or the whole section, of this key as a type of your own.
///
/// # Errors
/// The key is missing, or what is there does not fit the type.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<T, SettingsError> {
    current::settings().get(key)
}

/// The section of this key as a type of your own; one that is not there is empty. A struct with
/// [`#[kalgan::settings]`](macro@crate::settings) reads its section by it.
///
/// # Errors
/// What is there does not fit the type.
pub fn section<T: DeserializeOwned>(key: &str) -> Result<T, SettingsError> {
    current::settings().get_section(key)
}

/// The value as text.
///
/// # Errors
/// The key is missing, or its value is a list or nothing.
pub fn get_string(key: &str) -> Result<String, SettingsError> {
    current::settings().get_string(key)
}

/// The value as a truth value.
///
/// # Errors
/// The key is missing, or its value is not `true` or `false`.
pub fn get_bool(key: &str) -> Result<bool, SettingsError> {
    current::settings().get_bool(key)
}

/// The value as a whole number.
///
/// # Errors
/// The key is missing, or its value is not a whole number.
pub fn get_number(key: &str) -> Result<i64, SettingsError> {
    current::settings().get_number(key)
}

/// The value as a number; a whole one is converted.
///
/// # Errors
/// The key is missing, or its value is not a number.
pub fn get_float(key: &str) -> Result<f64, SettingsError> {
    current::settings().get_float(key)
}

/// The value as a list.
///
/// # Errors
/// The key is missing, or its value is not a list.
pub fn get_vec(key: &str) -> Result<Vec<Value>, SettingsError> {
    current::settings().get_vec(key)
}

/// Whether a value or a section of this key is there.
#[must_use]
pub fn exists(key: &str) -> bool {
    current::settings().exists(key)
}
