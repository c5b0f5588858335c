//! Static files as clients see them, from disk and from the binary alike.

use std::fs;

use http_body_util::BodyExt;
use tempfile::TempDir;

use super::cache::StaticVersion;
use super::path::parse_folders;
use super::*;

/// 2020-09-13 12:26:40 UTC
const MODIFIED: u64 = 1_600_000_000;
const LAST_MODIFIED: &str = "Sun, 13 Sep 2020 12:26:40 GMT";
const DEVELOPMENT: CachePolicy = CachePolicy::Development;

const FILES: [(&str, &str); 13] = [
    ("static/app.css", "body { color: red }"),
    ("static/app.js", "1"),
    ("static/module.mjs", "1"),
    ("static/page.html", "<p>"),
    ("static/index.html", "<p>index"),
    ("static/logo.svg", "<svg/>"),
    ("static/data.json", "{}"),
    ("static/note.txt", "0123456789"),
    ("static/dot.png", "png"),
    ("static/unknown.qqq", "?"),
    ("static/sub folder/ä.txt", "umlaut"),
    ("static/.env", "secret"),
    ("static/.git/config", "secret"),
];

fn folders() -> Vec<String> {
    parse_folders("static, public/assets").unwrap()
}

/// An app's folder on disk.
struct App {
    root: TempDir,
}

impl App {
    fn new() -> Self {
        let app = Self {
            root: TempDir::new().unwrap(),
        };
        for (path, content) in FILES {
            app.write(path, content);
        }
        app.write("secret.txt", "secret");
        app.write("static-private/a.txt", "secret");
        app.write("public/assets/a.txt", "public");
        app.write("public/b.txt", "secret");
        app
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(MODIFIED);
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    fn assets(&self) -> Assets {
        Assets::disk(self.root.path().to_owned(), &folders())
    }
}

fn embedded_with(files: &[(&str, &str)], modified: u64) -> Assets {
    let files: Vec<EmbeddedAsset> = files
        .iter()
        .map(|(path, content)| EmbeddedAsset {
            path: path.to_string().leak(),
            bytes: content.to_string().leak().as_bytes(),
            hash: content_hash(content.as_bytes()).leak(),
            modified,
        })
        .collect();
    Assets::embedded(files.leak(), &folders())
}

fn embedded() -> Assets {
    let mut files = FILES.to_vec();
    // A table should not have these; they are served no more for it.
    files.extend([("secret.txt", "secret"), ("public/b.txt", "secret")]);
    files.push(("public/assets/a.txt", "public"));
    embedded_with(&files, MODIFIED)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(
    assets: &Assets,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    cache: &CachePolicy,
) -> Option<Answer> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let parts = request.body(()).unwrap().into_parts().0;
    let response = assets.serve(&parts, cache).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Some(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    })
}

async fn get(assets: &Assets, uri: &str, headers: &[(&str, &str)]) -> Answer {
    ask(assets, "GET", uri, headers, &DEVELOPMENT)
        .await
        .unwrap_or_else(|| panic!("no {uri}"))
}

