//! The entrance: the choice of a language, and the periodic table.

use kalgan::prelude::*;

use crate::element::{Card, count_categories};
use crate::store::Store;

/// `/` has no language of its own: it leads to the one that the visitor's browser prefers.
pub async fn root(lang: Lang) -> Response {
    redirect!("home", _lang = &*lang)
}

pub async fn index(State(store): State<Store>, lang: Lang) -> Result<Response> {
    let elements: Vec<Card> = store.elements().iter().map(|e| e.card(&lang)).collect();
    render!("home.html", {
        elements,
        categories: count_categories(store.elements()),
    })
}
