//! The plural rules of languages, from Unicode's CLDR.

use super::category::{Category, Rules};
use super::format::{Digits, Shown, Style};
use super::further_plurals::{Further, Own};
use super::localize::Localize;
use super::value::{Moment, Number};
use icu_locale_core::Locale;
use icu_plurals::PluralRules;

/// The plural rules of a language.
#[derive(Debug)]
pub struct Plurals {
    plural: Option<PluralRules>,
    ordinal: Option<PluralRules>,
    /// Rules that the data does not have.
    own: Option<&'static Own>,
    is_known: bool,
}

/// The languages of CLDR whose numbers are all of the category `other`: its data does not tell them
/// from those that it does not know.
const WITHOUT_PLURALS: [&str; 33] = [
    "bm", "bo", "dz", "hnj", "id", "ig", "ii", "ja", "jbo", "jv", "kde", "kea", "km", "ko", "lkt",
    "lo", "ms", "my", "nqo", "osa", "root", "sah", "ses", "sg", "su", "th", "to", "tpi", "vi",
    "wo", "yo", "yue", "zh",
];

/// The locale of a language's tag; `_` is read like `-`. That of no language where it is no tag.
#[must_use]
pub fn locale(tag: &str) -> Locale {
    tag.replace('_', "-").parse().unwrap_or(Locale::UNKNOWN)
}

impl Plurals {
    /// The rules of a language; for one that CLDR does not know, all numbers are
    /// [`Category::Other`].
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let mut locale = locale(tag);
        // The rules are those of the language, whatever its script; but the data takes `sr-Latn`,
        // unlike `sr`, for a language of its own.
        locale.id.script = None;
        let further = Further::of(locale.id.language.as_str());
        let (plural, ordinal) = match further {
            Some(Further::Same(plural, ordinal)) => (self::locale(plural), self::locale(ordinal)),
            _ => (locale.clone(), locale.clone()),
        };
        Self {
            plural: PluralRules::try_new_cardinal((&plural).into()).ok(),
            ordinal: PluralRules::try_new_ordinal((&ordinal).into()).ok(),
            own: match further {
                Some(Further::Own(own)) => Some(own),
                _ => None,
            },
            is_known: further.is_some() || is_known(&locale),
        }
    }

    /// Whether CLDR knows the language.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    fn rules(&self, rules: Rules) -> Option<&PluralRules> {
        match rules {
            Rules::Plural => self.plural.as_ref(),
            Rules::Ordinal => self.ordinal.as_ref(),
        }
    }

    /// The category of a number.
    #[must_use]
    pub fn category(&self, rules: Rules, number: &Number) -> Category {
        if let Some(own) = self.own {
            return own.category(rules, number);
        }
        self.rules(rules).map_or(Category::Other, |rules| {
            rules.category_for(number.decimal()).into()
        })
    }

    /// The category of a whole number.
    #[must_use]
    pub fn category_of(&self, rules: Rules, number: u32) -> Category {
        match (self.own, self.rules(rules)) {
            (None, Some(rules)) => rules.category_for(number).into(),
            (None, None) => Category::Other,
            (Some(own), _) => Number::parse(&number.to_string())
                .map_or(Category::Other, |number| own.category(rules, &number)),
        }
    }

    /// The categories that the language has.
    #[must_use]
    pub fn categories(&self, rules: Rules) -> Vec<Category> {
        if let Some(own) = self.own {
            return own.categories(rules).to_vec();
        }
        match self.rules(rules) {
            Some(rules) => Category::ALL
                .into_iter()
                .filter(|category| rules.categories().any(|has| *category == has.into()))
                .collect(),
            None => vec![Category::Other],
        }
    }

    /// The categories that whole numbers below a thousand have, but for these numbers: what a
    /// message must have a form for. The others are of fractions, or of a million.
    #[must_use]
    pub fn needed(&self, rules: Rules, but_for: &[u32]) -> Vec<Category> {
        if self.own.is_none() && self.rules(rules).is_none() {
            return Vec::new();
        }
        let mut is_needed = [false; Category::ALL.len()];
        for number in (0..1000_u32).filter(|number| !but_for.contains(number)) {
            is_needed[self.category_of(rules, number) as usize] = true;
        }
        Category::ALL
            .into_iter()
            .filter(|category| is_needed[*category as usize])
            .collect()
    }
}

