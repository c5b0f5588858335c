//! The pieces of a template's text: what is written as it is, and the tokens of the tags.
//!
//! Written for speed without optimisation, as a macro of a debug build runs it: bytes and indices,
//! no iterators in the loops, nothing allocated.

use super::error::{ErrorExt, Result, error};
use crate::text::Span;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    /// Text outside of tags; the span is what `-` left of it.
    Text(Span),
    /// A raw block; the span is what `-` left of its text.
    Raw(Span),
    Comment,
    /// `{{`.
    ExpressionStart,
    /// `}}`.
    ExpressionEnd,
    /// `{%`.
    TagStart,
    /// `%}`.
    TagEnd,
    /// The end of the template.
    End,

    /// A name or a keyword, which its slice of the text tells.
    Name,
    /// A text in quotes.
    Quoted {
        has_escapes: bool,
    },
    Integer(i64),
    Float(f64),
    Bool(bool),

    Star,
    Slash,
    SlashSlash,
    Percent,
    Plus,
    Minus,
    StarStar,
    Less,
    /// `</`.
    LessSlash,
    Greater,
    LessEqual,
    GreaterEqual,
    EqualEqual,
    NotEqual,
    Tilde,
    Pipe,
    Equal,
    Dot,
    /// `?.`.
    OptionalDot,
    /// `?[`.
    OptionalBracket,
    Comma,
    Colon,
    Bang,
    LeftBracket,
    RightBracket,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    /// `...`.
    Spread,
    At,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Span,
}

impl Lexeme {
    fn new(token: Token, start: usize, end: usize) -> Self {
        Self {
            token,
            span: Span { start, end },
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Text,
    /// Within `{{ }}`.
    Expression,
    /// Within `{% %}`.
    Tag,
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
    /// Whether the last delimiter was a `-}}`, so that the text behind it loses its white space.
    trims: bool,
}

/// The kind of delimiter that begins with `{` and this byte.
fn is_start(second: u8) -> bool {
    matches!(second, b'{' | b'%' | b'#')
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            mode: Mode::Text,
            trims: false,
        }
    }

    /// The byte at an index; 0 behind the end, which no token begins with.
    fn byte(&self, at: usize) -> u8 {
        if at < self.bytes.len() {
            self.bytes[at]
        } else {
            0
        }
    }

    /// Moves on by one token.
    pub(super) fn next(&mut self) -> Result<Lexeme> {
        if self.mode == Mode::Text {
            self.next_in_text()
        } else {
            self.next_in_tag()
        }
    }

    fn take(&mut self, token: Token, length: usize) -> Lexeme {
        let start = self.at;
        self.at += length;
        Lexeme::new(token, start, self.at)
    }

    // --- Outside of tags ---

    fn next_in_text(&mut self) -> Result<Lexeme> {
        let start = self.at;
        if start == self.bytes.len() {
            return Ok(self.take(Token::End, 0));
        }
        let second = self.byte(start + 1);
        if self.byte(start) != b'{' || !is_start(second) {
            return Ok(self.plain_text());
        }
        let delimiter = 2 + usize::from(self.byte(start + 2) == b'-');
        match second {
            b'{' => {
                self.mode = Mode::Expression;
                Ok(self.take(Token::ExpressionStart, delimiter))
            }
            b'#' => self.comment(delimiter),
            _ => {
                if let Some((body, trims_start)) = self.skip_tag(start + delimiter, "raw") {
                    return self.raw(body, trims_start);
                }
                self.mode = Mode::Tag;
                Ok(self.take(Token::TagStart, delimiter))
            }
        }
    }

    fn plain_text(&mut self) -> Lexeme {
        let start = self.at;
        let mut from = start;
        let end = loop {
            // The search for a character is the one of `core`, which is always optimised.
            match self.text[from..].find('{') {
                None => break self.bytes.len(),
                Some(offset) => {
                    let found = from + offset;
                    if is_start(self.byte(found + 1)) {
                        break found;
                    }
                    from = found + 1;
                }
            }
        };
        self.at = end;
        Lexeme::new(Token::Text(self.trimmed(start, end)), start, end)
    }

    /// The part of a text that the delimiters around it leave. The one behind it begins where the
    /// lexer is.
    fn trimmed(&mut self, start: usize, end: usize) -> Span {
        let mut span = Span { start, end };
        if self.trims {
            self.trims = false;
            span = self.trim_start(span);
        }
        if self.byte(self.at) == b'{'
            && is_start(self.byte(self.at + 1))
            && self.byte(self.at + 2) == b'-'
        {
            span = self.trim_end(span);
        }
        span
    }

