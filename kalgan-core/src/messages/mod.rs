//! The messages of an app in each of its languages: the model, the parser and the checks.

pub mod bake;
#[cfg(feature = "parse")]
pub mod check;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
mod pattern;

#[cfg(feature = "parse")]
pub use parse::{ParsedMessage, ParsedMessages, language_of, parse};

use std::borrow::Cow;
use std::fmt;

/// All messages of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Sorted by code.
    pub languages: Cow<'static, [Language]>,
    /// The language when nothing else tells one.
    pub default: Cow<'static, str>,
}

/// The messages of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// The language's tag, as its folder is named: `en`, `pt-BR`.
    pub code: Cow<'static, str>,
    /// Sorted by key.
    pub messages: Cow<'static, [Message]>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The dotted key.
    pub key: Cow<'static, str>,
    /// Text and placeholders in turn.
    pub parts: Cow<'static, [Part]>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(Cow<'static, str>),
    /// The name of a placeholder.
    Placeholder(Cow<'static, str>),
}

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
        }
    }
}

impl std::error::Error for MessageError {}

/// A message that was found, and whether it had to come from another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The message.
    pub message: &'a Message,
    /// The language that it comes from.
    pub language: &'a str,
    /// Whether that is not the language asked for.
    pub is_fallback: bool,
}

impl Catalogue {
    /// The language of this tag; letter case and `_` for `-` do not matter.
    #[must_use]
    pub fn language(&self, code: &str) -> Option<&Language> {
        self.languages
            .iter()
            .find(|language| same_tag(&language.code, code))
    }

    /// The nearest language to a tag by the lookup of RFC 4647 (section 3.4): `es-MX` gives `es`
    /// where there is no `es-MX`.
    #[must_use]
    pub fn lookup(&self, tag: &str) -> Option<&Language> {
        let mut range = tag;
        loop {
            if let Some(language) = self.language(range) {
                return Some(language);
            }
            let end = range.rfind(['-', '_'])?;
            range = &range[..end];
            // A single letter introduces what follows it, and does not stand alone.
            if let Some(end) = range.rfind(['-', '_'])
                && range.len() - end == 2
            {
                range = &range[..end];
            }
        }
    }

    /// The message of a key in a language, else in a less specific one, else in the default one.
    ///
    /// # Errors
    /// [`MessageError::Unknown`], where none of these has it.
    pub fn find(&self, language: &str, key: &str) -> Result<Found<'_>, MessageError> {
        let mut range = Some(language);
        while let Some(tag) = range {
            if let Some(found) = self.language(tag)
                && let Some(message) = found.find(key)
            {
                return Ok(Found {
                    message,
                    language: &found.code,
                    is_fallback: !same_tag(&found.code, language),
                });
            }
            range = tag.rfind(['-', '_']).map(|end| &tag[..end]);
        }
        if let Some(found) = self.language(&self.default)
            && let Some(message) = found.find(key)
        {
            return Ok(Found {
                message,
                language: &found.code,
                is_fallback: true,
            });
        }
        Err(MessageError::Unknown {
            key: key.to_owned(),
            nearest: self.nearest(key).map(str::to_owned),
        })
    }

    /// The placeholders of a message over all languages, in order, each once. `None` where no
    /// language has the message.
    #[must_use]
    pub fn placeholders(&self, key: &str) -> Option<Vec<&str>> {
        let mut all: Option<Vec<&str>> = None;
        for message in self.languages.iter().filter_map(|one| one.find(key)) {
            let names = all.get_or_insert_default();
            for name in message.placeholders() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        all
    }

    /// The nearest key in any language.
    #[must_use]
    pub fn nearest(&self, key: &str) -> Option<&str> {
        let keys = self
            .languages
            .iter()
            .flat_map(|language| language.messages.iter())
            .map(|message| message.key.as_ref());
        crate::suggest::nearest(key, keys)
    }
}

fn same_tag(a: &str, b: &str) -> bool {
    let fold = |byte: u8| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    a.len() == b.len() && a.bytes().map(fold).eq(b.bytes().map(fold))
}

impl Language {
    /// The message of a key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Message> {
        self.messages
            .binary_search_by(|message| message.key.as_ref().cmp(key))
            .ok()
            .map(|at| &self.messages[at])
    }
}

impl Message {
    /// The names of the placeholders, in order, each once.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in self.parts.iter() {
            if let Part::Placeholder(name) = part
                && !names.contains(&name.as_ref())
            {
                names.push(name.as_ref());
            }
        }
        names
    }

    /// The text with the value of each placeholder.
    ///
    /// # Errors
    /// [`MessageError::MissingValue`], where `value` has none for a placeholder.
    pub fn format<V: AsRef<str>>(
        &self,
        mut value: impl FnMut(&str) -> Option<V>,
    ) -> Result<String, MessageError> {
        let mut text = String::new();
        for part in self.parts.iter() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Placeholder(name) => match value(name) {
                    Some(value) => text.push_str(value.as_ref()),
                    None => {
                        return Err(MessageError::MissingValue {
                            key: self.key.to_string(),
                            placeholder: name.to_string(),
                        });
                    }
                },
            }
        }
        Ok(text)
    }
}

#[cfg(all(test, feature = "parse"))]
mod tests;
