//! The settings of an app: one flat map of dotted keys, with where each value comes from.

pub mod folders;
pub mod own;
#[cfg(feature = "parse")]
mod parse;
mod read;
pub mod schema;
pub mod secret;
mod setting;
mod value;
mod variables;

#[cfg(feature = "parse")]
pub use parse::{ParsedSettings, parse, secret_in_file};
pub use setting::{Origin, Setting};
pub use value::Value;
pub use variables::{unknown_variables, variable};

use crate::scalar::Scalar;
use read::Tree;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// All settings of an app.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Sorted by key.
    entries: Cow<'static, [Setting]>,
    /// The keys whose values are secrets by their types.
    own_secrets: Arc<[String]>,
}

/// A setting that is missing or of another type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// There is no such key.
    Missing {
        /// The key that was asked for.
        key: String,
        /// The nearest key that there is.
        nearest: Option<String>,
    },
    /// The value has another type.
    Type {
        /// The key.
        key: String,
        /// What was asked for.
        expected: &'static str,
        /// The value as written.
        found: String,
        /// Where it comes from.
        origin: String,
    },
    /// The value does not fit the type that it was deserialised into.
    Shape {
        /// The key.
        key: String,
        /// What the deserialiser says.
        reason: String,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { key, nearest } => {
                write!(f, "there is no setting `{key}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::Type {
                key,
                expected,
                found,
                origin,
            } => write!(
                f,
                "the setting `{key}` should be {expected}, but `{found}` ({origin}) is not"
            ),
            Self::Shape { key, reason } => {
                write!(
                    f,
                    "the setting `{key}` does not have the shape asked for: {reason}"
                )
            }
        }
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Settings that are sorted by key already: what `kalgan::embed!` bakes.
    #[must_use]
    pub fn baked(entries: &'static [Setting]) -> Self {
        Self {
            entries: Cow::Borrowed(entries),
            ..Self::default()
        }
    }

    /// Makes the values of these keys, and of those below them, secrets.
    pub fn declare_secrets(&mut self, keys: &[String]) {
        if !keys.is_empty() {
            self.own_secrets = keys.into();
        }
    }

    /// Settings in any order; the last of equal keys wins.
    #[must_use]
    pub fn new(settings: impl IntoIterator<Item = Setting>) -> Self {
        let mut sorted = Self::default();
        sorted.overlay(settings);
        sorted
    }

    /// Puts a later layer over these. Letter case of a key does not matter where a key of that
    /// name is there already, since environment variables have none.
    pub fn overlay(&mut self, layer: impl IntoIterator<Item = Setting>) {
        let entries = self.entries.to_mut();
        let mut rest = Vec::new();
        for setting in layer {
            let key = setting.key.as_ref();
            let at = entries
                .binary_search_by(|entry| entry.key.as_ref().cmp(key))
                .ok()
                .or_else(|| {
                    matches!(setting.origin, Origin::Environment(_))
                        .then(|| {
                            entries
                                .iter()
                                .position(|entry| entry.key.eq_ignore_ascii_case(key))
                        })
                        .flatten()
                });
            match at {
                Some(at) => {
                    entries[at].value = setting.value;
                    entries[at].origin = setting.origin;
                }
                None => rest.push(setting),
            }
        }
        if rest.is_empty() {
            return;
        }
        // The sort is stable, so the last of equal keys stays the last.
        entries.extend(rest);
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries.reverse();
        entries.dedup_by(|later, kept| later.key == kept.key);
        entries.reverse();
    }

    /// All settings in order of their keys.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Setting> {
        self.entries.iter()
    }

    /// The setting of a dotted key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Setting> {
        let found = self
            .entries
            .binary_search_by(|entry| entry.key.as_ref().cmp(key));
        match found {
            Ok(at) => Some(&self.entries[at]),
            Err(_) => (self.entries.iter())
                .find(|entry| entry.key.contains('\\') && parts(&entry.key).join(".") == key),
        }
    }

    /// The settings below a dotted key.
    pub fn below(&self, key: &str) -> impl Iterator<Item = (&str, &Setting)> {
        let prefix = self.written(key);
        let start = self
            .entries
            .partition_point(|entry| entry.key.as_ref() < prefix.as_str());
        self.entries[start..].iter().map_while(move |setting| {
            let rest = setting.key.strip_prefix(prefix.as_str())?;
            Some((rest, setting))
        })
    }

    /// What keys below this one begin with, as they are kept.
    fn written(&self, key: &str) -> String {
        let plain = format!("{key}.");
        let start = self
            .entries
            .partition_point(|entry| entry.key.as_ref() < plain.as_str());
        let has_plain = self.entries.get(start);
        if has_plain.is_some_and(|entry| entry.key.starts_with(&plain)) {
            return plain;
        }
        let escaped = self.entries.iter().filter(|entry| entry.key.contains('\\'));
        let written = escaped.flat_map(|entry| {
            let parts = parts(&entry.key);
            (1..parts.len()).map(move |at| parts[..at].to_vec())
        });
        let mut written = written.filter(|parts| parts.join(".") == key);
        match written.next() {
            Some(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| escaped_part(part)).collect();
                format!("{}.", parts.join("."))
            }
            None => plain,
        }
    }

    /// Whether a value or a section of this key is there.
    #[must_use]
    pub fn exists(&self, key: &str) -> bool {
        self.find(key).is_some() || self.below(key).next().is_some()
    }

    /// The value as text.
    ///
    /// # Errors
    /// The key is missing, or its value is a list or nothing.
    pub fn get_string(&self, key: &str) -> Result<String, SettingsError> {
        self.typed(key, "text", |value| value.as_str().map(str::to_owned))
    }

    /// The value as a truth value.
    ///
    /// # Errors
    /// The key is missing, or its value is not `true` or `false`.
    pub fn get_bool(&self, key: &str) -> Result<bool, SettingsError> {
        self.typed(key, "`true` or `false`", Value::as_bool)
    }

    /// The value as a whole number.
    ///
    /// # Errors
    /// The key is missing, or its value is not a whole number.
    pub fn get_number(&self, key: &str) -> Result<i64, SettingsError> {
        self.typed(key, "a whole number", Value::as_i64)
    }

    /// The value as a number.
    ///
    /// # Errors
    /// The key is missing, or its value is not a number.
    pub fn get_float(&self, key: &str) -> Result<f64, SettingsError> {
        self.typed(key, "a number", Value::as_f64)
    }

    /// The value as a list.
    ///
    /// # Errors
    /// The key is missing, or its value is not a list.
    pub fn get_vec(&self, key: &str) -> Result<Vec<Value>, SettingsError> {
        self.typed(key, "a list", |value| {
            value.as_list().map(<[Value]>::to_vec)
        })
    }

    /// The value, or the section, of this key as a type of your own.
    ///
    /// # Errors
    /// The key is missing, or what is there does not fit the type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<T, SettingsError> {
        let tree = match self.find(key) {
            Some(setting) => leaf(setting),
            None if self.exists(key) => {
                let mut tree = Tree::section();
                for (rest, setting) in self.below(key) {
                    tree.insert(&parts(rest), leaf(setting));
                }
                tree
            }
            None => return Err(self.missing(key)),
        };
        T::deserialize(tree).map_err(|error| {
            let secrets = self.secrets();
            let mut keys = self.below(key).map(|(_, setting)| &*setting.key);
            // What is said of it may quote a value.
            let is_secret = secrets.contains(key) || keys.any(|key| secrets.contains(key));
            SettingsError::Shape {
                key: key.to_owned(),
                reason: match is_secret {
                    true => String::from("a secret is not of the type asked for"),
                    false => error.to_string(),
                },
            }
        })
    }

    /// The section of this key as a type of your own; one that is not there is empty.
    ///
    /// # Errors
    /// What is there does not fit the type.
    pub fn get_section<T: DeserializeOwned>(&self, key: &str) -> Result<T, SettingsError> {
        let is_null =
            |setting: &Setting| setting.value.as_str().is_none() && !setting.value.holds();
        if self.find(key).is_none_or(is_null) && self.below(key).next().is_none() {
            return T::deserialize(Tree::section()).map_err(|error| SettingsError::Shape {
                key: key.to_owned(),
                reason: error.to_string(),
            });
        }
        self.get(key)
    }

    /// A comma-separated text or a list, as trimmed, non-empty items; missing gives none.
    #[must_use]
    pub fn items(&self, key: &str) -> Vec<String> {
        let Some(setting) = self.find(key) else {
            return Vec::new();
        };
        let items = setting.value.items().into_iter();
        items.map(str::to_owned).collect()
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, SettingsError> {
        let setting = self.find(key).ok_or_else(|| self.missing(key))?;
        read(&setting.value).ok_or_else(|| SettingsError::Type {
            key: key.to_owned(),
            expected,
            found: self.secrets().masked(key, &setting.value),
            origin: setting.origin.to_string(),
        })
    }

    fn missing(&self, key: &str) -> SettingsError {
        let keys = self.entries.iter().map(|entry| entry.key.as_ref());
        SettingsError::Missing {
            key: key.to_owned(),
            nearest: crate::suggest::nearest(key, keys).map(str::to_owned),
        }
    }
}

