//! The static files, which nginx serves by itself.

use crate::nginx::production::{Production, releases};
use kalgan_tests::wait_for;
use std::collections::BTreeSet;
use std::fs;

/// The URLs of static files in a page.
fn links(html: &str) -> BTreeSet<String> {
    html.split('"')
        .filter(|part| part.starts_with("/static/"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn nginx_serves_the_files_that_pages_link_to() {
    let Some(production) = Production::start() else {
        return;
    };
    let page = production.get("/en");
    page.expect(200, "href=\"/static/app.css?v001\"");
    let links = links(&page.text());
    assert!(links.len() >= 4, "{links:?}");
    for link in &links {
        let path = link
            .strip_suffix("?v001")
            .unwrap_or_else(|| panic!("{link}"));
        let file = releases()[0].folder.join(path.strip_prefix('/').unwrap());
        let answer = production.get(link);
        assert_eq!(answer.status, 200, "{link}");
        assert_eq!(answer.body, fs::read(file).unwrap(), "{link}");
        let cache = answer.header("cache-control");
        assert_eq!(cache, "public, max-age=31536000, immutable", "{link}");
        let hsts = answer.header("strict-transport-security");
        assert_eq!(hsts, "max-age=31536000", "{link}");
        let kind = if path.ends_with(".css") {
            "text/css"
        } else {
            "image/svg+xml"
        };
        assert_eq!(answer.header("content-type"), kind, "{link}");
        // nginx, and no instance; it writes the line after the answer.
        let line = format!("GET {link} ");
        wait_for(&line, || {
            production.nginx().log().contains(&line).then_some(())
        });
    }
    let log = production.stop();
    assert!(log.contains("GET /en "), "{log}");
    assert!(!log.contains("/static"), "{log}");
}

#[test]
fn the_instances_have_no_static_files() {
    let Some(production) = Production::start() else {
        return;
    };
    for at in [0, 1] {
        let instance = production.instance(at);
        instance.get("/en").expect(200, "/static/app.css?v001");
        for path in ["/static/app.css", "/static/app.css?v001"] {
            assert_eq!(instance.get(path).status, 404);
        }
    }
    // Through nginx a new file is there at once, and one that is missing is nginx's own 404.
    fs::write(production.srv().join("static/new.css"), "/* new */").unwrap();
    production
        .get("/static/new.css?v001")
        .expect(200, "/* new */");
    let missing = production.get("/static/none.css?v001");
    missing.expect(404, "<center>nginx");
    assert_eq!(missing.header("cache-control"), "");
    // The settings beside the static files are no static files.
    for path in [
        "/production.yaml",
        "/static/../production.yaml",
        "/static/..%2fproduction.yaml",
        "/static../production.yaml",
    ] {
        let answer = production
            .outside()
            .visit(path)
            .option("--path-as-is", "--globoff")
            .send();
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        assert!(!answer.has("trusted_proxies"), "{path}: {answer:?}");
    }
    production.stop();
}

#[test]
fn files_without_a_version_are_asked_about_and_text_is_compressed() {
    let Some(production) = Production::start() else {
        return;
    };
    let outside = production.outside();
    // A stylesheet names it so.
    let css = production.get("/static/app.css?v001");
    css.expect(200, "url(\"img/grain.svg\")");
    let grain = production.get("/static/img/grain.svg");
    assert_eq!(grain.status, 200);
    assert_eq!(
        grain.header("cache-control"),
        "public, max-age=0, must-revalidate"
    );
    let again = outside
        .visit("/static/img/grain.svg")
        .header("If-None-Match", grain.header("etag"))
        .send();
    assert_eq!(again.status, 304);

    let compressed = outside
        .visit("/static/app.css?v001")
        .header("Accept-Encoding", "gzip")
        .send();
    assert_eq!(compressed.status, 200);
    assert_eq!(compressed.header("content-encoding"), "gzip");
    assert_eq!(compressed.header("vary"), "Accept-Encoding");
    assert!(compressed.body.len() < css.body.len() / 2);
    let plain = outside
        .visit("/static/app.css?v001")
        .header("Accept-Encoding", "gzip")
        .option("--compressed", "--fail")
        .send();
    assert_eq!(plain.body, css.body);
    production.stop();
}
