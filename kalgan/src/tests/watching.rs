//! What open pages are told of.

use super::stale::site;
use super::*;
use crate::dev::client::hub::Event;
use crate::dev::reload::reloader::Mode;
use crate::dev::reload::watch::watch;
use std::fs;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;

/// Nothing takes this long unless it is broken.
const DEADLINE: Duration = Duration::from_secs(60);

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
    matches!(event, Event::Site { .. }).then_some(())
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
    assert_eq!(watch(&live), mode);
    assert_eq!(watch(&live), mode, "once");
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

/// The whole folder is too much to be told of: cargo writes there, too.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_watched_is_once_the_settings_are_mended() {
    let site = site("tera: {path: .}\n");
    let live = site.live();
    assert_eq!(watch(&live), Mode::Polling);
    site.write("config/app.yaml", "");
    live.look();
    // Nobody listens, so nothing is looked at but what the system tells of.
    let begun = Instant::now();
    let mut seen = 0;
    // The first may be seen by the look with which watching begins.
    while seen < 3 {
        let text = format!("far {}", begun.elapsed().as_nanos());
        site.write("template/other/far.html", &text);
        let is_seen = || {
            live.latest().is_ok_and(|site| {
                let template = site.templates.get("other/far.html");
                template.is_some_and(|template| template.text() == text)
            })
        };
        // What was written before watching began is told of by the next write.
        let written = Instant::now();
        while !is_seen() && written.elapsed() < Duration::from_secs(2) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        seen += usize::from(is_seen());
        assert!(begun.elapsed() < DEADLINE, "it is not watched");
    }
}

/// Nobody listens, so nothing is looked at but what the system tells of.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_takes_the_place_of_another_is_watched() {
    let site = site("static: {folders: static}\n");
    site.write("static/app.css", "a {}");
    let live = site.live();
    assert_eq!(watch(&live), Mode::Told);
    let path = |path: &str| site.folder.path().join(path);
    let seen = |file: &str| match (file, &live.latest()) {
        ("static/app.css", _) => Some(live.hub.state().assets.to_string()),
        ("config/i18n/en/m.yaml", Ok(site)) => {
            let found = site.catalogue.find("en", "hi").ok()?;
            Some(format!("{:?}", found.message))
        }
        (_, Ok(site)) => {
            let template = site.templates.get("other/far.html")?;
            Some(template.text().to_owned())
        }
        (_, Err(_)) => None,
    };
    let until_other = async |file: &str, before: Option<String>| {
        let begun = Instant::now();
        loop {
            let now = seen(file);
            if now.is_some() && now != before {
                return now;
            }
            assert!(begun.elapsed() < DEADLINE, "{file} was never told");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    for (folder, inner, texts) in [
        ("template", "other/far.html", ["one", "two"]),
        ("template/other", "far.html", ["three", "four"]),
        ("config", "i18n/en/m.yaml", ["hi: five\n", "hi: six\n"]),
        ("static", "app.css", ["b {}", "c {}"]),
    ] {
        let file = format!("{folder}/{inner}");
        let before = seen(&file);
        copy(&path(folder), &path("next"));
        site.write(&format!("next/{inner}"), texts[0]);
        let aside = tempfile::tempdir_in(site.folder.path()).unwrap();
        fs::rename(path(folder), aside.path().join("old")).unwrap();
        fs::rename(path("next"), path(folder)).unwrap();
        let moved = until_other(&file, before).await;
        site.write(&file, texts[1]);
        until_other(&file, moved).await;
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir(to).unwrap();
    for child in fs::read_dir(from).unwrap() {
        let child = child.unwrap();
        let to = to.join(child.file_name());
        match child.file_type().unwrap().is_dir() {
            true => copy(&child.path(), &to),
            false => drop(fs::copy(child.path(), to).unwrap()),
        }
    }
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
    watch(&live);
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
        watch(&live);
        Arc::downgrade(&live)
    };
    drop(site);
    let begun = Instant::now();
    while weak.upgrade().is_some() {
        assert!(begun.elapsed() < DEADLINE, "the app is kept alive");
        tokio::task::yield_now().await;
    }
}

/// What has a name that no URL has is not served, and hides nothing else.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_static_file_of_an_odd_name_is_left_out() {
    use std::os::unix::ffi::OsStrExt;
    let site = site("static: {folders: static}\n");
    site.write("static/app.css", "a {}");
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.jpg");
    fs::write(site.folder.path().join("static").join(odd), "x").unwrap();
    let live = site.live();
    watch(&live);
    let (_, mut events) = live.hub.subscribe().unwrap();
    // The first look at them, to which nothing is new, may come after a write.
    let begun = Instant::now();
    let event = loop {
        let text = format!("b {{ order: {} }}", begun.elapsed().as_nanos());
        site.write("static/app.css", &text);
        match tokio::time::timeout(Duration::from_millis(200), events.recv()).await {
            Ok(event) => break event.unwrap(),
            Err(_) => assert!(begun.elapsed() < DEADLINE, "the file was never told"),
        }
    };
    let Event::Assets(paths) = event else {
        panic!("a static file has changed");
    };
    assert_eq!(*paths, ["/static/app.css"]);
}
