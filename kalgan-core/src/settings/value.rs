//! The value of a setting.

use crate::scalar::{Scalar, ScalarKind};
use std::borrow::Cow;

/// The value of a setting: a scalar, a list or, within a list, a map.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    List(Cow<'static, [Value]>),
    /// A map in file order.
    Map(Cow<'static, [(Cow<'static, str>, Value)]>),
}

impl Value {
    /// The text of a scalar as written, except that `null` has none.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is a list or a map.
    pub(super) fn holds(&self) -> bool {
        !matches!(self, Self::Scalar(_))
    }

    /// A truth value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Scalar(Scalar {
                kind: ScalarKind::Bool(value),
                ..
            }) => Some(*value),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Scalar(Scalar {
                kind: ScalarKind::Integer(value),
                ..
            }) => Some(*value),
            _ => None,
        }
    }

    /// A number; a whole one is converted.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Scalar(Scalar { kind, .. }) => match kind {
                ScalarKind::Float(value) => Some(*value),
                // The nearest `f64`, as for every number that is read as one.
                #[allow(clippy::cast_precision_loss)]
                ScalarKind::Integer(value) => Some(*value as f64),
                _ => None,
            },
            _ => None,
        }
    }

    /// A list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list, or what stands between the commas of a text.
    pub(crate) fn items(&self) -> Vec<&str> {
        let texts: Vec<&str> = match self {
            Self::List(items) => items.iter().filter_map(Self::as_str).collect(),
            value => value
                .as_str()
                .map(|text| text.split(',').collect())
                .unwrap_or_default(),
        };
        let texts = texts.into_iter().map(str::trim);
        texts.filter(|item| !item.is_empty()).collect()
    }

    /// The value as JSON; `.inf` and `.nan`, which JSON lacks, become `null`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => serde_json::Value::Null,
                ScalarKind::Bool(value) => value.into(),
                ScalarKind::Integer(value) => value.into(),
                ScalarKind::Float(value) => value.into(),
                ScalarKind::String => scalar.text.as_ref().into(),
            },
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_json()))
                .collect(),
        }
    }

    /// The value on one line, as `settings` prints it.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => String::from("~"),
                _ => scalar.text.replace('\n', "\\n"),
            },
            other => other.to_json().to_string(),
        }
    }

    #[cfg(feature = "parse")]
    pub(crate) fn from_node(node: &crate::yaml::Node) -> Self {
        use crate::yaml::Data;
        match &node.data {
            Data::Scalar(scalar) => Self::Scalar(scalar.clone()),
            Data::List(items) => Self::List(items.iter().map(Self::from_node).collect()),
            Data::Map(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(key, node)| (Cow::Owned(key.text.clone()), Self::from_node(node)))
                    .collect(),
            ),
        }
    }
}
