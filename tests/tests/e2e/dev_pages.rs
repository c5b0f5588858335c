//! Development: what pages carry so that they show edits by themselves, and that production has
//! none of it.

use crate::museum;
use crate::workshop::workshop;
use kalgan_tests::{DEADLINE, Profile, Server, Signal, Site};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

const DATA: &str = "<script type=\"application/json\" id=\"kalgan-dev\">";
const SCRIPT: &str = "<script src=\"/_kalgan/live.js\" defer nonce=\"";
const OFF: [&str; 2] = ["KALGAN_DEVELOPMENT__LIVE_RELOAD", "KALGAN_DEVELOPMENT__BAR"];

/// A page that listens to what it is told.
pub(crate) struct Listener(BufReader<TcpStream>);

impl Listener {
    pub(crate) fn of(server: &Server) -> Self {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let request = "GET /_kalgan/events?assets=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    /// The next line that begins so; `None` where the stream ends before one.
    pub(crate) fn next(&mut self, begin: &str) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if line.starts_with(begin) {
                return Some(line.trim_end().to_owned());
            }
        }
    }
}

#[test]
fn pages_carry_the_script_and_nothing_else_does() {
    let server = museum(Profile::Debug).serve();
    for path in ["/en", "/en/about", "/en/no/such/page"] {
        let page = server.get(path);
        assert!(page.has(DATA) && page.has(SCRIPT), "{page:?}");
        assert_eq!(page.text().matches(SCRIPT).count(), 1);
        assert!(page.text().ends_with("></script>"), "{page:?}");
        let length: usize = page.header("content-length").parse().unwrap();
        assert_eq!(length, page.body.len());
    }
    for path in ["/api/elements.json", "/sitemap.xml", "/static/app.css"] {
        let other = server.get(path);
        assert_eq!(other.status, 200);
        assert!(!other.has("_kalgan"), "{path}");
    }
    server
        .get("/_kalgan/live.js")
        .expect(200, "new EventSource(");
    // Another site may have made its own name lead here.
    let foreign = server
        .ask("GET", "/en")
        .header("host", "evil.example")
        .send();
    assert_eq!(foreign.status, 200);
    assert!(!foreign.has("kalgan-dev"), "{foreign:?}");
    let _ = server
        .log()
        .line_with("add it to the setting `development.hosts`");
    // It is no part of the app.
    let log = server.log().text();
    assert!(!log.contains("_kalgan"), "{log}");
    server.stop_well();
}

#[test]
fn the_bar_tells_how_a_page_came_about() {
    let server = museum(Profile::Debug).serve();
    let page = server.get("/en/broken").text();
    let (_, data) = page.split_once(DATA).unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let bar = &data["bar"];
    assert_eq!(bar["status"], 500);
    assert_eq!(bar["route"]["path"], "/{_lang}/broken");
    // The lines of the log that the request has written.
    let lines = bar["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["level"] == "ERROR"), "{bar:#}");
    server.stop_well();
}

#[test]
fn an_open_page_is_told_of_edits_and_does_not_keep_the_server() {
    let site = Site::of_example("museum", "museum-told");
    let server = site.build(Profile::Debug).launch().serve();
    let mut listener = Listener::of(&server);
    let hello = listener.next("data: ").unwrap();
    assert!(hello.contains("\"mistakes\":null"), "{hello}");

    site.replace("template/about.html", "<h1>", "<h1 id=\"edited\">");
    server.get("/en/about").expect(200, "<h1 id=\"edited\">");
    assert_eq!(listener.next("event: ").unwrap(), "event: site");

    site.replace("template/about.html", "|trans", "|tarns");
    assert_eq!(server.get("/en").status, 500);
    assert_eq!(listener.next("event: ").unwrap(), "event: mistakes");
    let mistakes = listener.next("data: ").unwrap();
    assert!(mistakes.contains("tarns"), "{mistakes}");

    server.signal(Signal::TERM);
    assert_eq!(listener.next("event: "), None);
    let ran = server.wait();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("are cut"), "{}", ran.stdout);
}

#[test]
fn a_page_may_stream_under_a_policy() {
    let server = workshop(Profile::Debug)
        .launch()
        .env("WORKSHOP_POLICY", "default-src 'self'; script-src 'none'")
        .serve();
    let page = server.get("/page");
    assert_eq!(page.header("transfer-encoding"), "chunked");
    let text = page.text();
    let (before, rest) = text.split_once(DATA).unwrap();
    assert_eq!(
        before,
        "<!doctype html><body><script>'</body>'</script><p>a</body></html>"
    );
    assert!(rest.ends_with("></script>"), "{rest}");
    let (_, nonce) = rest.split_once(SCRIPT).unwrap();
    let (nonce, _) = nonce.split_once('"').unwrap();
    assert_eq!(
        page.header("content-security-policy"),
        format!("default-src 'self'; script-src 'nonce-{nonce}'")
    );
    let other = server.get("/streamed");
    assert_eq!(
        other.header("content-security-policy"),
        "default-src 'self'; script-src 'none'"
    );
    server.stop_well();
}

#[test]
fn where_the_settings_turn_it_off_pages_are_as_in_production() {
    let launch = museum(Profile::Debug);
    let off = OFF
        .into_iter()
        .fold(launch, |launch, name| launch.env(name, "false"));
    let (off, production) = (off.serve(), museum(Profile::Release).serve());
    // Its stylesheets have another version.
    for path in ["/en/element/Fe", "/en/about"] {
        let [here, there] = [&off, &production].map(|server| {
            let text = server.get(path).text();
            text.lines()
                .filter(|line| !line.contains("/static/"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        assert_eq!(here, there);
    }
    for server in [off, production] {
        assert_eq!(server.get("/_kalgan/live.js").status, 404);
        assert_eq!(server.get("/_kalgan/events").status, 404);
        server.stop_well();
    }
}

#[test]
fn a_release_binary_has_none_of_it() {
    // The same copy as that of `museum`, which is built already or will be.
    let site = Site::of_example("museum", "museum");
    let [debug, release] =
        Profile::ALL.map(|profile| std::fs::read(site.build(profile).binary()).unwrap());
    // What is no text is replaced, and all else stays.
    let [debug, release] = [&debug, &release].map(|binary| String::from_utf8_lossy(binary));
    for text in ["/_kalgan/", "EventSource", "kalgan-dev"] {
        assert!(debug.contains(text), "`{text}` would not be found");
        assert!(!release.contains(text), "`{text}` is in the release binary");
    }
}
