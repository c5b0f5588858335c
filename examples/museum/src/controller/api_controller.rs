//! The collection as JSON, in all languages at once.

use kalgan::prelude::*;

use crate::element::Element;
use crate::store::Store;

pub async fn elements(State(store): State<Store>) -> Json<Vec<Element>> {
    Json(store.elements().to_vec())
}

pub async fn element(
    Path(symbol): Path<String>,
    State(store): State<Store>,
) -> Result<Json<Element>> {
    let found = store.find(&symbol).ok_or_else(Error::not_found)?;
    Ok(Json(found.element.clone()))
}
