//! Why a message could not be made.

use super::value::ValueError;
use std::fmt;

/// Why a message could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// No language has the key.
    Unknown {
        /// The key.
        key: String,
        /// The nearest key that there is.
        nearest: Option<String>,
    },
    /// A placeholder got no value.
    MissingValue {
        /// The key.
        key: String,
        /// The placeholder.
        placeholder: String,
    },
    /// A value is not what its placeholder takes.
    WrongValue {
        /// The key.
        key: String,
        /// The placeholder.
        placeholder: String,
        /// What is wrong with the value.
        error: ValueError,
    },
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { key, nearest } => {
                write!(f, "there is no message `{key}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::MissingValue { key, placeholder } => write!(
                f,
                "the message `{key}` needs a value for `{placeholder}`; give `{placeholder}=…`"
            ),
            Self::WrongValue {
                key,
                placeholder,
                error,
            } => write!(
                f,
                "the value of `{placeholder}` in the message `{key}`: {error}"
            ),
        }
    }
}

impl std::error::Error for MessageError {}
