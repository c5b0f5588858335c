//! One element: its label, its shells and the way to its neighbours.

use kalgan::prelude::*;

use crate::language::language_links;
use crate::shells::rings;
use crate::store::Store;

pub async fn show(
    Path((_, symbol)): Path<(String, String)>,
    State(store): State<Store>,
    lang: Lang,
    route: Route,
) -> Result<Response> {
    // The route takes any two letters of the right shape; not all of them are an element.
    let found = store.find(&symbol).ok_or_else(Error::not_found)?;
    render!("element/show.html", {
        element: found.element.exhibit(&lang),
        rings: rings(&found.element.shells),
        previous: found.previous.map(|e| e.card(&lang)),
        next: found.next.map(|e| e.card(&lang)),
        languages: language_links(&route, None)?,
    })
}
