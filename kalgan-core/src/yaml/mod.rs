//! YAML as a tree that knows the place of every key and value.
//!
//! The events come from `saphyr-parser` (YAML 1.2). The tree is strict where YAML is lax: a key
//! that stands twice in one map is an error, and so is a second document.

use crate::diagnostic::Diagnostic;
use crate::scalar::Scalar;
use crate::text::{Place, SourceFile, Span};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The key that takes other maps in (<https://yaml.org/type/merge.html>).
const MERGE: &str = "<<";
/// How deep maps and lists may nest.
const MAX_DEPTH: usize = 64;
/// How many nodes one file may hold after its aliases are written out.
const MAX_NODES: usize = 1_000_000;
/// How many keys of one file may have a tab behind their colon: each has the file read again.
const MAX_TABS: usize = 256;
/// The tag that makes a text of any scalar.
const STRING: &str = "tag:yaml.org,2002:str";

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value.
    pub span: Span,
    /// The value.
    pub data: Data,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A scalar, resolved unless it stands in quotes.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map in file order; no key stands twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key's text; a number as written.
    pub text: String,
    /// The bytes of the key.
    pub span: Span,
}

impl Node {
    /// `a map`, `a list`, `text` and so on, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        use crate::scalar::ScalarKind;
        match &self.data {
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
            Data::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "nothing",
                ScalarKind::Bool(_) => "true or false",
                ScalarKind::Integer(_) => "a whole number",
                ScalarKind::Float(_) => "a number",
                ScalarKind::String => "text",
            },
        }
    }

    /// Whether it is `null`, `~` or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(scalar) if scalar.kind == crate::scalar::ScalarKind::Null)
    }
}

/// Parses a file. An empty file gives `None`.
///
/// # Errors
/// A diagnostic at the first syntax error, or for each key that stands twice.
pub fn parse(file: &Arc<SourceFile>) -> Result<Option<Node>, Vec<Diagnostic>> {
    Builder::new(file).run(&without_tabs(file.text()))
}

/// The text, as long in characters, with spaces for the tabs behind a colon that the parser refuses,
/// though a tab separates as a space does (<https://yaml.org/spec/1.2.2/#62-separation-spaces>).
fn without_tabs(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if !text.contains(":\t") {
        return text;
    }
    for _ in 0..MAX_TABS {
        let error = Parser::new_from_str(&text).find_map(Result::err);
        let Some(error) = error.filter(|error| error.info().starts_with("':' must be followed"))
        else {
            break;
        };
        let at = text.char_indices().nth(error.marker().index());
        let at = at.map_or(text.len(), |(at, _)| at);
        let before = text[..at].trim_end_matches(['\t', ' ']);
        let tabs = before.len()..at;
        if !before.ends_with(':') || !text[tabs.clone()].contains('\t') {
            break;
        }
        let spaces = " ".repeat(tabs.len());
        text.to_mut().replace_range(tabs, &spaces);
    }
    text
}

/// A list or map that is not closed yet.
struct Open {
    anchor: usize,
    start: usize,
    /// The end of the last child: the parser puts the end of a block collection past the blank
    /// lines and comments that follow.
    end: usize,
    children: Children,
}

enum Children {
    List(Vec<Node>),
    Map {
        entries: Vec<(Key, Node)>,
        seen: HashMap<String, Span>,
        key: Option<Key>,
    },
}

/// What follows a mistake makes no sense; the mistake is among the builder's diagnostics.
struct Stop;

type Outcome = Result<(), Stop>;

