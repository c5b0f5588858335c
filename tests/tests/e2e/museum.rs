//! What can be asked of the museum, and how two museums' answers are compared.

use crate::museum_folder;
use kalgan_tests::{Answer, Server};
use std::collections::BTreeSet;

pub(crate) const LANGUAGES: [&str; 3] = ["en", "es", "ja"];

const CATEGORIES: [&str; 10] = [
    "alkali-metal",
    "alkaline-earth-metal",
    "transition-metal",
    "post-transition-metal",
    "metalloid",
    "nonmetal",
    "halogen",
    "noble-gas",
    "lanthanide",
    "actinide",
];

/// A request of the list.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, String)>,
    /// The status that is due.
    status: u16,
}

impl Wish {
    fn new(method: &'static str, path: impl Into<String>, status: u16) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            status,
        }
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn body(mut self, content_type: &'static str, body: impl Into<String>) -> Self {
        self.body = Some((content_type, body.into()));
        self
    }

    fn form(self, form: impl Into<String>) -> Self {
        self.body("application/x-www-form-urlencoded", form)
    }

    pub(crate) fn send(&self, server: &Server) -> Answer {
        let mut ask = server.ask(self.method, &self.path);
        for (name, value) in &self.headers {
            ask = ask.header(name, value);
        }
        if let Some((content_type, body)) = &self.body {
            ask = ask.body(content_type, body.clone());
        }
        let answer = ask.send();
        assert_eq!(answer.status, self.status, "{self:?} got {answer:?}");
        answer
    }
}

/// The paths of all pages that a visitor can see, with their status.
pub(crate) fn pages() -> Vec<(String, u16)> {
    let mut pages: Vec<(String, u16)> =
        ["/api/elements.json", "/api/element/H.json", "/sitemap.xml"]
            .map(|path| (path.to_owned(), 200))
            .into();
    pages.extend(
        [
            "/api/element/Xx.json",
            "/api/element/hydrogen.json",
            "/nowhere",
            "/de",
            "/en/",
        ]
        .map(|path| (path.to_owned(), 404)),
    );
    for language in LANGUAGES {
        let mut add = |path: &str, status| pages.push((format!("/{language}{path}"), status));
        for path in [
            "",
            "/collection",
            "/collection?page=2",
            "/collection?page=99",
            "/collection?page=x",
            "/collection?category=halogen",
            "/collection?category=transition-metal&page=2",
            "/collection?category=%3Cscript%3E",
            "/element/H",
            "/element/Fe",
            "/element/Og",
            "/search",
            "/search?q=iron",
            "/search?q=%E6%B0%B4",
            "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
            "/search?q=nothing+is+called+so",
            "/timeline",
            "/guestbook",
            "/guestbook/thanks",
            "/join",
            "/about",
        ] {
            add(path, 200);
        }
        for category in CATEGORIES {
            add(&format!("/category/{category}"), 200);
        }
        for path in [
            "/element/Xx",
            "/element/iron",
            "/category/plasma",
            "/no/such/page",
            "/%3Cb%3E",
        ] {
            add(path, 404);
        }
        // Development shows the app's own page where it is asked to, and production does anyway.
        add("/broken?_error_page=1", 500);
        // Only members see it.
        add("/archive", 303);
    }
    pages
}

/// The static files, by the paths of their URLs.
pub(crate) fn static_files() -> BTreeSet<String> {
    let files = kalgan_tests::files_below(&museum_folder().join("static"));
    assert!(files.len() >= 5, "{files:?}");
    files
        .iter()
        .map(|file| format!("/static/{}", file.display()))
        .collect()
}

/// Everything that can be asked of a museum that nobody has visited yet, in this order.
pub(crate) fn wishes() -> Vec<Wish> {
    let mut wishes = Vec::new();
    for (path, status) in pages() {
        wishes.push(Wish::new("GET", &path, status));
        wishes.push(Wish::new("HEAD", &path, status));
    }
    for path in static_files() {
        wishes.push(Wish::new("GET", &path, 200));
        wishes.push(Wish::new("HEAD", &path, 200));
        wishes.push(Wish::new("GET", format!("{path}?v001"), 200));
        wishes.push(Wish::new("GET", &path, 206).header("range", "bytes=0-9"));
    }
    wishes.push(Wish::new("GET", "/static/none.css", 404));
    wishes.push(Wish::new("GET", "/static", 404));
    wishes.push(Wish::new("GET", "/static/../config/app/app.yaml", 404));
    wishes.push(Wish::new("GET", "/config/app/app.yaml", 404));
    wishes.push(Wish::new("POST", "/static/app.css", 405));

    for accepted in ["", "es", "ja;q=0.5, es;q=0.9", "ja-JP, en;q=0.2", "fr", "*"] {
        wishes.push(Wish::new("GET", "/", 303).header("accept-language", accepted));
    }
    for language in LANGUAGES {
        wishes.extend(forms(language));
        wishes.push(
            Wish::new("GET", format!("/{language}/nowhere"), 404).header("accept", "text/plain"),
        );
    }
    for (path, method) in [
        ("/en", "POST"),
        ("/en/guestbook", "DELETE"),
        ("/sitemap.xml", "PUT"),
    ] {
        wishes.push(Wish::new(method, path, 405));
        wishes.push(Wish::new(method, path, 405).header("accept", "application/json"));
        wishes.push(Wish::new("OPTIONS", path, 204));
    }
    wishes.push(Wish::new("BREW", "/en", 405));
    wishes.push(Wish::new("GET", "/en/element/%ff", 400));
    wishes
}

