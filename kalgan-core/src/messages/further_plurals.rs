//! The plural rules of CLDR's languages that ICU4X's data lacks, as in CLDR 48.2
//! (`supplemental/plurals.json` and `ordinals.json`): those of a language that the data has, where they
//! are the same, else written out here.

use super::category::{Category, Rules};
use super::value::Number;

/// The plural rules of a language that the data lacks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Further {
    /// Those of two languages that the data has: of quantities and of places.
    Same(&'static str, &'static str),
    /// These.
    Own(&'static Own),
}

/// Rules that no language of the data has.
#[derive(Debug)]
pub(super) struct Own {
    plural: Kind,
    ordinal: Kind,
}

#[derive(Debug)]
struct Kind {
    categories: &'static [Category],
    of: fn(&Operands) -> Category,
}

/// What CLDR's rules speak of; whole numbers modulo a million, which is all that they ask.
#[derive(Debug)]
struct Operands {
    /// The digits before the decimal separator, modulo a million.
    i: u32,
    /// Whether there are more of them.
    is_large: bool,
    /// How many digits stand behind the separator.
    v: usize,
    /// Whether one of them is not zero.
    has_fraction: bool,
}

/// The languages, sorted.
#[rustfmt::skip]
const LANGUAGES: [(&str, Further); 75] = {
    use Further::{Own, Same};
    /// One is 1; there are no categories of places, as in `de`.
    const ONE: Further = Same("af", "de");
    const TO_ONE: Further = Same("ti", "de");
    const TWO: Further = Same("sat", "de");
    [
        ("an", ONE), ("ars", Same("ar", "ar")), ("asa", ONE), ("bal", Same("af", "fr")), ("bem", ONE),
        ("bez", ONE), ("ce", ONE), ("cgg", ONE), ("dv", ONE), ("ff", Same("hy", "de")), ("fur", ONE),
        ("gsw", ONE), ("guw", TO_ONE), ("gv", Own(&GV)), ("haw", ONE), ("in", Same("id", "id")),
        ("io", Same("de", "de")), ("iu", TWO), ("iw", Same("he", "he")), ("jgo", ONE),
        ("ji", Same("de", "de")), ("jmc", ONE), ("jw", Same("id", "id")), ("kab", Same("hy", "de")),
        ("kaj", ONE), ("kcg", ONE), ("kkj", ONE), ("kl", ONE), ("ksb", ONE), ("kw", Own(&KW)),
        ("lag", Own(&LAG)), ("lg", ONE), ("ln", TO_ONE), ("mas", ONE), ("mg", TO_ONE), ("mgo", ONE),
        ("mo", Same("ro", "ro")), ("nah", ONE), ("naq", TWO), ("nd", ONE), ("nnh", ONE), ("nr", ONE),
        ("ny", ONE), ("nyn", ONE), ("os", ONE), ("pap", ONE), ("rof", ONE), ("rwk", ONE), ("saq", ONE),
        ("sdh", ONE), ("se", TWO), ("seh", ONE), ("sgs", Own(&SGS)), ("sh", Same("sr", "sr")),
        ("shi", Own(&SHI)), ("sma", TWO), ("smi", TWO), ("smj", TWO), ("smn", TWO), ("sms", TWO),
        ("sn", ONE), ("ss", ONE), ("ssy", ONE), ("teo", ONE), ("tig", ONE), ("tl", Same("fil", "fil")),
        ("ts", ONE), ("tzm", Own(&TZM)), ("ve", ONE), ("vo", ONE), ("vun", ONE), ("wa", TO_ONE),
        ("wae", ONE), ("xog", ONE), ("yi", Same("de", "de")),
    ]
};

const NONE: Kind = Kind {
    categories: &[Category::Other],
    of: |_| Category::Other,
};

const GV: Own = Own {
    plural: Kind {
        categories: &[
            Category::One,
            Category::Two,
            Category::Few,
            Category::Many,
            Category::Other,
        ],
        of: |n| match n.i {
            _ if n.v != 0 => Category::Many,
            i if i % 10 == 1 => Category::One,
            i if i % 10 == 2 => Category::Two,
            i if matches!(i % 100, 0 | 20 | 40 | 60 | 80) => Category::Few,
            _ => Category::Other,
        },
    },
    ordinal: NONE,
};

