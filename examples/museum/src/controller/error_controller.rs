//! The pages that answer when another page cannot. Kalgan keeps the status of the error.

use kalgan::prelude::*;

pub async fn not_found() -> Result<Response> {
    render!("error/404.html")
}

pub async fn server_error() -> Result<Response> {
    render!("error/500.html")
}
