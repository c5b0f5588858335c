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

/// What the page in two languages shows, beside its messages.
pub const GUEST: &str = "Ann & Ben";
pub const GUIDE: &str = "Eva";
pub const ROOM: u32 = 12;
pub const PLACES: u32 = 3;
pub const MINUTES: u32 = 45;
pub const VISITS: u32 = 1;
