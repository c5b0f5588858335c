//! What the page of the comparison shows.

use serde::Serialize;

/// The page's title.
pub const TITLE: &str = "Minerals & gems";

/// A row of the page.
#[derive(Serialize)]
pub struct Item {
    pub id: u64,
    pub name: String,
}

/// Owned rows, as a query of a database returns them.
pub fn items() -> Vec<Item> {
    (1..=12)
        .map(|id| Item {
            id,
            name: format!("Gem & ore {id}"),
        })
        .collect()
}
