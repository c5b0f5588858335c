//! The pages that stand alone, the sitemap, and the page that fails on purpose.

use kalgan::prelude::*;

use crate::element::CATEGORIES;
use crate::language::LANGUAGES;
use crate::options::Museum;
use crate::sitemap;
use crate::store::Store;
use crate::timeline::{Chapter, chapters};

/// The discoveries, chapter by chapter.
#[derive(Template)]
#[template("timeline.html")]
pub struct Timeline {
    chapters: Vec<Chapter>,
    total: usize,
}

pub async fn timeline(State(store): State<Store>, lang: Lang) -> Result<Timeline> {
    Ok(Timeline {
        chapters: chapters(store.elements(), &lang),
        total: store.elements().len(),
    })
}

pub async fn about() -> Result<Response> {
    render!("about.html", {
        categories: CATEGORIES,
    })
}

/// Fails, so that the page for a broken museum can be seen.
pub async fn broken() -> Result<Response> {
    Err(Error::internal("the vitrine was dropped on purpose"))
}

/// Everything below a language that no other route took: the 404 page speaks that language.
pub async fn missing() -> Result<Response> {
    Err(Error::not_found())
}

pub async fn sitemap(State(store): State<Store>) -> Result<Response> {
    let in_each_language =
        |url: &dyn Fn(&str) -> String| -> Vec<String> { LANGUAGES.into_iter().map(url).collect() };
    let mut pages = vec![
        in_each_language(&|lang| url!("home", _lang = lang).to_string()),
        in_each_language(&|lang| url!("collection", _lang = lang).to_string()),
        in_each_language(&|lang| url!("timeline", _lang = lang).to_string()),
        in_each_language(&|lang| url!("guestbook", _lang = lang).to_string()),
        in_each_language(&|lang| url!("about", _lang = lang).to_string()),
    ];
    for category in CATEGORIES {
        pages.push(in_each_language(&|lang| {
            url!("category", _lang = lang, category = category).to_string()
        }));
    }
    for element in store.elements() {
        pages.push(in_each_language(&|lang| {
            url!("element", _lang = lang, symbol = &element.symbol).to_string()
        }));
    }
    let base = Museum::get()?.base_url;
    Ok(kalgan::response::xml(sitemap::write(&base, &pages)))
}
