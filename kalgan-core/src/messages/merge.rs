//! The messages of all files, put together: which maps are messages of several forms, and what each
//! language says under each key.

use super::forms::{Evidence, ParsedForms};
use super::{
    Category, Choice, Content, Digits, Form, Format, Forms, Language, Message, ParsedMessage,
    ParsedMessages, Part, Plurals, Rules,
};
use crate::text::Place;
use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The files of each language.
pub type ByLanguage<'a> = BTreeMap<&'a str, Vec<&'a ParsedMessages>>;

/// The messages of all languages.
#[derive(Debug)]
pub struct Merged<'a> {
    pub(super) default: String,
    pub(super) languages: BTreeMap<&'a str, Messages<'a>>,
    /// The numbers that choose the forms of a message in any language.
    counts: HashMap<&'a str, HashSet<&'a str>>,
}

/// The messages of one language.
#[derive(Debug)]
pub(super) struct Messages<'a> {
    pub(super) entries: BTreeMap<&'a str, Entry<'a>>,
    /// Keys that stand twice: the first place, and the second.
    pub(super) twice: Vec<(&'a str, Place, Place)>,
    pub(super) plurals: Plurals,
}

/// What a language says under a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    Text(&'a ParsedMessage),
    Forms(&'a ParsedForms),
    /// A form of another message. It can be looked up as in Kalgan 0.9.1, where it was a message of
    /// a section, and is not compared.
    Form(&'a ParsedMessage),
}

/// Puts the messages together.
#[must_use]
pub fn merge<'a>(files: &ByLanguage<'a>, default: &str) -> Merged<'a> {
    let plurals: BTreeMap<&str, Plurals> = files
        .keys()
        .map(|language| (*language, Plurals::of(language)))
        .collect();
    let mut maps: HashMap<&str, Vec<(&ParsedForms, &Plurals)>> = HashMap::new();
    for (language, files) in files {
        for forms in files.iter().flat_map(|file| &file.forms) {
            let maps = maps.entry(forms.key.as_str()).or_default();
            maps.push((forms, &plurals[language]));
        }
    }
    maps.retain(|_, maps| are_forms(maps));
    let mut counts: HashMap<&str, HashSet<&str>> = HashMap::new();
    for forms in maps.values().flatten().map(|(forms, _)| *forms) {
        if forms.choice() != Choice::Select {
            let counts = counts.entry(forms.key.as_str()).or_default();
            counts.insert(forms.chosen_by());
        }
    }
    let is_message: HashSet<&str> = maps.keys().copied().collect();
    let languages = files
        .iter()
        .zip(plurals)
        .map(|((language, files), (_, plurals))| {
            (*language, Messages::new(files, plurals, &is_message))
        })
        .collect();
    Merged {
        default: default.to_owned(),
        languages,
        counts,
    }
}

/// Whether the maps that the languages have under a key are the forms of a message.
fn are_forms(maps: &[(&ParsedForms, &Plurals)]) -> bool {
    let sure = maps.iter().map(|(forms, _)| forms.evidence).max();
    match sure {
        Some(Evidence::Certain) => !maps
            .iter()
            .any(|(forms, _)| forms.has_message_for_selector()),
        Some(Evidence::Likely) => maps.iter().all(|(forms, plurals)| {
            let categories = plurals.categories(Rules::Plural);
            forms.selector.is_none()
                && forms
                    .cases
                    .iter()
                    .all(|case| match Category::of(&case.name) {
                        Some(category) => !plurals.is_known() || categories.contains(&category),
                        None => forms.takes(case),
                    })
        }),
        Some(Evidence::Possible) | None => false,
    }
}