const KW: Own = Own {
    plural: Kind {
        categories: &Category::ALL,
        of: |n| match n.i {
            _ if n.has_fraction => Category::Other,
            0 if !n.is_large => Category::Zero,
            1 if !n.is_large => Category::One,
            i if matches!(i % 100, 2 | 22 | 42 | 62 | 82)
                || i % 1000 == 0
                    && matches!(i % 100_000, 1000..=20_000 | 40_000 | 60_000 | 80_000)
                || i == 100_000 =>
            {
                Category::Two
            }
            i if matches!(i % 100, 3 | 23 | 43 | 63 | 83) => Category::Few,
            i if matches!(i % 100, 1 | 21 | 41 | 61 | 81) => Category::Many,
            _ => Category::Other,
        },
    },
    ordinal: Kind {
        categories: &[Category::One, Category::Many, Category::Other],
        of: |n| match n.i % 100 {
            _ if n.has_fraction => Category::Other,
            1..=4 | 21..=24 | 41..=44 | 61..=64 | 81..=84 => Category::One,
            5 => Category::Many,
            _ => Category::Other,
        },
    },
};

const LAG: Own = Own {
    plural: Kind {
        categories: &[Category::Zero, Category::One, Category::Other],
        of: |n| match n.i {
            0 if !n.is_large && !n.has_fraction => Category::Zero,
            0 | 1 if !n.is_large => Category::One,
            _ => Category::Other,
        },
    },
    ordinal: NONE,
};

const SGS: Own = Own {
    plural: Kind {
        categories: &[
            Category::One,
            Category::Two,
            Category::Few,
            Category::Many,
            Category::Other,
        ],
        of: |n| match n.i {
            _ if n.has_fraction => Category::Many,
            2 if !n.is_large => Category::Two,
            i if matches!(i % 100, 11..=19) => Category::Other,
            i if i % 10 == 1 => Category::One,
            i if i % 10 >= 2 => Category::Few,
            _ => Category::Other,
        },
    },
    ordinal: NONE,
};

const SHI: Own = Own {
    plural: Kind {
        categories: &[Category::One, Category::Few, Category::Other],
        of: |n| match n.i {
            _ if n.is_large => Category::Other,
            0 => Category::One,
            1 if !n.has_fraction => Category::One,
            2..=10 if !n.has_fraction => Category::Few,
            _ => Category::Other,
        },
    },
    ordinal: NONE,
};

const TZM: Own = Own {
    plural: Kind {
        categories: &[Category::One, Category::Other],
        of: |n| match n.i {
            0 | 1 | 11..=99 if !n.is_large && !n.has_fraction => Category::One,
            _ => Category::Other,
        },
    },
    ordinal: NONE,
};

impl Further {
    /// The rules of a language that the data lacks.
    pub(super) fn of(language: &str) -> Option<Self> {
        let at = LANGUAGES
            .binary_search_by_key(&language, |(code, _)| code)
            .ok()?;
        Some(LANGUAGES[at].1)
    }
}

impl Own {
    fn kind(&self, rules: Rules) -> &Kind {
        match rules {
            Rules::Plural => &self.plural,
            Rules::Ordinal => &self.ordinal,
        }
    }

    /// The categories that the language has.
    pub(super) fn categories(&self, rules: Rules) -> &'static [Category] {
        self.kind(rules).categories
    }

    /// The category of a number.
    pub(super) fn category(&self, rules: Rules, number: &Number) -> Category {
        (self.kind(rules).of)(&Operands::of(number))
    }
}

