//! A mistake, and the files that it is made in.

use kalgan_core::text::{SourceFile, Span};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// A single mistake.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    /// Its kind; the report counts by it.
    pub(crate) kind: &'static str,
    /// What was done, for a reader.
    pub(crate) what: String,
    /// The files with their new content, or without one.
    pub(crate) changes: Vec<(String, Option<Vec<u8>>)>,
    /// Each of these lines has to have an error.
    pub(crate) expected: Vec<At>,
}

/// The museum's files, as they are in the repository.
#[derive(Debug)]
pub(crate) struct Museum {
    files: BTreeMap<String, Arc<SourceFile>>,
}

impl Museum {
    /// Reads a copy.
    pub(crate) fn read(folder: &Path) -> Self {
        let files = kalgan_tests::files_below(folder).into_iter().map(|path| {
            let text = fs::read_to_string(folder.join(&path)).expect("its files are text");
            let path = path.to_str().expect("its paths are UTF-8").to_owned();
            (path.clone(), Arc::new(SourceFile::new(path, text)))
        });
        Self {
            files: files.collect(),
        }
    }

    /// The files below a folder, in name order.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(folder))
            .map(|(_, file)| file)
    }

    pub(crate) fn file(&self, path: &str) -> &Arc<SourceFile> {
        self.files
            .get(path)
            .unwrap_or_else(|| panic!("no file `{path}`"))
    }

    /// Whether a mistake makes a difference.
    pub(crate) fn is_changed_by(&self, mutation: &Mutation) -> bool {
        !mutation.changes.is_empty()
            && mutation.changes.iter().all(|(path, content)| {
                let old = self.files.get(path).map(|file| file.text().as_bytes());
                old != content.as_deref()
            })
    }

    /// A file's bytes; `None` where there is no such file.
    pub(crate) fn content(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|file| file.text().as_bytes())
    }
}

/// The line of a byte.
pub(crate) fn at(file: &SourceFile, offset: usize) -> At {
    At {
        file: file.path().to_owned(),
        line: file.position(offset).line,
    }
}

impl Mutation {
    /// Writes another text for a part of a file; an error is expected in the line where it begins.
    pub(crate) fn replace(kind: &'static str, file: &SourceFile, span: Span, new: &str) -> Self {
        let (text, place) = (file.text(), at(file, span.start));
        Self {
            kind,
            what: format!(
                "{}:{}: `{}` → `{}`",
                place.file,
                place.line,
                short(file.slice(span)),
                short(new)
            ),
            changes: vec![(
                place.file.clone(),
                Some(format!("{}{new}{}", &text[..span.start], &text[span.end..]).into_bytes()),
            )],
            expected: vec![place],
        }
    }

    /// Replaces the first part of a file that reads so.
    pub(crate) fn replace_text(
        kind: &'static str,
        file: &SourceFile,
        old: &str,
        new: &str,
    ) -> Self {
        let start = file
            .text()
            .find(old)
            .unwrap_or_else(|| panic!("{} has no `{old}`", file.path()));
        Self::replace(kind, file, Span::new(start, start + old.len()), new)
    }

    /// Deletes a file; the errors are expected elsewhere.
    pub(crate) fn delete(kind: &'static str, path: &str, expected: Vec<At>) -> Self {
        Self {
            kind,
            what: format!("{path} deleted"),
            changes: vec![(path.to_owned(), None)],
            expected,
        }
    }

    /// Expects errors in these lines instead.
    pub(crate) fn expecting(mut self, expected: Vec<At>) -> Self {
        assert!(!expected.is_empty(), "{} would never be found", self.what);
        self.expected = expected;
        self
    }
}

fn short(text: &str) -> String {
    let mut line: String = text.replace('\n', "⏎");
    if let Some((end, _)) = line.char_indices().nth(60) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Exchanges two letters near the middle of the last part of a name.
pub(crate) fn misspell(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let start = letters
        .iter()
        .rposition(|letter| matches!(letter, '.' | '/' | ':'))
        .map_or(0, |at| at + 1);
    let middle = start + (letters.len() - start) / 2;
    let tries = (middle.saturating_sub(1)..letters.len()).chain(start..middle);
    for left in tries {
        let Some(&[a, b]) = letters.get(left..left + 2) else {
            continue;
        };
        if a != b && a.is_alphabetic() && b.is_alphabetic() && left >= start {
            letters.swap(left, left + 1);
            return letters.into_iter().collect();
        }
    }
    format!("{name}x")
}

/// At most so many of each kind, the kinds in the order in which they were met.
pub(crate) fn some_of_each(found: Vec<Mutation>, most: usize) -> Vec<Mutation> {
    let mut kinds: Vec<&str> = Vec::new();
    let mut by_kind: BTreeMap<&str, Vec<Mutation>> = BTreeMap::new();
    for mutation in found {
        if !kinds.contains(&mutation.kind) {
            kinds.push(mutation.kind);
        }
        by_kind.entry(mutation.kind).or_default().push(mutation);
    }
    kinds
        .into_iter()
        .flat_map(|kind| spread(by_kind.remove(kind).unwrap_or_default(), most))
        .collect()
}

/// At most so many, spread evenly.
fn spread(all: Vec<Mutation>, most: usize) -> Vec<Mutation> {
    let len = all.len();
    if len <= most {
        return all;
    }
    let chosen = (0..most).map(|at| all[at * len / most].clone());
    chosen.collect()
}
