//! The tokens of a Rust file with their places.
//!
//! For macros, the compiler's own `TokenStream` knows no place of a token in a file that was read, reports what
//! it cannot read as an error of the user's, and reads whole files where a few items are wanted.

use std::ops::Range;
use std::str::Chars;

/// What a token is. Comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword; `r#type` is a name.
    Word,
    /// A text, raw or not. Byte strings and C strings are [`TokenKind::Other`].
    Text,
    /// `(`, `[` or `{`, and the index of the token that closes it.
    Open(usize),
    /// `)`, `]` or `}`, and the index of the token that opened it.
    Close(usize),
    /// Another character.
    Punct(u8),
    /// A number, a character, a lifetime, bytes.
    Other,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The bytes of the file.
    pub span: Range<usize>,
}

/// Takes a file apart. `None` where it is no Rust: brackets that do not match, a text without end.
#[must_use]
pub fn lex(text: &str) -> Option<Vec<Token>> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = if text.starts_with("#!") && !text.starts_with("#![") {
        line_end(bytes, 0)
    } else {
        0
    };
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let kind = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'/' if next == Some(b'/') => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if next == Some(b'*') => {
                at = comment_end(bytes, at)?;
                continue;
            }
            b'(' | b'[' | b'{' => {
                at += 1;
                open.push(tokens.len());
                // Known when it is closed.
                TokenKind::Open(0)
            }
            b')' | b']' | b'}' => {
                at += 1;
                let opened = open.pop()?;
                let own = tokens.len();
                let opening = tokens.get_mut(opened)?;
                let pair = (bytes[opening.span.start], byte);
                if !matches!(pair, (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                    return None;
                }
                opening.kind = TokenKind::Open(own);
                TokenKind::Close(opened)
            }
            b'"' => {
                at = text_end(bytes, at + 1)?;
                TokenKind::Text
            }
            b'\'' => {
                at = quote_end(text, at)?;
                TokenKind::Other
            }
            b'0'..=b'9' => {
                at = number_end(bytes, at);
                TokenKind::Other
            }
            _ if is_word(byte) => {
                at = word_end(bytes, at);
                literal(bytes, start, &mut at)?
            }
            _ => {
                at += 1;
                TokenKind::Punct(byte)
            }
        };
        tokens.push(Token {
            kind,
            span: start..at,
        });
    }
    open.is_empty().then_some(tokens)
}

/// The texts of a file in order, as the program has them. `None` where it is no Rust.
#[must_use]
pub fn texts(text: &str) -> Option<Vec<String>> {
    let tokens = lex(text)?;
    let literals = tokens
        .into_iter()
        .filter(|token| token.kind == TokenKind::Text);
    let values = literals.filter_map(|token| value(text.get(token.span)?));
    Some(values.collect())
}

/// The value of a literal. What an escape that there is not stands for is left out: the compiler
/// has a word on it.
fn value(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        let inner = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
        return Some(inner.replace("\r\n", "\n"));
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut value = String::with_capacity(inner.len());
    // Before anything else, the compiler takes each end of a line for `\n`.
    let inner = inner.replace("\r\n", "\n");
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char == '\\' {
            value.extend(escaped(&mut chars));
        } else {
            value.push(char);
        }
    }
    Some(value)
}

/// What an escape stands for; the characters begin behind the backslash.
fn escaped(chars: &mut Chars<'_>) -> Option<char> {
    match chars.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '0' => Some('\0'),
        'x' => {
            let digits: String = chars.by_ref().take(2).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        }
        'u' => {
            let braces = chars.by_ref().take_while(|char| *char != '}');
            let digits: String = braces.filter(|char| !matches!(char, '{' | '_')).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        }
        // The text goes on where the next line does.
        '\n' => {
            let rest = chars.as_str();
            *chars = rest.trim_start_matches([' ', '\t', '\n', '\r']).chars();
            None
        }
        char @ ('\\' | '"' | '\'') => Some(char),
        _ => None,
    }
}

/// Letters, and whatever is not ASCII: what of it is no letter stands in texts and comments only.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter().position(|byte| !is_word(*byte));
    rest.map_or(bytes.len(), |len| start + len)
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter().position(|byte| *byte == b'\n');
    rest.map_or(bytes.len(), |len| start + len)
}

/// Comments nest.
fn comment_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 2;
    let mut depth = 1;
    while depth > 0 {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    Some(at)
}

fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The end of a character or a lifetime.
fn quote_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(start + 1) == Some(&b'\\') {
        // What is escaped may be the quote itself.
        let rest = bytes.get(start + 3..)?;
        let len = rest.iter().position(|byte| *byte == b'\'')?;
        return Some(start + 3 + len + 1);
    }
    let first = text.get(start + 1..)?.chars().next()?;
    let behind = start + 1 + first.len_utf8();
    if bytes.get(behind) == Some(&b'\'') {
        return Some(behind + 1);
    }
    Some(word_end(bytes, start + 1))
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let mut at = word_end(bytes, start);
    // `1.5`, not `1..5` and not `1.max(2)`.
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at = word_end(bytes, at + 1);
    }
    at
}

