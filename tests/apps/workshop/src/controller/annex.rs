//! The controllers of the annex, the second site.

use crate::Owner;
use kalgan::prelude::*;

pub async fn index(State(owner): State<Owner>) -> Result<Response> {
    kalgan::render(
        "home.html",
        [("owner", owner.0)]
            .into_iter()
            .collect::<std::collections::HashMap<_, _>>(),
    )
}

/// Who asks.
pub async fn client(connection: kalgan::Connection) -> String {
    connection
        .client_ip()
        .map_or_else(String::new, |ip| ip.to_string())
}

pub async fn motto() -> Result<String> {
    Ok(settings::get_string("workshop.motto")?)
}