/// A setting for a type that asks for it. The environment has no types.
fn leaf(setting: &Setting) -> Tree<'_> {
    match (&setting.origin, &setting.value) {
        (Origin::Environment(_), Value::Scalar(scalar)) => Tree::Text(&scalar.text),
        (_, value) => Tree::Value(value),
    }
}

/// A part of a key, as it stands in a key: its own dots are told from those between parts.
#[cfg_attr(not(feature = "parse"), allow(dead_code))]
fn escaped_part(part: &str) -> String {
    if part.contains(['.', '\\']) {
        part.replace('\\', "\\\\").replace('.', "\\.")
    } else {
        part.to_owned()
    }
}

/// The parts of a key.
fn parts(key: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = key.chars();
    while let Some(c) = chars.next() {
        if c == '.' {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(match c {
                '\\' => chars.next().unwrap_or(c),
                c => c,
            });
        }
    }
    parts
}

/// Names in the environment that begin with `KALGAN_` and are not settings.
const RESERVED: [&str; 5] = [
    "KALGAN_SETTINGS",
    "KALGAN_ROOT",
    "KALGAN_WATCH",
    "KALGAN_BUILD_ROOT",
    "KALGAN_EDITOR_URL",
];

/// The layer of environment variables: `KALGAN_SERVER__PORT=8080` is `server.port`. A value is
/// what is asked for: the environment has no types.
pub fn from_environment(
    variables: impl IntoIterator<Item = (String, String)>,
) -> impl Iterator<Item = Setting> {
    variables.into_iter().filter_map(|(name, text)| {
        let key = name.strip_prefix("KALGAN_")?;
        if key.is_empty() || RESERVED.contains(&name.as_str()) {
            return None;
        }
        Some(Setting {
            key: key.to_lowercase().replace("__", ".").into(),
            value: Value::Scalar(Scalar::of_environment(text)),
            origin: Origin::Environment(name.into()),
        })
    })
}

#[cfg(test)]
mod tests;
