//! The controllers.

use std::collections::HashMap;

use kalgan::prelude::*;

pub async fn template(Path(name): Path<String>) -> Result<Response> {
    kalgan::render(&format!("{name}.html"), HashMap::<&str, &str>::new())
}

pub async fn message(Path((lang, key)): Path<(String, String)>) -> Result<String> {
    kalgan::trans(&lang, &key, [("", ""); 0])
}

pub async fn setting(Path(key): Path<String>) -> Result<String> {
    Ok(settings::get_string(&key)?)
}

/// The route that answered, and its parameters.
pub async fn route(route: Route) -> String {
    let parameters: Vec<&str> = route.parameters().map(|(_, value)| value).collect();
    format!("{} {}", route.name(), parameters.join(" "))
}
