use crate::{Page, ROWS};
use peer_items::TITLE;

pub async fn page() -> Page<'static> {
    Page {
        title: TITLE,
        items: &ROWS,
    }
}