#[tokio::test]
async fn files_with_their_types() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        for (path, mime) in [
            ("app.css", "text/css; charset=utf-8"),
            ("app.js", "text/javascript; charset=utf-8"),
            ("module.mjs", "application/javascript; charset=utf-8"),
            ("page.html", "text/html; charset=utf-8"),
            ("logo.svg", "image/svg+xml; charset=utf-8"),
            ("data.json", "application/json; charset=utf-8"),
            ("note.txt", "text/plain; charset=utf-8"),
            ("dot.png", "image/png"),
            ("unknown.qqq", "application/octet-stream"),
        ] {
            let answer = get(&assets, &format!("/static/{path}"), &[]).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("content-type"), mime, "{path}");
            assert_eq!(answer.header("last-modified"), LAST_MODIFIED);
            assert!(answer.header("etag").starts_with('"'), "{path}");
            assert_eq!(
                answer.header("content-length"),
                answer.body.len().to_string()
            );
        }
        let css = get(&assets, "/static/app.css?any=query", &[]).await;
        assert_eq!(css.body, "body { color: red }");
        let umlaut = get(&assets, "/static/sub%20folder/%C3%A4.txt", &[]).await;
        assert_eq!(umlaut.body, "umlaut");
        assert_eq!(
            get(&assets, "/public/assets/a.txt", &[]).await.body,
            "public"
        );
        assert_eq!(
            get(&assets, "http://a.example/static/app.js", &[])
                .await
                .body,
            "1"
        );
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_folders_is_left_to_the_router() {
    let app = App::new();
    let long = format!("/static/{}", "x".repeat(5000));
    for (name, assets) in [("disk", app.assets()), ("embedded", embedded())] {
        for path in [
            // Absent, folders, index files.
            "/",
            "/static",
            "/static/",
            "/static/absent.css",
            "/static/sub%20folder",
            "/static/sub%20folder/",
            "/static/app.css/",
            "/static/app.css/more",
            &long,
            // Outside the folders.
            "/secret.txt",
            "/static-private/a.txt",
            "/public/b.txt",
            "/public/assets/../b.txt",
            // Traversal in all encodings.
            "/static/../secret.txt",
            "/static/./app.css",
            "/static/x/../app.css",
            "/static/%2e%2e/secret.txt",
            "/static/%2E%2E/secret.txt",
            "/static/.%2e/secret.txt",
            "/static/..%2fsecret.txt",
            "/static/..%2Fsecret.txt",
            "/static/%2e%2e%2fsecret.txt",
            "/static/..%5csecret.txt",
            "/static/..%5Csecret.txt",
            "/static/%252e%252e/secret.txt",
            "/static/%252e%252e%252fsecret.txt",
            "/static/%c0%ae%c0%ae/secret.txt",
            "/static/..%00/secret.txt",
            "/static/..;/secret.txt",
            "/static/.../secret.txt",
            "/../static/app.css",
            "/%2e%2e/static/app.css",
            "/static%2fapp.css",
            "/static%5capp.css",
            "/static/sub%20folder%2f%C3%A4.txt",
            "//static/app.css",
            "/static//app.css",
            "/static//etc/passwd",
            "/static/%2fetc/passwd",
            "/static/%2fetc%2fpasswd",
            // NUL, line ends, bytes that are no UTF-8.
            "/static/app.css%00",
            "/static/app.css%00.png",
            "/static/app.css%0a",
            "/static/%ff",
            // Windows: drives, shares, streams, devices.
            "/static/c:/windows/win.ini",
            "/static/C%3A%5Cwindows%5Cwin.ini",
            "/static/%5c%5cserver%5cshare",
            "/static/%5c%5c%3f%5cC:",
            "/static/app.css::$DATA",
            "/static/app.css%3a%3a$DATA",
            // Hidden.
            "/static/.env",
            "/static/%2eenv",
            "/static/.git/config",
            "/static/%2egit/config",
        ] {
            for method in ["GET", "HEAD", "POST"] {
                let answer = ask(&assets, method, path, &[], &DEVELOPMENT).await;
                assert!(answer.is_none(), "{name}: {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn other_methods_on_a_file() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "QUERY"] {
            let answer = ask(&assets, method, "/static/app.css", &[], &DEVELOPMENT)
                .await
                .unwrap();
            assert_eq!(answer.status, 405, "{method}");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        let get = get(&assets, "/static/note.txt", &[]).await;
        let range = [("range", "bytes=0-1")];
        // RFC 9110, 14.2: a range counts for GET only.
        for headers in [&[][..], &range] {
            let head = ask(&assets, "HEAD", "/static/note.txt", headers, &DEVELOPMENT).await;
            let head = head.unwrap();
            assert_eq!(head.status, 200);
            assert_eq!(head.headers, get.headers);
            assert_eq!(head.body, "");
        }
    }
}

#[tokio::test]
async fn conditional_requests() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        let etag = get(&assets, "/static/note.txt", &[])
            .await
            .header("etag")
            .to_owned();
        let weak = format!("W/{etag}");
        let list = format!("\"a,b\", {etag}");
        let earlier = "Sun, 13 Sep 2020 12:26:39 GMT";
        for (name, value, status) in [
            ("if-none-match", etag.as_str(), 304),
            ("if-none-match", &weak, 304),
            ("if-none-match", &list, 304),
            ("if-none-match", "*", 304),
            ("if-none-match", "\"other\"", 200),
            ("if-modified-since", LAST_MODIFIED, 304),
            ("if-modified-since", earlier, 200),
            ("if-modified-since", "no date", 200),
            ("if-match", &etag, 200),
            ("if-match", "\"other\"", 412),
            ("if-unmodified-since", LAST_MODIFIED, 200),
            ("if-unmodified-since", earlier, 412),
        ] {
            let answer = get(&assets, "/static/note.txt", &[(name, value)]).await;
            assert_eq!(answer.status, status, "{name}: {value}");
            assert_eq!(answer.body, if status == 200 { "0123456789" } else { "" });
            if status == 304 {
                // RFC 9110, 15.4.5
                assert_eq!(answer.header("etag"), etag);
                assert_eq!(answer.header("cache-control"), "no-cache");
            }
        }
        // RFC 9110, 13.2.2: the date does not count beside an entity tag.
        let both = [
            ("if-none-match", "\"other\""),
            ("if-modified-since", LAST_MODIFIED),
        ];
        assert_eq!(get(&assets, "/static/note.txt", &both).await.status, 200);
    }
}

#[tokio::test]
async fn ranges() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        for (range, status, content_range, body) in [
            ("bytes=2-4", 206, "bytes 2-4/10", "234"),
            ("Bytes=0-0", 206, "bytes 0-0/10", "0"),
            ("bytes=7-", 206, "bytes 7-9/10", "789"),
            ("bytes=7-100", 206, "bytes 7-9/10", "789"),
            ("bytes=-3", 206, "bytes 7-9/10", "789"),
            ("bytes=10-", 416, "bytes */10", ""),
            ("bytes=5-2", 416, "bytes */10", ""),
            // More than one range may be answered with all (RFC 9110, 14.2).
            ("bytes=0-1,4-5", 200, "", "0123456789"),
            // Another unit must be ignored.
            ("items=0-1", 200, "", "0123456789"),
            ("0-1", 200, "", "0123456789"),
        ] {
            let answer = get(&assets, "/static/note.txt", &[("range", range)]).await;
            assert_eq!(answer.status, status, "{range}");
            assert_eq!(answer.header("content-range"), content_range, "{range}");
            assert_eq!(answer.body, body, "{range}");
            if status == 206 {
                assert_eq!(answer.header("content-length"), body.len().to_string());
                assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
            }
        }
        assert_eq!(
            get(&assets, "/static/note.txt", &[])
                .await
                .header("accept-ranges"),
            "bytes"
        );
    }
}

