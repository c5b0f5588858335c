//! What assertions hold, and what they say.

use super::{client, failure, page};
use crate::response::{ResponseExt, text};
use crate::test::marks;
use crate::{Error, test};
use serde_json::json;

const PAGE: &str = "<!doctype html><title>Shop</title><style>p{}</style><script>secret</script>
    <h1>The <em>best</em>  shop</h1><p>Don&#39;t<br>panic</p><ul><li>Tea<li>Bread</ul>";

fn shop() -> test::Response {
    page(PAGE).get("/page").send()
}

#[test]
fn text_is_what_a_reader_sees() {
    let shop = shop();
    assert_eq!(
        shop.visible_text(),
        "Shop The best shop Don't panic Tea Bread"
    );
    shop.assert_ok()
        .assert_text("Don't panic")
        .assert_text("The best\n shop")
        .assert_no_text("secret")
        .assert_body_contains("Don&#39;t")
        .assert_selector("h1 em")
        .assert_no_selector("h2")
        .assert_selector_text("li", "Bread")
        .assert_selector_contains("h1", "best")
        .assert_count("li", 2)
        .assert_header("content-type", "text/html; charset=utf-8")
        .assert_no_header("x-a");
    assert_eq!(shop.select("script").text(), "secret");
    let all = shop.select("ul, li");
    assert_eq!(all.select("li").len(), 2);
    assert_eq!(all.iter().count(), 3);
}

#[test]
fn what_fails_says_what_came() {
    let shop = shop();
    for (text, expected) in [
        (
            failure(|| {
                shop.assert_status(404);
            }),
            "GET /page: expected the status 404 Not Found, got 200 OK\n\nthe response: 200 OK, \
             text/html; charset=utf-8, 162 bytes\n  Shop The best shop Don't panic Tea Bread",
        ),
        (
            failure(|| {
                shop.assert_header("content-type", "x");
            }),
            "expected the header `content-type: x`, got `text/html; charset=utf-8`",
        ),
        (
            failure(|| {
                shop.assert_header("x-a", "x");
            }),
            "expected the header `x-a: x`, there is none of that name",
        ),
        (
            failure(|| {
                shop.assert_no_header("content-type");
            }),
            "expected no header `content-type`, got `text/html; charset=utf-8`",
        ),
        (
            failure(|| {
                shop.assert_text("Coffee");
            }),
            "expected the text `Coffee`",
        ),
        (
            failure(|| {
                shop.assert_no_text("Tea");
            }),
            "expected no text `Tea`",
        ),
        (
            failure(|| {
                shop.assert_selector("h2");
            }),
            "expected an element that matches `h2`\n\nthe response: 200 OK, text/html; \
             charset=utf-8, 162 bytes\n  <!doctype html><title>",
        ),
        (
            failure(|| {
                shop.assert_no_selector("li");
            }),
            "expected no element that matches `li`, got 2 elements; the first: <li>Tea</li>",
        ),
        (
            failure(|| {
                shop.assert_selector_text("li", "Milk");
            }),
            "expected an element that matches `li` with the text `Milk`; got [\"Tea\", \"Bread\"]",
        ),
        (
            failure(|| {
                shop.assert_selector_contains("h2", "x");
            }),
            "with `x` in its text; no element matches",
        ),
        (
            failure(|| {
                shop.assert_count("li", 1);
            }),
            "expected 1 element for `li`, got 2",
        ),
        (
            failure(|| {
                shop.assert_selector("li[");
            }),
            "`li[` is no CSS selector",
        ),
        (
            failure(|| {
                shop.assert_selector("");
            }),
            "an empty text is no CSS selector",
        ),
        (
            failure(|| {
                shop.assert_selector("input:checked");
            }),
            "`input:checked`: `:checked` needs a browser; write `[checked]`",
        ),
        (
            failure(|| {
                shop.assert_count("p:hover", 1);
            }),
            "`p:hover` is no CSS selector, or needs a browser: UnsupportedPseudoClassOrElement",
        ),
        (
            failure(|| {
                let _ = shop.select("h2").text();
            }),
            "`h2` matches no element",
        ),
        (
            failure(|| {
                let _ = shop.select("li").nth(2);
            }),
            "`li` matches 2 elements",
        ),
        (
            failure(|| {
                shop.assert_status(7);
            }),
            "a status is a number from 100 to 999",
        ),
    ] {
        assert!(text.contains(expected), "{text}\nshould have\n{expected}");
    }
}

