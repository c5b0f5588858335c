//! Edits show at the next request; broken files are explained; production reads nothing again.

use super::*;
use crate::dev::Snapshots;
use std::time::Duration;

const ROUTES: &str = "routes:\n  - page: {path: /, controller: home::page}\n";

fn site(settings: &str) -> Site {
    Site::new(&[
        ("config/app.yaml", settings),
        ("config/routes/site.yaml", ROUTES),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("template/base.html", "<{% block x %}{% endblock %}>"),
        (
            "template/page.html",
            "{% extends 'base.html' %}{% block x %}{{ 'hi'|trans }}{% endblock %}",
        ),
    ])
}

#[tokio::test]
async fn each_kind_of_edit_shows() {
    let site = site("");
    assert_eq!(site.get("/").await.body, "<Hello>");
    site.write("config/i18n/en/m.yaml", "hi: Howdy\n");
    assert_eq!(site.get("/").await.body, "<Howdy>");
    site.write("template/base.html", "[{% block x %}{% endblock %}]");
    assert_eq!(site.get("/").await.body, "[Howdy]");
    site.write(
        "config/routes/site.yaml",
        &ROUTES.replace("path: /", "path: /new"),
    );
    assert_eq!(site.get("/").await.status, 404);
    assert_eq!(site.get("/new").await.body, "[Howdy]");
    site.write("config/app.yaml", "router:\n  trailing_slash: ignore\n");
    assert_eq!(site.get("/new/").await.body, "[Howdy]");
    site.write("template/added.html", "added");
    assert_eq!(site.get("/new?template=added.html").await.body, "added");
    site.remove("template/added.html");
    assert_eq!(site.get("/new?template=added.html").await.status, 500);
}

#[tokio::test]
async fn a_broken_file_is_explained_until_it_is_mended() {
    let site = site("static: {folders: static}\nerror: {500: error::broken}\n");
    site.write("static/a.css", "a");
    assert_eq!(site.get("/").await.status, 200);
    site.write("template/page.html", "line\n<b>{{ 'hi'|trans </b>");
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    assert_eq!(broken.header("cache-control"), "no-store");
    for expected in ["template/page.html:2:", "<mark>", "&lt;b&gt;"] {
        assert!(
            broken.body.contains(expected),
            "{expected}: {}",
            broken.body
        );
    }
    assert!(!broken.body.contains("<b>{{"), "the file's text is escaped");
    assert_eq!(
        site.get("/static/a.css").await.body,
        "a",
        "files are served all the same"
    );
    let plain = with_header(request("GET", "/"), "accept", "text/plain");
    assert!(site.send(plain).await.body.starts_with("error: "));

    site.write(
        "config/routes/site.yaml",
        "routes:\n  - page: {path: /, controler: x::y}\n",
    );
    let both = site.get("/").await;
    assert!(both.body.contains("2 mistakes in 2 files"), "{}", both.body);
    assert!(both.body.contains("did you mean `controller`?"));

    site.write("template/page.html", "mended");
    site.write("config/routes/site.yaml", ROUTES);
    assert_eq!(site.get("/").await.body, "mended");
}

/// Also those that Tera would only come to after the first is mended.
#[tokio::test]
async fn all_mistakes_between_templates_are_shown() {
    let site = site("");
    site.write("template/a.html", "{% extends 'gone.html' %}");
    site.write("template/b.html", "{% extends 'lost.html' %}");
    site.write("template/c.html", "{{ x|shuot }}");
    let broken = site.get("/").await;
    for expected in [
        "template/a.html:1:12",
        "template/b.html:1:12",
        "template/c.html:1:6",
    ] {
        let shown = format!(">{expected}</a>");
        assert_eq!(broken.body.matches(&shown).count(), 1, "{}", broken.body);
    }
    site.remove("template/a.html");
    site.remove("template/b.html");
    let broken = site.get("/").await;
    assert!(
        broken.body.contains("template/c.html:1:"),
        "{}",
        broken.body
    );
    assert!(
        broken.body.contains("there is no filter `shuot`"),
        "{}",
        broken.body
    );
}

#[tokio::test]
async fn files_that_were_broken_at_the_start() {
    let site = site("server: {port: x}");
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    assert!(
        broken.body.contains("config/app.yaml:1:16"),
        "{}",
        broken.body
    );
    site.write("config/app.yaml", "");
    assert_eq!(site.get("/").await.body, "<Hello>");
}

#[tokio::test]
async fn a_controller_that_is_not_compiled() {
    let site = site("");
    site.write(
        "config/routes/site.yaml",
        "routes:\n  - page: {path: /, controller: home::pgae}\n",
    );
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    for expected in [
        "config/routes/site.yaml:2:33",
        "did you mean `home::page`?",
        "cargo run",
    ] {
        assert!(
            broken.body.contains(expected),
            "{expected}: {}",
            broken.body
        );
    }
}

#[tokio::test]
async fn all_mistakes_are_shown_at_once_and_each_once() {
    let site = site("");
    site.write(
        "config/routes/site.yaml",
        "routes:\n  - a: {path: /a, controller: home::pgae}\n  - b: {path: b, controller: home::page}\n  \
         - c: {path: /c, controller: no path}\n",
    );
    site.write("config/app.yaml", "error: {404: no path}\n");
    let broken = site.get("/").await;
    let places = [
        "config/app.yaml:1:14",
        "config/routes/site.yaml:2:31",
        "config/routes/site.yaml:3:15",
        "config/routes/site.yaml:4:31",
    ];
    let at: Vec<usize> = places
        .iter()
        .map(|place| {
            let shown = format!(">{place}</a>");
            assert_eq!(broken.body.matches(&shown).count(), 1, "{}", broken.body);
            broken.body.find(&shown).unwrap()
        })
        .collect();
    assert!(at.is_sorted(), "in file order: {}", broken.body);
}

