//! The collection and the guestbook, shared by all controllers.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use crate::element::Element;
use crate::guestbook::Entry;

/// How many entries the guestbook keeps: it lives in memory, so it must not grow for ever.
const GUESTBOOK_CAPACITY: usize = 200;

/// Cheap to clone: the clones share what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    elements: Arc<[Element]>,
    guestbook: Arc<Mutex<Vec<Entry>>>,
}

#[derive(Deserialize)]
struct Collection {
    elements: Vec<Element>,
}

impl Store {
    /// Reads the collection that the binary carries.
    pub(crate) fn load() -> Result<Self, serde_json::Error> {
        let collection: Collection = serde_json::from_str(include_str!("../data/elements.json"))?;
        Ok(Self {
            elements: collection.elements.into(),
            guestbook: Arc::default(),
        })
    }

    /// All elements, by atomic number.
    pub(crate) fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The element with this symbol, with its neighbours in the table.
    pub(crate) fn find(&self, symbol: &str) -> Option<Found<'_>> {
        let index = self.elements.iter().position(|e| e.symbol == symbol)?;
        Some(Found {
            element: &self.elements[index],
            previous: index.checked_sub(1).and_then(|i| self.elements.get(i)),
            next: self.elements.get(index + 1),
        })
    }

    /// The elements of one category.
    pub(crate) fn in_category(&self, category: &str) -> Vec<&Element> {
        self.elements
            .iter()
            .filter(|e| e.category == category)
            .collect()
    }

    /// Adds an entry to the guestbook and drops the oldest when it is full.
    pub(crate) fn sign(&self, entry: Entry) {
        let mut entries = self
            .guestbook
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        entries.insert(0, entry);
        entries.truncate(GUESTBOOK_CAPACITY);
    }

    /// The entries of the guestbook, the newest first.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.guestbook
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// An element and the ones before and after it.
pub(crate) struct Found<'a> {
    pub(crate) element: &'a Element,
    pub(crate) previous: Option<&'a Element>,
    pub(crate) next: Option<&'a Element>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::{CATEGORIES, count_categories};
    use std::collections::HashSet;

    #[test]
    fn the_collection_is_whole_and_sound() {
        let store = Store::load().unwrap();
        assert_eq!(store.elements().len(), 118);
        for (index, element) in store.elements().iter().enumerate() {
            assert_eq!(element.number as usize, index + 1);
            assert_eq!(
                element.shells.iter().sum::<u32>(),
                element.number,
                "{}",
                element.symbol
            );
            assert!(
                CATEGORIES.contains(&element.category.as_str()),
                "{}",
                element.symbol
            );
            assert_eq!(
                element.year.is_none(),
                element.discoverers.is_empty(),
                "{}",
                element.symbol
            );
        }
        let counted: usize = count_categories(store.elements())
            .iter()
            .map(|c| c.count)
            .sum();
        assert_eq!(counted, 118);
    }

    #[test]
    fn no_two_elements_share_a_place_in_the_table() {
        let store = Store::load().unwrap();
        let places: HashSet<_> = store
            .elements()
            .iter()
            .map(|e| (e.row(), e.column()))
            .collect();
        assert_eq!(places.len(), 118);
        assert!(
            places
                .iter()
                .all(|(row, column)| (1..=10).contains(row) && (1..=18).contains(column))
        );
    }

    #[test]
    fn neighbours_end_at_the_ends() {
        let store = Store::load().unwrap();
        assert!(store.find("H").unwrap().previous.is_none());
        assert_eq!(store.find("H").unwrap().next.unwrap().symbol, "He");
        assert!(store.find("Og").unwrap().next.is_none());
        assert!(store.find("Xx").is_none());
    }

    #[test]
    fn the_guestbook_is_newest_first_and_bounded() {
        let store = Store::load().unwrap();
        for number in 0..GUESTBOOK_CAPACITY + 5 {
            store.sign(Entry {
                name: number.to_string(),
                message: String::new(),
                signed: 0,
            });
        }
        let entries = store.entries();
        assert_eq!(entries.len(), GUESTBOOK_CAPACITY);
        assert_eq!(entries[0].name, (GUESTBOOK_CAPACITY + 4).to_string());
    }
}
