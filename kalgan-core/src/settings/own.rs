//! Sections of settings that a struct of the app's own reads: what the struct takes, by the rules of
//! serde, against what the settings have.

use super::{Origin, Setting, Settings, Value, parts, variable};
use crate::diagnostic::Diagnostic;
use crate::scalar::{Scalar, ScalarKind};
use crate::suggest::{did_you_mean, list, nearest};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A section, and the struct that reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSection {
    /// The dotted key of the section.
    pub key: Cow<'static, str>,
    /// The name of the struct.
    pub name: Cow<'static, str>,
    /// Where the struct is: `src/shop.rs:4`.
    pub place: Cow<'static, str>,
    /// What it takes.
    pub shape: Shape,
    /// Names of settings in it that the app reads in another way.
    pub others: Cow<'static, [Cow<'static, str>]>,
}

/// What a type takes. A list of one holds what an inner type takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Anything, as far as that is known.
    Any,
    /// A text.
    Text,
    /// A text that no output shows.
    Secret,
    /// A text of one character.
    Char,
    /// `true` or `false`.
    Bool,
    /// A whole number within bounds.
    Integer {
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A number.
    Number,
    /// One of these texts.
    OneOf(Cow<'static, [Cow<'static, str>]>),
    /// This or nothing.
    Optional(Cow<'static, [Shape]>),
    /// A list of these.
    List(Cow<'static, [Shape]>),
    /// Names with these.
    Map(Cow<'static, [Shape]>),
    /// A section with these settings.
    Section {
        /// Those that it may have.
        fields: Cow<'static, [Field]>,
        /// Whether it may have others.
        is_open: bool,
    },
}

/// A setting of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name, then its other names.
    pub names: Cow<'static, [Cow<'static, str>]>,
    /// What it takes.
    pub shape: Shape,
    /// Whether it has to be there.
    pub is_required: bool,
}

/// What is wrong with a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem<'a> {
    /// The dotted key: of what is wrong, or of the section that lacks something.
    pub key: String,
    /// What is wrong with it.
    pub kind: ProblemKind<'a>,
    /// The setting that is wrong, where it is one.
    pub setting: Option<&'a Setting>,
}

/// The kinds of mistakes.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind<'a> {
    /// A setting of this name is needed.
    Missing {
        /// The name.
        name: &'a str,
        /// Whether it is a secret, which stands in no file.
        is_secret: bool,
    },
    /// There is no such setting; these there are.
    Unknown(Vec<&'a str>),
    /// The value is none of the type.
    Type {
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A secret stands in a file.
    SecretInFile,
}

impl OwnSection {
    /// All that is wrong with the section in these settings. A section that is not there at all lacks
    /// what it needs.
    #[must_use]
    pub fn problems<'a>(&'a self, settings: &'a Settings) -> Vec<Problem<'a>> {
        let mut walk = Walk {
            settings,
            problems: Vec::new(),
        };
        let mut tree = Tree::default();
        // A section without anything is one all the same.
        let whole = settings.find(&self.key);
        tree.setting = whole.filter(|setting| !is_null(setting));
        for (rest, setting) in settings.below(&self.key) {
            tree.insert(&parts(rest), setting);
        }
        for other in self.others.iter() {
            let is_field = matches!(&self.shape, Shape::Section { fields, .. }
                if fields.iter().any(|field| field.has(other)));
            if !is_field {
                tree.below.remove(&**other);
            }
        }
        walk.node(&self.key, &tree, &self.shape);
        walk.problems
    }

    /// The dotted keys whose values are secrets by their types.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        secrets_of(&self.key, &self.shape, &mut found);
        found
    }
}

fn secrets_of(key: &str, shape: &Shape, found: &mut Vec<String>) {
    match shape {
        Shape::Secret => found.push(key.to_owned()),
        // Those of a list or a map have the key of it.
        Shape::Optional(inner) | Shape::List(inner) | Shape::Map(inner) => {
            for inner in inner.iter() {
                let mut below = Vec::new();
                secrets_of(key, inner, &mut below);
                if !below.is_empty() && !matches!(shape, Shape::Optional(_)) {
                    below = vec![key.to_owned()];
                }
                found.extend(below);
            }
        }
        Shape::Section { fields, .. } => {
            for field in fields.iter() {
                for name in field.names.iter() {
                    secrets_of(&format!("{key}.{name}"), &field.shape, found);
                }
            }
        }
        _ => {}
    }
}

