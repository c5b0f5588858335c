//! The collection as a list: all of it, or one category.

use kalgan::prelude::*;
use serde::Deserialize;

use crate::element::{CATEGORIES, Card, CategoryCount, Element, count_categories};
use crate::options::Museum;
use crate::pagination::{Pager, paginate};
use crate::store::Store;

/// Both are text, so that a page number that is none shows the first page and not an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    category: String,
    page: String,
}

/// A page of the collection.
#[derive(Template)]
#[template("collection/list.html")]
pub struct List {
    elements: Vec<Card>,
    pager: Pager,
    category: Option<&'static str>,
    total: usize,
    categories: Vec<CategoryCount>,
}

pub async fn list(
    Query(filter): Query<Filter>,
    State(store): State<Store>,
    lang: Lang,
) -> Result<List> {
    let category = CATEGORIES.into_iter().find(|id| *id == filter.category);
    let chosen: Vec<&Element> = match category {
        Some(category) => store.in_category(category),
        None => store.elements().iter().collect(),
    };
    let size = Museum::get()?.page_size;
    let (page, pager) = paginate(&chosen, filter.page.parse().unwrap_or(1), size);
    let elements: Vec<Card> = page.iter().map(|e| e.card(&lang)).collect();
    Ok(List {
        elements,
        pager,
        category,
        total: store.elements().len(),
        categories: count_categories(store.elements()),
    })
}

pub async fn category(
    Path((_, category)): Path<(String, String)>,
    State(store): State<Store>,
    lang: Lang,
) -> Result<Response> {
    let elements: Vec<Card> = store
        .in_category(&category)
        .into_iter()
        .map(|e| e.card(&lang))
        .collect();
    if elements.is_empty() {
        return Err(Error::not_found());
    }
    render!("collection/category.html", {
        elements,
        category,
        categories: count_categories(store.elements()),
    })
}
