//! Lets only members pass; everyone else is led to the join page.

use kalgan::prelude::*;

/// The cookie that marks a member, and its value.
pub const COOKIE: &str = "member";
pub const MEMBER: &str = "yes";

pub async fn check(cookies: Cookies, lang: Lang, request: Request, next: Next) -> Response {
    let is_member = cookies
        .get(COOKIE)
        .is_some_and(|cookie| cookie.value() == MEMBER);
    if is_member {
        next.run(request).await
    } else {
        redirect!("join", _lang = &*lang)
    }
}
