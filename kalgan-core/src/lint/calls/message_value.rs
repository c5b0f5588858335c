//! A value of a message that is written down, against what the message does with it.

use crate::diagnostic::Severity;
use crate::messages::{
    Catalogue, Category, Choice, Content, Format, Message, Moment, Number, Part, ValueError,
};
use crate::suggest::{list, nearest};

/// What is wrong with the value of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongValue {
    /// Whether the message cannot be made of it, or is most likely another one than what was meant.
    pub severity: Severity,
    /// The class of the mistake.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Whether a message takes this value under this name, in one language or in all that have it. `others`
/// has the values that are known under other names: one of them may choose the form.
#[must_use]
pub fn check_message_value(
    catalogue: &Catalogue,
    (key, language): (&str, Option<&str>),
    (name, value): (&str, &str),
    others: &dyn Fn(&str) -> Option<String>,
) -> Option<WrongValue> {
    let one = language.and_then(|language| catalogue.find(language, key).ok());
    let messages: Vec<&Message> = match one {
        Some(found) => vec![found.message],
        None => {
            let languages = catalogue.languages.iter();
            languages
                .filter_map(|language| language.find(key))
                .collect()
        }
    };
    if let Some(error) = messages
        .iter()
        .find_map(|message| kind_error(message, (name, value), others))
    {
        let error = error.to_string();
        let (message, help) = error.split_once("; ").unwrap_or((&error, ""));
        return Some(WrongValue {
            severity: Severity::Error,
            code: "message-value",
            message: format!("{message}, as the message `{key}` needs for `{name}`"),
            help: help.to_owned(),
        });
    }
    without_form(&messages, key, (name, value))
}

/// Why a message cannot be made of a value.
fn kind_error(
    message: &Message,
    (name, value): (&str, &str),
    others: &dyn Fn(&str) -> Option<String>,
) -> Option<ValueError> {
    let in_parts = |parts: &[Part]| {
        parts.iter().find_map(|part| match part {
            Part::Formatted(of, Format::Number(_)) if of == name => Number::parse(value).err(),
            Part::Formatted(of, Format::Moment(shown, _)) if of == name => {
                Moment::parse(value, *shown).err()
            }
            _ => None,
        })
    };
    match &message.content {
        Content::Text(parts) => in_parts(parts),
        Content::Forms(forms) if forms.choice == Choice::Select => {
            let chosen = match forms.selector == name {
                true => Some(value.to_owned()),
                false => others(&forms.selector),
            };
            let chosen = chosen.map(|chosen| forms.form(&chosen));
            let mut all = forms.forms.iter().enumerate();
            all.find_map(|(at, form)| match chosen {
                Some(chosen) if chosen != Some(at) => None,
                _ => in_parts(&form.parts),
            })
        }
        Content::Forms(forms) => {
            let chooses = forms.selector == name;
            let error = chooses.then(|| Number::parse(value).err()).flatten();
            error.or_else(|| forms.forms.iter().find_map(|form| in_parts(&form.parts)))
        }
    }
}

/// Whether the value chooses a form, and none of them is for it.
fn without_form(
    messages: &[&Message],
    key: &str,
    (name, value): (&str, &str),
) -> Option<WrongValue> {
    let other = Category::Other.as_str();
    let mut cases: Vec<&str> = Vec::new();
    for message in messages {
        if let Content::Forms(forms) = &message.content
            && forms.choice == Choice::Select
            && forms.selector == name
        {
            for form in forms.forms.iter() {
                if form.case != other && !cases.contains(&&*form.case) {
                    cases.push(&form.case);
                }
            }
        }
    }
    if cases.is_empty() || value == other || cases.contains(&value) {
        return None;
    }
    // Short words are near each other by chance: `m` and `f`.
    let long = cases.iter().copied().filter(|case| case.len() > 2);
    let meant = nearest(value, long).filter(|_| value.len() > 2);
    let (severity, help) = match meant {
        Some(meant) => (Severity::Error, format!("did you mean `{meant}`?")),
        None => (
            Severity::Warning,
            format!(
                "it has {}; write `other` where the form for all others is meant",
                list(&cases)
            ),
        ),
    };
    Some(WrongValue {
        severity,
        code: "select-value",
        message: format!("the message `{key}` has no form for the `{name}` `{value}`"),
        help,
    })
}
