//! A message with values in one language, in pieces: what is known of it is settled when its page is
//! compiled.

use super::escape::escaped;
use crate::intl::Intl;
use kalgan_core::messages::{Content, Digits, Format, Forms, Message, Part};
use std::sync::{Arc, OnceLock};

/// A message in one language.
#[derive(Debug)]
pub(crate) struct Translation {
    /// A text for each form; of a message without forms, the only one.
    texts: Box<[Box<[Piece]>]>,
    choice: Option<Choice>,
    /// What the language knows of numbers and dates, where that is needed.
    intl: Option<Arc<Intl>>,
    /// Whether a whole number below [`UNGROUPED`] is just its digits, once that was asked.
    is_plain: OnceLock<bool>,
}

/// A piece of a message.
#[derive(Debug)]
pub(crate) enum Piece {
    Text(Box<str>),
    /// A value as it is, by its index.
    Value(usize),
    /// A value as the language writes it.
    Formatted(usize, Format),
}

/// From this number on digits may be in groups.
const UNGROUPED: u64 = 1000;

/// How the form is chosen.
#[derive(Debug)]
struct Choice {
    /// The index of the value that chooses.
    by: usize,
    forms: Forms,
    /// The forms of the numbers from 0 on, once one was asked.
    of_numbers: OnceLock<Box<[u8]>>,
}

/// So many numbers have their form at hand.
const NUMBERS: u8 = 100;

impl Translation {
    /// A message that comes from a language, with values of these names. `None`: it needs another one.
    pub(crate) fn new(
        message: &Message,
        language: &str,
        values: &[&str],
        escapes: bool,
    ) -> Option<Self> {
        let intl = is_localized(message).then(|| Intl::of(language));
        let index = |name: &str| values.iter().position(|known| *known == name);
        let pieces = |parts: &[Part]| -> Option<Box<[Piece]>> {
            let pieces = parts.iter().map(|part| {
                Some(match part {
                    Part::Text(text) if escapes => Piece::Text(escaped(text).into()),
                    Part::Text(text) => Piece::Text(text.as_ref().into()),
                    Part::Placeholder(name) => Piece::Value(index(name)?),
                    Part::Formatted(name, format) => Piece::Formatted(index(name)?, *format),
                })
            });
            pieces.collect()
        };
        let (texts, choice) = match &message.content {
            Content::Text(parts) => (vec![pieces(parts)?], None),
            Content::Forms(forms) => {
                let texts: Option<Vec<_>> =
                    forms.forms.iter().map(|form| pieces(&form.parts)).collect();
                let choice = Choice {
                    by: index(&forms.selector)?,
                    forms: forms.clone(),
                    of_numbers: OnceLock::new(),
                };
                (texts?, Some(choice))
            }
        };
        Some(Self {
            texts: texts.into(),
            choice,
            intl,
            is_plain: OnceLock::new(),
        })
    }

    /// The index of the value that chooses the form, if there are forms.
    pub(crate) fn chosen_by(&self) -> Option<usize> {
        self.choice.as_ref().map(|choice| choice.by)
    }

    /// The only text.
    pub(crate) fn text(&self) -> Option<&[Piece]> {
        self.texts.first().map(AsRef::as_ref)
    }

    /// The text for a number that chooses.
    pub(crate) fn text_of_number(&self, number: u64) -> Option<&[Piece]> {
        let choice = self.choice.as_ref()?;
        let forms = || of_numbers(&choice.forms, self.intl.as_deref());
        let known = usize::try_from(number)
            .ok()
            .and_then(|at| choice.of_numbers.get_or_init(forms).get(at));
        match known {
            Some(at) => self.texts.get(usize::from(*at)).map(AsRef::as_ref),
            None => self.text_of(itoa::Buffer::new().format(number)),
        }
    }

    /// The text for a value that chooses. `None`: the value is none that can choose.
    pub(crate) fn text_of(&self, value: &str) -> Option<&[Piece]> {
        let choice = self.choice.as_ref()?;
        let at = chosen(&choice.forms, self.intl.as_deref(), value)?;
        self.texts.get(at).map(AsRef::as_ref)
    }

    /// Whether the language writes a number in this format as its digits.
    pub(crate) fn is_plain(&self, format: Format, number: u64) -> bool {
        let has_no_fraction = matches!(
            format,
            Format::Number(Digits {
                min: None | Some(0),
                ..
            })
        );
        let is_plain = || writes_digits(format, self.intl.as_deref());
        has_no_fraction && number < UNGROUPED && *self.is_plain.get_or_init(is_plain)
    }

    /// A value as the language writes it. `None`: it is of another kind.
    pub(crate) fn format(&self, format: Format, value: &str) -> Option<String> {
        format.write(self.intl.as_deref()?, value).ok()
    }
}

/// Whether a message needs to know of its language how it writes or counts.
fn is_localized(message: &Message) -> bool {
    let is_formatted = |part: &Part| matches!(part, Part::Formatted(..));
    match &message.content {
        Content::Text(parts) => parts.iter().any(is_formatted),
        Content::Forms(forms) => {
            let mut parts = forms.forms.iter().flat_map(|form| form.parts.iter());
            forms.choice.rules().is_some() || parts.any(is_formatted)
        }
    }
}

/// The index of the form for a value.
fn chosen(forms: &Forms, intl: Option<&Intl>, value: &str) -> Option<usize> {
    match intl {
        Some(intl) => match forms.choose(intl, value) {
            (Some(at), None) => Some(at),
            _ => None,
        },
        // Nothing of the language is asked.
        None => forms.form(value),
    }
}

/// Whether a language writes whole numbers below [`UNGROUPED`] as their digits. Each digit has its sign,
/// and which ones are in groups depends on how many there are.
fn writes_digits(format: Format, intl: Option<&Intl>) -> bool {
    let mut numbers = (0..=9).chain([10, 99, 100, 321, 654, 987, UNGROUPED - 1]);
    numbers.all(|number| {
        let digits = number.to_string();
        intl.and_then(|intl| format.write(intl, &digits).ok()) == Some(digits)
    })
}

/// The forms of the first numbers, where numbers choose.
fn of_numbers(forms: &Forms, intl: Option<&Intl>) -> Box<[u8]> {
    if forms.choice.rules().is_none() {
        return Box::default();
    }
    let numbers = (0..NUMBERS).map(|number| {
        let at = chosen(forms, intl, &number.to_string())?;
        u8::try_from(at).ok()
    });
    numbers.collect::<Option<_>>().unwrap_or_default()
}

/// Whether the value of a name is only shown by a message: nothing depends on it.
pub(crate) fn only_shows(message: &Message, name: &str) -> bool {
    let is_shown = |part: &Part| !matches!(part, Part::Formatted(of, _) if *of == *name);
    match &message.content {
        Content::Text(parts) => parts.iter().all(is_shown),
        Content::Forms(forms) => {
            let mut parts = forms.forms.iter().flat_map(|form| form.parts.iter());
            forms.selector != name && parts.all(is_shown)
        }
    }
}
