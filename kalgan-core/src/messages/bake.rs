//! Builds static tables of messages when the compiler evaluates them.
//!
//! A catalogue may hold many thousands of messages, and each token of an expansion costs time in
//! the compiler. So `kalgan::embed!` writes a language's messages as plain lists of texts, and the
//! tables are made from these here: three times as fast as the tables written out.
//!
//! A language is its keys, its texts and its shape: bytes that tell what each text is.
//!
//! | | takes a text | |
//! |---|---|---|
//! | `t` | yes | a text |
//! | `p` | yes | the name of a placeholder |
//! | `n`, min, max | yes | that of one formatted as a number; 255 where nothing is said |
//! | `d`, `h` or `w`, and `s`, `m` or `l` | yes | that of one formatted as date, time or both |
//! | `P`, `O`, `S` | yes | the message has forms, chosen by the value of this name |
//! | `:` | yes | the case of the form that follows |
//! | `.` | no | the message ends |

use super::{Choice, Content, Digits, Form, Format, Forms, Message, Part, Shown, Style};
use std::borrow::Cow;
use std::mem::{forget, replace};

/// The byte for a number of digits that is not said.
const NOTHING: u8 = 255;

/// The shape and the texts of messages, in order.
#[must_use]
pub fn shape<'a>(messages: &'a [Message]) -> (Vec<u8>, Vec<&'a str>) {
    let mut shape = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    let add = |parts: &'a [Part], shape: &mut Vec<u8>, texts: &mut Vec<&'a str>| {
        for part in parts {
            texts.push(match part {
                Part::Text(text) => {
                    shape.push(b't');
                    text
                }
                Part::Placeholder(name) => {
                    shape.push(b'p');
                    name
                }
                Part::Formatted(name, format) => {
                    add_format(shape, *format);
                    name
                }
            });
        }
    };
    for message in messages {
        match &message.content {
            Content::Text(parts) => add(parts, &mut shape, &mut texts),
            Content::Forms(forms) => {
                shape.push(match forms.choice {
                    Choice::Plural => b'P',
                    Choice::Ordinal => b'O',
                    Choice::Select => b'S',
                });
                texts.push(&forms.selector);
                for form in forms.forms.iter() {
                    shape.push(b':');
                    texts.push(&form.case);
                    add(&form.parts, &mut shape, &mut texts);
                }
            }
        }
        shape.push(b'.');
    }
    (shape, texts)
}

fn add_format(shape: &mut Vec<u8>, format: Format) {
    match format {
        Format::Number(Digits { min, max }) => {
            shape.extend([b'n', min.unwrap_or(NOTHING), max.unwrap_or(NOTHING)]);
        }
        Format::Moment(shown, style) => {
            shape.push(match shown {
                Shown::Date => b'd',
                Shown::Time => b'h',
                Shown::DateTime => b'w',
            });
            shape.push(match style {
                Style::Short => b's',
                Style::Medium => b'm',
                Style::Long => b'l',
            });
        }
    }
}

/// How many bytes of a shape belong to the one at its start.
const fn width(mark: u8) -> usize {
    match mark {
        b'n' => 3,
        b'd' | b'h' | b'w' => 2,
        _ => 1,
    }
}

/// Whether a byte of a shape begins a part of a text.
const fn is_part(mark: u8) -> bool {
    !matches!(mark, b'P' | b'O' | b'S' | b':' | b'.')
}

const fn is_choice(mark: u8) -> bool {
    matches!(mark, b'P' | b'O' | b'S')
}

/// How many parts and forms a shape has.
#[must_use]
pub const fn counts(shape: &[u8]) -> (usize, usize) {
    let mut parts = 0;
    let mut forms = 0;
    let mut step = 0;
    while step < shape.len() {
        if is_part(shape[step]) {
            parts += 1;
        } else if shape[step] == b':' {
            forms += 1;
        }
        step += width(shape[step]);
    }
    (parts, forms)
}

const fn digits(byte: u8) -> Option<u8> {
    if byte == NOTHING { None } else { Some(byte) }
}

const fn format(shape: &[u8], step: usize) -> Format {
    if shape[step] == b'n' {
        return Format::Number(Digits {
            min: digits(shape[step + 1]),
            max: digits(shape[step + 2]),
        });
    }
    let shown = match shape[step] {
        b'd' => Shown::Date,
        b'h' => Shown::Time,
        _ => Shown::DateTime,
    };
    let style = match shape[step + 1] {
        b's' => Style::Short,
        b'm' => Style::Medium,
        _ => Style::Long,
    };
    Format::Moment(shown, style)
}

