//! A file from the disk as a response.

use std::future::{Future, IntoFuture};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::pin::Pin;

use axum_core::body::Body;
use bytes::BytesMut;
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LAST_MODIFIED};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncReadExt, Take};

use super::Response;
use crate::http_date::clamped;
use crate::{Error, Result};

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// The characters of `ext-value` that need no encoding (`attr-char`, RFC 8187, section 3.2.1).
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Sends a file from the disk: await it, or first say with what name it is to be saved.
///
/// The file is streamed, with its length, the time of its last change, and a content type by the
/// ending of its name. Awaiting it fails with 404 where there is no such file, and with 500 where
/// it cannot be read. A path that a visitor chose any part of can lead anywhere on the disk:
/// look the file up in a list of your own, or use the static folders.
///
/// ```no_run
/// use kalgan::{Result, response::{self, Response}};
///
/// async fn invoice() -> Result<Response> {
///     response::file("invoices/5.pdf").download("Invoice 5.pdf").await
/// }
/// ```
pub fn file(path: impl Into<PathBuf>) -> File {
    File {
        path: path.into(),
        download: None,
    }
}

/// A file that is about to be sent; made by [`file`](fn@file), becomes the response when awaited.
#[derive(Clone, Debug)]
#[must_use = "await it to get the response"]
pub struct File {
    path: PathBuf,
    download: Option<String>,
}

impl File {
    /// Makes the browser save the file under that name, instead of showing it (RFC 6266).
    pub fn download(mut self, name: impl Into<String>) -> Self {
        self.download = Some(name.into());
        self
    }

    async fn response(self) -> Result<Response> {
        let failed = |error: std::io::Error| {
            let message = format!("the file {} cannot be sent", self.path.display());
            match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => {
                    Error::new(http::StatusCode::NOT_FOUND, message)
                }
                _ => Error::internal(message),
            }
            .with_source(error)
        };
        // Asked before it is opened, since opening a named pipe waits for a writer.
        let metadata = tokio::fs::metadata(&self.path).await.map_err(failed)?;
        if !metadata.is_file() {
            let message = format!("{} is no file", self.path.display());
            return Err(Error::new(http::StatusCode::NOT_FOUND, message));
        }
        let file = tokio::fs::File::open(&self.path).await.map_err(failed)?;
        let metadata = file.metadata().await.map_err(failed)?;

        // A file that grows while it is sent must not exceed the length that was announced.
        let mut response = Response::new(body(file.take(metadata.len())));
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, metadata.len().into());
        let content_type = content_type(&self.path);
        if let Ok(value) = HeaderValue::try_from(content_type) {
            headers.insert(CONTENT_TYPE, value);
        }
        let modified = metadata.modified().ok();
        let modified = modified.map(|time| httpdate::fmt_http_date(clamped(time)));
        if let Some(Ok(value)) = modified.map(HeaderValue::try_from) {
            headers.insert(LAST_MODIFIED, value);
        }
        if let Some(name) = &self.download {
            headers.insert(CONTENT_DISPOSITION, attachment(name)?);
        }
        Ok(response)
    }
}

impl IntoFuture for File {
    type Output = Result<Response>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.response())
    }
}

fn body(file: Take<tokio::fs::File>) -> Body {
    Body::from_stream(stream::try_unfold(file, async |mut file| {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        std::io::Result::Ok((read > 0).then(|| (chunk.freeze(), file)))
    }))
}

fn content_type(path: &std::path::Path) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    if mime.type_() == mime_guess::mime::TEXT {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    }
}

/// `Content-Disposition: attachment` with a name for every browser: in ASCII, and in UTF-8 where
/// that differs (RFC 6266, section 4.3 and appendix D).
fn attachment(name: &str) -> Result<HeaderValue> {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let ascii: String = name
        .chars()
        .map(|c| {
            if c.is_ascii() && !matches!(c, '"' | '%') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut value = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        value += "; filename*=UTF-8''";
        value.extend(utf8_percent_encode(&name, NOT_ATTR_CHAR));
    }
    Ok(HeaderValue::try_from(value)?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::extract::testing::body;

    #[tokio::test]
    async fn a_file_with_its_headers() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let response = file(&path).await.unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers[CONTENT_LENGTH], text.len().to_string());
        assert!(headers[CONTENT_TYPE].to_str().unwrap().contains("toml"));
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(headers[LAST_MODIFIED], httpdate::fmt_http_date(modified));
        assert!(!headers.contains_key(CONTENT_DISPOSITION));
        assert_eq!(body(response).await, text);
    }

    #[tokio::test]
    async fn a_file_of_many_chunks_and_an_empty_one() {
        let folder = std::env::temp_dir().join(format!("kalgan-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "0123456789".repeat(CHUNK / 4);
        std::fs::write(folder.join("long.txt"), &text).unwrap();
        std::fs::write(folder.join("empty"), "").unwrap();

        let long = file(folder.join("long.txt")).await.unwrap();
        assert_eq!(long.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
        assert_eq!(body(long).await, text);
        let empty = file(folder.join("empty")).await.unwrap();
        assert_eq!(empty.headers()[CONTENT_LENGTH], "0");
        assert_eq!(empty.headers()[CONTENT_TYPE], "application/octet-stream");
        assert_eq!(body(empty).await, "");

        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_file_may_have_any_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.txt");
        std::fs::write(&path, "old").unwrap();
        let second = std::time::Duration::from_secs(1);
        for (time, written) in [
            (UNIX_EPOCH - second, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (
                UNIX_EPOCH + second * u32::MAX,
                "Sun, 07 Feb 2106 06:28:15 GMT",
            ),
        ] {
            let opened = std::fs::File::options().write(true).open(&path).unwrap();
            opened.set_modified(time).unwrap();
            let response = file(&path).await.unwrap();
            assert_eq!(response.headers()[LAST_MODIFIED], written);
        }
    }

    #[tokio::test]
    async fn what_is_no_file_is_a_404() {
        for path in ["no/such", "", env!("CARGO_MANIFEST_DIR")] {
            let error = file(path).await.unwrap_err();
            assert_eq!(error.status_code(), 404, "{error}");
        }
        let error = file(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/x"));
        assert_eq!(error.await.unwrap_err().status_code(), 404);
    }

    #[tokio::test]
    async fn a_download_has_its_name() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let response = file(path).download("a b.toml").await.unwrap();
        assert_eq!(
            response.headers()[CONTENT_DISPOSITION],
            "attachment; filename=\"a b.toml\""
        );
        for (name, value) in [
            (
                "naïve \"50%\".txt",
                "attachment; filename=\"na_ve _50__.txt\"; \
                 filename*=UTF-8''na%C3%AFve%20%2250%25%22.txt",
            ),
            ("../a\\b", "attachment; filename=\".._a_b\""),
            ("a\r\nx: y", "attachment; filename=\"a__x: y\""),
        ] {
            assert_eq!(attachment(name).unwrap(), value);
        }
    }
}
