//! Discoveries by century.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::element::{Card, Element};

/// A century, or all the time before 1600. Its title is a message: `timeline.century.<id>`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Chapter {
    pub(crate) id: String,
    pub(crate) count: usize,
    pub(crate) years: Vec<Year>,
}

/// The discoveries of one year; None is the time before 1600.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Year {
    pub(crate) year: Option<u32>,
    pub(crate) elements: Vec<Card>,
}

/// The chapters from the oldest to the newest, the years in order within each.
pub(crate) fn chapters(elements: &[Element], lang: &str) -> Vec<Chapter> {
    let mut centuries: BTreeMap<Option<u32>, BTreeMap<Option<u32>, Vec<Card>>> = BTreeMap::new();
    for element in elements {
        centuries
            .entry(element.year.map(century))
            .or_default()
            .entry(element.year)
            .or_default()
            .push(element.card(lang));
    }
    centuries
        .into_iter()
        .map(|(century, years)| Chapter {
            id: century.map_or_else(|| "before".to_owned(), |number| format!("c{number}")),
            count: years.values().map(Vec::len).sum(),
            years: years
                .into_iter()
                .map(|(year, elements)| Year { year, elements })
                .collect(),
        })
        .collect()
}

/// The century of a year: 1801 to 1900 are the nineteenth.
fn century(year: u32) -> u32 {
    year.div_ceil(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_century_ends_with_its_hundredth_year() {
        assert_eq!(century(1801), 19);
        assert_eq!(century(1900), 19);
        assert_eq!(century(1901), 20);
        assert_eq!(century(2000), 20);
    }

    #[test]
    fn every_element_is_in_one_chapter() {
        let store = Store::load().unwrap();
        let chapters = chapters(store.elements(), "en");
        let ids: Vec<_> = chapters.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids, ["before", "c17", "c18", "c19", "c20", "c21"]);
        assert_eq!(chapters.iter().map(|c| c.count).sum::<usize>(), 118);
        assert_eq!(chapters[1].years[0].elements[0].symbol, "P");
    }
}
