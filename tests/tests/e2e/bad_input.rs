//! What no browser sends. Each gets a clear refusal or a closed connection, and the server goes on.

use crate::{SCRIPT, museum, museum_folder};
use kalgan_tests::{Profile, Server, lift_file_limit, wait_for};

/// A museum to be maltreated.
fn victim(profile: Profile) -> Server {
    museum(profile).serve()
}

/// It still answers, and nothing in it has panicked.
fn is_well(server: Server) {
    server.get("/en").expect(200, "</html>");
    server.stop_well();
}

/// Asserts that what is sent gets one of these statuses, if it gets an answer at all, and that the
/// connection is closed then: nothing of it is taken for another request.
fn refused(server: &Server, what: &str, bytes: impl AsRef<[u8]>, statuses: &[u16]) {
    let answers = server.exchange(bytes);
    assert!(
        answers.len() <= 1,
        "{what} got several answers: {answers:?}"
    );
    for answer in answers {
        assert!(
            statuses.contains(&answer.status),
            "{what} got {answer:?} instead of one of {statuses:?}"
        );
        assert!(!answer.has(SCRIPT), "{what}: {answer:?}");
    }
}

#[test]
fn malformed_heads() {
    let long = "x".repeat(100_000);
    let get = |rest: &str| format!("GET /en HTTP/1.1\r\nHost: a\r\n{rest}\r\n\r\n");
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("no HTTP at all", b"hello\r\n\r\n".into(), &[400]),
        ("binary", (0..=255).collect(), &[400]),
        ("NUL bytes", b"\0\0\0\0\r\n\r\n".into(), &[400]),
        (
            "a TLS greeting",
            b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n".into(),
            &[400],
        ),
        ("HTTP/0.9", b"GET /en\r\n\r\n".into(), &[400]),
        (
            "a missing target",
            b"GET HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "two spaces",
            b"GET  /en HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "a space in the target",
            b"GET /en x HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "a NUL in the target",
            b"GET /e\0n HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "a control character in the target",
            b"GET /e\x1bn HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "bytes that are no UTF-8",
            b"GET /en/\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".into(),
            &[400],
        ),
        (
            "a method with a slash",
            b"G/T /en HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "HTTP/3.0",
            b"GET /en HTTP/3.0\r\nHost: a\r\n\r\n".into(),
            &[400, 505],
        ),
        (
            "HTTP/9",
            b"GET /en HTTP/9\r\nHost: a\r\n\r\n".into(),
            &[400, 505],
        ),
        (
            "a version in small letters",
            b"GET /en http/1.1\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        (
            "a version that is too long",
            b"GET /en HTTP/1.1111\r\nHost: a\r\n\r\n".into(),
            &[400],
        ),
        ("a field without a colon", get("no colon").into(), &[400]),
        ("a field without a name", get(": x").into(), &[400]),
        ("a space in a field's name", get("X y: z").into(), &[400]),
        ("a space before the colon", get("X : y").into(), &[400]),
        ("a NUL in a field's name", get("X\0: y").into(), &[400]),
        ("a NUL in a field", get("X: y\0z").into(), &[400]),
        ("a lone CR in a field", get("X: y\rZ: 1").into(), &[400]),
        (
            "a field's name that is no ASCII",
            get("É: y").into(),
            &[400],
        ),
        ("a folded field", get("X: y\r\n z").into(), &[400]),
        (
            "no host",
            b"GET /en HTTP/1.1\r\nConnection: close\r\n\r\n".into(),
            &[400],
        ),
        (
            "two hosts",
            get("Host: b\r\nConnection: close").into(),
            &[400],
        ),
        (
            "a host that is none",
            b"GET /en HTTP/1.1\r\nHost: a/<script>alert(1)</script>\r\nConnection: close\r\n\r\n"
                .into(),
            &[400],
        ),
        (
            "a length that is none",
            get("Content-Length: x").into(),
            &[400],
        ),
        (
            "a negative length",
            get("Content-Length: -1").into(),
            &[400],
        ),
        (
            "a length with a sign",
            get("Content-Length: +1").into(),
            &[400],
        ),
        (
            "a length in hexadecimal",
            get("Content-Length: 0x1").into(),
            &[400],
        ),
        (
            "a length that overflows",
            get("Content-Length: 99999999999999999999999").into(),
            &[400],
        ),
        (
            "a field that is too long",
            get(&format!("X: {long}")).into(),
            &[431],
        ),
        (
            "a name that is too long",
            get(&format!("{long}: x")).into(),
            &[431, 400],
        ),
        (
            "too many fields",
            get(&vec!["X: y"; 300].join("\r\n")).into(),
            &[431],
        ),
        (
            "a target that is too long",
            format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n").into(),
            &[414, 431],
        ),
        (
            "a method that is too long",
            format!("{long} /en HTTP/1.1\r\nHost: a\r\n\r\n").into(),
            &[400, 431],
        ),
        (
            "an endless first line",
            "GET /"
                .to_owned()
                .into_bytes()
                .into_iter()
                .chain(vec![b'a'; 2_000_000])
                .collect(),
            &[414, 431],
        ),
        (
            "an endless row of empty lines",
            b"\r\n".repeat(200_000),
            &[400, 431],
        ),
    ];
    for profile in Profile::ALL {
        let server = victim(profile);
        for (what, bytes, statuses) in &cases {
            refused(&server, what, bytes, statuses);
        }
        is_well(server);
    }
}