#[tokio::test]
async fn production_reads_the_files_once() {
    let site = site("environment: {is_prod: true, refresh_config_timeout: 0}");
    assert_eq!(site.get("/").await.body, "<Hello>");
    site.write("config/i18n/en/m.yaml", "hi: Howdy\n");
    site.write("template/base.html", "{{ broken");
    assert_eq!(site.get("/").await.body, "<Hello>");
    assert!(matches!(
        site.app.built().unwrap().shared.snapshots,
        Snapshots::Fixed(_)
    ));
}

#[tokio::test]
async fn production_does_not_start_with_broken_files() {
    let site = site("environment: {is_prod: true}");
    site.write("template/page.html", "{{ broken");
    let error = site.app.clone().run().await.unwrap_err();
    assert!(
        error.to_string().contains("template/page.html:1:"),
        "{error}"
    );
    let answer = site.get("/").await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("template"), "{}", answer.body);
}

/// The clock is the test's: `pause` stops it, `advance` moves it.
#[tokio::test(start_paused = true)]
async fn the_files_are_looked_at_every_two_seconds_at_most() {
    let site = site("environment: {refresh_config_timeout: 2}");
    // A paused clock goes on by itself while all tasks wait, also for a thread that blocks; the
    // looks are therefore made directly.
    let live = site.live();
    live.look();
    let before = live.reads();
    for n in 0..20 {
        site.write("config/i18n/en/m.yaml", &format!("hi: Howdy{n}\n"));
        live.look();
    }
    assert_eq!(live.reads(), before, "within two seconds nothing is read");
    tokio::time::advance(Duration::from_millis(1999)).await;
    live.look();
    assert_eq!(live.reads(), before);
    tokio::time::advance(Duration::from_millis(1)).await;
    live.look();
    let after = live.reads();
    assert!(after > before, "after two seconds the edit is read");
    site.write("config/i18n/en/m.yaml", "hi: again\n");
    live.look();
    assert_eq!(live.reads(), after);
}

/// A request holds one snapshot: a set is never half old and half new.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_sees_half_an_edit() {
    let site = site("");
    let page = |n: usize| format!("{{% extends 'base.html' %}}{{% block x %}}{n}{{% endblock %}}");
    let base = |n: usize| format!("{n}<{{% block x %}}{{% endblock %}}>");
    // The two files of an edit are put in place by one rename of their folder.
    let edit = |n: usize| {
        let next = site.folder.path().join("next");
        write(next.join("base.html"), &base(n));
        write(next.join("page.html"), &page(n));
        let old = site.folder.path().join(format!("old{n}"));
        std::fs::rename(site.folder.path().join("template"), &old).unwrap();
        std::fs::rename(next, site.folder.path().join("template")).unwrap();
    };
    edit(0);
    let app = site.app.clone();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let reader = tokio::spawn(async move {
        let mut seen = 0;
        while !*stopped.borrow() {
            let answer = app.clone().oneshot(request("GET", "/")).await.unwrap();
            if answer.status() == StatusCode::OK {
                let bytes = answer.into_body().collect().await.unwrap().to_bytes();
                let body = String::from_utf8(bytes.to_vec()).unwrap();
                let (a, b) = body.trim_end_matches('>').split_once('<').unwrap();
                assert_eq!(a, b);
                seen += 1;
            }
        }
        seen
    });
    for n in 1..100 {
        edit(n);
        site.get("/").await;
    }
    assert_eq!(site.get("/").await.body, "99<99>");
    stop.send(true).unwrap();
    assert!(reader.await.unwrap() > 0);
}

/// As deep as Tera reads it. Its parser goes down with that, which takes more than the stack of the
/// threads that look at files, and of tests.
#[tokio::test]
async fn a_template_may_nest_as_deeply_as_tera_reads_it() {
    let expression = format!(
        "{}[[b[c[d[e]]]]]{}",
        "trans(key=".repeat(34),
        ")".repeat(34)
    );
    let (open, close) = ("{% if a %}".repeat(39), "{% endif %}".repeat(39));
    let deep = |end: &str| format!("{open}{{{{ {expression} }}}}{close}{end}");
    let site = site("");
    site.write("template/page.html", &deep("good"));
    assert_eq!(site.get("/?a=").await.body, "good");
    site.write("template/page.html", &deep("{{ b"));
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    assert!(
        broken.body.contains("template/page.html:1:"),
        "{}",
        broken.body
    );
    site.write("template/page.html", "mended");
    assert_eq!(site.get("/").await.body, "mended");
}

#[tokio::test]
async fn arguments_of_filters_are_checked() {
    let site = site("");
    site.write("template/page.html", "{{ 5|number(digts=2) }}");
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    assert!(
        broken.body.contains("did you mean `digits`?"),
        "{}",
        broken.body
    );
    // Other mistakes are no reason to keep it back.
    site.write("config/routes/site.yaml", "routes:\n  - page: {path: /}\n");
    let broken = site.get("/").await;
    assert!(broken.body.contains("2 mistakes"), "{}", broken.body);
}
