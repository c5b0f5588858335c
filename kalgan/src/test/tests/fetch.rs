//! What requests say of where they come from.

use super::client;
use crate::response::{ResponseExt, html};
use crate::test::{Client, Multipart, Response};

/// A client of a service that shows the headers that it is sent, in `<i>`, and a page of links and
/// forms. `/<status>?<location>` redirects.
fn app() -> Client {
    saying("", "")
}

/// The same, with a policy in the header and in the page.
fn saying(policy: &'static str, meta: &'static str) -> Client {
    client(move |parts, _| {
        let status = parts.uri.path().trim_start_matches('/').parse::<u16>();
        if let (Ok(status), Some(location)) = (status, parts.uri.query()) {
            return super::answer(status, "location", location);
        }
        let names = [
            "origin",
            "referer",
            "sec-fetch-site",
            "sec-fetch-mode",
            "sec-fetch-dest",
            "sec-fetch-user",
        ];
        let values = names.map(|name| match parts.headers.get(name) {
            Some(value) => value.to_str().unwrap().to_owned(),
            None => String::from("-"),
        });
        let page = html(format!(
            "{meta}<i>{}</i><a href=/next>Next</a><a href=/next rel='x NoReferrer'>Quiet</a>
             <a href=/next referrerpolicy=origin>Short</a><a href='https://localhost/s'>Safe</a>
             <a href='http://localhost/p'>Plain</a>
             <form method=post action=/save></form><form id=get action=/find></form>
             <form id=see method=post action='/303?/seen'></form>
             <form id=keep method=post action='/307?/kept'></form>
             <form id=safe method=post action='https://localhost/s'></form>
             <form id=plain method=post action='http://localhost/p'></form>
             <form id=quiet method=post rel=noreferrer action=/save></form>
             <form id=round method=post action='https://localhost/307?http://localhost/307?/end'></form>",
            values.join(" ")
        ));
        match policy {
            "" => page,
            policy => page.with_header("referrer-policy", policy),
        }
    })
}

#[track_caller]
fn told(response: Response, expected: &str) {
    assert_eq!(response.select("i").text(), expected);
}

#[test]
fn an_address_is_typed() {
    let typed = "- - none navigate document ?1";
    told(app().get("/").send(), typed);
    told(app().get("/302?/x").follow_redirects().send(), typed);
    told(
        app()
            .get("/302?https://localhost/x")
            .follow_redirects()
            .send(),
        typed,
    );
    told(app().get("/302?/x").send().follow().send(), typed);
}

#[test]
fn links_and_forms_come_from_their_page() {
    for client in [app(), app().https(), app().host("shop.localhost:8080")] {
        let page = client.get("/page?a#b").send();
        let origin = page.request().target.url.origin().ascii_serialization();
        let get = format!("- {origin}/page?a same-origin navigate document ?1");
        told(page.click("Next").send(), &get);
        told(page.click_selector("a").send(), &get);
        told(page.form("#get").send(), &get);
        let post = format!("{origin} {origin}/page?a same-origin navigate document ?1");
        told(page.form("form").send(), &post);
        told(
            page.form("#keep").request().follow_redirects().send(),
            &post,
        );
        told(page.form("#see").request().follow_redirects().send(), &get);
        told(page.form("#see").send().follow().send(), &get);
    }
}

#[test]
fn what_is_sent_by_hand_comes_from_the_app() {
    let client = app();
    let form = "http://localhost - same-origin navigate document ?1";
    told(client.post("/").form(&[("a", "1")]).send(), form);
    told(client.post("/").multipart(Multipart::new()).send(), form);
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    told(
        client
            .post("/")
            .body("a=1")
            .header("content-type", kind)
            .send(),
        form,
    );
    let script = "http://localhost - same-origin cors empty -";
    told(client.post("/").json(&1).send(), script);
    told(client.put("/").form(&[("a", "1")]).send(), script);
    told(client.delete("/").send(), script);
    told(client.request("OPTIONS", "/").send(), script);
    told(client.delete("/307?/x").follow_redirects().send(), script);
    let seen = "- - same-origin navigate document ?1";
    told(
        client
            .post("/303?/x")
            .form(&[("a", "1")])
            .follow_redirects()
            .send(),
        seen,
    );
}

#[test]
fn browsers_say_less_where_they_do_not_trust() {
    let client = app().host("shop.example");
    told(client.get("/").send(), "- - - - - -");
    let page = client.get("/page").send();
    told(
        page.form("form").send(),
        "http://shop.example http://shop.example/page - - - -",
    );
    let safe = client.https().get("/page").send();
    let expected = "- https://shop.example/page same-origin navigate document ?1";
    told(safe.click("Next").send(), expected);
}

