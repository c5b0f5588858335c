//! One element: its label, its shells and the way to its neighbours.

use kalgan::prelude::*;

use crate::element::{Card, Exhibit};
use crate::shells::{Ring, rings};
use crate::store::Store;

/// The page. The build checks every field that the template uses, down to `electron.x`.
#[derive(Template)]
#[template("element/show.html")]
pub struct ShowElement {
    element: Exhibit,
    rings: Vec<Ring>,
    previous: Option<Card>,
    next: Option<Card>,
}

pub async fn show(
    Path((_, symbol)): Path<(String, String)>,
    State(store): State<Store>,
    lang: Lang,
) -> Result<ShowElement> {
    // The route takes any two letters of the right shape; not all of them are an element.
    let found = store.find(&symbol).ok_or_else(Error::not_found)?;
    Ok(ShowElement {
        element: found.element.exhibit(&lang),
        rings: rings(&found.element.shells),
        previous: found.previous.map(|e| e.card(&lang)),
        next: found.next.map(|e| e.card(&lang)),
    })
}
