//! What the header fields of a request do, and what those of the response say.

use super::*;

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
async fn head_is_get_until_its_body_goes() {
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
            assert_eq!(head.body, get.body);
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
