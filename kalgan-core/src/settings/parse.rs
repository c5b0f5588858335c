//! Settings files to settings, each value checked against what Kalgan expects of it.

use super::escaped_part;
use super::schema::{self, SettingKind};
use super::secret;
use super::setting::{Origin, Setting};
use super::value::Value;
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, nearest};
use crate::text::{Place, SourceFile, Span};
use crate::yaml::{self, Data, Key, Node};
use std::sync::Arc;

/// What one settings file says.
#[derive(Clone, Debug, Default)]
pub struct ParsedSettings {
    /// The settings in file order.
    pub settings: Vec<ParsedSetting>,
    /// The sections, with the places of their keys.
    pub sections: Vec<(String, Place)>,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A setting and its places.
#[derive(Clone, Debug)]
pub struct ParsedSetting {
    /// The setting.
    pub setting: Setting,
    /// The key's place.
    pub key_place: Place,
    /// The value's place.
    pub value_place: Place,
}

/// Parses a settings file; `origin` makes the origin from `path:line:column`.
#[must_use]
pub fn parse(file: &Arc<SourceFile>, origin: fn(String) -> Origin) -> ParsedSettings {
    let mut parser = SettingsParser {
        file,
        origin,
        parsed: ParsedSettings::default(),
    };
    match yaml::parse(file) {
        Err(diagnostics) => parser.parsed.diagnostics = diagnostics,
        Ok(None) => {}
        Ok(Some(root)) => match &root.data {
            Data::Map(entries) => parser.section("", entries),
            _ => parser.parsed.diagnostics.push(
                Diagnostic::error(
                    file,
                    root.span,
                    format!("settings are a map of names, but this is {}", root.kind()),
                )
                .with_code("settings-shape")
                .with_help("write `server:` and, indented below it, `port: 8080`"),
            ),
        },
    }
    parser.parsed
}

struct SettingsParser<'a> {
    file: &'a Arc<SourceFile>,
    origin: fn(String) -> Origin,
    parsed: ParsedSettings,
}

impl SettingsParser<'_> {
    fn section(&mut self, prefix: &str, entries: &[(Key, Node)]) {
        for (key, node) in entries {
            let section = prefix.split('.').next().unwrap_or_default();
            let is_own = !prefix.is_empty() && !schema::SECTIONS.contains(&section);
            if key.text.is_empty() {
                self.error(
                    "key-with-dot",
                    key.span,
                    String::from("a key is empty"),
                    "write a name in front of the colon",
                );
                continue;
            }
            if key.text.contains('.') && !is_own {
                self.error(
                    "key-with-dot",
                    key.span,
                    format!("the key `{}` has a dot", key.text),
                    "nest it: `a.b: 1` is written `a:` and, indented below it, `b: 1`",
                );
                continue;
            }
            let path = if prefix.is_empty() {
                key.text.clone()
            } else {
                format!("{prefix}.{}", escaped_part(&key.text))
            };
            if prefix.is_empty() {
                self.check_section(key);
            }
            match &node.data {
                Data::Map(inner) if !inner.is_empty() => {
                    if let Some(known) = schema::find(&path) {
                        self.error(
                            "settings-shape",
                            node.span,
                            format!("`{path}` holds one value, not a section"),
                            known.about,
                        );
                    } else {
                        let place = Place::new(Arc::clone(self.file), key.span);
                        self.parsed.sections.push((path.clone(), place));
                        self.section(&path, inner);
                    }
                }
                _ => self.value(path, key, node),
            }
        }
    }

    /// A section of the app's own is fine; one that is a slip of the pen away from Kalgan's is not.
    fn check_section(&mut self, key: &Key) {
        if schema::SECTIONS.contains(&key.text.as_str()) {
            return;
        }
        if let Some(nearest) = nearest(&key.text, schema::SECTIONS.iter().copied())
            && key.text.len() > 3
            && strsim::osa_distance(&key.text, nearest) == 1
        {
            self.parsed.diagnostics.push(
                Diagnostic::warning(
                    self.file,
                    key.span,
                    format!("`{}` is not a section that Kalgan reads", key.text),
                )
                .with_code("unknown-section")
                .with_help(format!(
                    "did you mean `{nearest}`? If it is a setting of your own, another name \
                     avoids the doubt"
                )),
            );
        }
    }

    fn value(&mut self, path: String, key: &Key, node: &Node) {
        match schema::find(&path) {
            Some(known) => self.check_value(&path, known.kind, node),
            None => self.check_unknown(&path, key, node),
        }
        let key_place = Place::new(Arc::clone(self.file), key.span);
        let has_value = !matches!(&node.data, Data::Scalar(scalar) if scalar.text.is_empty());
        if secret::is_secret(&path) && has_value && !node.is_null()
            || secret::has_password(&Value::from_node(node))
        {
            let warning = secret_in_file(&path, key_place.clone());
            self.parsed.diagnostics.push(warning);
        }
        self.parsed.settings.push(ParsedSetting {
            setting: Setting {
                key: path.into(),
                value: Value::from_node(node),
                origin: (self.origin)(key_place.display()),
            },
            key_place,
            value_place: Place::new(Arc::clone(self.file), node.span),
        });
    }

    fn check_unknown(&mut self, path: &str, key: &Key, node: &Node) {
        if !path.contains('.') {
            if schema::CLOSED_SECTIONS.contains(&path) && !node.is_null() {
                let is_empty_map = matches!(&node.data, Data::Map(_));
                if !is_empty_map {
                    self.error(
                        "settings-shape",
                        node.span,
                        format!("`{path}` is a section, but this is {}", node.kind()),
                        "put its keys below it, indented",
                    );
                }
            }
            return;
        }
        let Some(keys) = schema::unknown(path) else {
            return;
        };
        self.parsed.diagnostics.push(
            Diagnostic::error(self.file, key.span, format!("there is no setting `{path}`"))
                .with_code("unknown-setting")
                .with_optional_help(did_you_mean(path, &keys)),
        );
    }

    fn check_value(&mut self, path: &str, kind: SettingKind, node: &Node) {
        if let Some(expected) = kind.problem(&Value::from_node(node)) {
            let found = self
                .file
                .slice(node.span)
                .lines()
                .next()
                .unwrap_or_default();
            self.error(
                "setting-value",
                node.span,
                format!("`{path}` should be {expected}"),
                &match &node.data {
                    Data::Scalar(_) => format!("`{found}` is not"),
                    _ => format!("this is {}", node.kind()),
                },
            );
        }
    }

    fn error(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        self.parsed.diagnostics.push(
            Diagnostic::error(self.file, span, message)
                .with_code(code)
                .with_help(help),
        );
    }
}

/// The warning that a secret stands in a file.
#[must_use]
pub fn secret_in_file(key: &str, place: Place) -> Diagnostic {
    let text = format!("`{key}` is a secret, and a release binary carries this file");
    Diagnostic::warning_at(place, text)
        .with_code("secret-in-file")
        .with_help(format!(
            "keep it out of the files: set `KALGAN_{}` in the environment, or put it in the file \
             that `KALGAN_SETTINGS` names",
            key.to_uppercase().replace('.', "__")
        ))
}
