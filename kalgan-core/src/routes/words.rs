//! Which values a requirement allows, as far as that can be told.

use super::requirement::shared;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// How many words a requirement may have to be one of words at all.
const MOST: usize = 250;

/// The values that a requirement such as `en|es` allows, all of them and no others. `None` where it
/// allows too many.
#[must_use]
pub fn words(requirement: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::parse(requirement).ok()?;
    let mut extractor = Extractor::new();
    extractor
        .limit_total(MOST)
        .limit_class(MOST)
        .limit_repeat(MOST)
        .limit_literal_len(MOST);
    let sequence = extractor.extract(&hir);
    // What is cut short is marked as inexact.
    if !sequence.is_exact() {
        return None;
    }
    let whole = shared(requirement).ok()?;
    let mut words = Vec::new();
    for literal in sequence.literals()? {
        let word = String::from_utf8(literal.as_bytes().to_vec()).ok()?;
        // Anchors and word boundaries count as nothing there, so not all of them need fit.
        if whole.is_match(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    Some(words)
}

/// Whether a value that the requirement allows may consist of these characters, by their first and last,
/// as far as that can be told.
#[must_use]
pub fn may_be_of(requirement: &str, characters: &[(char, char)]) -> bool {
    let ranges = characters
        .iter()
        .map(|(first, last)| ClassUnicodeRange::new(*first, *last));
    let characters = ClassUnicode::new(ranges);
    regex_syntax::parse(requirement).map_or(true, |hir| is_of(&hir, &characters))
}

fn is_of(hir: &Hir, characters: &ClassUnicode) -> bool {
    let takes = |c: char| {
        let mut ranges = characters.iter();
        ranges.any(|range| range.start() <= c && c <= range.end())
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).map_or(true, |text| text.chars().all(takes))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut both = class.clone();
            both.intersect(characters);
            both.iter().next().is_some()
        }
        HirKind::Class(Class::Bytes(class)) => class.iter().next().is_some(),
        HirKind::Repetition(repetition) => {
            repetition.min == 0 || is_of(&repetition.sub, characters)
        }
        HirKind::Capture(capture) => is_of(&capture.sub, characters),
        HirKind::Concat(parts) => parts.iter().all(|part| is_of(part, characters)),
        HirKind::Alternation(parts) => parts.iter().any(|part| is_of(part, characters)),
    }
}

/// Whether a value that the requirement allows may hold a decimal digit.
#[must_use]
pub fn may_hold_a_digit(requirement: &str) -> bool {
    regex_syntax::parse(requirement).map_or(true, |hir| has_digit(&hir))
}

fn has_digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Class(Class::Unicode(class)) => class
            .iter()
            .any(|range| range.start() <= '9' && range.end() >= '0'),
        HirKind::Class(Class::Bytes(class)) => class
            .iter()
            .any(|range| range.start() <= b'9' && range.end() >= b'0'),
        HirKind::Repetition(repetition) => has_digit(&repetition.sub),
        HirKind::Capture(capture) => has_digit(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_requirement() {
        for (requirement, expected) in [
            ("en|es", &["en", "es"][..]),
            ("(en|es)", &["en", "es"]),
            ("^(?:en|es)$", &["en", "es"]),
            ("(?P<lang>e[ns])", &["en", "es"]),
            (r"feed\.xml", &["feed.xml"]),
            ("pt-br|日本", &["pt-br", "日本"]),
            ("en-?", &["en-", "en"]),
            ("en|en", &["en"]),
            (r"a\Bb|a\bb", &["ab"]),
            (r"a\bb", &[]),
            ("en|", &["en", ""]),
        ] {
            let mut words = words(requirement).unwrap_or_else(|| panic!("{requirement}"));
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            words.sort();
            expected.sort();
            assert_eq!(words, expected, "{requirement}");
            let whole = crate::routes::whole(requirement).unwrap();
            assert!(words.iter().all(|word| whole.is_match(word)));
        }
    }

    #[test]
    fn what_allows_too_much_has_no_words() {
        for requirement in [
            "[a-z]+", ".*", r"\d{4}", "en|e.*", "[a-z]{2}", "a{2,3}", "(", r"\w",
        ] {
            assert_eq!(words(requirement), None, "{requirement}");
        }
    }

    #[test]
    fn characters_of_values() {
        let digits = [('0', '9'), ('-', '-')];
        for requirement in [
            r"\d+",
            "-?[0-9a-f]+",
            "a|7",
            "[a-z]*",
            "(x|[0-9])+",
            r"\w{2,}",
            "(",
        ] {
            assert!(may_be_of(requirement, &digits), "{requirement}");
        }
        for requirement in [
            "[a-z]+",
            "[a-z]+[0-9]",
            "v1",
            "x|y",
            r"[0-9]+\.[0-9]+",
            "a?b[0-9]",
        ] {
            assert!(!may_be_of(requirement, &digits), "{requirement}");
        }
        let any = [(char::MIN, char::MAX)];
        for requirement in [r"[^\s\S]", r"[0-9]+[a&&b]"] {
            assert!(!may_be_of(requirement, &any), "{requirement}");
        }
        assert!(may_be_of("", &any) && may_be_of(".", &any));
    }

    #[test]
    fn digits() {
        for requirement in ["[a-z]+", "all|none", r"[^\d]+", "", r"\bx\b", r"\p{L}+"] {
            assert!(!may_hold_a_digit(requirement), "{requirement}");
        }
        for requirement in [
            "[a-z0-9]+",
            ".",
            "a1|b",
            r"\w+",
            "all|[3-4]",
            "(x(7)?)*",
            "(",
        ] {
            assert!(may_hold_a_digit(requirement), "{requirement}");
        }
    }
}
