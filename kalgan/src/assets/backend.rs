//! One file that was found, in the shape in which `tower-http` serves it.

use std::fs::File;
use std::future::{Ready, ready};
use std::io::{self, Cursor, SeekFrom};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs;

use super::EmbeddedAsset;
use crate::http_date::clamped;
use kalgan_core::source::Fingerprint;

/// A file that a request named. As the library's source of files it holds this one alone: the
/// path was looked up before, and is not a second time, by other rules.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Embedded(&'static EmbeddedAsset),
    Disk {
        /// Without symbolic links.
        path: PathBuf,
        file: Arc<File>,
        fingerprint: Fingerprint,
        /// Tells its content from another one.
        mark: u64,
    },
}

/// What the library makes the validators of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    len: u64,
    modified: Option<SystemTime>,
}

impl Facts {
    /// The ETag is made of the length and of the time in nanoseconds. A copy may keep the time of a file
    /// with the same length, and a build gives all files the same time, or none; so the mark takes the
    /// place of what appears nowhere else: the nanoseconds, and of no time the seconds, too.
    fn new(len: u64, seconds: Option<u64>, mark: u64) -> Self {
        let nanos = Duration::from_nanos(mark % 1_000_000_000);
        let seconds = seconds.unwrap_or(mark / 1_000_000_000 % 100_000_000_000);
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        Self {
            len,
            modified: time.and_then(|time| time.checked_add(nanos)).map(clamped),
        }
    }
}

impl Found {
    /// Whether the time of the last change is known.
    pub(super) fn is_dated(&self) -> bool {
        match self {
            Self::Embedded(file) => file.modified != 0,
            Self::Disk { fingerprint, .. } => fingerprint.modified.is_some(),
        }
    }

    fn facts(&self) -> Facts {
        match self {
            Self::Disk {
                fingerprint, mark, ..
            } => {
                let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH);
                let seconds = |time| since(clamped(time)).unwrap_or_default().as_secs();
                Facts::new(fingerprint.len, fingerprint.modified.map(seconds), *mark)
            }
            Self::Embedded(file) => {
                let seconds = Some(file.modified).filter(|modified| *modified != 0);
                Facts::new(file.bytes.len() as u64, seconds, mark(file.hash))
            }
        }
    }
}

/// A content's hash as a mark.
pub(super) fn mark(hash: &str) -> u64 {
    u64::from_str_radix(hash, 16).unwrap_or(0)
}

impl fs::Metadata for Facts {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        self.modified
            .ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn len(&self) -> u64 {
        self.len
    }
}

impl fs::Backend for Found {
    type File = OpenFile;
    type Metadata = Facts;
    type OpenFuture = Ready<io::Result<OpenFile>>;
    type MetadataFuture = Ready<io::Result<Facts>>;

    fn open(&self, _: PathBuf) -> Self::OpenFuture {
        let content = match self {
            Self::Embedded(file) => Ok(Content::Embedded(Cursor::new(file.bytes))),
            Self::Disk { file, .. } => file
                .try_clone()
                .map(|file| Content::Disk(tokio::fs::File::from_std(file))),
        };
        let facts = self.facts();
        ready(content.map(|content| OpenFile { content, facts }))
    }

    fn metadata(&self, _: PathBuf) -> Self::MetadataFuture {
        ready(Ok(self.facts()))
    }
}

/// An open file.
#[derive(Debug)]
pub(super) struct OpenFile {
    content: Content,
    facts: Facts,
}

#[derive(Debug)]
enum Content {
    Embedded(Cursor<&'static [u8]>),
    Disk(tokio::fs::File),
}

impl fs::File for OpenFile {
    type Metadata = Facts;
    type MetadataFuture<'a> = Ready<io::Result<Facts>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.facts))
    }
}

impl AsyncRead for OpenFile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.content {
            Content::Embedded(bytes) => Pin::new(bytes).poll_read(cx, buf),
            Content::Disk(file) => Pin::new(file).poll_read(cx, buf),
        }
    }
}

impl AsyncSeek for OpenFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        match &mut self.content {
            Content::Embedded(bytes) => Pin::new(bytes).start_seek(position),
            Content::Disk(file) => Pin::new(file).start_seek(position),
        }
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        match &mut self.content {
            Content::Embedded(bytes) => Pin::new(bytes).poll_complete(cx),
            Content::Disk(file) => Pin::new(file).poll_complete(cx),
        }
    }
}
