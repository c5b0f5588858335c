//! Development: what pages carry, what they are told, and what stays as it is.

use super::*;
use crate::dev::client::hub::Hub;
use http::HeaderValue;
use serde_json::Value;
use std::time::Duration;
use tracing_subscriber::layer::SubscriberExt;

const ROUTES: &str = "routes:\n  - page: {path: /, controller: home::page, middleware: mark::first}\n  \
                      - streams: {path: /streams, controller: home::streams}\n  \
                      - user: {path: '/user/{id}', controller: home::echo}\n  \
                      - fail: {path: '/fail/{status}', controller: home::fail}\n  \
                      - notes: {path: /notes, controller: home::notes}\n";
const PAGE: &str = "<!doctype html>\n<title>a</title><body><p>{{ 'hi'|trans }}</body>\n</html>\n";
const RENDERED: &str = "<!doctype html>\n<title>a</title><body><p>Hello</body>\n</html>\n";

fn site(settings: &str) -> Site {
    site_with(settings, |app| app)
}

fn site_with(settings: &str, setup: impl FnOnce(App) -> App) -> Site {
    let settings = format!("static: {{folders: static}}\n{settings}");
    Site::with(
        &[
            ("config/app.yaml", &settings),
            ("config/routes/site.yaml", ROUTES),
            ("config/i18n/en/m.yaml", "hi: Hello\n"),
            ("template/page.html", PAGE),
            ("template/part.html", "<p>part</p>"),
            ("template/page.txt", RENDERED),
            ("static/page.html", RENDERED),
            ("static/part.html", "<p>part</p>"),
            ("static/a.css", "a"),
        ],
        setup,
    )
}

impl Site {
    fn hub(&self) -> Arc<Hub> {
        Arc::clone(&self.live().hub)
    }
}

/// What a page carries: the facts, and the nonce of the script.
pub(super) fn carried(page: &str) -> (Value, String) {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"kalgan-dev\">")
        .unwrap_or_else(|| panic!("no facts in {page}"));
    let (facts, rest) = rest.split_once("</script>").unwrap();
    let nonce = rest
        .strip_prefix("<script src=\"/_kalgan/live.js\" defer nonce=\"")
        .and_then(|rest| rest.split_once("\"></script>"));
    let (nonce, _) = nonce.unwrap_or_else(|| panic!("no script in {page}"));
    (serde_json::from_str(facts).unwrap(), nonce.to_owned())
}

/// The page as the app has made it.
fn bare(page: &str) -> String {
    let (before, rest) = page
        .split_once("<script type=\"application/json\"")
        .unwrap();
    let (_, after) = rest.rsplit_once("\"></script>").unwrap();
    format!("{before}{after}")
}

#[tokio::test]
async fn a_page_carries_the_script_and_its_facts() {
    let site = site("");
    let page = site.get("/?x=%3C/script%3E").await;
    assert_eq!(bare(&page.body), RENDERED);
    assert!(page.body.starts_with(RENDERED));
    let (facts, nonce) = carried(&page.body);
    assert_eq!(nonce.len(), 32);
    assert_eq!(facts["boot"], site.hub().boot());
    assert_eq!((&facts["site"], &facts["assets"]), (&1.into(), &0.into()));
    assert_eq!(facts["live"], true);
    let bar = &facts["bar"];
    assert_eq!(
        (&bar["status"], &bar["method"]),
        (&200.into(), &"GET".into())
    );
    assert_eq!(bar["route"]["name"], "page");
    assert_eq!(bar["route"]["controller"], "home::page");
    assert_eq!(bar["route"]["middleware"][0], "mark::first");
    assert_eq!(bar["templates"][0]["name"], "page.html");
    assert_eq!(bar["language"]["tag"], "en");
    assert!(bar["millis"]["total"].as_f64().unwrap() > 0.0);
    // The test's process has a log of its own.
    assert_eq!(bar["lines"], Value::Null);
    assert_ne!(carried(&site.get("/").await.body).1, nonce);

    let page = site.get("/fail/404").await;
    assert_eq!(page.status, 404);
    assert_eq!(carried(&page.body).0["bar"]["status"], 404);
}

#[tokio::test]
async fn what_is_no_page_stays_as_it_is() {
    let site = site("");
    for (path, body) in [
        ("/?template=part.html", "<p>part</p>"),
        ("/?template=page.txt", RENDERED),
        ("/static/part.html", "<p>part</p>"),
        ("/static/a.css", "a"),
        ("/user/7", "user en {\"id\": \"7\"}"),
    ] {
        assert_eq!(site.get(path).await.body, body, "{path}");
    }
    let range = with_header(request("GET", "/static/page.html"), "range", "bytes=0-8");
    let range = site.send(range).await;
    assert_eq!((range.status.as_u16(), &*range.body), (206, "<!doctype"));
}

