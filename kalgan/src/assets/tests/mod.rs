//! Static files as clients see them, from disk and from the binary alike.

mod files;
#[cfg(unix)]
mod links;
mod requests;

use std::fs;

use http_body_util::BodyExt;
use tempfile::TempDir;

use super::cache::StaticVersion;
use super::path::parse_folders;
use super::*;
use std::time::Duration;

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