#[tokio::test]
async fn a_range_only_of_the_content_that_the_client_knows() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        let etag = get(&assets, "/static/note.txt", &[])
            .await
            .header("etag")
            .to_owned();
        for (validator, status) in [
            (etag.as_str(), 206),
            (LAST_MODIFIED, 206),
            ("\"other\"", 200),
            // Only a strong validator will do (RFC 9110, 13.1.5).
            (&format!("W/{etag}"), 200),
            ("Sun, 13 Sep 2020 12:26:41 GMT", 200),
            ("Sun, 13 Sep 2020 12:26:39 GMT", 200),
        ] {
            let headers = [("range", "bytes=0-1"), ("if-range", validator)];
            let answer = get(&assets, "/static/note.txt", &headers).await;
            assert_eq!(answer.status, status, "{validator}");
        }
        let without_range = get(&assets, "/static/note.txt", &[("if-range", &etag)]).await;
        assert_eq!(without_range.status, 200);
    }
}

#[tokio::test]
async fn how_long_files_are_kept() {
    let app = App::new();
    let hash = content_hash(b"0123456789");
    let (year, ask_each_time) = (
        "public, max-age=31536000, immutable",
        "public, max-age=0, must-revalidate",
    );
    let fixed = CachePolicy::Production(StaticVersion::Fixed(Arc::from("1.0 b")));
    let auto = CachePolicy::Production(StaticVersion::Auto);
    let none = CachePolicy::Production(StaticVersion::None);
    for assets in [app.assets(), embedded()] {
        for (cache, query, expected) in [
            (&DEVELOPMENT, "?1.0%20b", "no-cache"),
            (&none, "?1", ask_each_time),
            (&fixed, "", ask_each_time),
            (&fixed, "?1.0%20b", year),
            (&fixed, "?1.0", ask_each_time),
            (&auto, "", ask_each_time),
            (&auto, "?", ask_each_time),
            (&auto, &*format!("?{hash}"), year),
            (&auto, "?0123456789abcdef", ask_each_time),
        ] {
            let uri = format!("/static/note.txt{query}");
            let answer = ask(&assets, "GET", &uri, &[], cache).await.unwrap();
            assert_eq!(answer.header("cache-control"), expected, "{cache:?} {uri}");
        }
        // An error is not kept.
        let headers = [("range", "bytes=10-")];
        let uri = format!("/static/note.txt?{hash}");
        let answer = ask(&assets, "GET", &uri, &headers, &auto).await.unwrap();
        assert_eq!((answer.status, answer.header("cache-control")), (416, ""));
    }
}