/// Only CONNECT names a host in the place of a path (RFC 9112, 3.2.3).
#[test]
fn a_target_that_is_no_path() {
    for profile in Profile::ALL {
        let server = victim(profile);
        for target in ["en", "en:80", "?a", "#a", "en/about"] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            refused(&server, target, request, &[400]);
        }
        is_well(server);
    }
}

#[test]
fn unusual_requests_that_are_sound() {
    for profile in Profile::ALL {
        let server = victim(profile);
        let ask = |line: &str| {
            let answers =
                server.exchange(format!("{line}\r\nHost: a\r\nConnection: close\r\n\r\n"));
            assert_eq!(answers.len(), 1, "{line} got {answers:?}");
            answers[0].clone()
        };
        let brew = ask("BREW /en HTTP/1.1");
        assert_eq!(brew.status, 405);
        assert_eq!(brew.header("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(
            ask("get /en HTTP/1.1").status,
            405,
            "methods have letter case"
        );
        assert_eq!(ask("TRACE /en HTTP/1.1").status, 405);
        assert_eq!(ask("GET http://elsewhere.example/en HTTP/1.1").status, 200);
        assert_eq!(ask("OPTIONS * HTTP/1.1").status, 204);
        assert_eq!(ask("GET * HTTP/1.1").status, 404);
        assert_eq!(ask("GET /en HTTP/1.0").status, 200);
        let connect = ask("CONNECT example.org:443 HTTP/1.1");
        assert!((400..500).contains(&connect.status), "{connect:?}");
        let long = format!("GET /en/{} HTTP/1.1", "a/".repeat(20_000));
        assert_eq!(ask(&long).status, 404);
        is_well(server);
    }
}

#[test]
fn paths_and_queries_that_are_no_text() {
    for profile in Profile::ALL {
        let server = victim(profile);
        for (path, status) in [
            ("/en/%ff", 400),
            ("/en/element/%c3%28", 400),
            ("/%ff%fe", 400),
            // Not percent-encoding: taken as it is.
            ("/en/%", 404),
            ("/en/%zz", 404),
            ("/en/%2", 404),
            ("/en/%00", 404),
            ("/en/element/%0d%0aset-cookie:x", 404),
        ] {
            let answer = server.get(path);
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            assert!(answer.headers.get("set-cookie").is_none());
        }
        for path in [
            "/en/search?q=%ff",
            "/en/search?%ff=%fe",
            "/en/search?q=%",
            "/en/search?&&==&",
            "/en/search?q=a&q=b",
            "/en/search?q[]=a",
            "/en/collection?page=99999999999999999999999",
            "/en/collection?page=-1",
        ] {
            let answer = server.get(path);
            assert!(matches!(answer.status, 200 | 400), "{path} got {answer:?}");
        }
        let long = format!("/en/search?q={}", "a".repeat(30_000));
        assert_eq!(server.get(&long).status, 200);
        is_well(server);
    }
}

#[test]
fn bodies_that_are_too_large_or_malformed() {
    let form = "POST /en/guestbook HTTP/1.1\r\nHost: a\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let chunked = format!("{form}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let cases: Vec<(&str, String, &[u16])> = vec![
        (
            "a length that is too large, without the body",
            format!("{form}Content-Length: 100000000\r\n\r\n"),
            &[413],
        ),
        (
            "the largest length there is",
            format!("{form}Content-Length: 18446744073709551614\r\n\r\n"),
            &[413, 400, 431],
        ),
        (
            "a body that is too large",
            format!(
                "{form}Content-Length: 3000000\r\n\r\n{}",
                "x".repeat(3_000_000)
            ),
            &[413],
        ),
        (
            "chunks that are too large together",
            format!("{chunked}{}0\r\n\r\n", chunk.repeat(50)),
            &[413],
        ),
        (
            "a chunk's size that is none",
            format!("{chunked}xyz\r\nabc\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "a negative chunk",
            format!("{chunked}-1\r\nabc\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "a chunk's size that overflows",
            format!("{chunked}FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "a chunk that is longer than it says",
            format!("{chunked}1\r\nabc\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "an empty chunk's size",
            format!("{chunked}\r\nabc\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "an endless extension of a chunk",
            format!("{chunked}1;{}\r\na\r\n0\r\n\r\n", "x".repeat(100_000)),
            &[400],
        ),
        (
            "endless trailers",
            format!(
                "{chunked}1\r\na\r\n0\r\nX: {}\r\n\r\n",
                "x".repeat(1_000_000)
            ),
            &[400, 431],
        ),
    ];
    for profile in Profile::ALL {
        let server = victim(profile);
        for (what, request, statuses) in &cases {
            refused(&server, what, request, statuses);
        }
        // A body that ends early.
        let mut raw = server.connect();
        raw.send(format!("{form}Content-Length: 100\r\n\r\nname=Ida"))
            .unwrap();
        raw.finish_sending();
        for answer in raw.rest() {
            assert_eq!(answer.status, 400, "{answer:?}");
        }
        // Nothing of all that has got into the book.
        server
            .get("/en/guestbook")
            .expect(200, "The first page is still blank.");
        is_well(server);
    }
}

/// A browser sends all of a form before it looks at the answer: that has to be still there then.
#[test]
fn the_refusal_of_a_large_body_arrives() {
    let server = victim(Profile::Release);
    for size in [3 << 20, 8 << 20] {
        for _ in 0..20 {
            let ask = server.ask("POST", "/en/guestbook").form(&"x".repeat(size));
            assert_eq!(ask.send().status, 413);
        }
    }
    is_well(server);
}

#[test]
fn a_body_that_stops_coming() {
    let server = museum(Profile::Release)
        .env("KALGAN_SERVER__BODY_TIMEOUT", "1")
        .serve();
    let mut raw = server.connect();
    raw.send(
        "POST /en/guestbook HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nname=",
    )
    .unwrap();
    assert_eq!(raw.answer().unwrap().status, 408);
    assert!(raw.is_closed());
    is_well(server);
}

/// Nor does it stop sending where the answer needs nothing of the body, or not all of it.
#[test]
fn an_answer_arrives_although_the_body_was_not_read_to_its_end() {
    let server = victim(Profile::Release);
    let body = "x".repeat(1_900_000);
    let known = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunked = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(50)
    );
    for (path, rest, status) in [
        ("/en", &known, 405),
        ("/nowhere", &known, 404),
        ("/static/app.css", &known, 405),
        ("/en/guestbook", &chunked, 413),
    ] {
        for _ in 0..20 {
            let mut raw = server.connect();
            raw.send(format!("POST {path} HTTP/1.1\r\nHost: a\r\n{rest}"))
                .unwrap();
            assert_eq!(raw.answer().unwrap().status, status, "{path}");
        }
    }
    is_well(server);
}

/// Two readings of one request are how a second one is smuggled past a proxy.
#[test]
fn requests_that_can_be_read_in_two_ways() {
    let smuggled = "GET /en/about HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /en/guestbook HTTP/1.1\r\nHost: a\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let cases: Vec<(&str, String)> = vec![
        (
            "two lengths",
            format!(
                "{post}Content-Length: 0\r\nContent-Length: {}\r\n\r\n{smuggled}",
                smuggled.len()
            ),
        ),
        (
            "a list of two lengths",
            format!(
                "{post}Content-Length: 0, {}\r\n\r\n{smuggled}",
                smuggled.len()
            ),
        ),
        (
            "a length and chunks",
            format!(
                "{post}Content-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
                smuggled.len() + 5
            ),
        ),
        (
            "chunks and a length",
            format!(
                "{post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "an encoding of no such kind",
            format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        (
            "an encoding after chunks",
            format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        (
            "two encodings",
            format!(
                "{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "a space before the colon",
            format!(
                "{post}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "a tab in the encoding's name",
            format!("{post}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        ),
        (
            "a control character before the encoding",
            format!(
                "{post}Transfer-Encoding: \x0bchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}"
            ),
        ),
        (
            "chunks in HTTP/1.0",
            format!(
                "{}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
                post.replace("HTTP/1.1", "HTTP/1.0")
            ),
        ),
    ];
    for profile in Profile::ALL {
        let server = victim(profile);
        for (what, request) in &cases {
            refused(&server, what, request, &[400, 415, 422, 501]);
        }
        assert!(
            server.log().lines_with("/en/about").is_empty(),
            "one got through"
        );
        is_well(server);
    }
}

#[test]
fn no_path_leads_out_of_the_static_folder() {
    let up = [
        "..",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "%2e.",
        "%252e%252e",
        "%c0%ae%c0%ae",
        "%e0%80%ae%e0%80%ae",
        "..%00",
        "..;",
        "....",
        "%u002e%u002e",
        "\u{ff0e}\u{ff0e}",
    ];
    let slash = [
        "/", "%2f", "%2F", "%252f", "\\", "%5c", "%c0%af", "//", "/./",
    ];
    let mut paths: Vec<String> = [
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static///etc/passwd",
        "/static/file:///etc/passwd",
        "/static/C:%5cwindows%5cwin.ini",
        "/static/.",
        "/static/..",
        "/static/.hidden",
        "/static/app.css/",
        "/static/app.css/..",
        "/static/app.css%00.html",
        "/static/app.css%20",
        "/static/img",
        "/static/img/",
        "/Static/app.css",
        "//static/app.css",
        "/./static/app.css",
        "/config/app/app.yaml",
        "/template/base.html",
        "/Cargo.toml",
        "/src/main.rs",
    ]
    .map(str::to_owned)
    .into();
    for up in up {
        for slash in slash {
            let climb = format!("{up}{slash}");
            paths.push(format!("/static/{climb}config/app/app.yaml"));
            paths.push(format!("/static{slash}{climb}Cargo.toml"));
            paths.push(format!("/static/img/{}Cargo.toml", climb.repeat(2)));
            paths.push(format!("/static/{}etc/passwd", climb.repeat(12)));
        }
    }
    for profile in Profile::ALL {
        // Both from disk: the binary's own are a table, in which nothing else can be.
        let server = museum(profile).env("KALGAN_ROOT", museum_folder()).serve();
        assert_eq!(server.get("/static/app.css").status, 200);
        for path in &paths {
            let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            for answer in server.exchange(request) {
                assert!((400..500).contains(&answer.status), "{path} got {answer:?}");
                for secret in ["refresh_config_timeout", "[package]", "root:x:"] {
                    assert!(!answer.has(secret), "{path} got {answer:?}");
                }
            }
        }
        is_well(server);
    }
}

/// A thousand clients that begin to ask and do not go on.
#[test]
fn half_open_connections() {
    const COUNT: usize = 1000;
    lift_file_limit(COUNT as u64 + 500);
    for profile in Profile::ALL {
        let server = museum(profile)
            .env("KALGAN_SERVER__HEADER_TIMEOUT", "3600")
            .serve();
        let beginnings = [
            "",
            "G",
            "GET /en HTTP/1.1\r\n",
            "GET /en HTTP/1.1\r\nHost: a\r\nX: ",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /en/guestbook HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nname",
        ];
        let mut open = Vec::with_capacity(COUNT);
        for beginning in beginnings.iter().cycle().take(COUNT) {
            let mut raw = server.connect();
            raw.send(beginning).unwrap();
            open.push(raw);
            if open.len() % 100 == 0 {
                server.get("/en").expect(200, "</html>");
            }
        }
        let descriptors = format!("/proc/{}/fd", server.id());
        if let Ok(folder) = std::fs::read_dir(&descriptors) {
            drop(folder);
            wait_for("all of them to be accepted", || {
                let count = std::fs::read_dir(&descriptors).ok()?.count();
                (count >= COUNT).then_some(())
            });
        }
        for path in [
            "/en",
            "/ja/element/H",
            "/static/app.css",
            "/api/elements.json",
        ] {
            assert_eq!(server.get(path).status, 200, "{path}");
        }
        // What they say in the end is nonsense.
        for (nth, mut raw) in open.into_iter().enumerate() {
            let _ = raw.send("\0 nonsense\r\n\r\n");
            raw.finish_sending();
            let beginning = beginnings[nth % beginnings.len()];
            if beginning.starts_with("PRI") {
                raw.wait_for_end();
                continue;
            }
            for answer in raw.rest() {
                assert!(
                    (400..500).contains(&answer.status),
                    "{beginning:?} got {answer:?}"
                );
            }
        }
        is_well(server);
    }
}

#[test]
fn connections_that_say_nothing_are_closed_after_a_while() {
    for profile in Profile::ALL {
        let server = museum(profile)
            .env("KALGAN_SERVER__HEADER_TIMEOUT", "2")
            .serve();
        let mut silent: Vec<_> = ["", "GET", "GET /en HTTP/1.1\r\nHost: a\r\n"]
            .iter()
            .cycle()
            .take(60)
            .map(|beginning| {
                let mut raw = server.connect();
                raw.send(beginning).unwrap();
                raw
            })
            .collect();
        assert_eq!(server.get("/en").status, 200);
        for raw in &mut silent {
            for answer in raw.rest() {
                assert_eq!(answer.status, 408);
            }
        }
        is_well(server);
    }
}
