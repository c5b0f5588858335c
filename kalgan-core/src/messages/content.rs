//! One message: its text or its forms, and how it becomes the text that is shown.

use super::category::{Category, Rules};
use super::error::MessageError;
use super::format::Format;
use super::localize::Localize;
use super::value::{Number, ValueError};
use std::borrow::Cow;
use std::fmt::{Display, Write as _};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The dotted key.
    pub key: Cow<'static, str>,
    /// What it says.
    pub content: Content,
}

/// Text and placeholders in turn.
pub type Pattern = Cow<'static, [Part]>;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// One text.
    Text(Pattern),
    /// A text for each case of a value.
    Forms(Forms),
}

/// The texts of a message that a value chooses from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// How it is chosen.
    pub choice: Choice,
    /// The name of the value that chooses.
    pub selector: Cow<'static, str>,
    /// The forms, in the order of the file.
    pub forms: Cow<'static, [Form]>,
}

/// How a form is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By the plural rules of the language: a category, or an exact number.
    Plural,
    /// By its ordinal rules.
    Ordinal,
    /// By the text of the value.
    Select,
}

/// One of a message's forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// A category, a whole number, or the text of the value; `other` is for all the rest.
    pub case: Cow<'static, str>,
    /// What it says.
    pub parts: Pattern,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(Cow<'static, str>),
    /// The name of a placeholder whose value is shown as it is.
    Placeholder(Cow<'static, str>),
    /// The name of a placeholder whose value is written as the language does.
    Formatted(Cow<'static, str>, Format),
}

/// A value that the caller of a message must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it must be.
    pub kind: ValueKind,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// Anything that can be shown.
    Text,
    /// A point in time; see [`Moment`](super::Moment).
    Moment,
    /// A number; see [`Number`].
    Number,
}

impl Choice {
    /// The rules that choose; none where the text of the value does.
    #[must_use]
    pub fn rules(self) -> Option<Rules> {
        match self {
            Self::Plural => Some(Rules::Plural),
            Self::Ordinal => Some(Rules::Ordinal),
            Self::Select => None,
        }
    }
}

impl Part {
    /// The placeholder's name and what its value must be.
    #[must_use]
    pub fn placeholder(&self) -> Option<Placeholder<'_>> {
        match self {
            Self::Text(_) => None,
            Self::Placeholder(name) => Some(Placeholder {
                name,
                kind: ValueKind::Text,
            }),
            Self::Formatted(name, format) => Some(Placeholder {
                name,
                kind: match format {
                    Format::Number(_) => ValueKind::Number,
                    Format::Moment(..) => ValueKind::Moment,
                },
            }),
        }
    }
}

impl Forms {
    /// The index of the form of a case, else that of `other`.
    #[must_use]
    pub fn form(&self, case: &str) -> Option<usize> {
        let find = |case: &str| self.forms.iter().position(|form| form.case == case);
        find(case).or_else(|| find(Category::Other.as_str()))
    }

    /// The index of the form for a value. With an error where it must be a number and is none; then
    /// the form of `other` is as good as any.
    pub fn choose(
        &self,
        locale: &impl Localize,
        value: &str,
    ) -> (Option<usize>, Option<ValueError>) {
        let Some(rules) = self.choice.rules() else {
            return (self.form(value), None);
        };
        match Number::parse(value) {
            Err(error) => (self.form(Category::Other.as_str()), Some(error)),
            Ok(number) => {
                let exact = number.whole();
                let exact = self
                    .forms
                    .iter()
                    .position(|form| Some(&*form.case) == exact.as_deref());
                let by_rules = || self.form(locale.category(rules, &number).as_str());
                (exact.or_else(by_rules), None)
            }
        }
    }
}

impl Message {
    /// A message of one text.
    #[must_use]
    pub fn text(key: impl Into<Cow<'static, str>>, parts: impl Into<Pattern>) -> Self {
        Self {
            key: key.into(),
            content: Content::Text(parts.into()),
        }
    }