#[tokio::test]
async fn versions() {
    let app = App::new();
    for assets in [app.assets(), embedded()] {
        for path in ["static/note.txt", "/static/note.txt"] {
            assert_eq!(assets.modified_millis(path), Some(MODIFIED * 1000));
            assert_eq!(
                assets.content_hash(path).as_deref(),
                Some(&*content_hash(b"0123456789"))
            );
        }
        for path in [
            "",
            "/",
            "static",
            "static/absent",
            "static/../secret.txt",
            "secret.txt",
            "static/.env",
        ] {
            assert_eq!(assets.modified_millis(path), None, "{path}");
            assert_eq!(assets.content_hash(path), None, "{path}");
        }
    }
}

#[tokio::test]
async fn files_on_disk_come_go_and_change() {
    let app = App::new();
    let assets = app.assets();
    let path = "static/new.txt";
    assert!(
        ask(&assets, "GET", "/static/new.txt", &[], &DEVELOPMENT)
            .await
            .is_none()
    );
    app.write(path, "first");
    let first = get(&assets, "/static/new.txt", &[]).await;
    assert_eq!(first.body, "first");
    assert_eq!(
        assets.content_hash(path).as_deref(),
        Some(&*content_hash(b"first"))
    );

    app.write(path, "the second");
    let second = get(&assets, "/static/new.txt", &[]).await;
    assert_eq!(second.body, "the second");
    assert_ne!(first.header("etag"), second.header("etag"));
    assert_eq!(
        assets.content_hash(path).as_deref(),
        Some(&*content_hash(b"the second"))
    );

    fs::remove_file(app.path(path)).unwrap();
    assert!(
        ask(&assets, "GET", "/static/new.txt", &[], &DEVELOPMENT)
            .await
            .is_none()
    );
    assert_eq!(assets.content_hash(path), None);
}

#[tokio::test]
async fn embedded_files_of_builds_that_give_all_files_one_time() {
    let tag = |content: &'static str, modified| async move {
        let assets = embedded_with(&[("static/a.txt", content)], modified);
        get(&assets, "/static/a.txt", &[])
            .await
            .header("etag")
            .to_owned()
    };
    // The same size and time: only the content tells them apart.
    assert_ne!(tag("one", 1).await, tag("two", 1).await);
    assert_eq!(tag("one", 1).await, tag("one", 1).await);

    // No time at all: the entity tag stands alone.
    let assets = embedded_with(&[("static/a.txt", "one")], 0);
    let since = [("if-modified-since", LAST_MODIFIED)];
    let answer = get(&assets, "/static/a.txt", &since).await;
    assert_eq!((answer.status, answer.header("last-modified")), (200, ""));
    assert_ne!(answer.header("etag"), "");
    assert_eq!(assets.modified_millis("static/a.txt"), None);
}