#[test]
fn what_is_hidden_or_in_a_template_is_not_seen() {
    let html = "<base href=/deep/><p>seen</p><p hidden>secret <b>too</b></p>
         <dialog>closed</dialog><dialog open>opened</dialog><ruby>a<rp>(</rp><rt>b</rt></ruby>
         <template><base href=/x/><p class=copy><a href=/copy>Copy</a></p><form id=copy>
         <input name=a form=f><button>Copy</button></form></template>
         <form id=f><template><input name=b></template><input name=c></form>";
    let page = page(html).get("/page").send();
    assert_eq!(page.visible_text(), "seen opened ab");
    assert_eq!(page.select("[hidden]").text(), "secret too");
    page.assert_count("p", 2)
        .assert_no_selector(".copy")
        .assert_no_selector("template a")
        .assert_selector("template");
    assert!(page.select("body").select("input[name=b], a").is_empty());
    // Unless the test looks into it.
    assert_eq!(page.select("template").select("a").text(), "Copy");
    assert_eq!(page.form("#f").values().len(), 1);
    for text in [
        failure(|| page.click("Copy")),
        failure(|| page.form_of("Copy")),
        failure(|| page.form("#copy")),
    ] {
        assert!(text.contains("there is no "), "{text}");
    }
}

#[test]
fn json_is_compared_by_its_value() {
    let client = client(|_, _| {
        text("{\"b\": [1, {\"c\": null}], \"a\": 1.5}").with_content_type("application/json")
    });
    let response = client.get("/").send();
    response.assert_json(&json!({ "a": 1.5, "b": [1, { "c": null }] }));
    assert_eq!(response.json::<serde_json::Value>()["a"], 1.5);
    for (value, expected) in [
        (
            json!({ "a": 1.5, "b": [1, { "c": 2 }] }),
            ".b[1].c is null, expected 2",
        ),
        (json!({ "a": 1.5, "b": [1] }), ".b has 2 items, expected 1"),
        (
            json!({ "a": 1.5 }),
            "`.b` is not expected: [1,{\"c\":null}]",
        ),
        (json!({ "x": 1 }), "`.x` is missing, expected 1"),
        (json!(1), "the value is {"),
    ] {
        let text = failure(|| {
            response.assert_json(&value);
        });
        assert!(text.contains(expected), "{text}");
    }
    let text = failure(|| response.json::<u8>());
    assert!(text.contains("the body is no JSON of this type"), "{text}");
    let text = failure(|| {
        response.assert_selector("p");
    });
    assert!(
        text.contains("the response is no HTML and no XML"),
        "{text}"
    );
}

#[test]
fn the_error_behind_a_page_is_told() {
    let client = client(|_, _| {
        let error = Error::internal("the list cannot be read");
        marks::explained(text("sorry").with_status(500), &[&error])
    });
    let response = client.get("/").send();
    let text = failure(|| {
        response.assert_ok();
    });
    assert!(
        text.contains(
            "GET /: expected the status 200 OK, got 500 Internal Server Error\n\n\
             the error behind the response:\n  500 Internal Server Error: the list cannot be read\n  at "
        ) && text.contains("assertions.rs")
            && text.ends_with("\n  sorry"),
        "{text}"
    );
    assert!(response.error().unwrap().contains("cannot be read"));
}

#[test]
fn a_long_page_is_cut() {
    let client = client(|_, _| text("é".repeat(3_000)));
    let text = failure(|| {
        client.get("/").send().assert_text("x");
    });
    assert!(text.ends_with("… and 2000 more bytes"), "{text}");
}

#[test]
fn the_line_of_the_test_is_named() {
    use std::sync::{Arc, Mutex};
    let begin = line!();
    let tests: [fn(); 5] = [
        || _ = shop().assert_status(404),
        || _ = shop().assert_selector_text("li", "x"),
        || _ = shop().form("#x").send(),
        || _ = shop().click("x").send(),
        || _ = shop().form("x[").send(),
    ];
    let end = line!();
    let places = Arc::new(Mutex::new(Vec::new()));
    // The hook is the process's own, so it looks at this thread alone. What development adds to it
    // has to be there before: added meanwhile, it would take the place of this one.
    crate::dev::panics::install();
    let this = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook({
        let places = Arc::clone(&places);
        Box::new(move |info| {
            if std::thread::current().id() == this {
                let at = info.location().unwrap();
                places
                    .lock()
                    .unwrap()
                    .push((at.file().to_owned(), at.line()));
            } else {
                before(info);
            }
        })
    });
    for test in tests {
        failure(test);
    }
    // It stays: a hook that was set meanwhile, as by development, must not go.
    let places = places.lock().unwrap();
    assert_eq!(places.len(), tests.len());
    for (file, line) in places.iter() {
        assert_eq!(file, file!());
        assert!((begin..end).contains(line), "{line}");
    }
}