    fn trim_start(&self, span: Span) -> Span {
        let left = self.text[span.start..span.end].trim_start().len();
        Span::new(span.end - left, span.end)
    }

    fn trim_end(&self, span: Span) -> Span {
        let left = self.text[span.start..span.end].trim_end().len();
        Span::new(span.start, span.start + left)
    }

    /// The first place at or behind `from` where these two bytes stand.
    fn find(&self, mut from: usize, first: char, second: u8) -> Option<usize> {
        loop {
            let found = from + self.text[from..].find(first)?;
            if self.byte(found + 1) == second {
                return Some(found);
            }
            from = found + 1;
        }
    }

    fn comment(&mut self, delimiter: usize) -> Result<Lexeme> {
        let start = self.at;
        let inner = start + delimiter;
        let Some(close) = self.find(inner, '#', b'}') else {
            return Err(error(Span::new(start, inner), "the comment is not closed")
                .help("close it with `#}`"));
        };
        // What the tag before a comment trims goes on behind it.
        if close > inner && self.byte(close - 1) == b'-' {
            self.trims = true;
        }
        self.at = close + 2;
        Ok(Lexeme::new(Token::Comment, start, self.at))
    }

    /// Where `name` alone is what stands between `at` and the end of the tag: the place behind
    /// that, and whether it trims what follows.
    fn skip_tag(&self, at: usize, name: &str) -> Option<(usize, bool)> {
        let mut at = at + usize::from(self.byte(at) == b'-');
        at = self.skip_space(at);
        if !self.bytes[at..].starts_with(name.as_bytes()) {
            return None;
        }
        at = self.skip_space(at + name.len());
        let trims = self.byte(at) == b'-';
        at += usize::from(trims);
        (self.byte(at) == b'%' && self.byte(at + 1) == b'}').then_some((at + 2, trims))
    }

    fn raw(&mut self, body: usize, trims_start: bool) -> Result<Lexeme> {
        let start = self.at;
        let mut from = body;
        while let Some(open) = self.find(from, '{', b'%') {
            from = open + 2;
            let Some((end, trims_next)) = self.skip_tag(from, "endraw") else {
                continue;
            };
            let mut span = Span::new(body, open);
            if trims_start {
                span = self.trim_start(span);
            }
            if self.byte(from) == b'-' {
                span = self.trim_end(span);
            }
            self.at = end;
            span = self.trimmed(span.start, span.end);
            self.trims = trims_next;
            return Ok(Lexeme::new(Token::Raw(span), start, end));
        }
        Err(error(Span::new(start, body), "the raw block is not closed")
            .help("close it with `{% endraw %}`"))
    }

