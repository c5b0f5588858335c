//! The settings of docs/deploying.md, in production and in development.

use crate::nginx::document::block;
use crate::nginx::production::{Production, use_settings_of_the_document};
use kalgan_tests::{Launch, Profile, Site};
use std::fs;
use std::time::SystemTime;

#[test]
fn production_says_what_is_in_force() {
    let Some(production) = Production::start() else {
        return;
    };
    let file = production.srv().join("production.yaml");
    let ran = Launch::new(&production.srv().join("museum"))
        .env("KALGAN_SETTINGS", &file)
        .arg("settings")
        .run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for (key, value) in [
        ("server.trusted_proxies", "127.0.0.1"),
        ("server.access_log", "combined"),
        ("museum.base_url", "https://museum.example"),
    ] {
        let mut lines = ran.stdout.lines();
        let line = lines
            .find(|line| line.starts_with(key))
            .unwrap_or_else(|| panic!("no {key} in {}", ran.stdout));
        assert!(line.contains(value), "{line}");
        assert!(line.contains("production.yaml"), "{line}");
    }
    assert!(ran.stdout.contains("static.version"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("static.folders"), "{}", ran.stdout);
    production
        .get("/sitemap.xml")
        .expect(200, "https://museum.example/en");
    production.stop();
}

/// The version of the stylesheet in a page.
fn version(page: &str) -> &str {
    let (_, rest) = page
        .split_once("\"/static/app.css?")
        .expect("the page links to its stylesheet");
    rest.split('"').next().unwrap()
}

#[test]
fn development_has_its_own_versions() {
    let site = Site::of_example("museum", "museum-nginx-development");
    use_settings_of_the_document(&site);
    let build = site.build(Profile::Debug);
    let how = block("sh", "KALGAN_STATIC__FOLDERS=static cargo run");
    let (assignment, _) = how.text().split_once(' ').unwrap();
    let (name, folders) = assignment.split_once('=').unwrap();

    let development = build.launch().env(name, folders).serve();
    let page = development.get("/en").text();
    let changed = fs::metadata(site.folder().join("static/app.css"))
        .and_then(|file| file.modified())
        .unwrap();
    let changed = changed.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(version(&page), changed.as_millis().to_string());
    let link = format!("/static/app.css?{}", version(&page));
    let css = development.get(&link);
    assert_eq!(css.body, site.read("static/app.css"));
    assert_eq!(css.status, 200);
    development.stop_well();

    // Where another server has the files it is still a time, and not the version of a release.
    let alone = build.launch().serve();
    let page = alone.get("/en").text();
    assert!(version(&page).parse::<u128>().is_ok(), "{}", version(&page));
    alone.stop_well();

    // A debug build that is told to be production.
    let production = build
        .launch()
        .env("KALGAN_ENVIRONMENT__IS_PROD", "true")
        .serve();
    assert_eq!(version(&production.get("/en").text()), "v001");
    production.stop_well();
}
