//! A file of the user's as text, and places in it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// Text that is either baked or built.
pub type Text = Cow<'static, str>;
/// A list that is either baked or built.
pub type List<T> = Cow<'static, [T]>;

/// A range of bytes in a file's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The range `start..end`; an `end` before `start` gives an empty range.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The part of this range that begins `offset` bytes in and is `len` bytes long.
    #[must_use]
    pub fn part(self, offset: usize, len: usize) -> Self {
        Self::new(self.start + offset, self.start + offset + len)
    }
}

/// Where a byte of a file stands, as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A file's path and text. The path is relative to the app's folder, with `/`.
#[derive(Debug)]
pub struct SourceFile {
    path: Cow<'static, str>,
    text: Cow<'static, str>,
    /// Only a mistake asks for lines, so they are not counted before.
    line_starts: OnceLock<Vec<usize>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for SourceFile {}

impl SourceFile {
    /// Takes a file's text. A byte order mark is dropped, so that no column counts it.
    #[must_use]
    pub fn new(path: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Cow::Owned(text) => Cow::Owned(match text.strip_prefix('\u{feff}') {
                Some(rest) => rest.to_owned(),
                None => text,
            }),
        };
        Self {
            path: path.into(),
            text,
            line_starts: OnceLock::new(),
        }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }

    /// Takes a file's bytes.
    ///
    /// # Errors
    /// A [`Place`] at the first byte that is not UTF-8, in the text that was valid up to there.
    pub fn from_bytes(path: impl Into<Cow<'static, str>>, bytes: Vec<u8>) -> Result<Self, Place> {
        let path = path.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let file = Self::new(path, text);
                let bom = error.as_bytes().starts_with("\u{feff}".as_bytes());
                let at = if bom { valid - 3 } else { valid };
                Err(Place::new(Arc::new(file), Span::new(at, at + 1)))
            }
        }
    }

    /// The path, relative to the app's folder.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte; one past the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor_boundary(offset);
        let starts = self.line_starts();
        // They begin with 0, so at least one start is not past any offset.
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts[line - 1];
        Position {
            line,
            column: self.text[start..offset].chars().count() + 1,
        }
    }

    /// The byte at which a line begins (from 1); past the last line, the end.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts()
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len())
    }

    /// A line's text (from 1) without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_start(line);
        let end = self.line_start(line + 1);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// How many lines the text has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.line_starts().len()
    }

    /// The text of a span, clamped to what there is.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let span = self.clamp(span);
        &self.text[span.start..span.end]
    }

    /// A span within the text and on character boundaries.
    #[must_use]
    pub fn clamp(&self, span: Span) -> Span {
        Span::new(
            self.floor_boundary(span.start),
            self.floor_boundary(span.end),
        )
    }

    fn floor_boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// A span in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The part of it.
    pub span: Span,
}

impl Place {
    /// The span of this file.
    #[must_use]
    pub fn new(file: Arc<SourceFile>, span: Span) -> Self {
        Self { file, span }
    }

    /// Line and column of the start.
    #[must_use]
    pub fn position(&self) -> Position {
        self.file.position(self.span.start)
    }

    /// Line and column of the first character after the span.
    #[must_use]
    pub fn end_position(&self) -> Position {
        self.file.position(self.span.end)
    }

    /// `path:line:column`.
    #[must_use]
    pub fn display(&self) -> String {
        let Position { line, column } = self.position();
        format!("{}:{line}:{column}", self.file.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let position = SourceFile::new("f", text.to_owned()).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(at("é日x", 0), (1, 1));
        assert_eq!(at("é日x", 2), (1, 2));
        assert_eq!(at("é日x", 5), (1, 3));
        assert_eq!(at("é日x", 3), (1, 2), "inside a character: its start");
        assert_eq!(at("\t\tx", 2), (1, 3), "a tab is one column");
    }

    #[test]
    fn lines_of_every_kind() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("", 9), (1, 1));
        assert_eq!(at("a\nb", 2), (2, 1));
        assert_eq!(at("a\nb", 3), (2, 2), "the end of the last line");
        assert_eq!(at("a\n", 2), (2, 1), "after the last line break");
        assert_eq!(at("a\r\nb", 3), (2, 1));
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let file = SourceFile::new("f", "\u{feff}ab\n");
        assert_eq!(file.text(), "ab\n");
        assert_eq!(file.position(1), Position { line: 1, column: 2 });
        let place = SourceFile::from_bytes("f", b"\xef\xbb\xbfab\xff".to_vec()).unwrap_err();
        assert_eq!(place.position(), Position { line: 1, column: 3 });
    }

    #[test]
    fn lines_are_found_and_trimmed() {
        let file = SourceFile::new("f", "one\r\ntwo\n");
        assert_eq!(file.line(1), "one");
        assert_eq!(file.line(2), "two");
        assert_eq!(file.line(3), "");
        assert_eq!(file.line(99), "");
        assert_eq!(file.lines(), 3);
    }
}
