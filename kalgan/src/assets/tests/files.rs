//! Which files are found.

use super::*;

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

/// As `cp -p` and `rsync -t` leave it, and as builds that give all files one time.
#[tokio::test]
async fn a_file_with_the_length_and_the_time_of_the_one_before_is_another_one() {
    let app = App::new();
    let assets = app.assets();
    let large = usize::try_from(LARGE).unwrap() + 1;
    for (path, length, times) in [("small.txt", 4, 50), ("large.txt", large, 2)] {
        let (file, uri) = (format!("static/{path}"), format!("/static/{path}"));
        let (mut etag, mut last) = (String::new(), None);
        for time in 0..times {
            let content = format!("{time:04}{}", "x".repeat(length - 4));
            app.write(&file, &content);
            // A file that is not read is told by the time of its metadata, which has to go on.
            let fingerprint = || Fingerprint::of(&fs::metadata(app.path(&file)).unwrap());
            while length == large && last == Some(fingerprint()) {
                app.write(&file, &content);
            }
            last = Some(fingerprint());
            let answer = get(&assets, &uri, &[("if-none-match", &etag)]).await;
            assert_eq!(answer.status, 200, "{path} {time}");
            assert!(answer.body == content, "{path} {time}");
            assert_eq!(answer.header("last-modified"), LAST_MODIFIED);
            etag = answer.header("etag").to_owned();
            let again = get(&assets, &uri, &[("if-none-match", &etag)]).await;
            assert_eq!(again.status, 304, "{path} {time}");
            let hash = content_hash(content.as_bytes());
            assert_eq!(assets.content_hash(&file).as_deref(), Some(&*hash));
        }
    }
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
