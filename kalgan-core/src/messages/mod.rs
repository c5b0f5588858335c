//! The messages of an app in each of its languages: the model, the parser and the checks.

pub mod bake;
mod calendar;
mod category;
#[cfg(feature = "parse")]
pub mod check;
mod content;
mod error;
mod format;
#[cfg(feature = "parse")]
mod forms;
mod further_plurals;
mod localize;
#[cfg(feature = "parse")]
pub mod merge;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
mod pattern;
mod plurals;
mod value;

pub use calendar::has_own_calendar;
pub use category::{Category, Rules};
pub use content::{Choice, Content, Form, Forms, Message, Part, Pattern, Placeholder, ValueKind};
pub use error::MessageError;
pub use format::{Digits, FORMATS, Format, FormatOptions, OptionError, Shown, Style};
#[cfg(feature = "parse")]
pub use forms::{ParsedCase, ParsedForms, ParsedSelector};
pub use localize::Localize;
#[cfg(feature = "parse")]
pub use parse::{ParsedMessage, ParsedMessages, is_language, language_of, parse};
pub use plurals::{Plurals, locale};
pub use value::{Expected, Moment, Number, ValueError};

use icu_locale::LocaleExpander;
use std::borrow::Cow;

/// The length from which on a text is no language tag. Most tags have five bytes; one with
/// extensions may have dozens (RFC 5646, section 4.4). Each subtag is looked up, and the text may be
/// a client's.
const MAX_TAG: usize = 255;

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

impl Found<'_> {
    /// Whether the message is missing in the language of this tag: it comes from another one than the
    /// nearest that there is.
    #[must_use]
    pub fn is_missing_in(&self, language: &str, catalogue: &Catalogue) -> bool {
        let asked = catalogue.lookup(language);
        self.is_fallback && asked.is_none_or(|asked| asked.code != self.language)
    }
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
    /// where there is no `es-MX`. A language that is there in several scripts is found by that of the
    /// tag, or the one that is likely for it: `zh-TW` gives `zh-Hant`.
    #[must_use]
    pub fn lookup(&self, tag: &str) -> Option<&Language> {
        if tag.len() > MAX_TAG {
            return None;
        }
        let mut range = tag;
        let mut is_exact = true;
        loop {
            if let Some(language) = self.language(range) {
                return match is_exact {
                    true => Some(language),
                    false => self.in_script(tag).or(Some(language)),
                };
            }
            is_exact = false;
            let Some(end) = range.rfind(['-', '_']) else {
                return self.in_script(tag);
            };
            range = &range[..end];
            // A single letter introduces what follows it, and does not stand alone.
            if let Some(end) = range.rfind(['-', '_'])
                && range.len() - end == 2
            {
                range = &range[..end];
            }
        }
    }

    /// The language of a tag in its script, where a script is named by the languages that there are.
    fn in_script(&self, tag: &str) -> Option<&Language> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().len();
        let language = &tag[..primary(tag)];
        let has_script = |code: &str| {
            let end = primary(code);
            let script = code
                .get(end + 1..)
                .and_then(|rest| rest.split(['-', '_']).next());
            same_tag(&code[..end], language) && script.is_some_and(|script| script.len() == 4)
        };
        if !self
            .languages
            .iter()
            .any(|language| has_script(&language.code))
        {
            return None;
        }
        let mut likely = locale(tag).id;
        LocaleExpander::new_common().maximize(&mut likely);
        let script = likely.script?;
        let in_region = likely
            .region
            .map(|region| format!("{language}-{script}-{region}"));
        in_region
            .and_then(|code| self.language(&code))
            .or_else(|| self.language(&format!("{language}-{script}")))
            .or_else(|| {
                // A folder of another region, and of this script.
                let start = format!("{language}-{script}-");
                let is_alike = |code: &str| {
                    code.get(..start.len())
                        .is_some_and(|code| same_tag(code, &start))
                };
                self.languages
                    .iter()
                    .find(|language| is_alike(&language.code))
            })
    }

    /// The message of a key in a language, else in a less specific one, else in the default one.
    ///
    /// # Errors
    /// [`MessageError::Unknown`], where none of these has it.
    pub fn find(&self, language: &str, key: &str) -> Result<Found<'_>, MessageError> {
        // The nearest language that there is, then the less specific ones.
        let asked = self.lookup(language);
        if let Some(asked) = asked
            && let Some(message) = asked.find(key)
        {
            return Ok(Found {
                message,
                language: &asked.code,
                is_fallback: !same_tag(&asked.code, language),
            });
        }
        let shorter = |tag: &'_ str| tag.rfind(['-', '_']);
        let mut range = asked.and_then(|asked| Some(&asked.code[..shorter(&asked.code)?]));
        while let Some(tag) = range {
            if let Some(found) = self.language(tag)
                && let Some(message) = found.find(key)
            {
                return Ok(Found {
                    message,
                    language: &found.code,
                    is_fallback: true,
                });
            }
            range = shorter(tag).map(|end| &tag[..end]);
        }
        if let Some(found) = self.lookup(&self.default)
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

    /// What the caller of a message must give, over all languages: a language may leave a value
    /// out that another one needs. In the order of the default language, then of the others, each
    /// once. `None` where no language has the message.
    #[must_use]
    pub fn values(&self, key: &str) -> Option<Vec<Placeholder<'_>>> {
        let mut all: Option<Vec<Placeholder<'_>>> = None;
        let default = self.lookup(&self.default);
        for message in default
            .into_iter()
            .chain(self.languages.iter())
            .filter_map(|language| language.find(key))
        {
            let values = all.get_or_insert_default();
            for value in message.values() {
                content::add_value(values, value);
            }
        }
        all
    }

    /// The names of [`values`](Self::values).
    #[must_use]
    pub fn placeholders(&self, key: &str) -> Option<Vec<&str>> {
        let values = self.values(key)?;
        Some(values.into_iter().map(|value| value.name).collect())
    }

    /// The message whose form a key names: `cart.items` for `cart.items.one`. A form can be looked up
    /// by itself, yet is no message of its own.
    #[must_use]
    pub fn form_of<'k>(&self, key: &'k str) -> Option<&'k str> {
        let (message, _) = key.rsplit_once('.')?;
        self.languages
            .iter()
            .filter_map(|language| language.find(message))
            .any(|message| matches!(message.content, Content::Forms(_)))
            .then_some(message)
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

/// Whether two tags are the same: letter case and `_` for `-` do not matter.
#[must_use]
pub fn same_tag(a: &str, b: &str) -> bool {
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

#[cfg(all(test, feature = "parse"))]
mod tests;
