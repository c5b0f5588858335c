//! Maps of a message file that may be the forms of one message, and how sure that is.
//!
//! A section of Kalgan 0.9.1 may look like forms. So a map that may be either is kept as both: its
//! entries are messages of their own, and [`merge`](super::merge) decides, with all languages at
//! hand, whether the map is a message, too.

use super::{Category, Choice, Part, pattern};
use crate::routes::is_identifier;
use crate::suggest::nearest;
use crate::text::Place;
use crate::yaml::{Data, Key, Node};

/// A map that may be the forms of a message.
#[derive(Clone, Debug)]
pub struct ParsedForms {
    /// The dotted key.
    pub key: String,
    /// The key's place.
    pub place: Place,
    /// What chooses, where the map says so; else it is `count`.
    pub selector: Option<ParsedSelector>,
    /// The entries that may be forms, in file order.
    pub cases: Vec<ParsedCase>,
    /// How sure it is that the map is a message.
    pub(super) evidence: Evidence,
}

/// `plural: n`, `ordinal: place` or `select: gender`.
#[derive(Clone, Debug)]
pub struct ParsedSelector {
    /// How it chooses.
    pub choice: Choice,
    /// The name of the value.
    pub name: String,
    /// The name's place.
    pub place: Place,
}

/// A form and its places.
#[derive(Clone, Debug)]
pub struct ParsedCase {
    /// The key.
    pub name: String,
    /// The key's place.
    pub key: Place,
    /// The text's place.
    pub text: Place,
    /// What it says.
    pub parts: Vec<Part>,
}

/// How sure it is that a map is a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// Only if another language says so.
    Possible,
    /// Unless a language has a category that it cannot have.
    Likely,
    /// It is.
    Certain,
}

/// The value that chooses where none is named.
pub(super) const COUNT: &str = "count";

/// Whether a key is an exact number.
pub(super) fn is_number(key: &str) -> bool {
    (key == "0" || !key.starts_with('0'))
        && (1..=15).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_plural_case(key: &str) -> bool {
    Category::of(key).is_some() || is_number(key)
}

/// Whether a key is one that only forms have.
fn may_tell(key: &str) -> bool {
    matches!(key, "plural" | "ordinal" | "select") || Category::of(key).is_some()
}

/// Reads a map as forms; `None` where it is certainly a section.
pub(super) fn read(
    key: &str,
    place: Place,
    entries: &[(Key, Node)],
    at: impl Fn(&Key) -> Place,
    at_value: impl Fn(&Node) -> Place,
) -> Option<ParsedForms> {
    // Most maps are sections, and need not be read any further.
    if !entries.iter().any(|(name, _)| may_tell(&name.text)) {
        return None;
    }
    let mut selector = None;
    let mut cases = Vec::with_capacity(entries.len());
    for (name, node) in entries {
        let Data::Scalar(scalar) = &node.data else {
            return None;
        };
        if node.is_null() {
            return None;
        }
        let choice = match name.text.as_str() {
            _ if selector.is_some() => None,
            "plural" => Some(Choice::Plural),
            "ordinal" => Some(Choice::Ordinal),
            "select" => Some(Choice::Select),
            _ => None,
        };
        if let Some(choice) = choice {
            selector = Some(ParsedSelector {
                choice,
                name: scalar.text.to_string(),
                place: at_value(node),
            });
        } else {
            cases.push(ParsedCase {
                name: name.text.clone(),
                key: at(name),
                text: at_value(node),
                // A mistake in it is reported where the entry is read as a message of its own.
                parts: pattern::parse(&scalar.text).ok()?,
            });
        }
    }
    let has_category = cases.iter().any(|case| Category::of(&case.name).is_some());
    if cases.is_empty() || (selector.is_none() && !has_category) {
        return None;
    }
    let mut forms = ParsedForms {
        key: key.to_owned(),
        place,
        selector,
        cases,
        evidence: Evidence::Possible,
    };
    forms.evidence = forms.evidence();
    Some(forms)
}

impl ParsedForms {
    /// How a form is chosen.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.selector
            .as_ref()
            .map_or(Choice::Plural, |selector| selector.choice)
    }

    /// The name of the value that chooses.
    #[must_use]
    pub fn chosen_by(&self) -> &str {
        self.selector
            .as_ref()
            .map_or(COUNT, |selector| selector.name.as_str())
    }

    /// The entry of a key.
    #[must_use]
    pub fn case(&self, name: &str) -> Option<&ParsedCase> {
        self.cases.iter().find(|case| case.name == name)
    }

    /// Whether an entry can be a form.
    #[must_use]
    pub fn takes(&self, case: &ParsedCase) -> bool {
        self.choice() == Choice::Select || is_plural_case(&case.name)
    }

    /// Whether a text has the placeholder of this name.
    pub(super) fn uses(&self, name: &str) -> bool {
        self.cases
            .iter()
            .flat_map(|case| &case.parts)
            .filter_map(Part::placeholder)
            .any(|value| value.name == name)
    }

    /// Whether the selector is one in a section of Kalgan 0.9.1, where `select` is a message as any
    /// other: `select: Select one`.
    pub(super) fn has_message_for_selector(&self) -> bool {
        self.evidence == Evidence::Possible
            && self
                .selector
                .as_ref()
                .is_some_and(|selector| !is_plain_name(&selector.name))
    }

    fn evidence(&self) -> Evidence {
        let has_other = self.case(Category::Other.as_str()).is_some();
        let all_cases = self.cases.iter().all(|case| is_plural_case(&case.name));
        let has_category = self
            .cases
            .iter()
            .any(|case| Category::of(&case.name).is_some());
        let Some(selector) = &self.selector else {
            return if self.uses(COUNT) && (all_cases || self.misspells_other()) {
                Evidence::Certain
            } else if all_cases && has_other && self.cases.len() > 1 {
                Evidence::Likely
            } else {
                Evidence::Possible
            };
        };
        let is_used = self.uses(&selector.name);
        let is_certain = match selector.choice {
            Choice::Select => is_used || (has_other && may_be_name(&selector.name)),
            Choice::Plural | Choice::Ordinal => {
                (is_used && has_category) || (has_other && all_cases && may_be_name(&selector.name))
            }
        };
        if is_certain {
            Evidence::Certain
        } else {
            Evidence::Possible
        }
    }

    /// `one` and `othr`: the only key that is no category was meant to be `other`.
    fn misspells_other(&self) -> bool {
        let other = Category::Other.as_str();
        let mut strange = self.cases.iter().filter(|case| !is_plural_case(&case.name));
        self.case(other).is_none()
            && strange
                .next()
                .is_some_and(|case| nearest(&case.name, [other]).is_some())
            && strange.next().is_none()
    }
}

/// Whether a text is the name of a value as people write them, and no word of a page.
fn is_plain_name(text: &str) -> bool {
    is_identifier(text) && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
}

/// Whether a text was meant as the name of a value: it is one, or nearly: `{gender}`, `user.age`.
fn may_be_name(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'));
    let inner_parts = text.split(['.', '-']);
    is_plain_name(text)
        || inner.is_some_and(is_identifier)
        || inner_parts.clone().all(is_plain_name)
}
