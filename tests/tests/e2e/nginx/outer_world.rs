//! What visitors and instances know of each other: TLS, the balance, redirects, addresses.

use crate::nginx::production::Production;
use crate::nginx::visit::HOST;
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn requests_come_by_tls_and_reach_both_instances() {
    let Some(production) = Production::start() else {
        return;
    };
    for number in 0..10 {
        let path = format!("/en/element/Fe?balance={number}.");
        production.get(&path).expect(200, "Iron");
    }
    let [first, second] = production.lines("?balance=", 10);
    // Each of the workers takes turns, and begins with the first.
    assert!(
        first.len() >= 4 && second.len() >= 4,
        "{first:?} {second:?}"
    );

    let outside = production.outside();
    for version in ["--http1.1", "--http2"] {
        let shown = outside
            .visit("/es")
            .option(version, "--fail")
            .option("--write-out", "%{http_version} %{ssl_verify_result}")
            .send();
        shown.expect(200, "<html lang=\"es\">");
        let end = format!("{} 0", version.strip_prefix("--http").unwrap());
        assert!(shown.text().ends_with(&end), "{shown:?}");
        assert_eq!(
            shown.header("strict-transport-security"),
            "max-age=31536000"
        );
    }

    // A mistake is answered by TLS as well.
    let missing = production.get("/en/nowhere");
    assert_eq!(missing.status, 404);
    assert_eq!(
        missing.header("strict-transport-security"),
        "max-age=31536000"
    );

    // The certificate is what makes it so.
    let stranger = outside.visit_url(&format!("{}/en", outside.origin()));
    let error = stranger.try_send().unwrap_err();
    assert!(error.starts_with("curl: (60) "), "{error}");
    production.stop();
}

#[test]
fn a_visitor_who_comes_again_has_a_session() {
    let Some(production) = Production::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("session.pem");
    // Without tickets, which nginx needs no cache for.
    let connect = |option: &str| {
        let mut child = Command::new("openssl")
            .args(["s_client", "-tls1_2", "-no_ticket", "-ign_eof"])
            .args([option, session.to_str().unwrap()])
            .args(["-servername", HOST, "-connect"])
            .arg(format!("127.0.0.1:{}", production.outside().https))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A worker keeps a session after the handshake: it has done so once it answers a request.
        let request = format!("GET /en HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
        let mut input = child.stdin.take().unwrap();
        input.write_all(request.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let first = connect("-sess_out");
    assert!(first.contains("\nNew, TLSv1.2"), "{first}");
    assert!(first.contains("HTTP/1.1 200"), "{first}");
    // The workers take turns, and share what they keep.
    for _ in 0..5 {
        let again = connect("-sess_in");
        assert!(again.contains("\nReused, TLSv1.2"), "{again}");
    }
    production.stop();
}

#[test]
fn http_leads_to_https() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    let url = format!("http://{HOST}:{}/en/collection?page=2", outside.http);
    let answer = outside.visit_url(&url).send();
    assert_eq!(answer.status, 301);
    // https has its usual port there.
    let target = format!("https://{HOST}/en/collection?page=2");
    assert_eq!(answer.header("location"), target);

    // No instance was asked.
    production.get("/en?after").expect(200, "");
    let log = production.stop();
    assert!(log.contains("GET /en?after "), "{log}");
    assert!(!log.contains("page=2"), "{log}");
}

#[test]
fn other_names_get_no_answer() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    let error = |visit: crate::nginx::visit::Visit| visit.try_send().unwrap_err();

    let http = outside.visit_url(&format!("http://other.example:{}/en", outside.http));
    let said = error(http);
    assert!(said.contains("Empty reply from server"), "{said}");

    let https = outside.visit_url(&format!("https://other.example:{}/en", outside.https));
    let said = error(https);
    assert!(said.contains("unrecognized name"), "{said}");

    // A name that is forged after the handshake.
    let forged = outside
        .visit("/")
        .option("--http1.1", "--fail")
        .header("Host", "other.example");
    let said = error(forged);
    assert!(said.contains("Empty reply from server"), "{said}");

    production.get("/?known").expect(303, "");
    let log = production.stop();
    assert!(log.contains("GET /?known "), "{log}");
    assert!(!log.contains("GET / "), "{log}");
}

#[test]
fn redirects_name_the_outer_scheme_host_and_port() {
    let Some(production) = Production::start() else {
        return;
    };
    let (outside, origin) = (production.outside(), production.outside().origin());
    for (accepted, home) in [("fr", "/en"), ("es", "/es"), ("ja-JP, en;q=0.2", "/ja")] {
        let answer = outside
            .visit("/")
            .header("Accept-Language", accepted)
            .send();
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), format!("{origin}{home}"));
    }

    let signed = outside
        .visit("/es/guestbook")
        .form("name=Ida&message=Buenos+d%C3%ADas")
        .send();
    assert_eq!(signed.status, 303);
    let thanks = format!("{origin}/es/guestbook/thanks");
    assert_eq!(signed.header("location"), thanks);
    assert_eq!(production.get("/es/guestbook/thanks").status, 200);

    let joined = outside.visit("/en/join").form("code=ytterby").send();
    assert_eq!(joined.status, 303);
    assert_eq!(joined.header("location"), format!("{origin}/en/archive"));
    let cookie = joined.header("set-cookie");
    assert!(cookie.starts_with("member=yes;"), "{cookie}");
    let refused = production.get("/en/archive");
    assert_eq!(refused.status, 303);
    assert_eq!(refused.header("location"), format!("{origin}/en/join"));
    let let_in = outside.visit("/en/archive").header("Cookie", cookie).send();
    assert_eq!(let_in.status, 200);
    production.stop();
}

