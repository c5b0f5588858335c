//! Joining the friends of the museum, and the archive that only they can enter.

use kalgan::ResponseExt;
use kalgan::extract::Cookie;
use kalgan::prelude::*;
use serde::Deserialize;

use crate::middleware::member_middleware::{COOKIE, MEMBER};
use crate::options::Museum;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Join {
    code: String,
}

pub async fn join() -> Result<Response> {
    page(false)
}

/// A demonstration: the page itself shows the code word. A real site would use a session.
pub async fn enter(
    cookies: Cookies,
    lang: Lang,
    Form(Join { code }): Form<Join>,
) -> Result<Response> {
    let word = Museum::get()?.code_word;
    if code.trim().to_lowercase() != word.to_lowercase() {
        return Ok(page(true)?.with_status(422));
    }
    cookies.add(
        Cookie::build((COOKIE, MEMBER))
            .path("/")
            .http_only(true)
            .build(),
    );
    Ok(redirect!("archive", _lang = &*lang))
}

pub async fn archive() -> Result<Response> {
    render!("member/archive.html")
}

fn page(refused: bool) -> Result<Response> {
    render!("member/join.html", {
        refused,
        code_word: Museum::get()?.code_word,
    })
}