/// An editor empties a file before it writes it, and a part of a page may be looked at alone.
#[tokio::test]
async fn a_page_that_a_browser_asks_for_carries_the_script_whatever_it_holds() {
    let site = site("");
    let ask = |path, mode| with_header(request("GET", path), "sec-fetch-mode", mode);
    site.write("static/empty.html", "");
    let srcdoc = "<iframe srcdoc=\"<body>a</body>\"></iframe>";
    for text in ["", "\n", "{# <html></html> #}", "<p>part</p>", srcdoc] {
        site.write("template/page.html", text);
        let body = if text.starts_with('{') { "" } else { text };
        for path in ["/", "/static/empty.html"] {
            let body = if path == "/" { body } else { "" };
            let page = site.send(ask(path, "navigate")).await;
            assert_eq!(bare(&page.body), body);
            carried(&page.body);
            assert_eq!(site.send(ask(path, "cors")).await.body, body);
            assert_eq!(site.get(path).await.body, body);
        }
    }
    // It has no body, and none is made for it.
    let answer = site.send(ask("/static/none.html", "navigate")).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn the_settings_turn_it_off() {
    let off = site("development: {live_reload: false, bar: false}\n");
    let page = off.get("/").await;
    assert_eq!(page.body, RENDERED);
    assert_eq!(off.get("/static/page.html").await.body, RENDERED);
    for path in ["/_kalgan/live.js", "/_kalgan/events"] {
        assert_eq!(off.get(path).await.status, 404);
    }

    let no_bar = site("development: {bar: false}\n");
    let (facts, _) = carried(&no_bar.get("/").await.body);
    assert_eq!(
        (&facts["live"], &facts["bar"]),
        (&true.into(), &Value::Null)
    );

    let bar_alone = site("development: {live_reload: false}\n");
    let (facts, _) = carried(&bar_alone.get("/").await.body);
    assert_eq!(
        (&facts["live"], facts["bar"].is_object()),
        (&false.into(), true)
    );
    assert_eq!(bar_alone.get("/_kalgan/live.js").await.status, 200);
    assert_eq!(bar_alone.get("/_kalgan/events").await.status, 404);

    let production = site("environment: {is_prod: true}\n");
    assert_eq!(production.get("/").await.body, RENDERED);
    assert_eq!(production.get("/_kalgan/live.js").await.status, 404);
}

#[tokio::test]
async fn a_page_may_stream() {
    let site = site("");
    let page = site.get("/streams").await;
    assert_eq!(bare(&page.body), "<html><p>a</body><!-- -->");
    assert!(page.body.starts_with("<html><p>a</body><!-- --><script "));
    assert_eq!(page.header("content-length"), "");
    carried(&page.body);
}

#[tokio::test]
async fn lengths_and_validators_are_those_of_what_is_sent() {
    let site = site("");
    let has_length = |answer: &Answer| answer.headers.contains_key("content-length");
    // All of this page is there at once: hyper adds the length that the body has.
    let app = site.app.clone();
    let page = app.oneshot(request("GET", "/")).await.unwrap();
    assert!(http_body::Body::size_hint(page.body()).exact().is_some());
    let head = site.send(request("HEAD", "/")).await;
    assert_eq!(head.body, "");
    let length: usize = head.header("content-length").parse().unwrap();
    assert!(length > RENDERED.len() + 200, "{length}");

    for (path, is_page) in [("/static/page.html", true), ("/static/a.css", false)] {
        let get = site.get(path).await;
        let head = site.send(request("HEAD", path)).await;
        for answer in [&get, &head] {
            assert_eq!(has_length(answer), !is_page, "{path} {answer:?}");
            for name in ["etag", "last-modified", "accept-ranges"] {
                assert_eq!(answer.headers.contains_key(name), !is_page, "{path} {name}");
            }
            assert_eq!(answer.header("cache-control"), "no-cache");
        }
    }
    // What a browser has kept of before must not come back.
    let since = "Fri, 31 Dec 9999 23:59:59 GMT";
    let ask = |path| with_header(request("GET", path), "if-modified-since", since);
    assert_eq!(site.send(ask("/static/a.css")).await.status, 304);
    let page = site.send(ask("/static/page.html")).await;
    assert_eq!(
        (page.status.as_u16(), bare(&page.body)),
        (200, RENDERED.into())
    );
}

#[tokio::test]
async fn mistakes_are_explained_with_the_script() {
    let site = site("");
    assert_eq!(site.get("/").await.status, 200);
    site.write("template/page.html", "{{ 'hi'|tarns }}");
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    let digest = carried(&broken.body).0["mistakes"].clone();
    assert!(digest.is_string());
    let state = site.hub().state();
    assert!(state.mistakes.is_some());
    // The page of an error has it, too, and explains nothing that the hub tells of.
    site.write("template/page.html", "{{ lost.field }}");
    let failed = site.get("/").await;
    assert_eq!(failed.status, 500);
    let (facts, _) = carried(&failed.body);
    assert_eq!(
        (&facts["mistakes"], &facts["site"]),
        (&Value::Null, &2.into())
    );
}

#[tokio::test]
async fn the_policies_of_the_app_let_the_script_run() {
    type Response = http::Response<Body>;
    let policy = |site: fn(Response) -> Response| tower::util::MapResponseLayer::new(site);
    let site = site_with("", |app| {
        app.layer(policy(|mut response| {
            let headers = response.headers_mut();
            let policy = HeaderValue::from_static("default-src 'none'; img-src 'self'");
            headers.insert("content-security-policy", policy);
            response
        }))
    });
    let page = site.get("/").await;
    let (_, nonce) = carried(&page.body);
    assert_eq!(
        page.header("content-security-policy"),
        format!(
            "default-src 'none'; img-src 'self'; script-src-elem 'nonce-{nonce}'; \
             connect-src site.test/_kalgan/events"
        )
    );
    // It is amended for nothing else.
    let part = site.get("/?template=part.html").await;
    assert_eq!(
        part.header("content-security-policy"),
        "default-src 'none'; img-src 'self'"
    );
}

/// Logs a value that has something to note itself while it is written, as a text of another language.
pub(super) async fn notes() -> Response {
    struct Notes;
    impl std::fmt::Display for Notes {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            crate::dev::has_fallen_back("key", "es", "en");
            f.write_str("a value")
        }
    }
    tracing::info!("{Notes}");
    crate::response::html("<html></html>")
}