/// Settings by the parts of their keys.
#[derive(Debug, Default)]
struct Tree<'a> {
    setting: Option<&'a Setting>,
    below: BTreeMap<String, Tree<'a>>,
}

impl<'a> Tree<'a> {
    fn insert(&mut self, path: &[String], setting: &'a Setting) {
        match path.split_first() {
            None => self.setting = Some(setting),
            Some((first, rest)) => {
                let below = self.below.entry(first.clone()).or_default();
                below.insert(rest, setting);
            }
        }
    }

    fn first(&self) -> Option<&'a Setting> {
        self.setting
            .or_else(|| self.below.values().find_map(Tree::first))
    }
}

struct Walk<'a> {
    settings: &'a Settings,
    problems: Vec<Problem<'a>>,
}

impl<'a> Walk<'a> {
    fn node(&mut self, key: &str, tree: &Tree<'a>, shape: &'a Shape) {
        match shape {
            Shape::Any => {}
            Shape::Optional(inner) => {
                let is_there = tree.first().is_some() && !tree.setting.is_some_and(is_nothing);
                if let Some(inner) = inner.first().filter(|_| is_there) {
                    self.node(key, tree, inner);
                }
            }
            Shape::Section { fields, is_open } if tree.setting.is_none() => {
                self.section(key, tree, fields, *is_open);
            }
            Shape::Map(inner) if !tree.below.is_empty() => {
                for (name, below) in &tree.below {
                    for inner in inner.iter() {
                        self.node(&format!("{key}.{name}"), below, inner);
                    }
                }
            }
            shape => self.leaf(key, tree, shape),
        }
    }

    fn section(&mut self, key: &str, tree: &Tree<'a>, fields: &'a [Field], is_open: bool) {
        let mut meant: Vec<&str> = Vec::new();
        for (name, below) in &tree.below {
            let key = format!("{key}.{name}");
            match fields.iter().find(|field| field.has(name)) {
                Some(field) => self.node(&key, below, &field.shape),
                None if is_open => {}
                None => {
                    let names = fields.iter().flat_map(|field| field.names.iter());
                    let known: Vec<&str> = names.map(|name| &**name).collect();
                    meant.extend(nearest(name, known.iter().copied()));
                    self.problems.push(Problem {
                        key,
                        kind: ProblemKind::Unknown(known),
                        setting: below.first(),
                    });
                }
            }
        }
        for field in fields.iter().filter(|field| field.is_required) {
            let mut names = field.names.iter();
            // One that is only misspelt was reported where it stands.
            if names.any(|name| tree.below.contains_key(&**name) || meant.contains(&&**name)) {
                continue;
            }
            let name = field.names.first().map_or("", |name| &**name);
            let own = format!("{key}.{name}");
            self.problems.push(Problem {
                key: key.to_owned(),
                kind: ProblemKind::Missing {
                    name,
                    is_secret: field.shape == Shape::Secret
                        || self.settings.secrets().contains(&own),
                },
                setting: None,
            });
        }
    }

    /// One value, or a section that stands in the place of one.
    fn leaf(&mut self, key: &str, tree: &Tree<'a>, shape: &'a Shape) {
        let expected = match tree.setting {
            None => shape.expected(),
            Some(setting) => {
                let wrong = match (&setting.origin, &setting.value) {
                    (Origin::Environment(_), Value::Scalar(scalar)) => of_text(&scalar.text, shape),
                    (_, value) => of_value(value, shape),
                };
                let is_file = matches!(setting.origin, Origin::File(_));
                let is_told = self.settings.secrets().contains(key);
                if wrong.is_none() && *shape == Shape::Secret && is_file && !is_told {
                    self.problems.push(Problem {
                        key: key.to_owned(),
                        kind: ProblemKind::SecretInFile,
                        setting: Some(setting),
                    });
                }
                let Some(expected) = wrong else { return };
                expected
            }
        };
        let found = match tree.setting {
            None => String::from("this is a section"),
            Some(setting) => match &setting.value {
                Value::Scalar(_) if *shape == Shape::Secret => String::from("this is none"),
                Value::Scalar(_) => {
                    let value = self.settings.secrets().masked(key, &setting.value);
                    format!("`{value}` is not")
                }
                Value::List(_) => {
                    String::from("this is a list, and one of its values is not, or all of it")
                }
                Value::Map(_) => String::from("this is a map"),
            },
        };
        self.problems.push(Problem {
            key: key.to_owned(),
            kind: ProblemKind::Type { expected, found },
            setting: tree.first(),
        });
    }
}

