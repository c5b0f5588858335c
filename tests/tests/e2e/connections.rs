//! Connections of several requests, HTTP/2, and the end of a server.

use crate::{museum, without_extras};
use kalgan_tests::{Profile, Raw, Server, Signal, Version, has_tool, skipped, wait_for};
use std::process::Command;

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn post(path: &str, form: &str) -> String {
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"
    )
}

#[test]
fn one_connection_serves_many_requests() {
    for profile in Profile::ALL {
        let server = without_extras(museum(profile)).serve();
        let mut raw = server.connect();
        for path in [
            "/en",
            "/static/app.css",
            "/en/element/H",
            "/nowhere",
            "/en/broken?_error_page=1",
        ] {
            raw.send(get(path)).unwrap();
            let (answer, alone) = (raw.answer().unwrap(), server.get(path));
            assert_eq!(answer.status, alone.status, "{path}");
            assert_eq!(answer.body, alone.body, "{path}");
        }
        raw.send("HEAD /en HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let head = raw.answer_to_head().unwrap();
        let length = server.get("/en").body.len().to_string();
        assert_eq!(head.header("content-length"), length);
        raw.send(post("/en/guestbook", "name=Ida&message=Hello"))
            .unwrap();
        assert_eq!(raw.answer().unwrap().status, 303);
        raw.send("GET /en/guestbook HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .unwrap();
        raw.answer().unwrap().expect(200, "Hello");
        assert!(raw.is_closed());

        let mut old = server.connect();
        old.send("GET /en HTTP/1.0\r\n\r\n").unwrap();
        assert_eq!(old.answer().unwrap().status, 200);
        assert!(old.is_closed());
        server.stop_well();
    }
}

#[test]
fn requests_that_are_sent_ahead_are_answered_in_order() {
    for profile in Profile::ALL {
        let server = museum(profile).serve();
        let chunked = "POST /es/join HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n\
             5\r\ncode=\r\n3\r\nbad\r\n0\r\n\r\n";
        let requests = [
            get("/en/element/H"),
            post("/en/join", "code=ytterby"),
            chunked.to_owned(),
            get("/nowhere"),
            get("/en/element/He"),
        ];
        let mut raw = server.connect();
        raw.send(requests.concat()).unwrap();
        raw.answer().unwrap().expect(200, "Hydrogen");
        let joined = raw.answer().unwrap();
        assert_eq!(
            (joined.status, joined.header("location")),
            (303, "/en/archive")
        );
        raw.answer().unwrap().expect(422, "<html lang=\"es\">");
        assert_eq!(raw.answer().unwrap().status, 404);
        raw.answer().unwrap().expect(200, "Helium");
        server.stop_well();
    }
}

#[test]
fn http2_gives_the_same_answers() {
    for profile in Profile::ALL {
        let server = without_extras(museum(profile)).serve();
        for path in [
            "/ja",
            "/static/app.css",
            "/api/element/H.json",
            "/nowhere",
            "/en/broken?_error_page=1",
        ] {
            let old = server.get(path);
            let new = server.ask("GET", path).version(Version::Http2).send();
            assert_eq!(new.status, old.status, "{path}");
            assert_eq!(new.body, old.body, "{path}");
            assert_eq!(new.header("content-type"), old.header("content-type"));
        }
        let signed = server
            .ask("POST", "/en/guestbook")
            .version(Version::Http2)
            .form("name=Ida&message=By+HTTP%2F2")
            .send();
        assert_eq!(signed.status, 303);
        server.get("/en/guestbook").expect(200, "By HTTP/2");
        let too_large = server
            .ask("POST", "/en/guestbook")
            .version(Version::Http2)
            .form(&"x".repeat(3 << 20))
            .send();
        assert_eq!(too_large.status, 413);
        server.stop_well();
    }
}

#[test]
fn curl_speaks_http2_with_it() {
    let curl = "curl";
    if !has_tool(curl, &["--http2-prior-knowledge", "--version"]) {
        skipped("curl with HTTP/2");
        return;
    }
    let server = museum(Profile::Release).serve();
    let output = Command::new(curl)
        .args([
            "--http2-prior-knowledge",
            "--silent",
            "--show-error",
            "--max-time",
            "30",
        ])
        .args(["--write-out", "\n%{http_version} %{response_code}"])
        .arg(format!("http://{}/en/element/Fe", server.address()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.ends_with("\n2 200"), "{text}{output:?}");
    assert!(text.contains("Iron"), "{text}");
    server.stop_well();
}

const FORM: &str = "name=Ida&message=slowly";

/// A request that the server has begun to answer and cannot finish: half of its body is missing.
fn open_request(server: &Server) -> Raw {
    let mut raw = server.connect();
    let head = format!(
        "POST /en/guestbook HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n",
        FORM.len()
    );
    raw.send(head).unwrap();
    // It says so when the controller's form wants the body.
    assert_eq!(raw.answer().unwrap().status, 100);
    raw.send(&FORM[..10]).unwrap();
    raw
}

#[test]
fn a_signal_lets_open_requests_finish() {
    for profile in Profile::ALL {
        for signal in [Signal::TERM, Signal::INT] {
            let server = museum(profile).serve();
            let mut idle = server.connect();
            idle.send(get("/en")).unwrap();
            assert_eq!(idle.answer().unwrap().status, 200);
            let mut open = open_request(&server);

            server.signal(signal);
            wait_for("new connections to be refused", || {
                server.try_connect().is_err().then_some(())
            });
            assert!(idle.is_closed(), "a connection without a request is closed");
            open.send(&FORM[10..]).unwrap();
            let answer = open.answer().unwrap();
            assert_eq!(answer.status, 303, "{answer:?}");
            assert_eq!(answer.header("location"), "/en/guestbook/thanks");
            assert!(open.is_closed());

            let ran = server.wait();
            assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
            assert!(ran.stdout.contains("has stopped"), "{}", ran.stdout);
            assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_request_that_does_not_end_cannot_keep_a_server_from_stopping() {
    let server = museum(Profile::Release)
        .env("KALGAN_SERVER__SHUTDOWN_TIMEOUT", "1")
        .serve();
    let mut open = open_request(&server);
    let ran = server.stop();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(open.rest().is_empty(), "it was cut off");
}
