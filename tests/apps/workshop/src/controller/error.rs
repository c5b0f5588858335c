//! The error pages.

use kalgan::prelude::*;

pub async fn not_found(error: ErrorInfo, route: Option<Route>) -> Result<Response> {
    let route = route.map_or_else(|| "none".to_owned(), |route| route.name().to_owned());
    render!("404.html", { status: error.status().as_u16(), route })
}