    /// What the caller must give: what chooses the form, and the placeholders of all forms, in
    /// order, each once. A value that must be a number in one place must be one.
    #[must_use]
    pub fn values(&self) -> Vec<Placeholder<'_>> {
        let mut values = Vec::new();
        match &self.content {
            Content::Text(parts) => add_values(&mut values, parts),
            Content::Forms(forms) => {
                add_value(
                    &mut values,
                    Placeholder {
                        name: &forms.selector,
                        kind: match forms.choice {
                            Choice::Select => ValueKind::Text,
                            Choice::Plural | Choice::Ordinal => ValueKind::Number,
                        },
                    },
                );
                for form in forms.forms.iter() {
                    add_values(&mut values, &form.parts);
                }
            }
        }
        values
    }

    /// The names of [`values`](Self::values).
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        self.values().into_iter().map(|value| value.name).collect()
    }

    /// The text with the value of each placeholder.
    ///
    /// # Errors
    /// A placeholder has no value, or one that its format does not take.
    pub fn format<V: Display>(
        &self,
        locale: &impl Localize,
        value: impl FnMut(&str) -> Option<V>,
    ) -> Result<String, MessageError> {
        match self.render(locale, value) {
            (text, None) => Ok(text),
            (_, Some(error)) => Err(error),
        }
    }

    /// The text as good as it can be made, and the first mistake on the way: a placeholder without
    /// a value is shown as `{name}`, and a value that its format does not take as it is.
    pub fn render<V: Display>(
        &self,
        locale: &impl Localize,
        mut value: impl FnMut(&str) -> Option<V>,
    ) -> (String, Option<MessageError>) {
        let mut mistake: Option<MessageError> = None;
        let missing = |placeholder: &str| MessageError::MissingValue {
            key: self.key.to_string(),
            placeholder: placeholder.to_owned(),
        };
        let wrong = |placeholder: &str, error: ValueError| MessageError::WrongValue {
            key: self.key.to_string(),
            placeholder: placeholder.to_owned(),
            error,
        };
        let parts: &[Part] = match &self.content {
            Content::Text(parts) => parts,
            Content::Forms(forms) => {
                let at = match value(&forms.selector) {
                    None => {
                        mistake = Some(missing(&forms.selector));
                        forms.form(Category::Other.as_str())
                    }
                    Some(given) => {
                        let (at, error) = forms.choose(locale, &given.to_string());
                        mistake = error.map(|error| wrong(&forms.selector, error));
                        at
                    }
                };
                let form = at.and_then(|at| forms.forms.get(at));
                form.map_or(&[], |form| &form.parts)
            }
        };
        let mut text = String::new();
        for part in parts {
            let (name, format) = match part {
                Part::Text(part) => {
                    text.push_str(part);
                    continue;
                }
                Part::Placeholder(name) => (name, None),
                Part::Formatted(name, format) => (name, Some(format)),
            };
            let Some(given) = value(name) else {
                mistake.get_or_insert_with(|| missing(name));
                text.extend(["{", name, "}"]);
                continue;
            };
            let Some(format) = format else {
                // Nothing that is added to a text fails.
                let _ = write!(text, "{given}");
                continue;
            };
            let given = given.to_string();
            match format.write(locale, &given) {
                Ok(written) => text.push_str(&written),
                Err(error) => {
                    mistake.get_or_insert_with(|| wrong(name, error));
                    text.push_str(&given);
                }
            }
        }
        (text, mistake)
    }
}

pub(super) fn add_values<'a>(values: &mut Vec<Placeholder<'a>>, parts: &'a [Part]) {
    for value in parts.iter().filter_map(Part::placeholder) {
        add_value(values, value);
    }
}

pub(super) fn add_value<'a>(values: &mut Vec<Placeholder<'a>>, value: Placeholder<'a>) {
    match values.iter_mut().find(|known| known.name == value.name) {
        Some(known) => known.kind = known.kind.max(value.kind),
        None => values.push(value),
    }
}