impl Field {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

impl Shape {
    /// What a value of it is.
    fn expected(&self) -> String {
        let plain = |text: &str| String::from(text);
        match self {
            Self::Any => plain("a value"),
            Self::Text | Self::Secret => plain("text"),
            Self::Char => plain("one character"),
            Self::Bool => plain("`true` or `false`"),
            Self::Integer { min, max } => match (i64::try_from(*min), i64::try_from(*max)) {
                (Ok(0), Err(_)) => plain("a whole number that is not negative"),
                (Ok(min), Ok(max)) if min != i64::MIN => {
                    format!("a whole number from {min} to {max}")
                }
                _ => plain("a whole number"),
            },
            Self::Number => plain("a number"),
            Self::OneOf(texts) => {
                let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
                format!("one of {}", list(&texts))
            }
            Self::Optional(inner) => inner.first().map_or_else(String::new, Self::expected),
            Self::List(inner) => match inner.first() {
                Some(inner) if *inner != Self::Any => {
                    format!("a list whose values are each {}", inner.expected())
                }
                _ => plain("a list"),
            },
            Self::Map(_) | Self::Section { .. } => plain("a section"),
        }
    }
}

fn is_null(setting: &Setting) -> bool {
    matches!(&setting.value, Value::Scalar(scalar) if scalar.kind == ScalarKind::Null)
}

/// Whether an `Option` of it is `None`.
fn is_nothing(setting: &Setting) -> bool {
    match (&setting.origin, &setting.value) {
        (Origin::Environment(_), Value::Scalar(scalar)) => scalar.text.is_empty(),
        _ => is_null(setting),
    }
}

/// What a value of a file should be, where serde does not take it.
fn of_value(value: &Value, shape: &Shape) -> Option<String> {
    let scalar = match value {
        Value::Scalar(scalar) => Some(scalar),
        Value::List(_) | Value::Map(_) => None,
    };
    let kind = scalar.map(|scalar| scalar.kind);
    let fits = match shape {
        Shape::Any => true,
        Shape::Text | Shape::Secret => kind == Some(ScalarKind::String),
        Shape::Char => scalar.is_some_and(|scalar| {
            scalar.kind == ScalarKind::String && scalar.text.chars().count() == 1
        }),
        Shape::Bool => matches!(kind, Some(ScalarKind::Bool(_))),
        Shape::Integer { min, max } => {
            matches!(kind, Some(ScalarKind::Integer(number)) if (*min..=*max).contains(&number.into()))
        }
        Shape::Number => matches!(kind, Some(ScalarKind::Integer(_) | ScalarKind::Float(_))),
        Shape::OneOf(texts) => match value {
            Value::Scalar(scalar) => {
                scalar.kind == ScalarKind::String && texts.contains(&scalar.text)
            }
            // `{variant: ~}`.
            Value::Map(_) => true,
            Value::List(_) => false,
        },
        Shape::Optional(inner) => {
            let is_null = kind == Some(ScalarKind::Null);
            return match inner.first() {
                Some(inner) if !is_null => of_value(value, inner),
                _ => None,
            };
        }
        Shape::List(inner) => match (value, inner.first()) {
            (Value::List(items), Some(inner)) => {
                items.iter().all(|item| of_value(item, inner).is_none())
            }
            (Value::List(_), None) => true,
            _ => false,
        },
        Shape::Map(inner) => match (value, inner.first()) {
            (Value::Map(entries), Some(inner)) => entries
                .iter()
                .all(|(_, item)| of_value(item, inner).is_none()),
            (Value::Map(_), None) => true,
            _ => false,
        },
        Shape::Section { fields, is_open } => match value {
            Value::Map(entries) => {
                let is_good = |(name, item): &(Cow<'static, str>, Value)| match fields
                    .iter()
                    .find(|field| field.has(name))
                {
                    Some(field) => of_value(item, &field.shape).is_none(),
                    None => *is_open,
                };
                let is_there = |field: &&Field| entries.iter().any(|(name, _)| field.has(name));
                let mut required = fields.iter().filter(|field| field.is_required);
                entries.iter().all(is_good) && required.all(|field| is_there(&field))
            }
            // Serde takes the fields in their order, too.
            Value::List(_) => true,
            Value::Scalar(_) => false,
        },
    };
    (!fits).then(|| shape.expected())
}

/// What a text of the environment should be, which has no type.
fn of_text(text: &str, shape: &Shape) -> Option<String> {
    let guessed = || Value::Scalar(Scalar::of_environment(text.trim().to_owned()));
    let fits = match shape {
        Shape::Any | Shape::Text | Shape::Secret => true,
        Shape::Char => text.chars().count() == 1,
        Shape::Bool | Shape::Number => of_value(&guessed(), shape).is_none(),
        Shape::Integer { min, max } => match text.trim().parse::<i128>() {
            Ok(number) => (*min..=*max).contains(&number),
            Err(_) => of_value(&guessed(), shape).is_none(),
        },
        Shape::OneOf(texts) => texts.iter().any(|known| known == text),
        Shape::Optional(inner) => {
            return match inner.first() {
                Some(inner) if !text.is_empty() => of_text(text, inner),
                _ => None,
            };
        }
        Shape::List(inner) => {
            let items = text.split(',').map(str::trim);
            let mut items = items.filter(|item| !item.is_empty());
            inner
                .first()
                .is_none_or(|inner| items.all(|item| of_text(item, inner).is_none()))
        }
        Shape::Map(_) | Shape::Section { .. } => false,
    };
    (!fits).then(|| shape.expected())
}

impl Problem<'_> {
    /// Whether a secret is missing, which stands in no file.
    #[must_use]
    pub fn is_missing_secret(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::Missing {
                is_secret: true,
                ..
            }
        )
    }

