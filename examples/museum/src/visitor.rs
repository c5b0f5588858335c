//! What all templates know of the visitor.

use crate::middleware::member_middleware::is_member;
use kalgan::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
pub struct Visitor {
    kind: &'static str,
}

pub async fn visitor(cookies: Cookies) -> Result<Visitor> {
    let kind = match is_member(&cookies) {
        true => "friend",
        false => "guest",
    };
    Ok(Visitor { kind })
}
