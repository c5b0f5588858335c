//! The pages of errors and panics: all of it in development, nothing in production.

use super::*;
use std::fmt;

const ROUTES: (&str, &str) = (
    "config/routes/site.yaml",
    "\
routes:
  - home: {path: /, controller: home::index, methods: get}
  - echo: {path: '/echo/{id}', controller: home::echo, requirements: {id: '[0-9]+'}}
  - form: {path: /form, controller: home::form, methods: post}
  - fail: {path: '/fail/{status}', controller: home::fail, middleware: mark::first}
  - panics: {path: /panics, controller: home::panics}
  - causes: {path: '/causes/{name}', controller: home::causes}
  - joins: {path: /joins, controller: home::joins}
  - count: {path: /count, controller: home::count}
  - shop: {path: /shop, controller: home::index, host: '{shop}.example.com'}
",
);

/// The lines below in which these fail.
fn line_of(needle: &str) -> usize {
    let text = include_str!("errors.rs");
    let at = text.lines().position(|line| line.contains(needle));
    at.unwrap() + 1
}

#[derive(Debug)]
struct Because(&'static str, Option<Box<Because>>);

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Because {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.1.as_deref()?;
        Some(source)
    }
}

pub(super) async fn causes(Path(name): Path<String>) -> Result<String> {
    let root = Because("the <script>root</script>", None);
    let near = Because("the near <b>one</b>", Some(Box::new(root)));
    Err(near)?; // here
    Ok(name)
}

/// A panic of another task that ends the request with an error.
pub(super) async fn joins() -> Result<String> {
    let other = tokio::spawn(async { panic!("in a task of its own") });
    Ok(other.await?)
}

pub(super) async fn error_page_fails(_: ErrorInfo) -> Result<Response> {
    Err(Error::internal("the page of the error has failed"))
}

fn holds(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.body.contains(part), "no {part} in {}", answer.body);
    }
}

fn as_text(path: &str) -> Request {
    with_header(request("GET", path), "accept", "application/json")
}

#[tokio::test]
async fn an_error_is_told_with_its_causes_place_route_and_request() {
    let site = Site::new(&[ROUTES]);
    let mut request = request("GET", "/causes/%3Cscript%3E?a=%3Cscript%3E&b=1+2");
    for (name, value) in [
        ("cookie", "session=s3cret"),
        ("authorization", "Bearer s3cret"),
        ("x-evil", "<script>"),
    ] {
        request = with_header(request, name, value);
    }
    let error = site.send(request).await;
    assert_eq!(error.status, 500);
    assert_eq!(error.header("cache-control"), "no-store");
    let here = format!(
        "kalgan/src/tests/errors.rs:{}",
        line_of("Err(near)?; // here")
    );
    holds(
        &error,
        &[
            "500 Internal Server Error",
            "<h1>the near &lt;b&gt;one&lt;/b&gt;</h1>",
            "<li><pre>the near &lt;b&gt;one&lt;/b&gt;</pre></li>\
             <li><pre>the &lt;script&gt;root&lt;/script&gt;</pre></li>",
            "Made at",
            &here,
            "<dt>controller</dt><dd>home::causes</dd>",
            "<dt>path</dt><dd>/causes/{name}</dd>",
            "<dt>name</dt><dd>&lt;script&gt;</dd>",
            "<dt>a</dt><dd>&lt;script&gt;</dd>",
            "<dt>b</dt><dd>1 2</dd>",
            "<dt>language</dt><dd>en</dd>",
            "<dt>x-evil</dt><dd>&lt;script&gt;</dd>",
            "<dt>cookie</dt><dd>session=…</dd>",
            "<dt>authorization</dt><dd>Bearer …</dd>",
            "config/routes/site.yaml:7:5</a>",
            "All ",
            "a=%3Cscript%3E&amp;b=1+2&amp;_error_page=1",
        ],
    );
    for absent in ["<script>", "s3cret", "<b>one"] {
        assert!(!error.body.contains(absent), "{absent} in {}", error.body);
    }
    let link = format!(
        "<a href=\"vscode://file{}/config/routes/site.yaml:7:5\">",
        site.folder.path().display()
    );
    holds(&error, &[&link]);
}

