//! The pages of errors and panics: in development where in the app's own source it happened, and
//! in production nothing of it.

use crate::Builds;
use kalgan_tests::{Answer, Build, Profile, Site};

fn site() -> Site {
    Site::of_app("workshop", "workshop")
}

fn workshop(profile: Profile) -> Build {
    static BUILDS: Builds = Builds::new();
    BUILDS.get(profile, site)
}

const SOURCE: &str = "src/controller/reply.rs";

/// The line of the one statement of the app's source that has this text.
fn line_of(statement: &str) -> usize {
    let text = site().read(SOURCE);
    let lines: Vec<usize> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.contains(statement))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(lines.len(), 1, "{statement}");
    lines[0]
}

/// Asserts that the body has these parts, each after the one before it.
fn in_order(answer: &Answer, parts: &[String]) {
    let text = answer.text();
    let mut rest = text.as_str();
    for part in parts {
        match rest.split_once(part.as_str()) {
            Some((_, after)) => rest = after,
            None => panic!("no `{part}`, or not in its place, in {answer:?}"),
        }
    }
}

fn place(line: usize) -> String {
    format!("{SOURCE}:{line}")
}

#[test]
fn an_error_is_told_with_its_causes_and_the_calls_of_the_app() {
    let server = workshop(Profile::Debug).launch().serve();
    let (made, called) = (line_of("= read(day)?"), line_of("= total(&day).await?"));
    let page = server
        .ask("GET", "/accounts/%3Cscript%3E?key=a%20b")
        .header("cookie", "session=s3cret")
        .header("x-script", "<script>")
        .send();
    assert_eq!(page.status, 500);
    let link = |line: usize| {
        let folder = site().folder().display().to_string();
        format!("<a href=\"vscode://file{folder}/{SOURCE}:{line}:")
    };
    in_order(
        &page,
        &[
            "500 Internal Server Error".to_owned(),
            "<li><pre>the accounts of &lt;script&gt; cannot be read</pre></li>".to_owned(),
            "<li><pre>invalid digit found in string</pre></li>".to_owned(),
            "Made at".to_owned(),
            link(made),
            "<mark>read(day)?</mark>".to_owned(),
            "Calls in the app".to_owned(),
            "<code>workshop::controller::reply::total</code>".to_owned(),
            place(made),
            "<code>workshop::controller::reply::accounts</code>".to_owned(),
            link(called),
            place(called),
            "All ".to_owned(),
            "<dd>/accounts/{day}</dd>".to_owned(),
            "<dd>reply::accounts</dd>".to_owned(),
            "<dd>first</dd>".to_owned(),
            "config/routes/replies.yaml:".to_owned(),
            "<dt>day</dt><dd>&lt;script&gt;</dd>".to_owned(),
            "<dt>key</dt><dd>a b</dd>".to_owned(),
            "<dd>session=…</dd>".to_owned(),
        ],
    );
    for absent in ["<script>", "s3cret"] {
        assert!(!page.has(absent), "{absent} in {page:?}");
    }
    // No call of Kalgan's or of another crate's is among those of the app.
    let text = page.text();
    let calls = text.split("Calls in the app").nth(1).unwrap_or_default();
    let calls = calls.split("<details>").next().unwrap_or_default();
    for foreign in ["registry", "/rustc/", "kalgan::", "tokio::"] {
        assert!(!calls.contains(foreign), "{foreign} in {calls}");
    }

    let text = server
        .ask("GET", "/accounts/monday")
        .header("accept", "application/json")
        .send();
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    in_order(
        &text,
        &[
            "500 Internal Server Error\n".to_owned(),
            "caused by: the accounts of monday cannot be read\n".to_owned(),
            "caused by: invalid digit found in string\n".to_owned(),
            format!("made at {}:", place(made)),
            "reply::total\n".to_owned(),
            place(made),
            "reply::accounts\n".to_owned(),
            place(called),
        ],
    );
    assert_eq!(server.get("/").status, 200);
    server.stop_well();
}

