//! Mistakes in messages. The right place is the line of the message. What one language has and
//! another one lacks is an error at the key of the first language that has it; placeholders are
//! compared with the default language, so a change there shows in the others. A change in all
//! languages is an error at the templates that use the message.

use crate::mutations::mutation::{At, Museum, Mutation, at, misspell, some_of_each};
use crate::mutations::templates;
use kalgan_core::text::{SourceFile, Span};
use kalgan_core::yaml::{self, Data, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many of each kind.
pub(crate) const MOST: usize = 6;
/// The languages in the order in which they are compared; the first is the default.
const LANGUAGES: [&str; 3] = ["en", "es", "ja"];

/// A message of one language, or its forms.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) key: Span,
    value: Span,
    /// The forms' names and keys.
    forms: Vec<(String, Span)>,
}

impl Message {
    fn text(&self) -> &str {
        self.file.slice(self.value)
    }

    /// The message's lines.
    fn lines(&self) -> Span {
        let text = self.file.text();
        let start = text[..self.key.start].rfind('\n').map_or(0, |end| end + 1);
        let end = text[self.value.end..].find('\n').unwrap();
        Span::new(start, self.value.end + end + 1)
    }

    pub(crate) fn at(&self) -> At {
        at(&self.file, self.key.start)
    }

    /// Whether a value is written as a number or a date.
    fn formats(&self, name: &str) -> bool {
        let mut placeholders = self.placeholders().into_iter();
        placeholders.any(|(known, inner)| known == name && self.file.slice(inner).contains('|'))
    }

    /// The placeholders: their names, and what stands in their braces.
    fn placeholders(&self) -> Vec<(&str, Span)> {
        let text = self.text();
        text.match_indices('{')
            .map(|(open, _)| {
                let close = open + text[open..].find('}').unwrap();
                let inner = &text[open + 1..close];
                let name = inner.split('|').next().unwrap();
                (name, self.value.part(open + 1, inner.len()))
            })
            .collect()
    }
}

/// The messages by key, in the order of [`LANGUAGES`].
pub(crate) fn parsed(museum: &Museum) -> BTreeMap<String, Vec<Message>> {
    let mut messages = BTreeMap::new();
    for language in LANGUAGES {
        for file in museum.below(&format!("config/i18n/{language}/")) {
            let root = yaml::parse(file).unwrap().expect("a file has messages");
            collect(file, &root, "", &mut messages);
        }
    }
    messages.retain(|key, languages| {
        assert_eq!(languages.len(), LANGUAGES.len(), "{key}");
        true
    });
    messages
}

fn collect(
    file: &Arc<SourceFile>,
    node: &Node,
    prefix: &str,
    messages: &mut BTreeMap<String, Vec<Message>>,
) {
    let Data::Map(entries) = &node.data else {
        panic!("a section is a map");
    };
    for (key, value) in entries {
        let name = format!("{prefix}{}", key.text);
        let forms: Vec<(String, Span)> = match &value.data {
            Data::Map(cases) if cases.iter().any(|(case, _)| case.text == "other") => cases
                .iter()
                .map(|(case, _)| (case.text.clone(), case.span))
                .collect(),
            Data::Map(_) => {
                collect(file, value, &format!("{name}."), messages);
                continue;
            }
            _ => Vec::new(),
        };
        messages.entry(name).or_default().push(Message {
            file: Arc::clone(file),
            key: key.span,
            value: value.span,
            forms,
        });
    }
}

/// A use of a message: its line, and the lines of the values that it gives.
type User = (At, BTreeMap<String, At>);

/// Who uses each message.
fn users(museum: &Museum) -> BTreeMap<String, Vec<User>> {
    let mut users: BTreeMap<String, Vec<User>> = BTreeMap::new();
    for template in templates::parsed(museum) {
        for call in &template.references.messages {
            let given = call.given.iter().map(|given| {
                let name = given.name.text.to_string();
                (name, at(&template.file, given.name.span.start))
            });
            let user = (at(&template.file, call.name.span.start), given.collect());
            users
                .entry(call.name.text.to_string())
                .or_default()
                .push(user);
        }
    }
    users
}