#[test]
fn a_value_may_note_something_while_it_is_noted() {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let log = tracing_subscriber::registry().with(crate::dev::lines());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let page = tracing::subscriber::with_default(log, || {
            runtime.block_on(async { site("").get("/notes").await.body })
        });
        sender.send(page).unwrap();
    });
    let page = receiver.recv_timeout(Duration::from_secs(60));
    let (facts, _) = carried(&page.expect("it waits for itself"));
    assert_eq!(facts["bar"]["fallbacks"][0]["key"], "key");
}

/// A foreign page may have made its name lead here: see `dev/hosts.rs`.
#[tokio::test]
async fn an_unknown_host_gets_nothing_of_development() {
    let site = site("development: {hosts: 'box.lan'}\nerror: {500: error::fails}\n");
    let asked = |path: &str, host: &str| with_header(request("GET", path), "host", host);
    for known in ["localhost:7878", "127.0.0.1:7878", "box.lan"] {
        carried(&site.send(asked("/", known)).await.body);
        let script = site.send(asked("/_kalgan/live.js", known)).await;
        assert_eq!(script.status, 200);
        let failed = site.send(asked("/fail/500", known)).await;
        assert!(failed.body.contains("home::fail"), "{}", failed.body);
    }
    let foreign = "evil.example:7878";
    assert_eq!(site.send(asked("/", foreign)).await.body, RENDERED);
    for path in ["/_kalgan/live.js", "/_kalgan/events"] {
        assert_eq!(site.send(asked(path, foreign)).await.status, 404);
    }
    for path in ["/fail/500", "/fail/500?_error_page=0"] {
        let failed = site.send(asked(path, foreign)).await;
        assert_eq!(failed.status, 500);
        assert!(!failed.body.contains("home::fail"), "{}", failed.body);
    }
    // The page of an error may fail itself.
    let failed = site
        .send(asked("/fail/500?_error_page=1", "localhost"))
        .await;
    assert!(failed.body.contains("Calls in the app"), "{}", failed.body);
    let failed = site.send(asked("/fail/500", foreign)).await;
    assert!(!failed.body.contains("Calls in the app"), "{}", failed.body);
    site.write("template/page.html", "{{ secret_name ");
    let known = site.send(asked("/", "localhost")).await;
    assert!(known.body.contains("secret_name"), "{}", known.body);
    let broken = site.send(asked("/", foreign)).await;
    assert_eq!(broken.status, 500);
    assert!(!broken.body.contains("secret_name"), "{}", broken.body);
}

