//! Which values a requirement allows, as far as that can be told.

use super::requirement::shared;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, Hir, HirKind};

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
