use kalgan::prelude::*;
use peer_items::{TITLE, items};

pub async fn plain() -> &'static str {
    "Hello, World!"
}

pub async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}")
}

pub async fn page() -> Result<Response> {
    render!("page.html", { title: TITLE, items: items() })
}
