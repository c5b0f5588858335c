//! What the page of the comparison shows.

use serde::Serialize;

/// The page's title.
pub const TITLE: &str = "Minerals & gems";

/// A row of the page.
#[derive(Serialize)]
pub struct Item {
    pub id: u64,
    pub name: String,
    pub text: String,
}

/// Owned rows, as a query of a database returns them.
pub fn items() -> Vec<Item> {
    (1..=12)
        .map(|id| Item {
            id,
            name: format!("Specimen <{id}> & label"),
            text: "Found in \"old\" mines, 3 < 5 & rare; see the drawer below the window."
                .to_owned(),
        })
        .collect()
}