/// The forms of one language, well and badly filled in.
fn forms(language: &str) -> Vec<Wish> {
    let guestbook = format!("/{language}/guestbook");
    let join = format!("/{language}/join");
    let archive = format!("/{language}/archive");
    let sign = |form: &str, status| Wish::new("POST", &guestbook, status).form(form);
    vec![
        sign(
            "name=Ida+%3Cb%3E&contact=ida%40museum.example&message=Lovely+%E6%B0%B4",
            303,
        ),
        Wish::new("GET", &guestbook, 200),
        sign("name=&contact=nobody&message=x", 422),
        sign("name=%3Cscript%3E&contact=&message=", 422),
        sign("", 422),
        sign(&format!("name=Ida&message={}", "long".repeat(200)), 422),
        sign("name=%ff%fe&message=hello", 400),
        Wish::new("POST", &guestbook, 415).body("text/plain", "name=Ida"),
        Wish::new("POST", &guestbook, 415).body("application/json", "{}"),
        Wish::new("POST", &join, 422).form("code=Iron"),
        Wish::new("POST", &join, 303).form("code=+ytterby"),
        Wish::new("GET", &archive, 303).header("cookie", "member=no"),
        Wish::new("GET", &archive, 200).header("cookie", "a=b; member=yes"),
        Wish::new("HEAD", &archive, 200).header("cookie", "member=yes"),
    ]
}

/// How alike two museums have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// In everything but the moment, and the tags of files, which a folder and a binary make
    /// differently.
    Exact,
    /// Development and production, which by design differ in the versions of assets, in how long
    /// files are kept, and in what an error tells where the app has no page for it.
    Modes,
}

/// What counts of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Essence {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn essence(answer: &Answer, likeness: Likeness) -> Essence {
    let mut ignored = vec!["date", "etag", "last-modified"];
    let mut body = answer.body.to_vec();
    if likeness == Likeness::Modes {
        let has_own_page = matches!(answer.status, 200..400 | 404 | 422 | 500);
        ignored.extend(["content-length", "cache-control"]);
        if !has_own_page {
            // Development's pages bring what they need.
            ignored.extend(["content-type", "content-security-policy"]);
            body.clear();
        }
        if answer.header("content-type").starts_with("text/html") {
            body = without_versions(&String::from_utf8_lossy(&body)).into_bytes();
        }
    }
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !ignored.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        })
        .collect();
    headers.sort();
    Essence {
        status: answer.status,
        headers,
        body,
    }
}

/// Takes the `?…` from the URLs of assets.
fn without_versions(html: &str) -> String {
    let mut parts = html.split("\"/static/");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (url, rest) = part.split_once('"').expect("the URL ends");
        let path = url.split('?').next().unwrap_or_default();
        result.push_str(&format!("\"/static/{path}\"{rest}"));
    }
    result
}

/// Asks everything of both, and asserts that the answers are alike.
pub(crate) fn compare(one: &Server, other: &Server, likeness: Likeness) {
    for wish in wishes() {
        let (first, second) = (wish.send(one), wish.send(other));
        let (first, second) = (essence(&first, likeness), essence(&second, likeness));
        assert!(
            first == second,
            "{wish:?}\n--- one\n{}\n--- other\n{}",
            shown(&first),
            shown(&second)
        );
    }
}

fn shown(essence: &Essence) -> String {
    let body = String::from_utf8_lossy(&essence.body);
    format!("{} {:?}\n{body}", essence.status, essence.headers)
}

/// The names of the routes that have answered so far, by the log in its usual format.
pub(crate) fn routes_in_log(server: &Server) -> BTreeSet<String> {
    server
        .log()
        .text()
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .filter_map(|line| line.split(' ').nth(2).map(str::to_owned))
        .filter(|route| route != "-")
        .collect()
}
