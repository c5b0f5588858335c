//! The values of a route's keys: words, lists, maps and paths, with the place of each mistake.

use super::is_controller_path;
use super::keys::{METHODS, is_method};
use super::parse::RoutesParser;
use super::pattern::PatternError;
use crate::diagnostic::Diagnostic;
use crate::settings::schema::parse_size;
use crate::suggest::did_you_mean;
use crate::text::{Place, Span, Text};
use crate::yaml::{Data, Key, Node};
use std::sync::Arc;

impl RoutesParser<'_> {
    /// The bytes of a path's mistake: exact where the value is plain text on one line.
    pub(super) fn within(&self, node: &Node, error: &PatternError, prefix: usize) -> Span {
        let written = self.file.slice(node.span);
        let quote = usize::from(written.starts_with(['"', '\'']));
        if error.start < prefix || written.contains('\\') || written.contains('\n') {
            return node.span;
        }
        node.span.part(error.start - prefix + quote, error.len)
    }

    /// A list of methods that has none: without the key all of them are meant.
    pub(super) fn no_methods(&mut self, node: &Node) {
        self.error(
            "route-value",
            node.span,
            String::from("`methods` is empty"),
            "name some, or remove the key for all methods",
        );
    }

    pub(super) fn method(&mut self, word: &str, span: Span) -> Option<Text> {
        let upper = word.to_ascii_uppercase();
        if is_method(word) {
            return Some(upper.into());
        }
        self.parsed.diagnostics.push(
            Diagnostic::error(self.file, span, format!("`{word}` is not a method of HTTP"))
                .with_code("unknown-method")
                .with_optional_help(did_you_mean(&upper, &METHODS).map(|help| {
                    format!("{help} One of your own has capitals only, as in `ARCHIVE`")
                })),
        );
        None
    }

    pub(super) fn function_path(&mut self, text: &str, span: Span, what: &str) -> Option<Text> {
        let path = text.trim().replace('/', "::");
        if is_controller_path(&path) {
            return Some(path.into());
        }
        self.error(
            "bad-function-path",
            span,
            format!("`{text}` is not the path of a {what}"),
            &format!(
                "write the module and the function below `crate::{what}`, such as \
                 `home_{what}::index`"
            ),
        );
        None
    }

    /// A path; the empty one is allowed within a group.
    pub(super) fn path_text(&mut self, key: &Key, node: &Node) -> Option<String> {
        match &node.data {
            Data::Scalar(scalar) if scalar.text.is_empty() && !node.is_null() => {
                Some(String::new())
            }
            _ => self.text(key, node),
        }
    }

    pub(super) fn text(&mut self, key: &Key, node: &Node) -> Option<String> {
        match &node.data {
            Data::Scalar(scalar) if !node.is_null() => Some(scalar.text.to_string()),
            _ => {
                let span = if node.is_null() { key.span } else { node.span };
                self.error(
                    "route-value",
                    span,
                    format!("`{}` should be text, but is {}", key.text, node.kind()),
                    "write the text behind the colon, in quotes if it has special characters",
                );
                None
            }
        }
    }

    pub(super) fn size(&mut self, key: &Key, node: &Node) -> Option<u64> {
        let text = self.text(key, node)?;
        let size = parse_size(&text).ok();
        if size.is_none() {
            self.error(
                "route-value",
                node.span,
                format!("`{}` should be a size, but `{text}` is none", key.text),
                "write bytes, or a number with a unit such as `20 MiB`",
            );
        }
        size
    }

    pub(super) fn map(&mut self, key: &Key, node: &Node) -> Vec<(Key, Node)> {
        match &node.data {
            Data::Map(entries) => entries.clone(),
            _ if node.is_null() => Vec::new(),
            _ => {
                self.error(
                    "route-value",
                    node.span,
                    format!("`{}` should be a map, but is {}", key.text, node.kind()),
                    "write the names of parameters below it, indented",
                );
                Vec::new()
            }
        }
    }

    /// Words with commas between them, or a list of words, with the place of each.
    pub(super) fn words(&mut self, key: &Key, node: &Node) -> Vec<(String, Span)> {
        match &node.data {
            Data::Scalar(_) if node.is_null() => Vec::new(),
            Data::Scalar(scalar) => {
                let written = self.file.slice(node.span);
                let quote = usize::from(written.starts_with(['"', '\'']));
                let exact = written.get(quote..quote + scalar.text.len()) == Some(&scalar.text);
                let mut offset = 0;
                let mut words = Vec::new();
                for part in scalar.text.split(',') {
                    let word = part.trim();
                    let lead = part.len() - part.trim_start().len();
                    if !word.is_empty() {
                        let span = if exact {
                            node.span.part(quote + offset + lead, word.len())
                        } else {
                            node.span
                        };
                        words.push((word.to_owned(), span));
                    }
                    offset += part.len() + 1;
                }
                words
            }
            Data::List(items) => items
                .iter()
                .filter_map(|item| Some((self.text(key, item)?.trim().to_owned(), item.span)))
                .collect(),
            Data::Map(_) => {
                self.error(
                    "route-value",
                    node.span,
                    format!("`{}` should be a list, but is a map", key.text),
                    "write words with commas between them, or `[a, b]`",
                );
                Vec::new()
            }
        }
    }

    pub(super) fn unknown(&mut self, key: &Key, of: &str, known: &[&str]) {
        self.parsed.diagnostics.push(
            Diagnostic::error(
                self.file,
                key.span,
                format!("`{}` is not a key {of}", key.text),
            )
            .with_code("unknown-route-key")
            .with_optional_help(did_you_mean(&key.text, known)),
        );
    }

    pub(super) fn error(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        self.parsed.diagnostics.push(
            Diagnostic::error(self.file, span, message)
                .with_code(code)
                .with_help(help),
        );
    }

    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(Arc::clone(self.file), span)
    }
}