#[tokio::test]
async fn errors_of_the_request_are_explained_where_the_app_has_no_page() {
    let site = Site::new(&[ROUTES]);
    let error = site.get("/fail/409").await;
    assert_eq!(error.status, 409);
    holds(
        &error,
        &[
            "409 Conflict",
            "<h1>the &lt;inside&gt; of it</h1>",
            "<dd>/fail/{status}</dd>",
            "<dt>status</dt><dd>409</dd>",
            "<dt>middlewares</dt><dd>mark::first</dd>",
        ],
    );
    assert!(!error.body.contains("Calls in the app"), "{}", error.body);
    holds(&site.get("/count").await, &["u32"]);
}

#[tokio::test]
async fn a_panic_is_told_with_its_place() {
    let site = Site::new(&[ROUTES]);
    let panic = site.get("/panics").await;
    assert_eq!(panic.status, 500);
    holds(
        &panic,
        &[
            "a controller panicked: a &lt;slip&gt; of the pen",
            "Panicked at",
            "kalgan/src/tests/mod.rs:",
            "Calls in the app",
        ],
    );
    let joined = site.get("/joins").await;
    assert_eq!(joined.status, 500);
    holds(&joined, &["panicked", "Made at", "tests/errors.rs:"]);
    assert_eq!(site.get("/").await.status, 200, "the app goes on");
}

#[tokio::test]
async fn a_program_is_told_the_same_as_text() {
    let site = Site::new(&[ROUTES]);
    let text = site.send(as_text("/causes/%1B[31m")).await;
    assert_eq!(text.status, 500);
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert!(
        text.body.starts_with(
            "500 Internal Server Error\ncaused by: the near <b>one</b>\n\
             caused by: the <script>root</script>\nmade at "
        ),
        "{}",
        text.body
    );
    holds(
        &text,
        &[
            "\ncalls in the app:\n",
            "\nroute:\n  name: causes\n",
            "  file: config/routes/site.yaml:7:5\n",
            "  name: \\u{1b}[31m\n",
        ],
    );
    let conflict = site.send(as_text("/fail/409")).await;
    assert!(
        conflict
            .body
            .starts_with("409 Conflict\nthe <inside> of it\nmade at ")
    );
    let missing = site.send(as_text("/fomr")).await;
    holds(&missing, &["nearest routes:\n  POST /form (form, config/"]);
}

#[tokio::test]
async fn a_request_that_no_route_answers_is_told_which_there_are() {
    let site = Site::new(&[ROUTES]);
    let missing = site.get("/%3Cscript%3E").await;
    assert_eq!(missing.status, 404);
    holds(
        &missing,
        &[
            "<h1>No route answers this request</h1>",
            "config/routes/site.yaml:4:5</a>",
        ],
    );
    assert!(!missing.body.contains("<script>"));
    assert!(!missing.body.contains("Made at"));
    let first = |answer: &Answer| {
        let row = answer.body.split("<tbody><tr>").nth(1).unwrap();
        row.split("</tr>").next().unwrap().to_owned()
    };
    for (path, name, reason) in [
        ("/fomr", "form", "answers POST"),
        ("/echo/x", "echo", "`id` must be [0-9]+, not `x`"),
        ("/ehco/7", "echo", ""),
        (
            "/shop",
            "shop",
            "its host is {shop}.example.com, not site.test",
        ),
        ("/panics/", "panics", "without the slash at the end"),
        ("/causes/", "causes", "`name` must not be empty"),
    ] {
        let missing = site.get(path).await;
        assert_eq!(missing.status, 404, "{path}");
        let row = first(&missing);
        assert!(row.contains(&format!("<td>{name}</td>")), "{path}: {row}");
        assert!(row.contains(reason), "{path}: {row}");
    }
    let refused = site.get("/form").await;
    assert_eq!(refused.status, 405);
    assert_eq!(refused.header("allow"), "OPTIONS, POST");
    holds(&refused, &["the path is answered for OPTIONS, POST"]);
    assert!(first(&refused).contains("answers POST"));
}

#[tokio::test]
async fn errors_in_production_tell_nothing() {
    let site = Site::new(&[
        ROUTES,
        ("config/app.yaml", "environment:\n  is_prod: true\n"),
    ]);
    for (path, status) in [
        ("/fail/409", 409),
        ("/fail/599", 500),
        ("/causes/x", 500),
        ("/panics?_error_page=0", 500),
        ("/none", 404),
    ] {
        let error = site.get(path).await;
        assert_eq!(error.status, status);
        for inside in ["inside", "slip", "digit", "home::", ".rs", "near", "echo"] {
            assert!(!error.body.contains(inside), "{path}: {}", error.body);
        }
        assert!(error.body.contains(&status.to_string()));
    }
}

