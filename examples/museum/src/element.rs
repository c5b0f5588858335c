//! The records of the collection and the shapes in which templates get them.

use serde::{Deserialize, Serialize};

/// The categories, in the order of the legend. Their names are messages: `category.<id>`.
pub(crate) const CATEGORIES: [&str; 10] = [
    "alkali-metal",
    "alkaline-earth-metal",
    "transition-metal",
    "post-transition-metal",
    "metalloid",
    "nonmetal",
    "halogen",
    "noble-gas",
    "lanthanide",
    "actinide",
];

/// A text in each language of the site.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Localized {
    pub(crate) en: String,
    pub(crate) es: String,
    pub(crate) ja: String,
}

impl Localized {
    /// The text in one language; English where the language is not one of the site's.
    pub(crate) fn get(&self, lang: &str) -> &str {
        match lang {
            "es" => &self.es,
            "ja" => &self.ja,
            _ => &self.en,
        }
    }

    pub(crate) fn all(&self) -> [(&'static str, &str); 3] {
        [("en", &self.en), ("es", &self.es), ("ja", &self.ja)]
    }
}

/// One element as `data/elements.json` has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Element {
    pub(crate) number: u32,
    pub(crate) symbol: String,
    pub(crate) name: Localized,
    pub(crate) category: String,
    /// None in the two rows below the table.
    pub(crate) group: Option<u32>,
    pub(crate) period: u32,
    /// As printed: elements without a stable isotope have a mass number in brackets.
    pub(crate) weight: String,
    pub(crate) shells: Vec<u32>,
    /// None: known since before 1600.
    pub(crate) year: Option<u32>,
    pub(crate) discoverers: Vec<String>,
    pub(crate) places: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<Localized>,
}

impl Element {
    /// The column in the table; lanthanides and actinides start below group 3.
    pub(crate) fn column(&self) -> u32 {
        match (self.group, self.number) {
            (Some(group), _) => group,
            (None, 57..=71) => self.number - 57 + 3,
            (None, _) => self.number - 89 + 3,
        }
    }

    /// The row in the table; the eighth is the gap above the lanthanides.
    pub(crate) fn row(&self) -> u32 {
        if self.group.is_some() {
            self.period
        } else {
            self.period + 3
        }
    }

    /// What a list shows of the element.
    pub(crate) fn card(&self, lang: &str) -> Card {
        Card {
            number: self.number,
            symbol: self.symbol.clone(),
            name: self.name.get(lang).to_owned(),
            category: self.category.clone(),
            weight: self.weight.clone(),
            year: self.year,
            discoverers: self.discoverers.clone(),
            row: self.row(),
            column: self.column(),
        }
    }

    /// What the element's own page shows.
    pub(crate) fn exhibit(&self, lang: &str) -> Exhibit {
        let other_names = self
            .name
            .all()
            .into_iter()
            .filter(|(code, _)| *code != lang);
        Exhibit {
            card: self.card(lang),
            group: self.group,
            period: self.period,
            shells: self.shells.clone(),
            places: self.places.clone(),
            note: self.note.as_ref().map(|note| note.get(lang).to_owned()),
            other_names: other_names
                .map(|(lang, text)| Name {
                    lang,
                    text: text.to_owned(),
                })
                .collect(),
        }
    }
}

/// An element in a list or in the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) number: u32,
    pub(crate) symbol: String,
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) weight: String,
    pub(crate) year: Option<u32>,
    pub(crate) discoverers: Vec<String>,
    pub(crate) row: u32,
    pub(crate) column: u32,
}

/// An element on its own page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Exhibit {
    #[serde(flatten)]
    pub(crate) card: Card,
    pub(crate) group: Option<u32>,
    pub(crate) period: u32,
    pub(crate) shells: Vec<u32>,
    pub(crate) places: Vec<String>,
    pub(crate) note: Option<String>,
    pub(crate) other_names: Vec<Name>,
}

/// A name with its language, for the `lang` attribute.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Name {
    pub(crate) lang: &'static str,
    pub(crate) text: String,
}

/// A category and how many elements it has.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CategoryCount {
    pub(crate) id: &'static str,
    pub(crate) count: usize,
}

/// All categories with their counts, for the legend and the filter.
pub(crate) fn count_categories(elements: &[Element]) -> Vec<CategoryCount> {
    CATEGORIES
        .into_iter()
        .map(|id| CategoryCount {
            id,
            count: elements.iter().filter(|e| e.category == id).count(),
        })
        .collect()
}
