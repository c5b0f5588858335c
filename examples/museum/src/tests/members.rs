//! The archive, which is for members.

use super::visitor;
use crate::middleware::member_middleware::{COOKIE, MEMBER};

#[test]
fn only_members_see_the_archive() {
    let client = visitor();
    let door = client.get("/en/archive").send();
    door.assert_redirect("/en/join");
    let join = door.follow().send();

    let refused = join
        .form_of("Enter the archive")
        .fill("code", "Sesame")
        .send();
    refused
        .assert_status(422)
        .assert_selector_text("#code-error", "That is not the word on the ticket.");
    assert!(client.cookie(COOKIE).is_none());

    let word = join.select(".ticket b").text();
    let archive = join
        .form_of("Enter the archive")
        .fill("code", &word)
        .request();
    let archive = archive.follow_redirects().send();
    archive
        .assert_ok()
        .assert_selector_text("h1", "Elements that never were")
        .assert_selector("body.friend")
        .assert_count(".drawers li", 6);
    assert_eq!(archive.redirects(), ["/en/join"]);
    assert_eq!(client.cookie(COOKIE).unwrap().http_only(), Some(true));

    client.clear_cookies();
    client.get("/en/about").send().assert_selector("body.guest");
    client.get("/en/archive").send().assert_redirect("/en/join");
}

#[test]
fn a_members_cookie_opens_it_in_any_language() {
    let client = visitor();
    client.set_cookie((COOKIE, MEMBER));
    client.get("/ja/archive").send().assert_ok();
    client.set_cookie((COOKIE, "no"));
    client.get("/ja/archive").send().assert_redirect("/ja/join");
}
