//! What reaches the app, and what comes back.

use super::{client, failure, page};
use crate::response::{Response, text};
use crate::server::connection::Connection;
use crate::test::{Client, block_on};
use axum_core::body::Body;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// The head of the request, a line each.
fn head() -> Client {
    client(|parts, body| {
        let mut lines = vec![format!(
            "{} {} {:?}",
            parts.method, parts.uri, parts.version
        )];
        lines.extend(
            parts
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())),
        );
        lines.push(format!("{} bytes", body.len()));
        let peer = parts.extensions.get::<Connection>().unwrap().peer();
        lines.push(format!("from {}", peer.unwrap().ip()));
        let is_untouched = parts
            .extensions
            .get::<crate::test::marks::Untouched>()
            .is_some();
        lines.push(format!("untouched: {is_untouched}"));
        text(lines.join("\n"))
    })
}

#[test]
fn a_plain_request() {
    let response = head().get("/a%20b?c=d").send();
    assert_eq!(
        response.text(),
        "GET /a%20b?c=d HTTP/1.1\nhost: localhost\n\
         sec-fetch-site: none\nsec-fetch-mode: navigate\nsec-fetch-dest: document\n\
         sec-fetch-user: ?1\n\
         accept: text/html,application/xhtml+xml,*/*;q=0.8\nuser-agent: kalgan-test\n\
         0 bytes\nfrom 127.0.0.1\nuntouched: true"
    );
    assert_eq!(response.path(), "/a%20b?c=d");
}

#[test]
fn what_a_client_and_a_request_say() {
    let client = head()
        .host("shop.example:8080")
        .accept_language("es")
        .header("x-a", "client")
        .header("x-b", "client")
        .client_ip("203.0.113.9".parse().unwrap());
    let response = client
        .put("/")
        .header("x-b", "request")
        .accept_language("ja")
        .query(&[("q", "a&b é")])
        .body("abc")
        .send();
    response
        .assert_body_contains("PUT /?q=a%26b+%C3%A9 HTTP/1.1\n")
        .assert_body_contains("host: shop.example:8080\n")
        .assert_body_contains("accept-language: ja\n")
        .assert_body_contains("x-a: client\n")
        .assert_body_contains("x-b: request\n")
        .assert_body_contains("content-length: 3\n")
        .assert_body_contains("from 203.0.113.9");
    let response = client.get("http://other.example/x").send();
    response
        .assert_body_contains("GET /x HTTP")
        .assert_body_contains("host: other.example\n");
}

#[test]
fn bodies() {
    let client = page("");
    let sent = |request: crate::test::RequestBuilder| request.send().text().to_owned();
    assert_eq!(
        sent(client.post("/f").form(&[("a", "1 2"), ("a", "é&")])),
        "POST /f application/x-www-form-urlencoded\na=1+2&a=%C3%A9%26"
    );
    assert_eq!(
        sent(client.patch("/j").json(&[1, 2])),
        "PATCH /j application/json\n[1,2]"
    );
    assert_eq!(sent(client.delete("/d")), "DELETE /d -\n");
    assert_eq!(sent(client.request("PURGE", "/d")), "PURGE /d -\n");
    assert_eq!(
        sent(
            client
                .post("/b")
                .header("content-type", "text/csv")
                .body("a,b")
        ),
        "POST /b text/csv\na,b"
    );
}

fn streamed(parts: Vec<Result<&'static str, &'static str>>) -> Client {
    Client::new(tower::service_fn(move |_: super::Request| {
        let parts = parts.clone().into_iter().map(|part| match part {
            Ok(text) => Ok(Bytes::from(text)),
            Err(text) => Err(std::io::Error::other(text)),
        });
        let body = Body::from_stream(stream::iter(parts));
        async move { Ok::<_, Infallible>(Response::new(body)) }
    }))
}

#[test]
fn streamed_responses_are_read_to_their_end_and_bounded() {
    let client = streamed(vec![Ok("one "), Ok("two")]);
    assert_eq!(client.get("/").send().text(), "one two");
    assert_eq!(
        client.clone().max_response(7).get("/").send().bytes().len(),
        7
    );
    let text = failure(|| client.max_response(6).get("/").send());
    assert!(
        text.contains("GET /: the response is larger than 6 bytes"),
        "{text}"
    );
    let broken = streamed(vec![Ok("one"), Err("the disk is gone")]);
    let text = failure(|| broken.get("/").send());
    assert!(text.contains("broke off: the disk is gone"), "{text}");
}

