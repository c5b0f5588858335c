//! What open pages are told of, and that nothing stale is shown where the system tells of nothing.

use super::*;
use crate::dev::hub::Event;
use crate::dev::watch::Mode;
use std::fs::{self, File, FileTimes};
use std::time::{Duration, SystemTime};
use tokio::sync::broadcast::Receiver;

const ROUTES: &str = "routes:\n  - page: {path: /, controller: home::page}\n";
/// Nothing takes this long unless it is broken.
const DEADLINE: Duration = Duration::from_secs(60);

fn site(settings: &str) -> Site {
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

/// What is not told and not shown is not looked at: a request costs the same however many templates
/// there are.
#[tokio::test]
async fn a_request_looks_at_what_it_shows_only() {
    let site = site("");
    make_old(&site);
    let live = site.live();
    live.look();
    live.set_told(true);
    live.look();
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

async fn next(events: &mut Receiver<Event>) -> Event {
    match tokio::time::timeout(DEADLINE, events.recv()).await {
        Ok(event) => event.unwrap(),
        Err(_) => panic!("waited in vain for an event"),
    }
}

/// Waits until an event of this kind comes; others may come before.
async fn until<T>(events: &mut Receiver<Event>, is_it: impl Fn(Event) -> Option<T>) -> T {
    loop {
        if let Some(found) = is_it(next(events).await) {
            return found;
        }
    }
}

fn good(event: Event) -> Option<()> {
    matches!(event, Event::Site).then_some(())
}

fn mistakes(event: Event) -> Option<String> {
    match event {
        Event::Mistakes(mistakes) => Some(mistakes[0].to_string()),
        _ => None,
    }
}

fn assets(event: Event) -> Option<Vec<String>> {
    match event {
        Event::Assets(paths) => Some(paths.to_vec()),
        _ => None,
    }
}

async fn open_pages_are_told(settings: &str, mode: Mode) {
    let site = site(&format!("static: {{folders: static}}\n{settings}"));
    site.write("static/css/app.css", "a {}");
    let live = site.live();
    assert_eq!(live.watch(), mode);
    assert_eq!(live.watch(), mode, "once");
    let (_, mut events) = live.hub.subscribe().unwrap();
    // No request is made: the pages only listen.
    for (path, text) in [
        ("template/part.html", "edited"),
        ("template/other/far.html", "edited"),
        ("template/deep/er/new.html", "added"),
        ("config/i18n/en/m.yaml", "hi: Howdy\n"),
        ("config/routes/more.yaml", "routes: []\n"),
    ] {
        site.write(path, text);
        until(&mut events, good).await;
    }
    site.write("template/deep/er/new.html", "{{ broken");
    let mistake = until(&mut events, mistakes).await;
    assert!(
        mistake.starts_with("template/deep/er/new.html:1:"),
        "{mistake}"
    );
    site.write("template/deep/er/new.html", "mended");
    until(&mut events, good).await;
    // The first look at the static files is over once an edit of one of them is told.
    let mut paths = Vec::new();
    for n in 0.. {
        site.write("static/css/app.css", &format!("a {{ top: {n}px }}"));
        let found = tokio::time::timeout(Duration::from_secs(2), until(&mut events, assets));
        if let Ok(found) = found.await {
            paths = found;
            break;
        }
        assert!(n < 30, "an edited stylesheet was never told");
    }
    assert_eq!(paths, ["/static/css/app.css"]);
    // Another folder of templates is followed.
    site.write("views/page.html", "views");
    site.write("config/app.yaml", "tera: {path: views}\n");
    until(&mut events, good).await;
    site.write("views/page.html", "edited");
    until(&mut events, good).await;
    assert_eq!(site.get("/").await.body, "edited");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_system() {
    open_pages_are_told("", Mode::Told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_polling() {
    open_pages_are_told("development: {watch: poll}\n", Mode::Polling).await;
}

/// What the system leaves out is found while a page is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_elsewhere_is_followed() {
    let site = site("");
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("linked.html");
    fs::write(&file, "one").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&file, site.folder.path().join("template/linked.html")).unwrap();
    #[cfg(not(unix))]
    return;
    let live = site.live();
    live.watch();
    let (_, mut events) = live.hub.subscribe().unwrap();
    assert_eq!(site.get("/?template=linked.html").await.body, "one");
    fs::write(&file, "other").unwrap();
    assert_eq!(site.get("/?template=linked.html").await.body, "other");
    while events.try_recv().is_ok() {}
    fs::write(&file, "the third").unwrap();
    until(&mut events, good).await;
}

/// The thread that watches does not keep an app alive.
#[tokio::test(flavor = "multi_thread")]
async fn watching_ends_with_the_app() {
    let site = site("");
    let weak = {
        let live = site.live();
        live.watch();
        Arc::downgrade(&live)
    };
    drop(site);
    let begun = std::time::Instant::now();
    while weak.upgrade().is_some() {
        assert!(begun.elapsed() < DEADLINE, "the app is kept alive");
        tokio::task::yield_now().await;
    }
}
