//! Search.

use kalgan::prelude::*;
use serde::Deserialize;

use crate::element::Card;
use crate::search::search;
use crate::store::Store;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

pub async fn find(
    Query(Search { q }): Query<Search>,
    State(store): State<Store>,
    lang: Lang,
) -> Result<Response> {
    let elements: Vec<Card> = search(store.elements(), &q)
        .into_iter()
        .map(|e| e.card(&lang))
        .collect();
    render!("search.html", {
        elements,
        q,
    })
}
