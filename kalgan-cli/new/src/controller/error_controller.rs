//! The pages that answer when no other can. The settings name them, and the status is kept.

use kalgan::prelude::*;

pub async fn not_found() -> Result<Response> {
    render!("error/404.html")
}