#[tokio::test]
async fn times_that_http_cannot_write_do_not_panic() {
    let app = App::new();
    let file = File::options()
        .write(true)
        .open(app.path("static/note.txt"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH - Duration::from_secs(1000))
        .unwrap();
    let answer = get(&app.assets(), "/static/note.txt", &[]).await;
    assert_eq!(
        answer.header("last-modified"),
        "Thu, 01 Jan 1970 00:00:00 GMT"
    );

    let assets = embedded_with(&[("static/a.txt", "one")], u64::MAX);
    assert_eq!(get(&assets, "/static/a.txt", &[]).await.status, 200);
}

#[tokio::test]
async fn a_large_file_arrives_whole() {
    let app = App::new();
    let content: String = ('a'..='z').cycle().take(3_000_000).collect();
    app.write("static/large.txt", &content);
    for assets in [
        app.assets(),
        embedded_with(&[("static/large.txt", &content)], 1),
    ] {
        assert!(get(&assets, "/static/large.txt", &[]).await.body == content);
        let range = [("range", "bytes=1000000-2999998")];
        let answer = get(&assets, "/static/large.txt", &range).await;
        assert!(answer.body == content[1_000_000..=2_999_998]);
    }
}

#[tokio::test]
async fn without_folders_nothing_is_served() {
    let app = App::new();
    let root = app.root.path().to_owned();
    for assets in [
        Assets::none(),
        Assets::disk(root, &[]),
        Assets::embedded(&[], &[]),
    ] {
        assert!(
            ask(&assets, "GET", "/static/app.css", &[], &DEVELOPMENT)
                .await
                .is_none()
        );
        assert_eq!(assets.modified_millis("static/app.css"), None);
        // Nothing is left that could look: no root, no folders.
        assert!(assets.inner.is_none());
    }
}

#[tokio::test]
async fn an_app_without_its_folder_serves_nothing_from_it() {
    let root = TempDir::new().unwrap();
    let assets = Assets::disk(root.path().to_owned(), &folders());
    assert!(
        ask(&assets, "GET", "/static/app.css", &[], &DEVELOPMENT)
            .await
            .is_none()
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    #[tokio::test]
    async fn symbolic_links_are_followed_within_the_folder_only() {
        let app = App::new();
        let elsewhere = TempDir::new().unwrap();
        fs::write(elsewhere.path().join("shared.txt"), "shared").unwrap();
        for (target, link) in [
            ("app.css", "static/inside.css"),
            ("../secret.txt", "static/out.txt"),
            ("../public/assets/a.txt", "static/other-folder.txt"),
            ("..", "static/up"),
            ("/", "static/slash"),
            (".env", "static/env.txt"),
            (".git", "static/git"),
            ("loop.txt", "static/loop.txt"),
            ("absent", "static/broken.txt"),
        ] {
            symlink(target, app.path(link)).unwrap();
        }
        let assets = app.assets();
        assert_eq!(
            get(&assets, "/static/inside.css", &[]).await.body,
            "body { color: red }"
        );
        for path in [
            "out.txt",
            "other-folder.txt",
            "up/secret.txt",
            "up/static/app.css/x",
            "slash/etc/passwd",
            "env.txt",
            "git/config",
            "broken.txt",
        ] {
            let uri = format!("/static/{path}");
            assert!(
                ask(&assets, "GET", &uri, &[], &DEVELOPMENT).await.is_none(),
                "{path}"
            );
            assert_eq!(assets.content_hash(&uri), None, "{path}");
        }
        // A mistake of the app's, which is logged.
        assert_eq!(get(&assets, "/static/loop.txt", &[]).await.status, 500);

        // A folder of static files may itself be a link.
        fs::remove_dir_all(app.path("public/assets")).unwrap();
        symlink(elsewhere.path(), app.path("public/assets")).unwrap();
        assert_eq!(
            get(&assets, "/public/assets/shared.txt", &[]).await.body,
            "shared"
        );
    }

    #[tokio::test]
    async fn only_regular_files_are_opened() {
        let app = App::new();
        // To open it would wait for ever.
        let made = std::process::Command::new("mkfifo")
            .arg(app.path("static/pipe"))
            .status();
        assert!(made.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(app.path("static/socket")).unwrap();
        for path in ["/static/pipe", "/static/socket"] {
            assert!(
                ask(&app.assets(), "GET", path, &[], &DEVELOPMENT)
                    .await
                    .is_none(),
                "{path}"
            );
        }
    }
}