    // --- Within tags ---

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\n' | b'\t' | b'\r' | b'\x0c') {
            at += 1;
        }
        at
    }

    fn next_in_tag(&mut self) -> Result<Lexeme> {
        self.at = self.skip_space(self.at);
        let at = self.at;
        if at == self.bytes.len() {
            return Ok(self.take(Token::End, 0));
        }
        let first = self.bytes[at];
        let second = self.byte(at + 1);
        if let Some(lexeme) = self.closing(first, second) {
            return Ok(lexeme);
        }
        let pair = match (first, second) {
            (b'.', b'.') if self.byte(at + 2) == b'.' => return Ok(self.take(Token::Spread, 3)),
            (b'/', b'/') => Token::SlashSlash,
            (b'*', b'*') => Token::StarStar,
            (b'=', b'=') => Token::EqualEqual,
            (b'!', b'=') => Token::NotEqual,
            (b'>', b'=') => Token::GreaterEqual,
            (b'<', b'=') => Token::LessEqual,
            (b'<', b'/') => Token::LessSlash,
            (b'?', b'.') => Token::OptionalDot,
            (b'?', b'[') => Token::OptionalBracket,
            _ => return self.short_token(first),
        };
        Ok(self.take(pair, 2))
    }

    /// The end of the tag, with its `-`.
    fn closing(&mut self, first: u8, second: u8) -> Option<Lexeme> {
        let (token, mark) = match self.mode {
            Mode::Tag => (Token::TagEnd, b'%'),
            _ => (Token::ExpressionEnd, b'}'),
        };
        let length = if first == mark && second == b'}' {
            2
        } else if first == b'-' && second == mark && self.byte(self.at + 2) == b'}' {
            3
        } else {
            return None;
        };
        self.mode = Mode::Text;
        self.trims = length == 3;
        Some(self.take(token, length))
    }

    fn short_token(&mut self, first: u8) -> Result<Lexeme> {
        let token = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return Ok(self.name()),
            b'"' | b'\'' | b'`' => return self.quoted(first),
            b'0'..=b'9' => return self.number(),
            b'+' => Token::Plus,
            b'-' => Token::Minus,
            b'*' => Token::Star,
            b'/' => Token::Slash,
            b'%' => Token::Percent,
            b'!' => Token::Bang,
            b'.' => Token::Dot,
            b',' => Token::Comma,
            b':' => Token::Colon,
            b'~' => Token::Tilde,
            b'|' => Token::Pipe,
            b'=' => Token::Equal,
            b'>' => Token::Greater,
            b'<' => Token::Less,
            b'(' => Token::LeftParen,
            b')' => Token::RightParen,
            b'[' => Token::LeftBracket,
            b']' => Token::RightBracket,
            b'{' => Token::LeftBrace,
            b'}' => Token::RightBrace,
            b'@' => Token::At,
            _ => return Err(self.unexpected()),
        };
        Ok(self.take(token, 1))
    }

    #[cold]
    fn unexpected(&self) -> Box<super::SyntaxError> {
        // A token begins on the boundary of a character and before the end.
        let character = self.text[self.at..].chars().next().unwrap_or_default();
        let span = Span::new(self.at, self.at + character.len_utf8());
        let found = error(
            span,
            format!("the character {character:?} has no place in a tag"),
        );
        match character {
            '&' => found.help("write `and`"),
            '?' => found.help("write `then if condition else otherwise`, `?.` or `?[`"),
            '#' => found.help("a comment stands in tags of its own: `{# … #}`"),
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                found.help("a text stands in straight quotes: `\"…\"`")
            }
            other if other.is_alphanumeric() => found
                .help("a name consists of `a` to `z`, digits and `_`; other text stands in quotes"),
            _ => found,
        }
    }

    fn name(&mut self) -> Lexeme {
        let start = self.at;
        let mut at = start + 1;
        while matches!(self.byte(at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') {
            at += 1;
        }
        let token = match &self.bytes[start..at] {
            b"true" | b"True" => Token::Bool(true),
            b"false" | b"False" => Token::Bool(false),
            _ => Token::Name,
        };
        self.take(token, at - start)
    }

    fn number(&mut self) -> Result<Lexeme> {
        let start = self.at;
        let mut at = start;
        let mut is_float = false;
        loop {
            match self.byte(at) {
                b'0'..=b'9' => {}
                b'.' if !is_float => is_float = true,
                _ => break,
            }
            at += 1;
        }
        let digits = &self.text[start..at];
        let token = if is_float {
            digits.parse().map(Token::Float).ok()
        } else {
            digits.parse().map(Token::Integer).ok()
        };
        match token {
            Some(token) => Ok(self.take(token, at - start)),
            None => Err(error(Span::new(start, at), "the number is too large")
                .help(format!("the largest whole number is {}", i64::MAX))),
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<Lexeme> {
        let start = self.at;
        let mut at = start + 1;
        let mut has_escapes = false;
        // The first one only, since the quote may be missing, too, which is then the mistake.
        let mut wrong = None;
        loop {
            if at >= self.bytes.len() {
                let quote = char::from(quote);
                return Err(error(
                    Span::new(start, start + 1),
                    format!("the text that this `{quote}` begins is not closed"),
                )
                .help(format!("close it with `{quote}`")));
            }
            match self.bytes[at] {
                b'\\' => {
                    has_escapes = true;
                    let escaped = self.byte(at + 1);
                    if !matches!(escaped, b'"' | b'\'' | b'/' | b'\\' | b'n' | b't' | b'r') {
                        wrong = wrong.or(Some(at));
                    }
                    at += 2;
                }
                byte if byte == quote => break,
                _ => at += 1,
            }
        }
        if let Some(wrong) = wrong {
            let escaped = self.text[wrong + 1..].chars().next().unwrap_or_default();
            return Err(error(
                Span::new(wrong, wrong + 1 + escaped.len_utf8()),
                format!("`\\{escaped}` is no escape"),
            )
            .help("there are `\\\"`, `\\'`, `\\/`, `\\\\`, `\\n`, `\\t` and `\\r`"));
        }
        Ok(self.take(Token::Quoted { has_escapes }, at + 1 - start))
    }
}

/// The text that is meant, of one without its quotes whose escapes the lexer has let pass.
pub(super) fn unescape(text: &str) -> String {
    let mut meant = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        meant.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    meant
}