struct Builder<'a> {
    file: &'a Arc<SourceFile>,
    /// The byte of each character, where the text is not ASCII: the parser counts characters.
    bytes: Option<Vec<usize>>,
    stack: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
    documents: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a Arc<SourceFile>) -> Self {
        let text = file.text();
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self {
            file,
            bytes,
            stack: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            root: None,
            documents: 0,
            diagnostics: Vec::new(),
        }
    }

    fn run(mut self, text: &str) -> Result<Option<Node>, Vec<Diagnostic>> {
        for event in Parser::new_from_str(text) {
            let outcome = match event {
                Ok((event, span)) => {
                    let span =
                        Span::new(self.byte(span.start.index()), self.byte(span.end.index()));
                    self.event(event, span)
                }
                Err(error) => {
                    let at = self.byte(error.marker().index());
                    let problem = self.syntax_error(at, error.info());
                    self.fail(problem)
                }
            };
            if outcome.is_err() {
                break;
            }
        }
        if self.diagnostics.is_empty() {
            Ok(self.root)
        } else {
            Err(self.diagnostics)
        }
    }

    fn fail(&mut self, diagnostic: Diagnostic) -> Outcome {
        self.diagnostics.push(diagnostic);
        Err(Stop)
    }

    fn byte(&self, character: usize) -> usize {
        match &self.bytes {
            Some(bytes) => bytes.get(character).copied(),
            None => Some(character),
        }
        .unwrap_or(self.file.text().len())
    }

    fn syntax_error(&self, at: usize, info: &str) -> Diagnostic {
        // The parser marks where the text begins that the tab is in.
        let rest = self.file.text().get(at..).unwrap_or_default();
        let tab = rest.find('\t').filter(|_| info.contains("found a tab"));
        let at = at + tab.unwrap_or_default();
        let position = self.file.position(at);
        let line = self.file.line(position.line);
        let diagnostic = Diagnostic::error(
            self.file,
            Span::new(at, at + 1),
            format!("this is not YAML: {info}"),
        )
        .with_code("yaml-syntax");
        if line.trim_start_matches(' ').starts_with('\t') {
            return diagnostic.with_help("indent with spaces; YAML does not allow tabs there");
        }
        diagnostic.with_help(
            "check the indentation and the quotes here and in the line before; \
             text with `: `, `#` or a leading `{`, `[`, `*`, `&`, `@`, `%` needs quotes",
        )
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Outcome {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return self.fail(
                        Diagnostic::error(self.file, span, "a second YAML document begins here")
                            .with_code("yaml-document")
                            .with_help(
                                "keep one document a file: remove the `---`, or split the file",
                            ),
                    );
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_string =
                    tag.is_some_and(|tag| format!("{}{}", tag.handle, tag.suffix) == STRING);
                let scalar = if style == ScalarStyle::Plain && !is_string {
                    Scalar::resolve(text.into_owned())
                } else {
                    Scalar::string(text.into_owned())
                };
                self.add(
                    Node {
                        span: self.trimmed(span),
                        data: Data::Scalar(scalar),
                    },
                    anchor,
                )
            }
            Event::SequenceStart(anchor, _) => self.open(anchor, span, Children::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.open(
                anchor,
                span,
                Children::Map {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => {
                let Some(mut node) = self.anchors.get(&anchor).cloned() else {
                    return self.fail(
                        Diagnostic::error(
                            self.file,
                            span,
                            "this alias names an anchor that is not complete yet",
                        )
                        .with_code("yaml-alias")
                        .with_help("define the anchor (`&name`) before the alias (`*name`)"),
                    );
                };
                self.nodes += count(&node);
                node.span = span;
                self.add(node, 0)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    /// Block scalars end past their line break; a mark should not.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.file.slice(span);
        Span::new(span.start, span.start + text.trim_end().len())
    }

    fn open(&mut self, anchor: usize, span: Span, children: Children) -> Outcome {
        if self.stack.len() >= MAX_DEPTH {
            return self.fail(
                Diagnostic::error(
                    self.file,
                    span,
                    format!("this nests deeper than {MAX_DEPTH} levels"),
                )
                .with_code("yaml-too-large")
                .with_help("take levels out"),
            );
        }
        self.stack.push(Open {
            anchor,
            start: span.start,
            end: span.end,
            children,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Outcome {
        // The parser's events are balanced, so there is always one to close.
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        // A flow collection ends at its bracket; a block one where its last child ends.
        let end = if span.end > span.start {
            span.end
        } else {
            open.end
        };
        let data = match open.children {
            Children::List(items) => Data::List(items),
            Children::Map { entries, .. } => {
                let is_merge = |(key, _): &(Key, Node)| {
                    key.text == MERGE && self.file.slice(key.span) == MERGE
                };
                match entries.iter().position(is_merge) {
                    None => Data::Map(entries),
                    Some(at) => match merged(entries, at) {
                        Ok(entries) => Data::Map(entries),
                        Err((span, kind)) => {
                            return self.fail(
                                Diagnostic::error(
                                    self.file,
                                    span,
                                    format!("`<<` takes in a map, but this is {kind}"),
                                )
                                .with_code("yaml-merge")
                                .with_help(
                                    "write `<<: *name` with the name of a map, or `<<: [*one, *two]`; in \
                                     quotes, `\"<<\"` is a key as any other",
                                ),
                            );
                        }
                    },
                }
            }
        };
        self.add(
            Node {
                span: Span::new(open.start, end),
                data,
            },
            open.anchor,
        )
    }

    fn add(&mut self, node: Node, anchor: usize) -> Outcome {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.fail(
                Diagnostic::error(
                    self.file,
                    node.span,
                    format!("the aliases of this file write out to more than {MAX_NODES} values"),
                )
                .with_code("yaml-too-large")
                .with_help("write fewer aliases (`*name`) of what has aliases itself"),
            );
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = (!node.is_null() || node.span.end > node.span.start).then_some(node);
            return Ok(());
        };
        open.end = open.end.max(node.span.end);
        match &mut open.children {
            Children::List(items) => items.push(node),
            Children::Map { entries, seen, key } => match key.take() {
                None => {
                    let Data::Scalar(scalar) = node.data else {
                        return self.fail(
                            Diagnostic::error(
                                self.file,
                                node.span,
                                format!("a key must be a word, not {}", node.kind()),
                            )
                            .with_code("yaml-key")
                            .with_help("write it without braces and brackets, or in quotes"),
                        );
                    };
                    *key = Some(Key {
                        text: scalar.text.into_owned(),
                        span: node.span,
                    });
                }
                Some(name) => {
                    if let Some(first) = seen.get(&name.text) {
                        let place = Place::new(Arc::clone(self.file), *first);
                        self.diagnostics.push(
                            Diagnostic::error(
                                self.file,
                                name.span,
                                format!("the key `{}` stands twice in this map", name.text),
                            )
                            .with_code("duplicate-key")
                            .with_help("remove one of them, or rename it")
                            .with_note("it stands here first", place),
                        );
                    } else {
                        seen.insert(name.text.clone(), name.span);
                        entries.push((name, node));
                    }
                }
            },
        }
        Ok(())
    }
}

/// The entries of a map, with those of the maps that the entry at `at`, whose key is `<<`, takes in: the
/// map's own come first, then those of the first map that has them.
fn merged(
    mut entries: Vec<(Key, Node)>,
    at: usize,
) -> Result<Vec<(Key, Node)>, (Span, &'static str)> {
    let (_, node) = entries.remove(at);
    let maps = match node.data {
        Data::List(items) => items,
        _ => vec![node],
    };
    let mut known: HashSet<String> = entries.iter().map(|(key, _)| key.text.clone()).collect();
    let mut taken = Vec::new();
    for map in maps {
        let kind = map.kind();
        let Data::Map(inner) = map.data else {
            return Err((map.span, kind));
        };
        for (key, node) in inner {
            if known.insert(key.text.clone()) {
                taken.push((key, node));
            }
        }
    }
    entries.splice(at..at, taken);
    Ok(entries)
}

fn count(node: &Node) -> usize {
    match &node.data {
        Data::Scalar(_) => 1,
        Data::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Data::Map(entries) => 1 + entries.iter().map(|(_, node)| count(node)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests;
