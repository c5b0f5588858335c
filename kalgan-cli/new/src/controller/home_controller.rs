//! The home page.

use kalgan::prelude::*;

/// `/` has no language of its own: it leads to the one that the visitor's browser prefers.
pub async fn root(lang: Lang) -> Response {
    redirect!("home", _lang = &*lang)
}

pub async fn index() -> Result<Response> {
    // While you develop with `cargo run`, the names of the files are links that open them in VS Code.
    let folder = std::env::var("CARGO_MANIFEST_DIR")
        .ok()
        .filter(|_| cfg!(debug_assertions));
    render!("home.html", { folder })
}