    /// Whether the files of the app are at fault, and not a layer over them.
    #[must_use]
    pub fn is_of_files(&self) -> bool {
        let origin = self.setting.map(|setting| &setting.origin);
        matches!(origin, None | Some(Origin::File(_)))
    }
}

impl OwnSection {
    /// What a problem is, without its place.
    #[must_use]
    pub fn diagnostic(&self, problem: &Problem<'_>) -> Diagnostic {
        let (key, name) = (&problem.key, &self.name);
        let from = match problem.setting {
            Some(setting) if !problem.is_of_files() => format!(" ({})", setting.origin),
            _ => String::new(),
        };
        let of = |code, message: String, help: Option<String>| {
            let diagnostic = Diagnostic::general(message).with_code(code);
            diagnostic.with_optional_help(help)
        };
        match &problem.kind {
            ProblemKind::Missing {
                name: missing,
                is_secret,
            } => {
                let full = format!("{key}.{missing}");
                let help = match is_secret {
                    true => format!(
                        "set `{}` in the environment, or put it in the file that `KALGAN_SETTINGS` names",
                        variable(&full)
                    ),
                    false => format!(
                        "add `{missing}:` to the section `{key}`; one that may be absent is an `Option`, or \
                         has a `#[serde(default)]`"
                    ),
                };
                let message = format!(
                    "there is no setting `{full}`, which `{name}` needs ({})",
                    self.place
                );
                of("missing-setting", message, Some(help))
            }
            ProblemKind::Unknown(known) => {
                let last = key.rsplit('.').next().unwrap_or_default();
                let message = format!("there is no setting `{key}` in `{name}`{from}");
                of("unknown-setting", message, did_you_mean(last, known))
            }
            ProblemKind::Type { expected, found } => {
                let message = format!("`{key}` should be {expected}, as `{name}` reads it{from}");
                of("setting-value", message, Some(found.clone()))
            }
            ProblemKind::SecretInFile => of("secret-in-file", format!("`{key}` is a secret"), None),
        }
    }
}

/// What is wrong with the layers over the files, and which secrets are missing: what a start has to find.
#[must_use]
pub fn at_the_start(sections: &[OwnSection], settings: &Settings) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for section in sections {
        let problems = section.problems(settings).into_iter();
        let problems =
            problems.filter(|problem| problem.is_missing_secret() || !problem.is_of_files());
        found.extend(problems.map(|problem| section.diagnostic(&problem)));
    }
    found
}

#[cfg(test)]
mod tests;