impl<'a> Messages<'a> {
    fn new(files: &[&'a ParsedMessages], plurals: Plurals, is_message: &HashSet<&str>) -> Self {
        let mut messages = Self {
            entries: BTreeMap::new(),
            twice: Vec::new(),
            plurals,
        };
        let mut maps: HashMap<&str, &ParsedForms> = HashMap::new();
        for forms in files.iter().flat_map(|file| &file.forms) {
            if is_message.contains(forms.key.as_str()) {
                maps.entry(&forms.key).or_insert(forms);
                messages.add(&forms.key, Entry::Forms(forms));
            }
        }
        for message in files.iter().flat_map(|file| &file.messages) {
            let key = message.message.key.as_ref();
            let is_form = !maps.is_empty()
                && key
                    .rsplit_once('.')
                    .is_some_and(|(section, _)| maps.contains_key(section));
            let entry = if is_form {
                Entry::Form(message)
            } else {
                Entry::Text(message)
            };
            messages.add(key, entry);
        }
        messages
    }

    fn add(&mut self, key: &'a str, entry: Entry<'a>) {
        match self.entries.entry(key) {
            Vacant(place) => {
                place.insert(entry);
            }
            Occupied(first) => match first.get() {
                // Then the messages that these are forms of stand twice.
                Entry::Form(_) => {}
                first => {
                    let twice = (key, first.key().clone(), entry.key().clone());
                    self.twice.push(twice);
                }
            },
        }
    }
}

impl<'a> Entry<'a> {
    /// The key's place.
    pub(super) fn key(self) -> &'a Place {
        match self {
            Self::Text(message) | Self::Form(message) => &message.key,
            Self::Forms(forms) => &forms.place,
        }
    }

    /// Whether it is a message that the languages must have alike.
    pub(super) fn is_message(self) -> bool {
        !matches!(self, Self::Form(_))
    }
}

impl Merged<'_> {
    /// The languages and their messages, sorted by key.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        self.languages
            .iter()
            .map(|(code, messages)| Language {
                code: (*code).to_owned().into(),
                messages: messages
                    .entries
                    .iter()
                    .map(|(key, entry)| self.message(key, *entry))
                    .collect(),
            })
            .collect()
    }

    /// The keys of all messages, each with its place in the default language, else in the first one
    /// that has it. A form of a message is none.
    #[must_use]
    pub fn places(&self) -> BTreeMap<Box<str>, Place> {
        let place = |(key, entry): (&&str, &Entry<'_>)| {
            let place = || (Box::from(*key), entry.key().clone());
            entry.is_message().then(place)
        };
        let default = self.languages.get(self.default.as_str());
        let entries = default.into_iter().flat_map(|messages| &messages.entries);
        // They come in order, of which a map is made faster than one by one.
        let mut places: BTreeMap<Box<str>, Place> = entries.filter_map(place).collect();
        for (code, messages) in &self.languages {
            if *code != self.default {
                let others = messages.entries.iter();
                let others = others.filter(|(key, _)| !places.contains_key(**key));
                let others: Vec<_> = others.filter_map(place).collect();
                places.extend(others);
            }
        }
        places
    }

    fn message(&self, key: &str, entry: Entry<'_>) -> Message {
        match entry {
            Entry::Form(message) => message.message.clone(),
            Entry::Text(message) => match (self.counts.get(key), &message.message.content) {
                // A language without plurals writes one text; its numbers look like those of the
                // others.
                (Some(counts), Content::Text(parts)) => Message::text(
                    message.message.key.clone(),
                    parts
                        .iter()
                        .map(|part| counted(part, |name| counts.contains(name)))
                        .collect::<Vec<_>>(),
                ),
                _ => message.message.clone(),
            },
            Entry::Forms(forms) => Message {
                key: forms.key.clone().into(),
                content: Content::Forms(self::forms(forms)),
            },
        }
    }
}

fn forms(parsed: &ParsedForms) -> Forms {
    let choice = parsed.choice();
    let is_count = |name: &str| choice != Choice::Select && name == parsed.chosen_by();
    Forms {
        choice,
        selector: parsed.chosen_by().to_owned().into(),
        forms: parsed
            .cases
            .iter()
            .filter(|case| parsed.takes(case))
            .map(|case| Form {
                case: case.name.clone().into(),
                parts: case
                    .parts
                    .iter()
                    .map(|part| counted(part, is_count))
                    .collect(),
            })
            .collect(),
    }
}

/// The number that chooses the form is written as the language writes numbers.
fn counted(part: &Part, is_count: impl Fn(&str) -> bool) -> Part {
    match part {
        Part::Placeholder(name) if is_count(name) => {
            Part::Formatted(name.clone(), Format::Number(Digits::default()))
        }
        part => part.clone(),
    }
}