impl Operands {
    fn of(number: &Number) -> Self {
        let text = number.decimal().absolute.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.trim_start_matches('0');
        let start = whole.len().saturating_sub(6);
        Self {
            i: whole[start..].parse().unwrap_or(0),
            is_large: start > 0,
            v: fraction.len(),
            has_fraction: fraction.bytes().any(|digit| digit != b'0'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plurals;
    use super::*;

    #[test]
    fn the_languages_are_sorted() {
        assert!(LANGUAGES.is_sorted_by_key(|(code, _)| code));
    }

    /// The examples of CLDR.
    #[test]
    fn categories_of_quantities() {
        for (language, expected) in [
            ("io", "1 one, 1.0 other, 0 other, 2 other"),
            ("kab", "0 one, 1 one, 1.5 one, 2 other"),
            ("os", "0 other, 1 one, 1.0 one, 2 other"),
            ("wa", "0 one, 1 one, 1.0 one, 1.5 other, 2 other"),
            ("ln", "0 one, 1 one, 2 other"),
            ("tl", "1 one, 4 other, 6 other, 10 one"),
            ("ars", "0 zero, 1 one, 2 two, 3 few, 11 many, 100 other"),
            ("se", "0 other, 1 one, 2 two, 3 other"),
            ("sh", "1 one, 2 few, 5 other, 21 one"),
            ("mo", "0 few, 1 one, 20 other"),
            ("jw", "1 other"),
            (
                "gv",
                "1 one, 11 one, 2 two, 12 two, 0 few, 20 few, 100 few, 3 other, 0.0 many, 1.5 many",
            ),
            (
                "kw",
                "0 zero, 1 one, 2 two, 22 two, 1000 two, 20000 two, 40000 two, 100000 two, 3 few, \
                 103 few, 21 many, 101 many, 1001 many, 4 other, 100004 other, 1000000 other, 0.1 other, \
                 1.0 one, 1100000 two",
            ),
            ("lag", "0 zero, 0.0 zero, 0.1 one, 1 one, 1.6 one, 2 other"),
            (
                "sgs",
                "1 one, 21 one, 2 two, 2.0 two, 3 few, 22 few, 1.5 many, 0 other, 10 other, 11 other, 12 other, 112 other",
            ),
            (
                "shi",
                "0 one, 0.5 one, 1 one, 1.5 other, 2 few, 10 few, 10.0 few, 2.5 other, 11 other, 1000000 other",
            ),
            (
                "tzm",
                "0 one, 1 one, 11 one, 99 one, 2 other, 100 other, 11.5 other, 1000011 other",
            ),
            ("yi", "1 one, 2 other"),
            ("iw", "1 one, 2 two, 3 other"),
        ] {
            let plurals = Plurals::of(language);
            assert!(plurals.is_known(), "{language}");
            for example in expected.split(", ") {
                let (number, category) = example.split_once(' ').unwrap();
                let number = Number::parse(number).unwrap();
                let found = plurals.category(Rules::Plural, &number);
                assert_eq!(found.as_str(), category, "{language} {example}");
                assert!(
                    plurals.categories(Rules::Plural).contains(&found),
                    "{language}"
                );
            }
        }
    }

    #[test]
    fn categories_of_places() {
        for (language, number, expected) in [
            ("kw", "4", "one"),
            ("kw", "5", "many"),
            ("kw", "6", "other"),
            ("kw", "105", "many"),
            ("bal", "1", "one"),
            ("tl", "1", "one"),
            ("mo", "1", "one"),
            ("gv", "1", "other"),
            ("kab", "1", "other"),
        ] {
            let number = Number::parse(number).unwrap();
            let found = Plurals::of(language).category(Rules::Ordinal, &number);
            assert_eq!(found.as_str(), expected, "{language} {number}");
        }
    }

    #[test]
    fn every_language_is_known_and_needs_its_forms() {
        for (language, further) in LANGUAGES {
            let plurals = Plurals::of(language);
            assert!(plurals.is_known(), "{language}");
            let needed = plurals.needed(Rules::Plural, &[]);
            assert!(needed.contains(&Category::Other) || matches!(further, Further::Same("ar", _)));
            if let Further::Same(plural, ordinal) = further {
                let has = plurals.categories(Rules::Plural);
                assert_eq!(has, Plurals::of(plural).categories(Rules::Plural));
                let has = plurals.categories(Rules::Ordinal);
                assert_eq!(has, Plurals::of(ordinal).categories(Rules::Ordinal));
            }
        }
    }
}