/// A layer may hand the app a request of its own making.
#[tokio::test]
async fn a_layer_that_loses_what_came_along_loses_no_script() {
    let site = site_with("", |app| {
        app.layer(tower::util::MapRequestLayer::new(|request: Request| {
            let (parts, body) = request.into_parts();
            http::Request::builder()
                .method(parts.method)
                .uri(parts.uri)
                .body(body)
                .unwrap()
        }))
    });
    carried(&site.get("/").await.body);
}

#[tokio::test]
async fn messages_of_another_language_are_noted() {
    let site = site("i18n: {missing: warn, language: {default: en}}\n");
    site.write("config/i18n/es/m.yaml", "other: x\n");
    site.write("config/i18n/en/m.yaml", "hi: Hello\nother: y\n");
    let spanish = with_header(request("GET", "/"), "accept-language", "es");
    let page = site.send(spanish).await;
    let (facts, _) = carried(&page.body);
    let language = &facts["bar"]["language"];
    assert_eq!(
        (&language["tag"], &language["how"]),
        (&"es".into(), &"by Accept-Language".into())
    );
    assert_eq!(
        facts["bar"]["fallbacks"],
        serde_json::json!([{"key": "hi", "language": "es", "shown": "en"}])
    );
}

#[tokio::test]
async fn templates_are_told_with_what_they_use() {
    let site = site("");
    site.write(
        "template/base.html",
        "<html>{% include 'part.html' %}{% block x %}{% endblock %}",
    );
    site.write(
        "template/parts/card.html",
        "{% component card(title) %}{% include 'part.html' %}{{ title }}{% endcomponent card %}",
    );
    site.write(
        "template/page.html",
        "{% extends 'base.html' %}{% block x %}{{ <card title=\"a\" /> }}{% endblock %}",
    );
    let page = site.get("/").await;
    let (facts, _) = carried(&page.body);
    assert_eq!(
        facts["bar"]["templates"][0]["uses"],
        serde_json::json!([
            ["extends", "base.html"],
            ["calls", "card"],
            ["includes", "part.html"],
        ])
    );
}

#[tokio::test]
async fn pages_are_told_until_the_server_stops() {
    let site = site("");
    let script = site.get("/_kalgan/live.js").await;
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert!(script.body.contains("new EventSource("));
    assert!(!script.body.contains("KALGAN_STYLES"));

    let app = site.app.clone();
    let stream = app
        .oneshot(request("GET", "/_kalgan/events"))
        .await
        .unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["cache-control"], "no-store");
    let mut body = stream.into_body();
    let mut next = async || {
        let frame = tokio::time::timeout(Duration::from_secs(60), body.frame()).await;
        let frame = frame.expect("an event comes")?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    };
    assert!(next().await.unwrap().starts_with("event: hello\ndata: {"));
    // By a rename, so that nobody sees a file that is still empty.
    let save = |text: &str| {
        site.write("next.html", text);
        let path = |path: &str| site.folder.path().join(path);
        std::fs::rename(path("next.html"), path("template/page.html")).unwrap();
    };
    save("mended");
    site.get("/").await;
    let event = "event: site\ndata: {\"settings\":false}\n\n";
    assert_eq!(next().await.unwrap(), event);
    save("{{ 'hi'|tarns }}");
    site.get("/").await;
    let mistakes = next().await.unwrap();
    assert!(
        mistakes.contains("there is no filter `tarns`"),
        "{mistakes}"
    );
    crate::dev::close(&site.app.built().unwrap().shared.snapshots);
    assert_eq!(next().await, None);
    assert_eq!(site.get("/_kalgan/events").await.status, 503);
}

#[tokio::test]
async fn other_methods_and_paths_are_the_apps_own() {
    let site = site("");
    for (method, path) in [
        ("POST", "/_kalgan/live.js"),
        ("GET", "/_kalgan/"),
        ("GET", "/_kalgan/other"),
    ] {
        assert_eq!(site.send(request(method, path)).await.status, 404);
    }
    let head = site.send(request("HEAD", "/_kalgan/events")).await;
    assert_eq!((head.status.as_u16(), &*head.body), (200, ""));
}

/// `kalgan::test` asks for pages as visitors will see them.
#[cfg(feature = "test")]
#[tokio::test]
async fn what_is_to_stay_untouched_does() {
    let site = site("");
    let mut request = request("GET", "/");
    request
        .extensions_mut()
        .insert(crate::test::marks::Untouched);
    assert_eq!(site.send(request).await.body, RENDERED);
}