#[test]
fn another_scheme_is_another_origin() {
    let page = app().get("/page").send();
    told(
        page.click("Safe").send(),
        "- http://localhost/ cross-site navigate document ?1",
    );
    told(
        page.form("#safe").send(),
        "http://localhost http://localhost/ cross-site navigate document ?1",
    );
    // From TLS to none a form does not name its origin.
    let page = app().https().get("/page").send();
    told(
        page.form("#plain").send(),
        "null https://localhost/ cross-site navigate document ?1",
    );
    // There and back: the other origin has chosen where it goes.
    let page = app().get("/page").send();
    told(
        page.form("#round").request().follow_redirects().send(),
        "null http://localhost/ cross-site navigate document ?1",
    );
}

#[test]
fn policies_are_followed() {
    let quiet = "null - same-origin navigate document ?1";
    let page = saying("no-referrer", "").get("/page").send();
    told(page.form("form").send(), quiet);
    told(
        page.click("Next").send(),
        "- - same-origin navigate document ?1",
    );
    told(
        page.click("Short").send(),
        "- http://localhost/ same-origin navigate document ?1",
    );
    let meta = "<meta name=Referrer content=never><meta name=referrer content=nonsense>";
    let page = saying("unsafe-url", meta).get("/page").send();
    told(page.form("form").send(), quiet);
    let page = app().get("/page").send();
    told(page.form("#quiet").send(), quiet);
    told(
        page.click("Quiet").send(),
        "- - same-origin navigate document ?1",
    );
    let page = saying("nonsense, origin", "").get("/page").send();
    told(
        page.form("form").send(),
        "http://localhost http://localhost/ same-origin navigate document ?1",
    );
}

#[test]
fn a_redirect_may_have_a_policy() {
    let client = client(|parts, _| match parts.uri.path() {
        "/page" => html("<form method=post action=/go></form>"),
        "/go" => {
            super::answer(307, "location", "/end").with_header("referrer-policy", "no-referrer")
        }
        _ => html(format!(
            "<i>{:?} {:?}</i>",
            parts.headers.get("origin"),
            parts.headers.get("referer")
        )),
    });
    let form = client.get("/page").send().form("form");
    told(
        form.request().follow_redirects().send(),
        "Some(\"null\") None",
    );
}

#[test]
fn a_test_says_otherwise() {
    let client = app();
    let page = client.get("/page").send();
    let foreign = page.form("form").request();
    let foreign = foreign
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .without_header("referer");
    told(
        foreign.send(),
        "https://evil.example - cross-site navigate document ?1",
    );
    let old = client
        .without_header("sec-fetch-site")
        .without_header("sec-fetch-mode")
        .without_header("sec-fetch-dest")
        .without_header("sec-fetch-user");
    told(old.get("/").send(), "- - - - - -");
    told(old.post("/").without_header("origin").send(), "- - - - - -");
    // The request has the last word, and what is said of all stays for the next page.
    told(
        old.get("/").header("sec-fetch-site", "same-site").send(),
        "- - same-site - - -",
    );
    told(
        old.get("/").send().form("form").send(),
        "http://localhost http://localhost/ - - - -",
    );
}

#[test]
fn any_header_can_be_left_out() {
    let client = client(|parts, _| {
        let mut names: Vec<&str> = parts.headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        crate::response::text(names.join(" "))
    });
    client.set_cookie(("a", "1"));
    let client = client.without_header("user-agent");
    let request = client.post("/").form(&[("a", "1")]);
    let request = request
        .without_header("cookie")
        .without_header("content-type")
        .without_header("content-length")
        .without_header("accept")
        .without_header("origin");
    let rest = "host sec-fetch-dest sec-fetch-mode sec-fetch-site";
    assert_eq!(request.send().text(), rest);
    assert_eq!(
        client.get("/").send().text(),
        "accept cookie host sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user"
    );
    let text = super::failure(|| client.get("/").without_header("a b"));
    assert!(text.starts_with("a header cannot have this name"), "{text}");
}

#[test]
fn another_origin_gets_no_authorization() {
    let client = client(|parts, _| match parts.uri.path() {
        "/safe" => super::answer(302, "location", "https://localhost/end"),
        "/same" => super::answer(302, "location", "/end"),
        _ => crate::response::text(parts.headers.contains_key("authorization").to_string()),
    })
    .follow_redirects();
    let sent = |path| client.get(path).header("authorization", "Basic x").send();
    assert_eq!(sent("/same").text(), "true");
    assert_eq!(sent("/safe").text(), "false");
}
