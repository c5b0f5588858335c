//! The client of `kalgan::test` against an app of files.

use super::Site;
use crate::server::connection::Connection;
use crate::test::Client;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const ROUTES: &str = "routes:\n\
    - index: { path: /, controller: home::index }\n\
    - fail: { path: '/fail/{status}', controller: home::fail }\n\
    - count: { path: /count, controller: home::count }\n\
    - goes: { path: /goes, controller: home::goes }\n\
    - echo: { path: '/echo/{id}', controller: home::echo }\n";

fn site() -> Site {
    Site::with(&[("config/routes/a.yaml", ROUTES)], |app| app.state(2_u32))
}

fn failure(test: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn cookies_and_redirects_of_an_app() {
    let site = site();
    let client = Client::new(site.app.clone());
    for count in ["0", "2", "4"] {
        client.get("/count").send().assert_ok().assert_text(count);
    }
    assert_eq!(client.cookie("count").unwrap().value(), "6");
    let stranger = Client::new(site.app.clone());
    stranger.get("/count").send().assert_text("0");
    client.get("/goes").send().assert_redirect("/echo/7");
    client
        .get("/goes")
        .follow_redirects()
        .send()
        .assert_text("echo");
    let secure = client.https();
    let redirect = secure.get("/goes").send();
    redirect
        .assert_redirect("/echo/7")
        .assert_header("location", "/echo/7");
}

#[test]
fn the_route_that_answers_is_known() {
    let site = site();
    let client = Client::new(site.app.clone());
    client.get("/count").send().assert_route("count");
    client.get("/fail/404").send().assert_route("fail");
    let missing = client.get("/none").send();
    assert_eq!(missing.route(), None);
    for (response, expected) in [
        (
            missing,
            "GET /none: expected that the route `count` answers; none did",
        ),
        (client.get("/").send(), "answers; it was `index`"),
    ] {
        let text = failure(|| {
            response.assert_route("count");
        });
        assert!(text.contains(expected), "{text}");
    }
}

/// Without it `url!` has no site where it stands before the first request.
#[test]
fn an_app_is_ready_before_its_first_request() {
    let setups = Arc::new(AtomicUsize::new(0));
    let site = Site::with(&[("config/routes/a.yaml", ROUTES)], |app| {
        let setups = Arc::clone(&setups);
        app.tera(move |_| setups.fetch_add(1, Ordering::SeqCst))
            // As one with a queue does.
            .layer(tower::layer::layer_fn(|service: crate::AppService| {
                tokio::spawn(async {});
                service
            }))
            .state(2_u32)
    });
    let client = Client::new(site.app.clone());
    assert_eq!(setups.load(Ordering::SeqCst), 1);
    client.get("/count").send().assert_ok();
}

#[test]
fn the_error_of_a_controller_is_told() {
    let site = site();
    let client = Client::new(site.app.clone());
    let text = failure(|| {
        client.get("/fail/599").send().assert_ok();
    });
    assert!(
        text.contains("the error behind the response:\n  500 Internal Server Error\n  caused by: invalid digit found in string\n  at kalgan/src/tests/mod.rs:"),
        "{text}"
    );
    let text = failure(|| {
        client.get("/none").send().assert_ok();
    });
    assert!(
        text.contains("expected the status 200 OK, got 404 Not Found"),
        "{text}"
    );
}

#[test]
fn the_mistakes_of_files_are_told() {
    let site = site();
    let client = Client::new(site.app.clone());
    client.get("/").send().assert_ok();
    site.write("config/routes/a.yaml", "routes:\n  - index: { pth: / }\n");
    let text = failure(|| {
        client.get("/").send().assert_ok();
    });
    assert!(
        text.contains("the error behind the response:\n  error: ")
            && text.contains("config/routes/a.yaml:2:14"),
        "{text}"
    );
}

#[test]
fn an_app_that_cannot_start_says_why() {
    let site = Site::new(&[
        ("config/app/app.yaml", "environment: { is_prod: true }\n"),
        ("config/routes/a.yaml", "routes:\n  - index: { pth: / }\n"),
    ]);
    let client = Client::new(site.app.clone());
    let text = failure(|| {
        client.get("/").send().assert_ok();
    });
    assert!(text.contains("config/routes/a.yaml:2:14"), "{text}");
}

#[test]
fn the_visitor_is_told_to_the_app() {
    let site = site();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let layer = {
        let seen = std::sync::Arc::clone(&seen);
        tower_layer::layer_fn(move |inner: crate::AppService| {
            let seen = std::sync::Arc::clone(&seen);
            tower::util::MapRequest::new(inner, move |request: crate::Request| {
                *seen.lock().unwrap() = request.extensions().get::<Connection>().cloned();
                request
            })
        })
    };
    let client = Client::new(site.app.clone().layer(layer))
        .client_ip("203.0.113.9".parse().unwrap())
        .host("shop.example.com")
        .https();
    client.get("/").send().assert_ok();
    let connection = seen.lock().unwrap().take().unwrap();
    assert_eq!(connection.client_ip().unwrap().to_string(), "203.0.113.9");
    assert_eq!(connection.absolute("/x"), "https://shop.example.com/x");
}