/// What a word is that may begin a literal: `r"…"`, `b'x'`, `c"…"`, `r#name`.
fn literal(bytes: &[u8], start: usize, at: &mut usize) -> Option<TokenKind> {
    let word = &bytes[start..*at];
    let is_raw = matches!(word, b"r" | b"br" | b"cr");
    match bytes.get(*at) {
        Some(b'"') if is_raw => *at = raw_end(bytes, *at)?,
        Some(b'"') if matches!(word, b"b" | b"c") => *at = text_end(bytes, *at + 1)?,
        Some(b'\'') if word == b"b" => {
            let escaped = usize::from(bytes.get(*at + 1) == Some(&b'\\'));
            let rest = bytes.get(*at + 2 + escaped..)?;
            *at += 3 + escaped + rest.iter().position(|byte| *byte == b'\'')?;
            return Some(TokenKind::Other);
        }
        Some(b'#') if is_raw => {
            let hashes = bytes[*at..]
                .iter()
                .take_while(|byte| **byte == b'#')
                .count();
            match bytes.get(*at + hashes) {
                Some(b'"') => *at = raw_end(bytes, *at)?,
                Some(byte) if word == b"r" && hashes == 1 && is_word(*byte) => {
                    *at = word_end(bytes, *at + 1);
                    return Some(TokenKind::Word);
                }
                _ => return Some(TokenKind::Word),
            }
        }
        _ => return Some(TokenKind::Word),
    }
    Some(if word == b"r" {
        TokenKind::Text
    } else {
        TokenKind::Other
    })
}

/// The end of a raw text whose `#` or `"` is at `start`.
fn raw_end(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let mut at = start + hashes + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')? + 1;
        let closing = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
        if closing >= hashes {
            return Some(at + hashes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let tokens = lex(text).unwrap_or_else(|| panic!("no Rust: {text}"));
        tokens
            .iter()
            .map(|token| {
                let kind = match token.kind {
                    TokenKind::Word => "w",
                    TokenKind::Text => "t",
                    TokenKind::Other => "o",
                    _ => "",
                };
                format!("{kind}{}", &text[token.span.clone()])
            })
            .collect()
    }

    #[test]
    fn tokens_of_every_kind() {
        for (text, expected) in [
            ("a_1 r#type ra", "wa_1 wr#type wra"),
            ("é日", "wé日"),
            (
                "\"a\\\"b\" r\"\\\" r#\"a\"b\"#",
                "t\"a\\\"b\" tr\"\\\" tr#\"a\"b\"#",
            ),
            ("b\"x\" c\"x\" br#\"\"\"#", "ob\"x\" oc\"x\" obr#\"\"\"#"),
            (
                "'a' '\\'' '\"' '日' b'\\'' b'\"'",
                "o'a' o'\\'' o'\"' o'日' ob'\\'' ob'\"'",
            ),
            ("'\\u{1F600}' x", "o'\\u{1F600}' wx"),
            ("&'a str 'static", "& o'a wstr o'static"),
            (
                "1.5 1..5 1.max 0xff_u8",
                "o1.5 o1 . . o5 o1 . wmax o0xff_u8",
            ),
            ("a // b \"\nc /* d /* e */ \" */ f", "wa wc wf"),
            ("#!/bin/x \"\nfn", "wfn"),
            ("#![x]", "# ! [ wx ]"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_what_the_program_has() {
        let file = r##"
            // "a comment"
            let a = ["plain", r"raw\n", r#"a "raw" one"#, r#"#"#, b"bytes", c"c", br#"b"#, '"'];
            /// `"a doc"`
            call!("\"q\" \\ \'", "\x41\u{e9}\u{1F_600}", "one \
                  line\n", "", "\0\t\r", "é日");
        "##;
        let texts = texts(file).unwrap();
        assert_eq!(
            texts,
            [
                "plain",
                "raw\\n",
                "a \"raw\" one",
                "#",
                "\"q\" \\ '",
                "Aé\u{1F600}",
                "one line\n",
                "",
                "\0\t\r",
                "é日",
            ]
        );
        assert_eq!(super::texts("let a = \"b"), None);
        assert_eq!(
            super::texts("\"\\\r\n a\r\nb\""),
            Some(vec![String::from("a\nb")])
        );
    }

    #[test]
    fn brackets_know_each_other() {
        let tokens = lex("f({a}, [b])").unwrap();
        let kinds: Vec<TokenKind> = tokens.iter().map(|token| token.kind).collect();
        assert_eq!(kinds[1], TokenKind::Open(9));
        assert_eq!(kinds[9], TokenKind::Close(1));
        assert_eq!(kinds[2], TokenKind::Open(4));
        assert_eq!(kinds[8], TokenKind::Close(6));
    }

    #[test]
    fn what_is_no_rust() {
        for text in [
            "(", ")", "(]", "\"a", "/* a", "r#\"a\"", "'", "'\\", "b'", "\"\\",
        ] {
            assert!(lex(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let text = "fn a<'b>(r#c: &'b str) -> u8 { b'\\'' + br##\"é\"#\"## /* /**/ */ '\\u{1}' }";
        for start in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let part = &text[start..end];
                let literals = ["\"", "r\""].map(|open| format!("{open}{part}\""));
                for literal in [part, &literals[0], &literals[1]] {
                    value(literal);
                }
                for token in lex(part).unwrap_or_default() {
                    assert!(part.get(token.span.clone()).is_some(), "{part}");
                }
            }
        }
    }

    #[test]
    fn this_crate_is_rust() {
        for file in [include_str!("rust.rs"), include_str!("lib.rs")] {
            assert!(lex(file).is_some());
        }
    }
}
