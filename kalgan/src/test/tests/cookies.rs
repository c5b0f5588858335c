//! Cookies from call to call.

use super::{answer, client, failure};
use crate::response::text;
use crate::test::Client;
use cookie::Cookie;

/// `/set?<Set-Cookie>` sets a cookie; any other path shows the header `Cookie`.
fn jar() -> Client {
    client(|parts, _| match (parts.uri.path(), parts.uri.query()) {
        (path, Some(cookie)) if path.ends_with("/set") => {
            let cookie = cookie.replace('+', " ");
            answer(200, "set-cookie", &cookie)
        }
        _ => {
            let cookie = parts.headers.get("cookie");
            text(cookie.map_or(String::from("-"), |c| c.to_str().unwrap().to_owned()))
        }
    })
}

fn sent(client: &Client, path: &str) -> String {
    client.get(path).send().text().to_owned()
}

#[test]
fn cookies_are_kept_replaced_and_removed() {
    let client = jar();
    assert_eq!(sent(&client, "/"), "-");
    let response = client.get("/set?a=1;+Path=/;+HttpOnly").send();
    assert_eq!(response.cookie("a").unwrap().http_only(), Some(true));
    client.get("/set?b=x%20y;+Path=/").send().assert_ok();
    assert_eq!(sent(&client, "/x"), "a=1; b=x%20y");
    assert_eq!(client.cookie("b").unwrap().value(), "x y");
    client.get("/set?a=2;+Path=/").send().assert_ok();
    assert_eq!(client.cookie("a").unwrap().value(), "2");
    client.get("/set?a=;+Path=/;+Max-Age=0").send().assert_ok();
    assert_eq!(sent(&client, "/x"), "b=x%20y");
    let past = "/set?b=;+Path=/;+Expires=Thu,+01+Jan+1970+00:00:00+GMT";
    client.get(past).send().assert_ok();
    assert_eq!(sent(&client, "/x"), "-");
    assert!(client.cookie("b").is_none());
}

#[test]
fn paths_count_and_the_longest_comes_first() {
    let client = jar();
    client.get("/set?a=root;+Path=/").send().assert_ok();
    client.get("/set?a=admin;+Path=/admin").send().assert_ok();
    // Without a path it is the folder of the request.
    client.get("/shop/set?b=1").send().assert_ok();
    assert_eq!(sent(&client, "/admin/x"), "a=admin; a=root");
    assert_eq!(sent(&client, "/administrator"), "a=root");
    assert_eq!(sent(&client, "/shop/x"), "b=1; a=root");
    assert_eq!(client.cookie("a").unwrap().value(), "admin");
    assert_eq!(client.cookies().len(), 3);
}

#[test]
fn domains_and_secure_count() {
    let client = jar().host("shop.example.com");
    let set = |cookie: &str| client.get(&format!("/set?{cookie}")).send();
    set("all=1;+Domain=example.com;+Path=/").assert_ok();
    set("own=1;+Path=/").assert_ok();
    set("foreign=1;+Domain=other.example;+Path=/").assert_ok();
    // Kept by TLS alone, and sent by that alone.
    let response = set("safe=1;+Secure;+Path=/");
    assert_eq!(response.cookie("safe").unwrap().secure(), Some(true));
    assert!(client.cookie("safe").is_none());
    let secure = client.clone().https();
    secure.get("/set?safe=2;+Secure;+Path=/").send().assert_ok();
    assert_eq!(sent(&client, "/"), "all=1; own=1");
    assert_eq!(sent(&client, "http://www.example.com/"), "all=1");
    assert_eq!(sent(&client, "http://other.example/"), "-");
    assert_eq!(sent(&secure, "/"), "all=1; own=1; safe=2");
    // As in browsers, these hosts are as good as TLS.
    for host in ["localhost", "127.0.0.1:8080", "[::1]"] {
        let local = jar().host(host);
        local.get("/set?safe=1;+Secure;+Path=/").send().assert_ok();
        assert_eq!(sent(&local, "/"), "safe=1", "{host}");
    }
}

#[test]
fn names_and_lengths_count_as_in_browsers() {
    let client = jar().host("shop.example").https();
    let is_kept = |cookie: &str| {
        client.clear_cookies();
        client.get(&format!("/set?{cookie}")).send().assert_ok();
        !client.cookies().is_empty()
    };
    for (cookie, expected) in [
        ("__Host-a=1;+Secure;+Path=/", true),
        ("__Host-a=1;+Path=/", false),
        ("__Host-a=1;+Secure", false),
        ("__Host-a=1;+Secure;+Path=/set", false),
        ("__host-a=1;+Secure;+Path=/;+Domain=shop.example", false),
        ("__Secure-a=1;+Secure;+Domain=shop.example", true),
        ("__SECURE-a=1", false),
        (&format!("ab={}", "x".repeat(4_094)), true),
        (&format!("ab={}", "x".repeat(4_095)), false),
    ] {
        assert_eq!(is_kept(cookie), expected, "{cookie}");
    }
    client.set_cookie(("__Host-a", "1"));
    assert_eq!(sent(&client, "/"), "__Host-a=1");
    let text = failure(|| {
        client.set_cookie(Cookie::build(("__Host-a", "1")).domain("shop.example"));
    });
    assert!(text.contains("has to be `Secure`, with the path"), "{text}");
}

#[test]
fn a_test_sees_and_sets_cookies() {
    let client = jar();
    client
        .set_cookie(("a", "x; y"))
        .set_cookie(Cookie::build(("b", "2")).path("/b"));
    assert_eq!(sent(&client, "/"), "a=x%3B%20y");
    assert_eq!(sent(&client, "/b"), "b=2; a=x%3B%20y");
    assert_eq!(client.cookie("a").unwrap().value(), "x; y");
    client.remove_cookie("a");
    assert_eq!(sent(&client, "/b"), "b=2");
    client.clear_cookies();
    assert_eq!(sent(&client, "/b"), "-");
    let text = failure(|| {
        client.set_cookie(Cookie::build(("c", "1")).domain("other.example"));
    });
    assert!(text.contains("the cookie `c` cannot be set"), "{text}");
}

#[test]
fn a_clone_is_the_same_visitor_and_a_header_wins() {
    let client = jar();
    let same = client.clone().accept_language("es");
    same.set_cookie(("a", "1"));
    assert_eq!(sent(&client, "/"), "a=1");
    let response = client.get("/").header("cookie", "b=2").send();
    assert_eq!(response.text(), "b=2");
}