const PAGES: &str = "error:\n  404: error::not_found\n  500: error::broken\n";

#[tokio::test]
async fn pages_of_the_app_are_for_visitors() {
    let settings = format!("environment:\n  is_prod: true\n{PAGES}");
    let site = Site::new(&[ROUTES, ("config/app.yaml", &settings)]);
    let missing = site.get("/none").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.body, "nothing here (en, Not Found)");
    for path in ["/panics", "/causes/x"] {
        let broken = site.get(path).await;
        assert_eq!(broken.status, 500);
        assert_eq!(broken.body, "sorry: 500 Internal Server Error");
    }
}

/// A 500 is explained whatever page the app has, and any page can be asked for.
#[tokio::test]
async fn in_development_the_query_chooses_the_page() {
    let site = Site::new(&[ROUTES, ("config/app.yaml", PAGES)]);
    let missing = site.get("/none").await;
    assert_eq!(missing.body, "nothing here (en, Not Found)");
    let missing = site.get("/none?_error_page=0").await;
    assert_eq!(missing.status, 404);
    holds(&missing, &["Routes, the nearest first"]);

    for path in ["/panics", "/causes/x"] {
        holds(&site.get(path).await, &["Calls in the app"]);
        let broken = site.get(&format!("{path}?_error_page=1")).await;
        assert_eq!(broken.status, 500);
        assert_eq!(broken.body, "sorry: 500 Internal Server Error");
    }
    // Where the app has none it is Kalgan's own.
    let conflict = site.get("/fail/409?_error_page=1").await;
    assert_eq!(conflict.status, 409);
    holds(&conflict, &["<h1><b>409</b>Conflict</h1>"]);
    assert!(!conflict.body.contains("inside"));
}

/// `kalgan::test` sees what visitors will see, and the error beside it.
#[cfg(feature = "test")]
#[tokio::test]
async fn a_test_of_the_app_sees_the_pages_of_visitors() {
    let site = Site::new(&[ROUTES, ("config/app.yaml", PAGES)]);
    let client = crate::test::Client::new(site.app.clone());
    for path in ["/panics", "/causes/x", "/joins"] {
        let broken = client.get(path).await;
        broken
            .assert_status(500)
            .assert_body_contains("sorry: 500 Internal Server Error");
        let error = broken.error().unwrap();
        assert!(
            error.contains("errors.rs:") || path != "/causes/x",
            "{error}"
        );
    }
    let conflict = client.get("/fail/409").await;
    conflict
        .assert_status(409)
        .assert_selector_text("h1", "409Conflict")
        .assert_no_text("inside");
    assert!(conflict.error().unwrap().contains("inside"));
    // Who asks for the explanation gets it.
    let explained = client.get("/causes/x?_error_page=0").await;
    explained.assert_status(500).assert_text("Calls in the app");
}

#[cfg(feature = "test")]
#[tokio::test]
async fn a_test_of_the_app_is_told_that_the_page_of_an_error_fails() {
    let settings = ("config/app.yaml", "error: {500: error::fails}\n");
    let site = Site::new(&[ROUTES, settings]);
    let failed = crate::test::Client::new(site.app).get("/causes/x").await;
    failed
        .assert_status(500)
        .assert_selector_text("h1", "500Internal Server Error");
    let error = failed.error().unwrap();
    let parts: Vec<&str> = error
        .split("\nand the page of the error has failed:\n")
        .collect();
    assert_eq!(parts.len(), 2, "{error}");
    assert!(parts[0].contains("the near <b>one</b>"), "{error}");
    assert!(
        parts[1].contains("the page of the error has failed"),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_page_that_fails_is_explained() {
    let settings = ("config/app.yaml", "error: {500: error::fails}\n");
    let site = Site::new(&[ROUTES, settings]);
    let failed = site.get("/panics?_error_page=1").await;
    assert_eq!(failed.status, 500);
    holds(
        &failed,
        &["the page of the error has failed", "Calls in the app"],
    );
}
