//! The examples start and answer, in both profiles.

use crate::museum::{pages, static_files};
use crate::{hello, museum, museum_folder};
use kalgan_tests::Profile;

#[test]
fn hello_greets() {
    for profile in Profile::ALL {
        let server = hello(profile).launch().serve();
        let world = server.get("/");
        world.expect(200, "<h1>Hello World</h1>");
        assert_eq!(world.header("content-type"), "text/html; charset=utf-8");
        world.expect(200, "href=\"/%E6%97%A5%E6%9C%AC\"");
        server.get("/%E6%97%A5%E6%9C%AC").expect(200, "Hello 日本");
        let escaped = server.get("/%3Cscript%3E");
        escaped.expect(200, "Hello &lt;script&gt;");
        assert!(!escaped.has("<script>"));
        assert_eq!(server.get("/a/b").status, 404);
        server.stop_well();
    }
}

#[test]
fn every_page_of_the_museum_answers() {
    for profile in Profile::ALL {
        let server = museum(profile).serve();
        for (path, status) in pages() {
            let answer = server.get(&path);
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            let is_page = answer.header("content-type") == "text/html; charset=utf-8";
            if is_page {
                // Whole pages, with all messages in place.
                let text = answer.text();
                let end = text.rsplit_once("</html>");
                // In development its script stands behind the page.
                let is_whole = end.is_some_and(|(_, behind)| {
                    let behind = behind.trim();
                    behind.is_empty()
                        || behind
                            .starts_with("<script type=\"application/json\" id=\"kalgan-dev\">")
                });
                assert!(is_whole, "{path}");
                assert!(!answer.has("{{"), "{path}");
            }
            assert!(!answer.has("<script>"), "{path} is not escaped");
        }
        for path in static_files() {
            let file = std::fs::read(museum_folder().join(&path[1..])).unwrap();
            let answer = server.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.body, file, "{path}");
            for header in ["etag", "cache-control", "content-type"] {
                assert!(!answer.header(header).is_empty(), "{path} lacks {header}");
            }
            let again = server
                .ask("GET", &path)
                .header("if-none-match", answer.header("etag"))
                .send();
            assert_eq!(again.status, 304, "{path}");
        }
        server.stop_well();
    }
}

#[test]
fn each_language_has_its_own_text() {
    let server = museum(Profile::Release).serve();
    for (language, text) in [
        ("en", "The Museum of Elements"),
        ("es", "Hidrógeno"),
        ("ja", "水素"),
    ] {
        let home = server.get(&format!("/{language}"));
        home.expect(200, text);
        home.expect(200, &format!("<html lang=\"{language}\">"));
    }
    let negotiated = server
        .ask("GET", "/")
        .header("accept-language", "ja")
        .send();
    assert_eq!(negotiated.header("location"), "/ja");
    assert_eq!(negotiated.header("vary"), "accept-language");
}
