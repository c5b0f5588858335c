//! Builds static tables of messages when the compiler evaluates them.
//!
//! A catalogue may hold many thousands of messages, and each token of an expansion costs time in
//! the compiler. So `kalgan::embed!` writes a language's messages as plain lists of texts, and the
//! tables are made from these here: three times as fast as the tables written out.

use super::{Message, Part};
use std::borrow::Cow;
use std::mem::{forget, replace};

/// The parts of all messages of a language, in order.
///
/// `shape` has a `t` for each text and a `p` for each placeholder, and a `.` after each message.
///
/// # Panics
/// When there are more parts in `shape` than `N` or than `texts`: then the compiler says so.
#[must_use]
pub const fn parts<const N: usize>(texts: &[&'static str], shape: &[u8]) -> [Part; N] {
    let mut parts = [const { Part::Text(Cow::Borrowed("")) }; N];
    let mut at = 0;
    let mut step = 0;
    while step < shape.len() {
        if shape[step] != b'.' {
            let text = Cow::Borrowed(texts[at]);
            let part = if shape[step] == b'p' {
                Part::Placeholder(text)
            } else {
                Part::Text(text)
            };
            // Nothing is dropped at compile time; what was there is empty.
            forget(replace(&mut parts[at], part));
            at += 1;
        }
        step += 1;
    }
    parts
}

/// The messages of a language: its keys, and the parts that [`parts`] made of the same `shape`.
///
/// # Panics
/// When `keys` and `shape` are not of `N` messages: then the compiler says so.
#[must_use]
pub const fn messages<const N: usize>(
    keys: &[&'static str],
    parts: &'static [Part],
    shape: &[u8],
) -> [Message; N] {
    let mut messages = [const {
        Message {
            key: Cow::Borrowed(""),
            parts: Cow::Borrowed(&[]),
        }
    }; N];
    let mut rest = parts;
    let mut at = 0;
    let mut step = 0;
    while at < N {
        let mut count = 0;
        while shape[step + count] != b'.' {
            count += 1;
        }
        step += count + 1;
        let (own, others) = rest.split_at(count);
        rest = others;
        let message = Message {
            key: Cow::Borrowed(keys[at]),
            parts: Cow::Borrowed(own),
        };
        forget(replace(&mut messages[at], message));
        at += 1;
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARTS: [Part; 3] = parts(&["Hello ", "name", "Bye"], b"tp..t.");
    static MESSAGES: [Message; 3] = messages(&["a", "b", "c"], &PARTS, b"tp..t.");

    #[test]
    fn a_table_is_made_at_compile_time() {
        let text = |part: &'static str| Part::Text(part.into());
        let expected = [
            ("a", vec![text("Hello "), Part::Placeholder("name".into())]),
            ("b", vec![]),
            ("c", vec![text("Bye")]),
        ]
        .map(|(key, parts)| Message {
            key: key.into(),
            parts: parts.into(),
        });
        assert_eq!(MESSAGES, expected);
    }
}