/// A service that answers after so long; at `/events` at once, with a body that has no end.
fn slow(duration: Duration) -> Client {
    Client::new(tower::service_fn(
        move |request: super::Request| async move {
            if request.uri() == "/events" {
                let body = stream::pending::<Result<Bytes, Infallible>>();
                return Ok::<_, Infallible>(Response::new(Body::from_stream(body)));
            }
            tokio::time::sleep(duration).await;
            Ok(text("late"))
        },
    ))
}

#[test]
fn what_takes_too_long_is_told() {
    let client = slow(Duration::MAX).timeout(Duration::from_millis(5));
    let text = failure(|| client.get("/x?y").send());
    assert_eq!(
        text,
        "GET /x?y: no answer within 5ms: see `Client::timeout`"
    );
    let text = failure(|| client.get("/events").send());
    assert_eq!(
        text,
        "GET /events: the response (200 OK) has no end within 5ms: see `Client::timeout`"
    );
}

/// A paused clock runs ahead where a test only waits, so the limit is not by that one.
#[tokio::test(start_paused = true)]
async fn a_paused_clock_is_no_limit() {
    let hour = Duration::from_secs(3_600);
    slow(hour).get("/").await.assert_text("late");
    let client = slow(hour).timeout(Duration::from_millis(5));
    let events = AssertUnwindSafe(client.get("/events").into_future());
    let panic = events.catch_unwind().await.unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("no end within 5ms"), "{text}");
}

#[test]
fn a_service_that_fails_is_told() {
    let client = Client::new(tower::service_fn(|_: super::Request| async {
        Err::<Response, _>(std::io::Error::other("no answer"))
    }));
    let text = failure(|| client.get("/").send());
    assert_eq!(
        text,
        "GET /: the app failed instead of answering: no answer"
    );
}

#[test]
fn mistakes_in_a_test_are_told() {
    let client = head();
    for (text, expected) in [
        (failure(|| client.get("about")), "as in `/about`"),
        (failure(|| client.request("A B", "/")), "no method"),
        (failure(|| client.get("/").header("a b", "c")), "this name"),
        (failure(|| client.get("/").header("a", "b\n")), "this value"),
        (
            failure(|| client.get("/").query(&[("a", [[1]])])),
            "no form as fields",
        ),
        (failure(|| client.clone().host("a/b")), "`a/b` is no host"),
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn an_async_test_waits() {
    let client = head();
    client.get("/").await.assert_ok();
    // It can be moved to another thread.
    let task = tokio::spawn(async move { client.get("/").await.status() });
    assert_eq!(task.await.unwrap(), 200);
}

#[tokio::test]
async fn send_in_an_async_test_says_what_to_write() {
    let text = failure(|| head().get("/").send());
    assert_eq!(
        text,
        "`send()` blocks, and this thread is one of a run time: in async code write `.await` \
         instead, as in `client.get(\"/\").await`; within `spawn_blocking` \
         `Handle::current().block_on(async { … })` around it"
    );
    // What it says holds.
    let handle = tokio::runtime::Handle::current();
    let blocking = move || handle.block_on(async { head().get("/").await.status() });
    let status = tokio::task::spawn_blocking(blocking).await.unwrap();
    assert_eq!(status, 200);
    let text = failure(|| block_on(async {}));
    assert!(text.starts_with("`block_on` blocks"), "{text}");
}

#[test]
fn an_app_may_use_what_a_run_time_has() {
    let sender = block_on(async {
        let (sender, mut receiver) =
            tokio::sync::mpsc::channel::<tokio::sync::oneshot::Sender<u32>>(1);
        // A task as that of a pool: it has to go on between the calls.
        tokio::spawn(async move {
            while let Some(reply) = receiver.recv().await {
                let _ = reply.send(7);
            }
        });
        sender
    });
    let client = Client::new(tower::service_fn(move |_: super::Request| {
        let sender = sender.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let two = tokio::task::block_in_place(|| 2);
            let three = tokio::spawn(async { 3 }).await.unwrap();
            let (reply, seven) = tokio::sync::oneshot::channel();
            sender.send(reply).await.unwrap();
            let seven = seven.await.unwrap();
            Ok::<_, Infallible>(text(format!("{two} {three} {seven}")))
        }
    }));
    assert_eq!(client.get("/").send().text(), "2 3 7");
    assert_eq!(client.get("/").send().text(), "2 3 7");
}
