//! What the texts of a request are read as, where the type that is made does not ask.
//!
//! Serde keeps the fields of a `#[serde(flatten)]`, and those of enums without a tag or with an inner
//! one, before it knows their types, and does not parse a text afterwards. So they are texts at first;
//! where the type refuses that, it is made again with the refused text as what it looks like.

use serde::de::{Deserializer, Expected, Unexpected, Visitor};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// How often a type is made at most, whatever it refuses.
const MOST: usize = 64;

thread_local! {
    /// The texts that were refused, and whether a list was expected.
    static REFUSED: RefCell<Vec<(String, bool)>> = const { RefCell::new(Vec::new()) };
}

/// How each of the first 64 texts is read.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// Two bits each.
    of: u128,
    /// Those whose type was not asked for.
    untyped: Cell<u64>,
    /// Empty ones that an optional type refused.
    refused_empty: Cell<u64>,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Text,
    /// As a number or a truth value, if it looks like one; nothing where it is empty.
    Guess,
    /// As the only item of a list.
    List,
    /// As the only item of a list, which looks like a number.
    GuessList,
}

/// Makes a value of `texts`, as often as another reading of them may do.
pub(super) fn read<'a, T, E, I>(
    texts: impl Fn(usize) -> Option<I>,
    make: impl Fn(&Readings) -> Result<T, E>,
) -> Result<T, E>
where
    I: Iterator<Item = &'a str>,
{
    let readings = Readings::default();
    let first = make(&readings);
    let untyped = readings.untyped.get() | readings.refused_empty.get();
    if first.is_ok() && untyped == 0 {
        return first;
    }
    if first.is_ok() || untyped == 0 {
        let _ = take_refused();
        return first;
    }
    let mut next = readings.others(&texts);
    let mut tried = HashSet::from([0]);
    while let Some(of) = next.pop()
        && tried.len() < MOST
    {
        if !tried.insert(of) {
            continue;
        }
        let readings = Readings {
            of,
            ..Readings::default()
        };
        let _ = take_refused();
        let made = make(&readings);
        if made.is_ok() {
            let _ = take_refused();
            return made;
        }
        next.extend(readings.others(&texts));
    }
    let _ = take_refused();
    first
}

/// Remembers that a type refused a text. Called by the errors of deserialisers.
pub(super) fn refuse(unexpected: &Unexpected<'_>, expected: &dyn Expected) {
    if let Unexpected::Str(text) = unexpected {
        let is_list = expected.to_string().contains("sequence");
        REFUSED.with_borrow_mut(|refused| {
            if refused.len() < MOST {
                refused.push(((*text).to_owned(), is_list));
            }
        });
    }
}

fn take_refused() -> Vec<(String, bool)> {
    REFUSED.with_borrow_mut(std::mem::take)
}

impl Readings {
    /// How the text of an index is read where no type is asked for.
    pub(super) fn untyped(&self, at: usize) -> Reading {
        if at < 64 {
            self.untyped.set(self.untyped.get() | 1 << at);
        }
        self.of(at)
    }

    /// Whether the type of the text was not asked for.
    pub(super) fn is_untyped(&self, at: usize) -> bool {
        at < 64 && self.untyped.get() & (1 << at) != 0
    }

    /// Makes an optional type of a text, which is nothing where it is empty and was refused before.
    pub(super) fn optional<'de, D: Deserializer<'de>, V: Visitor<'de>>(
        &self,
        at: usize,
        is_empty: bool,
        text: D,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if is_empty && self.of(at) == Reading::Guess {
            return visitor.visit_none();
        }
        let made = visitor.visit_some(text);
        if is_empty && made.is_err() && at < 64 {
            self.refused_empty.set(self.refused_empty.get() | 1 << at);
        }
        made
    }

    fn of(&self, at: usize) -> Reading {
        if at >= 64 {
            return Reading::Text;
        }
        match (self.of >> (2 * at)) & 3 {
            0 => Reading::Text,
            1 => Reading::Guess,
            2 => Reading::List,
            _ => Reading::GuessList,
        }
    }

    /// The readings to try next, the best one last.
    fn others<'a, I: Iterator<Item = &'a str>>(
        &self,
        texts: &impl Fn(usize) -> Option<I>,
    ) -> Vec<u128> {
        let with = |of: u128, at: usize, reading: Reading| {
            let bits: u128 = match reading {
                Reading::Text => 0,
                Reading::Guess => 1,
                Reading::List => 2,
                Reading::GuessList => 3,
            };
            of & !(3 << (2 * at)) | bits << (2 * at)
        };
        let is_set = |bits: u64, at: usize| bits & (1 << at) != 0;
        let refused_empty = self.refused_empty.get();
        let untyped = self.untyped.get();
        let mut nothing = self.of;
        for at in (0..64).filter(|at| is_set(refused_empty, *at)) {
            nothing = with(nothing, at, Reading::Guess);
        }
        if nothing != self.of {
            return vec![nothing];
        }
        let refused = take_refused();
        let mut others = Vec::new();
        for at in (0..64).filter(|at| is_set(untyped, *at)) {
            for (text, is_list) in &refused {
                let is_it = texts(at).is_some_and(|mut texts| texts.any(|own| own == text));
                let reading = match (self.of(at), is_list) {
                    (Reading::Text, true) => Reading::List,
                    (Reading::Text, false) => Reading::Guess,
                    (Reading::List, false) => Reading::GuessList,
                    _ => continue,
                };
                if is_it {
                    others.push(with(self.of, at, reading));
                }
            }
        }
        if others.is_empty() {
            // A text that is parsed by its type, which does not say that it was empty.
            for at in (0..64).filter(|at| is_set(untyped, *at)) {
                let is_empty = texts(at).is_some_and(|mut texts| texts.all(str::is_empty));
                if is_empty && self.of(at) == Reading::Text {
                    nothing = with(nothing, at, Reading::Guess);
                }
            }
            if nothing != self.of {
                others.push(nothing);
            }
        }
        others.reverse();
        others
    }
}

/// Hands a text to a visitor as what it looks like.
pub(super) fn guess<'de, V, E>(text: &str, visitor: V) -> Result<V::Value, E>
where
    V: Visitor<'de>,
    E: serde::de::Error,
{
    match text {
        "" => return visitor.visit_unit(),
        "true" | "on" => return visitor.visit_bool(true),
        "false" => return visitor.visit_bool(false),
        _ => {}
    }
    if let Ok(number) = text.parse::<u64>() {
        return visitor.visit_u64(number);
    }
    if let Ok(number) = text.parse::<i64>() {
        return visitor.visit_i64(number);
    }
    // `inf` and `nan` are words.
    if text.ends_with(|last: char| last.is_ascii_digit() || last == '.')
        && let Ok(number) = text.parse::<f64>()
    {
        return visitor.visit_f64(number);
    }
    visitor.visit_str(text)
}
