//! Nothing stale is shown, whatever the system tells of.

use super::*;
use std::fs::{self, File, FileTimes};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

const ROUTES: &str = "routes:\n  - page: {path: /, controller: home::page}\n";
pub(super) fn site(settings: &str) -> Site {
    Site::new(&[
        ("config/app.yaml", settings),
        ("config/routes/site.yaml", ROUTES),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("template/base.html", "<{% block x %}{% endblock %}>"),
        ("template/part.html", "part"),
        (
            "template/page.html",
            "{% extends 'base.html' %}{% block x %}{{ 'hi'|trans }}{% include 'part.html' %}\
             {% endblock %}",
        ),
        ("template/other/far.html", "far"),
    ])
}

/// Sets a file's time, as a file system does whose clock is coarse.
fn set_time(site: &Site, path: &str, time: SystemTime) {
    let file = File::options()
        .append(true)
        .open(site.folder.path().join(path))
        .unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn an_hour_ago() -> SystemTime {
    SystemTime::now() - Duration::from_secs(3600)
}

/// Makes all files old, so that no look reads them for being fresh.
fn make_old(site: &Site) {
    for path in [
        "config/app.yaml",
        "config/routes/site.yaml",
        "config/i18n/en/m.yaml",
        "template/base.html",
        "template/part.html",
        "template/page.html",
        "template/other/far.html",
    ] {
        set_time(site, path, an_hour_ago());
    }
}

/// Looks at all files, and says that the system tells of changes from now on.
fn as_if_told(site: &Site) -> Arc<Reloader> {
    make_old(site);
    let live = site.live();
    live.look();
    live.set_told(true);
    live.look();
    live
}

/// The system is said to tell of changes, and never does.
#[tokio::test]
async fn a_lost_event_shows_nothing_stale() {
    let site = site("");
    make_old(&site);
    let live = site.live();
    live.look();
    live.set_told(true);
    assert_eq!(site.get("/").await.body, "<Hellopart>");
    let edit = async |path: &str, text: &str, expected: &str| {
        site.write(path, text);
        set_time(&site, path, an_hour_ago());
        assert_eq!(site.get("/").await.body, expected, "{path}");
        assert_eq!(site.get("/").await.body, expected, "{path}");
    };
    edit("template/part.html", "PART", "<HelloPART>").await;
    edit(
        "template/base.html",
        "[{% block x %}{% endblock %}]",
        "[HelloPART]",
    )
    .await;
    edit("config/i18n/en/m.yaml", "hi: Howdy\n", "[HowdyPART]").await;
    edit(
        "config/app.yaml",
        "router: {trailing_slash: ignore}\n",
        "[HowdyPART]",
    )
    .await;
    // A new file, one that takes another one's name, and one that is gone.
    site.write("template/new.html", "new");
    edit(
        "template/page.html",
        "{% include 'new.html' %}{% include 'other/far.html' %}",
        "newfar",
    )
    .await;
    site.write("template/other/.far.tmp", "near");
    let path = |name: &str| site.folder.path().join("template/other").join(name);
    fs::rename(path(".far.tmp"), path("far.html")).unwrap();
    assert_eq!(site.get("/").await.body, "newnear");
    site.write(
        "config/routes/more.yaml",
        "routes:\n  - x: {path: /x, controller: home::page}\n",
    );
    assert_eq!(site.get("/x").await.body, "newnear");
    site.remove("template/new.html");
    let broken = site.get("/").await;
    assert_eq!(broken.status, 500);
    assert!(
        broken.body.contains("there is no template `new.html`"),
        "{}",
        broken.body
    );
    // A template that gets a mistake is explained when it is rendered, and so is one that is mended.
    site.write("template/page.html", "{{ broken");
    set_time(&site, "template/page.html", an_hour_ago());
    let broken = site.get("/").await;
    assert!(!broken.body.contains("new.html"), "{}", broken.body);
    site.write("template/page.html", "mended");
    assert_eq!(site.get("/").await.body, "mended");
    site.write("template/page.html", "{{ broken");
    assert_eq!(site.get("/").await.status, 500);
}

/// What a template needs now may have changed before it came to need that.
#[tokio::test]
async fn what_is_newly_included_is_as_it_is_now() {
    let site = site("");
    site.write("template/deep.html", "old");
    as_if_told(&site);
    for (path, text) in [
        ("template/deep.html", "new"),
        ("template/other/far.html", "new {% include 'deep.html' %}"),
        ("template/page.html", "new {% include 'other/far.html' %}"),
    ] {
        site.write(path, text);
        set_time(&site, path, an_hour_ago());
    }
    assert_eq!(site.get("/").await.body, "new new new");
}

type Edit = Box<dyn FnOnce() + Send>;

/// What happens while a controller works.
#[derive(Clone, Default)]
pub(super) struct Meanwhile(Arc<Mutex<Option<Edit>>>);

/// Renders a page after a while.
pub(super) async fn slow(State(meanwhile): State<Meanwhile>) -> Result<Response> {
    let edit = meanwhile.0.lock().unwrap().take();
    if let Some(edit) = edit {
        edit();
    }
    rendering::render("page.html", BTreeMap::from([("a", 1)]))
}

#[tokio::test]
async fn a_newer_page_has_the_messages_and_routes_that_it_was_made_for() {
    let meanwhile = Meanwhile::default();
    let routes =
        "routes:\n  - slow: {path: '/{_lang}/', controller: home::slow, language: _lang}\n";
    let files = [
        ("config/routes/site.yaml", routes),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
        ("template/page.html", "{{ 'hi'|trans }}"),
    ];
    let site = Site::with(&files, |app| app.state(meanwhile.clone()));
    assert_eq!(site.get("/es/").await.body, "Hola");
    let root = site.folder.path().to_owned();
    let edit = move || {
        for (path, text) in [
            (
                "config/routes/more.yaml",
                &*routes.replace("slow: {path: '/", "more: {path: '/more/"),
            ),
            ("config/i18n/en/m.yaml", "hi: Hello\nbye: Bye\n"),
            ("config/i18n/es/m.yaml", "hi: Hola\nbye: Adiós\n"),
            (
                "template/page.html",
                "{{ 'bye'|trans }} {{ 'more'|url }} {{ lang }} {{ route.name }}",
            ),
        ] {
            write(root.join(path), text);
        }
    };
    *meanwhile.0.lock().unwrap() = Some(Box::new(edit));
    assert_eq!(site.get("/es/").await.body, "Adiós /more/es/ es slow");
}

/// An open page that was made of newer files than those at the request's begin is not told of them.
#[tokio::test]
async fn a_page_carries_the_site_that_it_was_made_of() {
    let meanwhile = Meanwhile::default();
    let files = [
        (
            "config/routes/site.yaml",
            "routes:\n  - slow: {path: /, controller: home::slow}\n",
        ),
        ("template/page.html", "<html>one</html>"),
    ];
    let site = Site::with(&files, |app| app.state(meanwhile.clone()));
    let live = site.live();
    for (text, shown) in [
        ("<html>two</html>", "<html>two<"),
        ("{{ broken", "template/page.html:1:"),
    ] {
        let path = site.folder.path().join("template/page.html");
        let edit = move || write(path, text);
        *meanwhile.0.lock().unwrap() = Some(Box::new(edit));
        let page = site.get("/").await;
        assert!(page.body.contains(shown), "{}", page.body);
        let (facts, _) = dev_pages::carried(&page.body);
        let state = live.hub.state();
        assert_eq!(facts["site"], state.site, "{shown}");
        assert_eq!(facts["mistakes"].is_string(), state.mistakes.is_some());
    }
    // The same mistakes are explained at once by the next request.
    let page = site.get("/").await;
    assert!(dev_pages::carried(&page.body).0["mistakes"].is_string());
}

/// What is not told and not shown is not looked at: a request costs the same however many templates
/// there are.
#[tokio::test]
async fn a_request_looks_at_what_it_shows_only() {
    let site = site("");
    let live = as_if_told(&site);
    site.write("template/other/far.html", "{{ broken");
    set_time(&site, "template/other/far.html", an_hour_ago());
    let before = live.reads();
    assert_eq!(site.get("/").await.status, 200);
    assert_eq!(live.reads(), before);
    live.tell(["template/other/far.html"]);
    assert_eq!(site.get("/").await.status, 500);
    assert_eq!(live.reads(), before + 1);
}

#[tokio::test]
async fn each_way_to_save_is_seen() {
    let site = site("");
    make_old(&site);
    let live = site.live();
    for is_told in [false, true] {
        live.set_told(is_told);
        live.look();
        let path = site.folder.path().join("template/part.html");
        // Twice within the same second, with the same size, where times are whole seconds.
        let second = SystemTime::UNIX_EPOCH
            + Duration::from_secs(
                SystemTime::now()
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap()
                    .as_secs(),
            );
        for text in ["aa", "bb", "cc"] {
            fs::write(&path, text).unwrap();
            set_time(&site, "template/part.html", second);
            assert_eq!(site.get("/").await.body, format!("<Hello{text}>"));
        }
        // By a rename, with the size and the time of the file that it takes the place of.
        for text in ["dd", "ee"] {
            let other = site.folder.path().join("template/part.html~");
            fs::write(&other, text).unwrap();
            set_time(&site, "template/part.html~", second);
            fs::rename(&other, &path).unwrap();
            assert_eq!(site.get("/").await.body, format!("<Hello{text}>"));
        }
        // With the old one set aside first.
        fs::rename(&path, site.folder.path().join("template/part.html~")).unwrap();
        fs::write(&path, "ff").unwrap();
        assert_eq!(site.get("/").await.body, "<Helloff>");
        // A touch is a save of the same text: open pages load again.
        let before = live.hub.state().site;
        set_time(&site, "template/part.html", an_hour_ago());
        assert_eq!(site.get("/").await.body, "<Helloff>");
        assert!(live.hub.state().site > before);
        site.write("template/part.html", "part");
        set_time(&site, "template/part.html", an_hour_ago());
        assert_eq!(site.get("/").await.body, "<Hellopart>");
    }
}