/// The mistakes in messages.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let messages = parsed(museum);
    let mut all = Vec::new();
    let mut add = |found: Vec<Mutation>| all.extend(found);

    let each = |make: &dyn Fn(usize, &[Message]) -> Option<Mutation>| -> Vec<Mutation> {
        let languages = messages.values();
        languages
            .enumerate()
            // Another language each time.
            .filter_map(|(at, languages)| make(at % LANGUAGES.len(), languages))
            .collect()
    };
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: key misspelt in one language";
        let new = misspell(message.file.slice(message.key));
        // The others have the old key, this one has a new one.
        let first = &languages[usize::from(own == 0)];
        Some(
            Mutation::replace(kind, &message.file, message.key, &new)
                .expecting(vec![first.at(), message.at()]),
        )
    }));
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: missing in one language";
        let first = &languages[usize::from(own == 0)];
        // A section without any message would be another mistake.
        let has_others = messages
            .values()
            .filter(|others| others[own].file.path() == message.file.path())
            .count()
            > 1;
        has_others.then(|| {
            Mutation::replace(kind, &message.file, message.lines(), "").expecting(vec![first.at()])
        })
    }));
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: defined twice";
        let lines = message.lines();
        let end = Span::new(lines.end, lines.end);
        let copy = message.file.slice(lines);
        let place = At {
            line: message.at().line + copy.lines().count(),
            ..message.at()
        };
        Some(Mutation::replace(kind, &message.file, end, copy).expecting(vec![place]))
    }));
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: without a text";
        message
            .forms
            .is_empty()
            .then(|| Mutation::replace(kind, &message.file, message.value, ""))
    }));
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: a list";
        message
            .forms
            .is_empty()
            .then(|| Mutation::replace(kind, &message.file, message.value, "[one, two]"))
    }));
    add(each(&|own, languages| {
        let message = &languages[own];
        let kind = "message: key with a dot";
        let new = format!("{}.x", message.file.slice(message.key));
        Some(Mutation::replace(kind, &message.file, message.key, &new))
    }));
    for languages in messages.values() {
        placeholders(languages, &mut add);
    }
    add(forms(&messages));
    add(values(museum, &messages));
    add(entities(museum, &messages));
    add(everywhere(museum, &messages));
    some_of_each(all, MOST)
}

/// Mistakes in the braces of a message.
fn placeholders(languages: &[Message], add: &mut impl FnMut(Vec<Mutation>)) {
    // The number that chooses a form need not be shown.
    let chooses: BTreeSet<&str> = match languages.iter().any(|one| !one.forms.is_empty()) {
        true => BTreeSet::from(["count"]),
        false => BTreeSet::new(),
    };
    let mut found = Vec::new();
    for (own, message) in languages.iter().enumerate() {
        let file = &message.file;
        let others = || match own {
            0 => languages[1..].iter().map(Message::at).collect(),
            _ => vec![message.at()],
        };
        let count = |name: &str| {
            let placeholders = message.placeholders();
            placeholders
                .iter()
                .filter(|(other, _)| *other == name)
                .count()
        };
        for (name, inner) in message.placeholders() {
            let span = inner.part(0, name.len());
            let whole = Span::new(inner.start - 1, inner.end + 1);
            let place = at(file, inner.start);
            // A name that the others do not have shows where it stands.
            let extra = || match own {
                0 => others(),
                _ => vec![place.clone()],
            };
            if count(name) == 1 && !chooses.contains(name) {
                let kind = "message: placeholder misspelt in one language";
                found.push(Mutation::replace(kind, file, span, &misspell(name)).expecting(extra()));
                let kind = "message: placeholder missing in one language";
                found.push(Mutation::replace(kind, file, whole, "x").expecting(others()));
            }
            let kind = "message: placeholder in one language only";
            let end = Span::new(whole.end, whole.end);
            found.push(Mutation::replace(kind, file, end, "{colour}").expecting(extra()));
            let is_plain = inner.end - inner.start == name.len();
            let kind = "message: placeholder in two pairs of braces";
            let written = format!("{{{{{name}}}}}");
            found.push(Mutation::replace(kind, file, whole, &written));
            let before = &file.text()[..whole.start];
            if is_plain && !before.ends_with(|c: char| c.is_numeric()) {
                let kind = "message: placeholder behind a `%`";
                found.push(Mutation::replace(
                    kind,
                    file,
                    whole,
                    &format!("%{{{name}}}"),
                ));
            }
            if languages.iter().all(|message| message.formats(name)) && count(name) == 1 {
                let kind = "message: a number in one language and a date in another";
                let other = match file.slice(inner).contains("|number") {
                    true => format!("{name}|date"),
                    false => format!("{name}|number"),
                };
                // The others are measured against the default language.
                let place = match own {
                    0 => languages[1].at(),
                    _ => place.clone(),
                };
                found.push(Mutation::replace(kind, file, inner, &other).expecting(vec![place]));
            }
            let kind = "message: brace not closed";
            let close = Span::new(inner.end, inner.end + 1);
            found.push(Mutation::replace(kind, file, close, "").expecting(vec![place.clone()]));
            let kind = "message: brace not opened";
            let open = Span::new(whole.start, whole.start + 1);
            found.push(Mutation::replace(kind, file, open, "").expecting(vec![place]));
            let kind = "message: no name in the braces";
            found.push(Mutation::replace(kind, file, span, "1 2"));
            let kind = "message: unknown format";
            match file.slice(inner).split_once('|') {
                Some((name, format)) => {
                    let word = format.split('(').next().unwrap();
                    let span = inner.part(name.len() + 1, word.len());
                    found.push(Mutation::replace(kind, file, span, &misspell(word)));
                    if let Some((_, option)) = format.split_once('(') {
                        let option = option.trim_end_matches(')');
                        let kind = "message: unknown option of a format";
                        let at = inner.part(name.len() + word.len() + 2, option.len());
                        found.push(Mutation::replace(kind, file, at, &misspell(option)));
                    }
                }
                None => {
                    let end = Span::new(inner.end, inner.end);
                    found.push(Mutation::replace(kind, file, end, "|colour"));
                }
            }
        }
    }
    add(found);
}

