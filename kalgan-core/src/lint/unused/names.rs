//! What names texts may be, or may become a part of.

use std::collections::HashSet;

/// Texts, each of which may be a name or a part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Names<'a> {
    whole: HashSet<&'a str>,
    /// What a name may begin with, something else behind it: `status.`.
    starts: HashSet<&'a str>,
    /// What a name may end with: `.title`.
    ends: HashSet<&'a str>,
    /// What may stand within a name, between other parts: `.mid.`.
    middles: HashSet<&'a str>,
    /// The texts of files that join names of whole words: `section ~ "." ~ name`.
    joined: HashSet<&'a str>,
    /// What `format!` makes, by the pieces between its values.
    formats: Vec<Vec<&'a str>>,
}

/// Fewer letters than this tell nothing in a format: `{n}th`.
const LETTERS: usize = 3;

impl<'a> Names<'a> {
    /// A text that is a name as a whole.
    pub(super) fn add_text(&mut self, text: &'a str) {
        self.whole.insert(text);
    }

    /// The texts of one file.
    pub(super) fn add_file(&mut self, texts: impl Iterator<Item = &'a str> + Clone) {
        if texts.clone().any(is_joiner) {
            self.joined.extend(texts.clone());
        }
        for text in texts {
            self.add_text(text);
            if !text.contains(char::is_alphanumeric) {
                continue;
            }
            let (starts, ends) = (text.starts_with(is_boundary), text.ends_with(is_boundary));
            if ends {
                self.starts.insert(text);
            }
            if starts {
                self.ends.insert(text);
            }
            if starts && ends {
                self.middles.insert(text);
            }
        }
    }

    /// The texts of a template, and those of them that are put together with something else.
    pub(super) fn add_template(&mut self, texts: &[&'a str], parts: &[&'a str]) {
        self.add_file(texts.iter().copied());
        for part in parts {
            self.add_part(part);
        }
    }

    /// A text that is put together with something else, whatever it begins or ends with.
    fn add_part(&mut self, text: &'a str) {
        if text.contains(char::is_alphanumeric) {
            self.starts.insert(text);
            self.ends.insert(text);
            self.middles.insert(text);
        }
    }

    /// A text that may be the first argument of `format!`.
    pub(super) fn add_format(&mut self, text: &'a str) {
        if let Some(pieces) = pieces(text)
            && is_telling(&pieces)
        {
            self.formats.push(pieces);
        }
    }

    /// The texts that may be names as a whole.
    pub(super) fn whole(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.whole.iter().copied()
    }

    /// Whether a text may be this name, or become it.
    pub(super) fn may_be(&self, name: &str) -> bool {
        self.whole.contains(name)
            || splits(name).any(|(start, end)| {
                self.starts.contains(start)
                    || self.ends.contains(end)
                    || (end.starts_with(is_boundary) && self.joined.contains(start))
                    || (start.ends_with(is_boundary) && self.joined.contains(end))
            })
            || self.middles.iter().any(|middle| name.contains(middle))
            || self.formats.iter().any(|pieces| fits(pieces, name))
    }
}

fn is_boundary(char: char) -> bool {
    matches!(char, '.' | '_' | '-' | '/')
}

/// The ways to cut a name into two parts.
fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let at = name.char_indices().skip(1);
    at.map(|(at, _)| name.split_at(at))
}

/// Whether a text joins the words of a name: `.`, or `{}.{}` of `format!`.
fn is_joiner(text: &str) -> bool {
    let is_boundaries = |text: &str| !text.is_empty() && text.chars().all(is_boundary);
    is_boundaries(text) || pieces(text).is_some_and(|pieces| is_boundaries(&pieces.concat()))
}

/// The pieces of a text of `format!` between its values; `None` where it has no values.
fn pieces(text: &str) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((piece, behind)) = rest.split_once('{') {
        let (_, behind) = behind.split_once('}')?;
        pieces.push(piece);
        rest = behind;
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.push(rest);
    Some(pieces)
}

/// Whether the pieces tell names from other texts.
fn is_telling(pieces: &[&str]) -> bool {
    let letters = pieces
        .iter()
        .flat_map(|piece| piece.chars())
        .filter(|char| char.is_alphanumeric());
    let last = pieces.len() - 1;
    letters.count() >= LETTERS
        || pieces.iter().enumerate().any(|(at, piece)| {
            piece.contains(char::is_alphanumeric)
                && ((at > 0 && piece.starts_with(is_boundary))
                    || (at < last && piece.ends_with(is_boundary)))
        })
}

/// Whether a name has the pieces in their order, the first at its start and the last at its end.
fn fits(pieces: &[&str], name: &str) -> bool {
    let [first, between @ .., last] = pieces else {
        return false;
    };
    let Some(mut rest) = name
        .strip_prefix(first)
        .and_then(|rest| rest.strip_suffix(last))
    else {
        return false;
    };
    for piece in between {
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(files: &[&[&str]], name: &str) -> bool {
        let mut names = Names::default();
        for file in files {
            names.add_file(file.iter().copied());
            for text in *file {
                names.add_format(text);
            }
        }
        names.may_be(name)
    }

    #[test]
    fn whole_names_and_their_parts() {
        for (texts, name, expected) in [
            (&["home.title"][..], "home.title", true),
            (&["home.title"], "home.title_long", false),
            (&["home.title"], "home", false),
            (&["home"], "home.title", false),
            (&["home."], "home.title", true),
            (&["home.title_"], "home.title_long", true),
            (&[".title"], "home.title", true),
            (&[".html"], "page/a.html", true),
            (&["page/"], "page/a.html", true),
            (&[".mid."], "a.mid.b", true),
            (&["._"], "a._b", false),
            (&["home", "."], "home.title", true),
            (&["title", "{}.{}"], "home.title", true),
            (&["home", ". "], "home.title", false),
            (&["日本."], "日本.題", true),
        ] {
            assert_eq!(may_be(&[texts], name), expected, "{texts:?} {name}");
        }
        // Another file joins its own words.
        assert!(!may_be(&[&["home"], &["."]], "home.title"));
    }

    #[test]
    fn formats() {
        for (format, name, expected) in [
            ("page/{name}.html", "page/a.html", true),
            ("page/{name}.html", "page/a.txt", false),
            ("page/{}.{}", "page/a.html", true),
            ("{a}.mid.{b:?}", "x.mid.y", true),
            ("{a}.mid.{b}", "x.mod.y", false),
            ("{}.html", "a.html", true),
            ("{n}s", "errors", false),
            ("{}", "home", false),
            ("home{n}", "home1", true),
            ("{", "home", false),
            ("aba{}bab", "abab", false),
        ] {
            assert_eq!(may_be(&[&[format]], name), expected, "{format} {name}");
        }
    }
}
