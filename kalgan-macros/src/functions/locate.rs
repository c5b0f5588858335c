//! Where an argument of a function stands in a file's text.
//!
//! What a macro parses from text has no places, so the text is looked through once more, and only
//! where there is a mistake to show.

use std::ops::Range;

/// The bytes of the argument at `index` of the function `name`, which stands in these modules of the
/// file.
pub(crate) fn argument(
    text: &str,
    modules: &[String],
    name: &str,
    index: usize,
) -> Option<Range<usize>> {
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |range| &text[range.clone()]);
    let mut inside: Vec<&str> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < tokens.len() {
        match word(at) {
            "mod" if word(at + 2) == "{" && inside.len() == depth => {
                inside.push(unraw(word(at + 1)));
                depth += 1;
                at += 2;
            }
            "fn" if inside.len() == depth && inside == modules && unraw(word(at + 1)) == name => {
                return nth(&tokens, &word, at + 2, index);
            }
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inside.truncate(depth);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// The argument at `index` of the list that follows the generics at `at`.
fn nth<'a>(
    tokens: &[Range<usize>],
    word: &dyn Fn(usize) -> &'a str,
    mut at: usize,
    index: usize,
) -> Option<Range<usize>> {
    let mut angles = 0_usize;
    // The list of arguments, behind the generics, which may have parentheses of their own.
    while !(angles == 0 && word(at) == "(") {
        match word(at) {
            "" => return None,
            "<" => angles += 1,
            ">" if !is_arrow(word, at) => angles = angles.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    at += 1;
    let mut start = at;
    let (mut depth, mut passed) = (0_usize, 0);
    loop {
        let ends = depth == 0 && matches!(word(at), "," | ")");
        if ends && passed == index {
            let (first, last) = (tokens.get(start)?, tokens.get(at.checked_sub(1)?)?);
            return (start < at).then_some(first.start..last.end);
        }
        match word(at) {
            "" => return None,
            ")" if ends => return None,
            "," if ends => {
                passed += 1;
                start = at + 1;
            }
            "(" | "[" | "{" | "<" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            ">" if !is_arrow(word, at) => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
}

/// Whether this `>` is that of `->` or `=>`.
fn is_arrow<'a>(word: &dyn Fn(usize) -> &'a str, at: usize) -> bool {
    at > 0 && matches!(word(at - 1), "-" | "=")
}

/// The words and signs of Rust code, without comments; a literal is one of them.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += comment(rest);
        } else {
            let len = literal(rest).unwrap_or_else(|| match c {
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            });
            // `r#type` is one word.
            let len = match rest.strip_prefix("r#") {
                Some(name) if name.starts_with(is_word) => {
                    2 + name.find(|c| !is_word(c)).unwrap_or(name.len())
                }
                _ => len,
            };
            tokens.push(at..at + len);
            at += len;
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How long a comment between `/*` and `*/` is; they nest.
fn comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// How long the string, character or lifetime at the front is.
fn literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let behind = rest.strip_prefix(prefix);
        behind.is_some_and(|behind| {
            behind.starts_with(['"', '\''])
                || (prefix.ends_with('r') && behind.trim_start_matches('#').starts_with('"'))
        })
    })?;
    let body = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let end = format!("\"{}", &body[..hashes]);
        let inner = body.get(hashes + 1..)?;
        let len = inner.find(&end).map_or(inner.len(), |at| at + end.len());
        return Some(prefix.len() + hashes + 1 + len);
    }
    let quote = body.chars().next()?;
    if quote == '\'' {
        let mut chars = body[1..].chars();
        let (first, second) = (chars.next()?, chars.next());
        if first != '\\' && second != Some('\'') {
            // A lifetime.
            let name = &body[1..];
            return Some(1 + name.find(|c| !is_word(c)).unwrap_or(name.len()));
        }
    }
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(prefix.len() + at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"
//! fn show(none: u8) {}
/* fn show(/* nested */ none: u8) {} */
const TRAP: &str = "fn show(none: u8) { ' {";
const RAW: &str = r#"mod a { fn show(" none: u8) {"#;
const QUOTE: char = '{';
const OTHER: char = '\'';
fn helper<'a>(x: &'a str) { fn show(inner: u8) {} }
mod a {
    mod b { pub fn show(deep: u8) {} }
    pub async fn r#type(one: u8) {}
    pub async fn show<F: Fn(u8) -> Vec<u8>, T>(
        lang: Lang, // a, comment
        kalgan::extract::Path((id, tab)): kalgan::extract::Path<(u64, HashMap<String, [u8; 2]>)>,
        f: F,
    ) -> T {}
}
pub fn show() {}
"##;

    fn found(modules: &[&str], name: &str, index: usize) -> Option<&'static str> {
        let modules: Vec<String> = modules.iter().map(ToString::to_string).collect();
        Some(&TEXT[argument(TEXT, &modules, name, index)?])
    }

    #[test]
    fn arguments_of_functions_in_modules() {
        assert_eq!(found(&["a"], "show", 0), Some("lang: Lang"));
        assert_eq!(
            found(&["a"], "show", 1),
            Some(
                "kalgan::extract::Path((id, tab)): \
                 kalgan::extract::Path<(u64, HashMap<String, [u8; 2]>)>"
            )
        );
        assert_eq!(found(&["a"], "show", 2), Some("f: F"));
        assert_eq!(found(&["a"], "show", 3), None);
        assert_eq!(found(&["a", "b"], "show", 0), Some("deep: u8"));
        assert_eq!(found(&["a"], "type", 0), Some("one: u8"));
        assert_eq!(found(&[], "show", 0), None);
        assert_eq!(found(&[], "helper", 0), Some("x: &'a str"));
        assert_eq!(found(&["c"], "show", 0), None);
    }

    #[test]
    fn nothing_makes_it_panic() {
        for end in 0..TEXT.len() {
            argument(&TEXT[..end], &[String::from("a")], "show", 1);
            argument(&TEXT[end..], &[], "show", 0);
        }
        for text in [
            "'",
            "\"",
            "r#",
            "b'",
            "fn",
            "fn show",
            "fn show(",
            "日本 'é",
            "/*",
        ] {
            assert_eq!(argument(text, &[], "show", 0), None);
        }
    }
}
