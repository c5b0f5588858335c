//! The guestbook's form and what it accepts.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

const NAME_LENGTH: usize = 80;
const CONTACT_LENGTH: usize = 254;
const MESSAGE_MINIMUM: usize = 3;

/// What a visitor sends. A field that is missing is an empty one, so that it gets a message of
/// ours instead of a bare 400.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct GuestbookForm {
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) message: String,
}

/// What the guestbook keeps. The contact is left out on purpose: nothing here shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) message: String,
    /// When, in Unix seconds; the page writes it as the visitor's language does.
    pub(crate) signed: u64,
}

/// Why a field was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    NameMissing,
    NameLong,
    ContactShape,
    MessageShort,
    MessageLong,
}

/// The problem of each field that has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    pub(crate) name: Option<Problem>,
    pub(crate) contact: Option<Problem>,
    pub(crate) message: Option<Problem>,
}

impl Problems {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl GuestbookForm {
    /// The entry, or what is wrong with each field. Lengths count characters, not bytes.
    pub(crate) fn validate(&self, message_length: usize) -> Result<Entry, Problems> {
        let name = self.name.trim();
        let contact = self.contact.trim();
        let message = self.message.trim();
        let problems = Problems {
            name: match name.chars().count() {
                0 => Some(Problem::NameMissing),
                n if n > NAME_LENGTH => Some(Problem::NameLong),
                _ => None,
            },
            contact: (!contact.is_empty() && !is_address(contact)).then_some(Problem::ContactShape),
            message: match message.chars().count() {
                n if n < MESSAGE_MINIMUM => Some(Problem::MessageShort),
                n if n > message_length => Some(Problem::MessageLong),
                _ => None,
            },
        };
        if problems.is_empty() {
            Ok(Entry {
                name: name.to_owned(),
                message: message.to_owned(),
                signed: now(),
            })
        } else {
            Err(problems)
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Whether a text has the shape of an e-mail address. Only sending a letter would prove more.
fn is_address(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let labels_are_sound = domain.split('.').all(|label| !label.is_empty());
    !user.is_empty()
        && !user.contains('@')
        && domain.contains('.')
        && labels_are_sound
        && text.len() <= CONTACT_LENGTH
        && !text.chars().any(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, contact: &str, message: &str) -> GuestbookForm {
        GuestbookForm {
            name: name.to_owned(),
            contact: contact.to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_good_form_is_trimmed() {
        let entry = form("  Ida ", "", " Wonderful. ").validate(600).unwrap();
        assert_eq!(
            (entry.name.as_str(), entry.message.as_str()),
            ("Ida", "Wonderful.")
        );
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let problems = form(" ", "nobody", "x").validate(600).unwrap_err();
        assert_eq!(problems.name, Some(Problem::NameMissing));
        assert_eq!(problems.contact, Some(Problem::ContactShape));
        assert_eq!(problems.message, Some(Problem::MessageShort));
    }

    #[test]
    fn lengths_count_characters() {
        assert!(form("Ida", "", &"水".repeat(10)).validate(10).is_ok());
        let problems = form("Ida", "", &"水".repeat(11)).validate(10).unwrap_err();
        assert_eq!(problems.message, Some(Problem::MessageLong));
        let problems = form(&"n".repeat(81), "", "Hello").validate(10).unwrap_err();
        assert_eq!(problems.name, Some(Problem::NameLong));
    }

    #[test]
    fn addresses() {
        for good in ["a@b.se", "ida.tacke@museum.example", "x+y@sub.domain.org"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "a", "@b.se", "a@", "a@b", "a@b..se", "a@.se", "a b@c.se", "a@@b.se",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
