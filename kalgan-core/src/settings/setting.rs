//! One setting, and where it comes from.

use super::value::Value;
use std::borrow::Cow;
use std::fmt;

/// Where a setting's value comes from. A later layer wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A settings file of the app: `path:line:column`.
    File(Cow<'static, str>),
    /// The file that `KALGAN_SETTINGS` names: `path:line:column`.
    Override(Cow<'static, str>),
    /// An environment variable, by name.
    Environment(Cow<'static, str>),
    /// An option of the command line, by name.
    CommandLine(Cow<'static, str>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) | Self::Override(place) => f.write_str(place),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::CommandLine(name) => write!(f, "option {name}"),
        }
    }
}

/// A setting: its dotted key, its value and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The key, such as `server.port`.
    pub key: Cow<'static, str>,
    /// The value.
    pub value: Value,
    /// Where the value comes from.
    pub origin: Origin,
}
