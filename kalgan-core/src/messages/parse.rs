//! Message files to messages.

use super::forms::{self, ParsedForms};
use super::{Message, pattern};
use crate::diagnostic::Diagnostic;
use crate::text::{Place, SourceFile, Span};
use crate::yaml::{self, Data, Key, Node};
use std::sync::Arc;

/// What one file of messages says.
#[derive(Clone, Debug, Default)]
pub struct ParsedMessages {
    /// The messages in file order.
    pub messages: Vec<ParsedMessage>,
    /// The maps that may be the forms of a message. Their entries are among the messages, too.
    pub forms: Vec<ParsedForms>,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A message and its places.
#[derive(Clone, Debug)]
pub struct ParsedMessage {
    /// The message.
    pub message: Message,
    /// The key's place.
    pub key: Place,
    /// The text's place.
    pub text: Place,
}

/// The language of a file below the folder of messages: the name of the first folder, or of the
/// file itself where it stands in none (`i18n/en.yaml`).
#[must_use]
pub fn language_of<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let below = path.strip_prefix(folder)?.trim_start_matches('/');
    match below.split_once('/') {
        Some((language, _)) => Some(language),
        None => below
            .strip_suffix(".yaml")
            .or_else(|| below.strip_suffix(".yml")),
    }
}

/// Whether a folder or file of this name holds the messages of a language: a language of two or three
/// letters, with subtags.
#[must_use]
pub fn is_language(name: &str) -> bool {
    let mut subtags = name.split(['-', '_']);
    let language = subtags.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len())
                && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Parses a file of messages.
#[must_use]
pub fn parse(file: &Arc<SourceFile>) -> ParsedMessages {
    let mut parser = MessagesParser {
        file,
        parsed: ParsedMessages::default(),
    };
    match yaml::parse(file) {
        Err(diagnostics) => parser.parsed.diagnostics = diagnostics,
        Ok(None) => {}
        Ok(Some(root)) => match &root.data {
            Data::Map(entries) => parser.section("", entries),
            _ => parser.error(
                root.span,
                format!("messages are a map of keys, but this is {}", root.kind()),
                "write `home:` and, indented below it, `title: Welcome`",
                "message-file",
            ),
        },
    }
    parser.parsed
}

struct MessagesParser<'a> {
    file: &'a Arc<SourceFile>,
    parsed: ParsedMessages,
}

impl MessagesParser<'_> {
    fn section(&mut self, prefix: &str, entries: &[(Key, Node)]) {
        for (key, node) in entries {
            if key.text.contains('.') || key.text.is_empty() {
                self.error(
                    key.span,
                    format!("the message key `{}` has a dot", key.text),
                    "nest it: `a.b: text` is written `a:` and, indented below it, `b: text`",
                    "message-key",
                );
                continue;
            }
            let path = if prefix.is_empty() {
                key.text.clone()
            } else {
                format!("{prefix}.{}", key.text)
            };
            match &node.data {
                Data::Map(inner) => {
                    let place = self.place(key.span);
                    let forms = forms::read(
                        &path,
                        place,
                        inner,
                        |key| self.place(key.span),
                        |node| self.place(node.span),
                    );
                    self.parsed.forms.extend(forms);
                    self.section(&path, inner);
                }
                Data::List(_) => self.error(
                    node.span,
                    format!("the message `{path}` is a list"),
                    "a message is text; give each item a key of its own",
                    "message-list",
                ),
                Data::Scalar(_) if node.is_null() => self.error(
                    key.span,
                    format!("the message `{path}` has no text"),
                    "write the text behind the colon, or `\"\"` where it shall be empty",
                    "message-empty",
                ),
                Data::Scalar(scalar) => self.message(path, key, node, &scalar.text),
            }
        }
    }

    fn message(&mut self, path: String, key: &Key, node: &Node, text: &str) {
        match pattern::parse(text) {
            Ok(parts) => self.parsed.messages.push(ParsedMessage {
                message: Message::text(path, parts),
                key: self.place(key.span),
                text: self.place(node.span),
            }),
            Err(error) => {
                let written = self.file.slice(node.span);
                let quote = usize::from(written.starts_with(['"', '\'']));
                // Exact only where the text stands in the file as it is.
                let exact = written.get(quote..quote + text.len()) == Some(text);
                let span = if exact {
                    node.span.part(quote + error.start, error.len)
                } else {
                    node.span
                };
                self.error(span, error.message, &error.help, error.code);
            }
        }
    }

    fn error(&mut self, span: Span, message: String, help: &str, code: &'static str) {
        self.parsed.diagnostics.push(
            Diagnostic::error(self.file, span, message)
                .with_help(help)
                .with_code(code),
        );
    }

    fn place(&self, span: Span) -> Place {
        Place::new(Arc::clone(self.file), span)
    }
}