#[test]
fn a_visitor_cannot_lie_about_the_address() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    let plain = outside.visit("/?plain").from("127.0.0.2").send();
    let lied = outside
        .visit("/?lied")
        .from("127.0.0.3")
        .header("X-Forwarded-For", "203.0.113.7")
        .header("X-Forwarded-Proto", "http")
        .header("X-Forwarded-Host", "evil.example")
        .header("Referer", "https://elsewhere.example/")
        .send();
    for answer in [plain, lied] {
        let home = format!("{}/en", outside.origin());
        assert_eq!(answer.header("location"), home, "{answer:?}");
    }
    let line = production.line("?plain");
    assert!(line.starts_with("127.0.0.2 - - ["), "{line}");
    let line = production.line("?lied");
    assert!(line.starts_with("127.0.0.3 - - ["), "{line}");
    assert!(
        line.contains("\"GET /?lied HTTP/1.1\" 303 0 \"https://elsewhere.example/\" \"curl/"),
        "{line}"
    );
    production.stop();
}

#[test]
fn only_the_proxy_is_believed() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    let instance = format!("http://127.0.0.1:{}", production.ports()[0]);
    let ask = |query: &str, address: &str| {
        outside
            .visit_url(&format!("{instance}/?{query}"))
            .from(address)
            .header("X-Forwarded-For", "203.0.113.7")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-Host", "outer.example")
            .send()
    };
    // From the address that the settings name, as nginx.
    let trusted = ask("trusted", "127.0.0.1");
    assert_eq!(trusted.header("location"), "https://outer.example/en");
    let line = production.line("?trusted");
    assert!(line.starts_with("203.0.113.7 - - ["), "{line}");
    // From another one, past nginx.
    let stranger = ask("stranger", "127.0.0.2");
    assert_eq!(stranger.status, 303);
    assert_eq!(stranger.header("location"), "/en");
    let line = production.line("?stranger");
    assert!(line.starts_with("127.0.0.2 - - ["), "{line}");
    production.stop();
}

#[test]
fn too_large_a_body_is_refused_before_the_instances() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    let folder = tempfile::tempdir().unwrap();
    let send = |query: &str, length: usize| {
        let file = folder.path().join(query);
        std::fs::write(&file, "x".repeat(length)).unwrap();
        outside
            .visit(&format!("/en/guestbook?{query}"))
            .header("Expect", "")
            .option("--data-binary", &format!("@{}", file.display()))
            .send()
    };
    assert_eq!(send("large", (2 << 20) + 1).status, 413);
    // No name, no message; but it has come to the app.
    assert_eq!(send("small", 1 << 20).status, 422);
    let log = production.stop();
    assert!(log.contains("?small "), "{log}");
    assert!(!log.contains("?large "), "{log}");
}