#[test]
fn a_panic_is_told_with_its_place_and_the_server_goes_on() {
    let server = workshop(Profile::Debug).launch().serve();
    let at = line_of("boards[board]");
    let called = line_of("length(*board)");
    for _ in 0..2 {
        let page = server.get("/measure");
        assert_eq!(page.status, 500);
        in_order(
            &page,
            &[
                "index out of bounds".to_owned(),
                "Panicked at".to_owned(),
                place(at),
                "<mark>boards[board]</mark>".to_owned(),
                "<code>workshop::controller::reply::length</code>".to_owned(),
                place(at),
                "<code>workshop::controller::reply::measure</code>".to_owned(),
                place(called),
            ],
        );
    }
    // What the hook before ours writes is written, and the log tells the place.
    assert!(server.stderr().text().contains("panicked at"));
    let line = server.log().line_with("a controller panicked");
    assert!(line.contains(&format!("reply.rs:{at}:")), "{line}");
    let as_visitors = server.get("/measure?_error_page=1");
    assert_eq!(as_visitors.status, 500);
    // The bar of development stays, and tells the lines of the log.
    as_visitors.expect(500, "<h1><b>500</b>");
    assert!(!as_visitors.has("Calls in the app"), "{as_visitors:?}");
    server.get("/").expect(200, "<h1>IDA");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn routes_are_told_where_none_answers() {
    let server = workshop(Profile::Debug).launch().serve();
    server.get("/acounts/monday").expect(404, "<h1>404 none");
    let page = server.get("/acounts/monday?_error_page=0");
    assert_eq!(page.status, 404);
    in_order(
        &page,
        &[
            "No route answers this request".to_owned(),
            "<b>/accounts/{day}</b>".to_owned(),
            "config/routes/replies.yaml:".to_owned(),
            "<b>/plain/{id}</b>".to_owned(),
        ],
    );
    let refused = server.ask("GET", "/json").send();
    assert_eq!(refused.header("allow"), "OPTIONS, POST");
    in_order(
        &refused,
        &["<b>/json</b>".to_owned(), "answers POST".to_owned()],
    );
    server.stop_well();
}

#[test]
fn the_editor_is_chosen_by_the_environment() {
    let build = workshop(Profile::Debug);
    let page = |value: &str| {
        let server = build.launch().env("KALGAN_EDITOR_URL", value).serve();
        let page = server.get("/question");
        let told = server.log().text().contains("KALGAN_EDITOR_URL");
        server.stop_well();
        (page, told)
    };
    let (zed, told) = page("zed");
    zed.expect(500, "<a href=\"zed://file/");
    assert!(!told);
    let (own, _) = page("my://open?at={path}&line={line}");
    own.expect(500, "<a href=\"my://open?at=/");
    let (off, _) = page("");
    off.expect(500, SOURCE);
    assert!(!off.has("<a href=\"vscode"), "{off:?}");
    let (unknown, told) = page("vsocde");
    unknown.expect(500, "<a href=\"vscode://file/");
    assert!(told);
}

#[test]
fn production_shows_and_holds_nothing_of_it() {
    let build = workshop(Profile::Release);
    let server = build.launch().serve();
    for path in ["/accounts/monday", "/measure?_error_page=0", "/question"] {
        let page = server.get(path);
        assert_eq!(page.status, 500);
        for inside in ["reply", ".rs", "digit", "bounds", "monday", "route"] {
            assert!(!page.has(inside), "{path}: {page:?}");
        }
    }
    assert_eq!(server.get("/").status, 200);
    // The log tells of the panic.
    assert_eq!(server.stop().code, Some(0));
    let binary = std::fs::read(build.binary()).expect("the binary can be read");
    // Not `KALGAN_EDITOR_URL`: that it is no setting is known there, too.
    for part in [
        "no editor that Kalgan knows",
        "vscode://file",
        "_error_page",
        "Calls in the app",
        "What visitors see",
        "prefers-color-scheme:dark",
    ] {
        let is_there = binary.windows(part.len()).any(|w| w == part.as_bytes());
        assert!(!is_there, "`{part}` is in the release binary");
    }
}