fn is_known(locale: &Locale) -> bool {
    use icu_plurals::provider::{Baked, PluralsCardinalV1};
    use icu_provider::prelude::{
        DataIdentifierBorrowed, DataLocale, DataProvider, DataRequest, DataResponse,
    };
    if WITHOUT_PLURALS.contains(&locale.id.language.as_str()) {
        return true;
    }
    if locale.id.language.is_unknown() {
        return false;
    }
    let data = DataLocale::from(locale);
    let response: Result<DataResponse<PluralsCardinalV1>, _> = Baked.load(DataRequest {
        id: DataIdentifierBorrowed::for_locale(&data),
        ..DataRequest::default()
    });
    // It tells where the rules come from, unless they are the language's very own.
    response.is_ok_and(|response| {
        response
            .metadata
            .locale
            .is_none_or(|from| !from.language.is_unknown())
    })
}

/// The rules alone: numbers as they were given, and dates as ISO 8601 writes them.
impl Localize for Plurals {
    fn category(&self, rules: Rules, number: &Number) -> Category {
        Plurals::category(self, rules, number)
    }

    fn number(&self, number: &Number, _: Digits) -> String {
        number.to_string()
    }

    fn moment(&self, moment: &Moment, shown: Shown, _: Style) -> String {
        moment.iso(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(tag: &str, rules: Rules, numbers: &[&str]) -> Vec<&'static str> {
        let plurals = Plurals::of(tag);
        numbers
            .iter()
            .map(|number| {
                plurals
                    .category(rules, &Number::parse(number).unwrap())
                    .as_str()
            })
            .collect()
    }

    #[test]
    fn categories_of_quantities() {
        let numbers = ["0", "1", "1.0", "1.5", "2", "5", "21", "1000000"];
        for (tag, expected) in [
            ("en", "other one other other other other other other"),
            ("en-GB", "other one other other other other other other"),
            ("pl", "many one other other few many many many"),
            ("ar", "zero one one other two few many other"),
            ("ja", "other other other other other other other other"),
            ("ru", "many one other other few many one many"),
            ("fr", "one one one one other other other many"),
            ("es", "other one one other other other other many"),
            ("sr-Latn", "other one other other few other one other"),
            ("pt-PT", "other one other other other other other many"),
            ("pt", "one one one one other other other many"),
            ("xx", "other other other other other other other other"),
            (
                "not a tag",
                "other other other other other other other other",
            ),
        ] {
            assert_eq!(
                categories(tag, Rules::Plural, &numbers).join(" "),
                expected,
                "{tag}"
            );
        }
    }

    #[test]
    fn categories_of_places() {
        assert_eq!(
            categories(
                "en",
                Rules::Ordinal,
                &["1", "2", "3", "4", "11", "21", "112"]
            ),
            ["one", "two", "few", "other", "other", "one", "other"]
        );
        assert_eq!(
            categories("de", Rules::Ordinal, &["1", "2"]),
            ["other", "other"]
        );
    }

    #[test]
    fn forms_that_a_language_needs() {
        let needed = |tag: &str, rules, but_for: &[u32]| {
            let needed = Plurals::of(tag).needed(rules, but_for);
            needed
                .iter()
                .map(|category| category.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(needed("en", Rules::Plural, &[]), "one other");
        assert_eq!(needed("en", Rules::Plural, &[1]), "other");
        assert_eq!(needed("es", Rules::Plural, &[]), "one other");
        assert_eq!(needed("pl", Rules::Plural, &[]), "one few many");
        assert_eq!(needed("cs", Rules::Plural, &[]), "one few other");
        assert_eq!(
            needed("ar", Rules::Plural, &[]),
            "zero one two few many other"
        );
        assert_eq!(needed("ja", Rules::Plural, &[]), "other");
        assert_eq!(needed("en", Rules::Ordinal, &[]), "one two few other");
        assert_eq!(needed("it", Rules::Ordinal, &[]), "many other");
        let all = Plurals::of("fr").categories(Rules::Plural);
        assert_eq!(all, [Category::One, Category::Many, Category::Other]);
    }

    #[test]
    fn languages_that_cldr_knows() {
        for tag in [
            "en",
            "pt_BR",
            "pt-BR",
            "ja",
            "zh-Hant-TW",
            "yo",
            "de-CH",
            "fil",
            "sr-Latn",
        ] {
            assert!(Plurals::of(tag).is_known(), "{tag}");
        }
        for tag in ["xx", "english", "", "tlh", "und", "e"] {
            assert!(!Plurals::of(tag).is_known(), "{tag}");
        }
    }
}