/// The parts of all messages of a language, in order.
///
/// # Panics
/// When there are more parts in `shape` than `N`, or more texts than in `texts`: then the compiler
/// says so.
#[must_use]
pub const fn parts<const N: usize>(texts: &[&'static str], shape: &[u8]) -> [Part; N] {
    let mut parts = [const { Part::Text(Cow::Borrowed("")) }; N];
    let mut at = 0;
    let mut text = 0;
    let mut step = 0;
    while step < shape.len() {
        let mark = shape[step];
        if is_part(mark) {
            let words = Cow::Borrowed(texts[text]);
            let part = match mark {
                b't' => Part::Text(words),
                b'p' => Part::Placeholder(words),
                _ => Part::Formatted(words, format(shape, step)),
            };
            // Nothing is dropped at compile time; what was there is empty.
            forget(replace(&mut parts[at], part));
            at += 1;
        }
        if mark != b'.' {
            text += 1;
        }
        step += width(mark);
    }
    parts
}

/// How many parts follow, and where in the shape they end.
const fn run(shape: &[u8], mut step: usize) -> (usize, usize) {
    let mut count = 0;
    while is_part(shape[step]) {
        step += width(shape[step]);
        count += 1;
    }
    (count, step)
}

/// The forms of all messages of a language, in order, with the parts that [`parts`] made of the
/// same `shape`.
///
/// # Panics
/// When `shape` has more than `N` forms, or is of other parts: then the compiler says so.
#[must_use]
pub const fn forms<const N: usize>(
    texts: &[&'static str],
    parts: &'static [Part],
    shape: &[u8],
) -> [Form; N] {
    let mut forms = [const {
        Form {
            case: Cow::Borrowed(""),
            parts: Cow::Borrowed(&[]),
        }
    }; N];
    let mut rest = parts;
    let mut at = 0;
    let mut text = 0;
    let mut step = 0;
    while step < shape.len() {
        let mark = shape[step];
        step += width(mark);
        if mark == b':' {
            let (count, end) = run(shape, step);
            let (own, others) = rest.split_at(count);
            rest = others;
            let form = Form {
                case: Cow::Borrowed(texts[text]),
                parts: Cow::Borrowed(own),
            };
            forget(replace(&mut forms[at], form));
            at += 1;
            text += count;
            step = end;
        } else if is_part(mark) {
            rest = rest.split_at(1).1;
        }
        if mark != b'.' {
            text += 1;
        }
    }
    forms
}

/// The messages of a language: its keys, and what [`parts`] and [`forms`] made of the same `texts`
/// and `shape`.
///
/// # Panics
/// When `keys` and `shape` are not of `N` messages: then the compiler says so.
#[must_use]
pub const fn messages<const N: usize>(
    keys: &[&'static str],
    texts: &[&'static str],
    parts: &'static [Part],
    forms: &'static [Form],
    shape: &[u8],
) -> [Message; N] {
    let mut messages = [const {
        Message {
            key: Cow::Borrowed(""),
            content: Content::Text(Cow::Borrowed(&[])),
        }
    }; N];
    let mut rest = parts;
    let mut rest_of_forms = forms;
    let mut at = 0;
    let mut text = 0;
    let mut step = 0;
    while at < N {
        let content = if is_choice(shape[step]) {
            let choice = match shape[step] {
                b'P' => Choice::Plural,
                b'O' => Choice::Ordinal,
                _ => Choice::Select,
            };
            let selector = Cow::Borrowed(texts[text]);
            text += 1;
            step += 1;
            let mut count = 0;
            while shape[step] == b':' {
                let (of_form, end) = run(shape, step + 1);
                rest = rest.split_at(of_form).1;
                text += 1 + of_form;
                step = end;
                count += 1;
            }
            let (own, others) = rest_of_forms.split_at(count);
            rest_of_forms = others;
            Content::Forms(Forms {
                choice,
                selector,
                forms: Cow::Borrowed(own),
            })
        } else {
            let (count, end) = run(shape, step);
            let (own, others) = rest.split_at(count);
            rest = others;
            text += count;
            step = end;
            Content::Text(Cow::Borrowed(own))
        };
        // The message's end.
        step += 1;
        let message = Message {
            key: Cow::Borrowed(keys[at]),
            content,
        };
        forget(replace(&mut messages[at], message));
        at += 1;
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: &[u8] = b"tp..t.P:n\xff\xfft:n\x02\x02.dsws.S:t..";
    const TEXTS: &[&str] = &[
        "Hello ", "name", "Bye", "count", "one", "count", " item", "other", "count", "day", "time",
        "gender", "other", "they",
    ];
    static PARTS: [Part; counts(SHAPE).0] = parts(TEXTS, SHAPE);
    static FORMS: [Form; counts(SHAPE).1] = forms(TEXTS, &PARTS, SHAPE);
    static MESSAGES: [Message; 7] = messages(
        &["a", "b", "c", "d", "e", "f", "g"],
        TEXTS,
        &PARTS,
        &FORMS,
        SHAPE,
    );

    fn form(case: &'static str, parts: Vec<Part>) -> Form {
        Form {
            case: case.into(),
            parts: parts.into(),
        }
    }

    fn chosen(choice: Choice, selector: &'static str, forms: Vec<Form>) -> Content {
        Content::Forms(Forms {
            choice,
            selector: selector.into(),
            forms: forms.into(),
        })
    }

    fn expected() -> Vec<Message> {
        let text = |part: &'static str| Part::Text(part.into());
        let number =
            |min, max| Part::Formatted("count".into(), Format::Number(Digits { min, max }));
        let moment = |name: &'static str, shown| {
            Part::Formatted(name.into(), Format::Moment(shown, Style::Short))
        };
        let of = |parts: Vec<Part>| Content::Text(parts.into());
        let contents = [
            of(vec![text("Hello "), Part::Placeholder("name".into())]),
            of(vec![]),
            of(vec![text("Bye")]),
            chosen(
                Choice::Plural,
                "count",
                vec![
                    form("one", vec![number(None, None), text(" item")]),
                    form("other", vec![number(Some(2), Some(2))]),
                ],
            ),
            of(vec![
                moment("day", Shown::Date),
                moment("time", Shown::DateTime),
            ]),
            chosen(
                Choice::Select,
                "gender",
                vec![form("other", vec![text("they")])],
            ),
            of(vec![]),
        ];
        contents
            .into_iter()
            .zip(["a", "b", "c", "d", "e", "f", "g"])
            .map(|(content, key)| Message {
                key: key.into(),
                content,
            })
            .collect()
    }

    #[test]
    fn a_table_is_made_at_compile_time() {
        assert_eq!(MESSAGES.to_vec(), expected());
    }

    #[test]
    fn a_shape_is_written() {
        let expected = expected();
        let (shape, texts) = shape(&expected);
        assert_eq!(shape, SHAPE);
        assert_eq!(texts, TEXTS);
    }
}
