//! Lets only members pass; everyone else is led to the join page.

use kalgan::prelude::*;

/// The cookie that marks a member, and its value.
pub const COOKIE: &str = "member";
pub const MEMBER: &str = "yes";

pub async fn check(cookies: Cookies, lang: Lang, request: Request, next: Next) -> Response {
    if is_member(&cookies) {
        next.run(request).await
    } else {
        redirect!("join", _lang = &*lang)
    }
}

pub fn is_member(cookies: &Cookies) -> bool {
    let cookie = cookies.get(COOKIE);
    cookie.is_some_and(|cookie| cookie.value() == MEMBER)
}
