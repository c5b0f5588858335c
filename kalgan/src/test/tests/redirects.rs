//! Redirects.

use super::{answer, client, failure};
use crate::response::text;
use crate::test::{Client, Upload};

/// `/<status>?<location>` redirects; any other path shows what was sent.
fn redirecting() -> Client {
    client(|parts, body| {
        let status = parts.uri.path().trim_start_matches('/').parse::<u16>();
        match (status, parts.uri.query()) {
            (Ok(status), Some(location)) => {
                let mut response = answer(status, "location", location);
                let cookie = http::HeaderValue::from_static("step=1; Path=/");
                response.headers_mut().insert("set-cookie", cookie);
                response
            }
            _ => text(format!(
                "{} {} {} {} {}",
                parts.method,
                parts.uri,
                parts.headers.contains_key("content-type"),
                parts.headers.contains_key("cookie"),
                String::from_utf8_lossy(body)
            )),
        }
    })
}

#[test]
fn a_redirect_is_seen_and_then_followed() {
    let client = redirecting();
    let response = client.post("/303?/next").form(&[("a", "1")]).send();
    response.assert_status(303).assert_redirect("/next");
    let next = response.follow().send();
    assert_eq!(next.text(), "GET /next false true ");
    let text = failure(|| next.follow());
    assert!(
        text.contains("there is no redirect to follow, but 200 OK"),
        "{text}"
    );
}

#[test]
fn methods_and_bodies_are_kept_or_not() {
    let client = redirecting().follow_redirects();
    for (status, expected) in [
        ("301", "GET /n false true "),
        ("302", "GET /n false true "),
        ("303", "GET /n false true "),
        ("307", "POST /n true true a=1"),
        ("308", "POST /n true true a=1"),
    ] {
        let request = client.post(&format!("/{status}?/n")).form(&[("a", "1")]);
        let response = request.send();
        assert_eq!(response.text(), expected, "{status}");
        assert_eq!(response.redirects(), [format!("/{status}?/n")]);
        assert_eq!(response.path(), "/n");
    }
    assert_eq!(
        client.put("/302?/n").body("x").send().text(),
        "PUT /n false true x"
    );
    assert_eq!(client.delete("/303?/n").send().text(), "GET /n false true ");
    assert_eq!(client.head("/303?/n").send().request().method, "HEAD");
    // Not modified, and created, lead nowhere.
    client.get("/304?/n").send().assert_status(304);
    client.get("/201?/n").send().assert_status(201);
}

#[test]
fn the_origin_goes_with_the_method() {
    let client = client(|parts, _| match parts.uri.path() {
        "/303" => answer(303, "location", "/n"),
        "/307" => answer(307, "location", "/n"),
        _ => text(format!("{:?}", parts.headers.get("origin"))),
    })
    .follow_redirects();
    let sent = |path| {
        client
            .post(path)
            .header("origin", "http://localhost")
            .send()
    };
    assert_eq!(sent("/303").text(), "None");
    assert_eq!(sent("/307").text(), "Some(\"http://localhost\")");
}

#[test]
fn by_choice() {
    let client = redirecting();
    client.get("/302?/n").follow_redirects().send().assert_ok();
    let follows = client.follow_redirects();
    follows
        .get("/302?/n")
        .no_redirects()
        .send()
        .assert_status(302);
}

#[test]
fn addresses_are_relative_or_of_the_same_host() {
    let client = redirecting().follow_redirects();
    assert_eq!(client.get("/302?x/y?z").send().path(), "/x/y?z");
    assert_eq!(client.get("/302?http://localhost/a").send().path(), "/a");
    // TLS for the same host is followed.
    client.get("/302?https://localhost/a").send().assert_ok();
    let text = failure(|| client.get("/302?http://other.example/a").send());
    assert!(
        text.contains("the redirect of GET /302?http://other.example/a cannot be followed")
            && text.contains("`http://other.example/a` is of another host"),
        "{text}"
    );
    let text = failure(|| client.get("/302?mailto:a@b.example").send());
    assert!(text.contains("is no page"), "{text}");
}

#[test]
fn a_circle_is_told() {
    let client = client(|_, _| answer(302, "location", "/a")).follow_redirects();
    let text = failure(|| client.get("/a").send());
    assert!(
        text.starts_with("more than 20 redirects in a row: /a → /a"),
        "{text}"
    );
}

#[test]
fn what_a_redirect_is_asserted_to_be() {
    let client = redirecting();
    let response = client.get("/302?http://localhost/a?b").send();
    response
        .assert_redirect("/a?b")
        .assert_redirect("http://localhost/a?b");
    for (text, expected) in [
        (
            failure(|| {
                response.assert_redirect("/b");
            }),
            "expected a redirect to `/b`, got 302 Found to `http://localhost/a?b`",
        ),
        (
            failure(|| {
                client.get("/x").send().assert_redirect("/b");
            }),
            "expected a redirect to `/b`, got 200 OK",
        ),
    ] {
        assert!(text.contains(expected), "{text}");
    }
    client
        .get("/302?http://other.example/")
        .send()
        .assert_redirect("http://other.example/");
}

#[test]
fn an_upload_survives_a_307() {
    let form = crate::test::Multipart::new().file("f", Upload::new("a.txt", "content"));
    let client = redirecting().follow_redirects();
    let response = client.post("/307?/n").multipart(form).send();
    response.assert_body_contains("content");
}