/// Mistakes in the forms of a message.
fn forms(messages: &BTreeMap<String, Vec<Message>>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for message in messages.values().flatten() {
        for (name, key) in &message.forms {
            let file = &message.file;
            let text = file.text();
            let start = text[..key.start].rfind('\n').unwrap() + 1;
            let end = key.end + text[key.end..].find('\n').unwrap() + 1;
            let line = Span::new(start, end);
            let kind = match name.as_str() {
                "other" => "message: form for all others missing",
                _ => "message: plural form missing",
            };
            found.push(Mutation::replace(kind, file, line, "").expecting(vec![message.at()]));
            let kind = "message: plural form misspelt";
            found.push(Mutation::replace(kind, file, *key, &misspell(name)));
            let kind = "message: plural form that the language has not";
            let copy = text[start..end].replacen(&format!("{name}:"), "few:", 1);
            let before = Span::new(start, start);
            found.push(
                Mutation::replace(kind, file, before, &copy).expecting(vec![at(file, start)]),
            );
        }
    }
    found
}

/// Values of another kind than the message needs.
fn values(museum: &Museum, messages: &BTreeMap<String, Vec<Message>>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for template in templates::parsed(museum) {
        for call in &template.references.messages {
            let languages = &messages[&*call.name.text];
            for given in &call.given {
                let name = &*given.name.text;
                let chooses = name == "count" && languages.iter().any(|one| !one.forms.is_empty());
                if chooses || languages.iter().any(|message| message.formats(name)) {
                    let kind = "message: value of another kind";
                    let file = &template.file;
                    found.push(Mutation::replace(kind, file, given.span, "\"many\""));
                }
            }
        }
    }
    found
}

/// Entities of HTML in messages that are printed.
fn entities(museum: &Museum, messages: &BTreeMap<String, Vec<Message>>) -> Vec<Mutation> {
    let templates: Vec<_> = museum.below("template/").collect();
    let mut found = Vec::new();
    for (at, (key, languages)) in messages.iter().enumerate() {
        let printed = format!("{{{{ \"{key}\"|trans }}}}");
        let message = &languages[at % LANGUAGES.len()];
        let is_printed = templates.iter().any(|file| file.text().contains(&printed));
        if is_printed && message.forms.is_empty() && !message.text().starts_with(['>', '|']) {
            let kind = "message: entity of HTML";
            let quote = usize::from(message.text().starts_with(['"', '\'']));
            let start = message.value.start + quote + 1;
            let letter = Span::new(start - 1, start);
            if message.file.text().is_char_boundary(start) {
                let new = format!("{}&nbsp;", message.file.slice(letter));
                found.push(Mutation::replace(kind, &message.file, letter, &new));
            }
        }
    }
    found
}

/// Changes in all languages, which are mistakes of those who use the message.
fn everywhere(museum: &Museum, messages: &BTreeMap<String, Vec<Message>>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for (key, users) in users(museum) {
        let languages = &messages[&key];
        let whole: Vec<Mutation> = languages
            .iter()
            .map(|message| {
                let kind = "message: key misspelt in all languages";
                let new = misspell(message.file.slice(message.key));
                Mutation::replace(kind, &message.file, message.key, &new)
            })
            .collect();
        found.extend(together(whole, users.iter().map(|(at, _)| at.clone())));
        let Some((name, _)) = languages[0].placeholders().first().copied() else {
            continue;
        };
        let is_simple = languages.iter().all(|message| message.forms.is_empty());
        if !is_simple {
            continue;
        }
        let renamed: Vec<Mutation> = languages
            .iter()
            .map(|message| {
                let placeholders = message.placeholders();
                let (_, inner) = placeholders
                    .iter()
                    .find(|(other, _)| *other == name)
                    .unwrap();
                let kind = "message: placeholder misspelt in all languages";
                let span = inner.part(0, name.len());
                Mutation::replace(kind, &message.file, span, &misspell(name))
            })
            .collect();
        let places = users.iter().map(|(_, given)| given[name].clone());
        found.extend(together(renamed, places));
    }
    found
}

/// The same mistake in several files.
pub(crate) fn together(
    parts: Vec<Mutation>,
    expected: impl Iterator<Item = At>,
) -> Option<Mutation> {
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    for part in parts {
        all.what = format!("{}, {}", all.what, part.what);
        all.changes.extend(part.changes);
    }
    Some(all.expecting(expected.collect()))
}
