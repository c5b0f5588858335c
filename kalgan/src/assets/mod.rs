//! Static files: those of the setting `static.folders`, from disk or from the binary.
//!
//! `tower-http` does what HTTP says about files: types, validators, conditions and ranges. This
//! module finds the file, by the same rules for both sources, and fills the library's gaps.

mod backend;
pub(crate) mod cache;
pub(crate) mod path;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum_core::body::Body;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use kalgan_core::content_hash::content_hash;
use kalgan_core::settings::folders;
use kalgan_core::source::Fingerprint;
use tower_http::services::ServeDir;

use backend::Found;
use cache::CachePolicy;

/// A file that the binary carries. `kalgan::embed!` writes a static table of them.
#[derive(Debug)]
pub struct EmbeddedAsset {
    /// The path from the app's folder on, with slashes: `static/app.css`.
    pub path: &'static str,
    /// The file's content.
    pub bytes: &'static [u8],
    /// What [`content_hash`] makes of it.
    pub hash: &'static str,
    /// The time of its last change in UNIX seconds; 0 when that is not known.
    pub modified: u64,
}

/// The static files of an app. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assets {
    /// `None` when there are no folders.
    inner: Option<Arc<Inner>>,
}

#[derive(Debug)]
struct Inner {
    folders: Vec<String>,
    source: Source,
    /// The hashes of files on disk.
    hashes: Mutex<HashMap<PathBuf, Hashed>>,
}

#[derive(Debug)]
enum Source {
    Disk(PathBuf),
    Embedded(HashMap<&'static str, &'static EmbeddedAsset>),
}

/// A file on disk that was read.
#[derive(Debug)]
struct Hashed {
    /// Of which state of the file the hash is.
    fingerprint: Fingerprint,
    /// Whether the file would have another fingerprint if it had changed since.
    is_settled: bool,
    hash: Arc<str>,
}

/// Larger files are not read to tell them from others.
const LARGE: u64 = 16 * 1024 * 1024;

impl Assets {
    /// No static files.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// The files below `root` in the folders, which [`path::parse_folders`] has read. They are looked
    /// up for each request, so files may come and go.
    pub(crate) fn disk(root: PathBuf, folders: &[String]) -> Self {
        Self::new(Source::Disk(root), folders)
    }

    /// The files of the table that lie in the folders.
    pub(crate) fn embedded(files: &'static [EmbeddedAsset], folders: &[String]) -> Self {
        let files = files.iter().map(|file| (file.path, file)).collect();
        Self::new(Source::Embedded(files), folders)
    }

    fn new(source: Source, folders: &[String]) -> Self {
        if folders.is_empty() {
            return Self::none();
        }
        Self {
            inner: Some(Arc::new(Inner {
                folders: folders.to_vec(),
                source,
                hashes: Mutex::default(),
            })),
        }
    }

    /// Whether the path may be that of a static file: a cheap look before [`Assets::serve`].
    pub(crate) fn may_have(&self, path: &str) -> bool {
        self.inner.as_ref().is_some_and(|inner| {
            // A path with escapes is looked at as a whole.
            path.contains('%')
                || path::folder_of(&inner.folders, path.strip_prefix('/').unwrap_or(path)).is_some()
        })
    }

    /// Answers with the file that the request's path names; `None` when it names none, so that
    /// the router gets its turn.
    pub(crate) async fn serve(
        &self,
        request: &Parts,
        cache: &CachePolicy,
    ) -> Option<Response<Body>> {
        let inner = self.inner.as_ref()?;
        let path = path::decode(request.uri.path())?;
        let folder = path::folder_of(&inner.folders, &path)?.to_owned();
        let found = match &inner.source {
            Source::Embedded(files) => Found::Embedded(files.get(path.as_str())?),
            Source::Disk(_) => {
                let inner = Arc::clone(inner);
                let search = tokio::task::spawn_blocking(move || inner.open(&folder, &path));
                match search
                    .await
                    .unwrap_or_else(|error| Err(io::Error::other(error)))
                {
                    Ok(found) => found?,
                    Err(error) => return Some(failed(request, &error)),
                }
            }
        };
        if request.method != Method::GET && request.method != Method::HEAD {
            return Some(method_not_allowed());
        }
        let cache_control = cache
            .header(request.uri.query(), || inner.hash_of(&found))
            .await;
        match respond(request, found).await {
            Ok(mut response) => {
                finish(&mut response, cache_control);
                Some(response)
            }
            Err(error) => Some(failed(request, &error)),
        }
    }

    /// The time of the last change of `static/app.css` in UNIX milliseconds; `None` when there is
    /// no such file or its time is unknown.
    pub(crate) fn modified_millis(&self, path: &str) -> Option<u64> {
        let inner = self.inner.as_ref()?;
        let modified = match inner.locate(path)? {
            Located::Embedded(file) if file.modified == 0 => return None,
            Located::Embedded(file) => return file.modified.checked_mul(1000),
            Located::Disk(_, metadata) => metadata.modified().ok()?,
        };
        let millis = modified
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()?
            .as_millis();
        u64::try_from(millis).ok()
    }

    /// The hash of the content of `static/app.css`; `None` when there is no such file.
    pub(crate) fn content_hash(&self, path: &str) -> Option<Arc<str>> {
        let inner = self.inner.as_ref()?;
        match inner.locate(path)? {
            Located::Embedded(file) => Some(Arc::from(file.hash)),
            Located::Disk(path, metadata) => inner.hash_on_disk(&path, Fingerprint::of(&metadata)),
        }
    }
}

/// A file that was found but not opened.
enum Located {
    Embedded(&'static EmbeddedAsset),
    Disk(PathBuf, Metadata),
}

impl Inner {
    /// Finds a file by its path as templates write it.
    fn locate(&self, path: &str) -> Option<Located> {
        let path = path.strip_prefix('/').unwrap_or(path);
        if !folders::is_plain(path) {
            return None;
        }
        let folder = path::folder_of(&self.folders, path)?;
        match &self.source {
            Source::Embedded(files) => files.get(path).copied().map(Located::Embedded),
            Source::Disk(root) => {
                let (path, metadata) = find_on_disk(root, folder, path).ok()??;
                Some(Located::Disk(path, metadata))
            }
        }
    }

    fn open(&self, folder: &str, path: &str) -> io::Result<Option<Found>> {
        let Source::Disk(root) = &self.source else {
            return Ok(None);
        };
        let found = find_on_disk(root, folder, path).and_then(|found| {
            let Some((path, _)) = found else {
                return Ok(None);
            };
            let file = File::open(&path)?;
            let fingerprint = Fingerprint::of(&file.metadata()?);
            Ok(Some(Found::Disk {
                mark: self.mark(&path, fingerprint),
                path,
                file: Arc::new(file),
                fingerprint,
            }))
        });
        match found {
            Err(error) if is_absence(&error) => Ok(None),
            found => found,
        }
    }

    async fn hash_of(self: &Arc<Self>, found: &Found) -> Option<Arc<str>> {
        match found {
            Found::Embedded(file) => Some(Arc::from(file.hash)),
            Found::Disk {
                path, fingerprint, ..
            } => {
                let (inner, path, fingerprint) = (Arc::clone(self), path.clone(), *fingerprint);
                tokio::task::spawn_blocking(move || inner.hash_on_disk(&path, fingerprint))
                    .await
                    .ok()?
            }
        }
    }

    /// What tells the content of a file from another one.
    fn mark(&self, path: &Path, fingerprint: Fingerprint) -> u64 {
        let hash = match fingerprint.len {
            ..=LARGE => self.hash_on_disk(path, fingerprint),
            _ => None,
        };
        hash.map_or_else(
            || {
                let mut hasher = DefaultHasher::new();
                fingerprint.hash(&mut hasher);
                hasher.finish()
            },
            |hash| backend::mark(&hash),
        )
    }

    fn hash_on_disk(&self, path: &Path, fingerprint: Fingerprint) -> Option<Arc<str>> {
        // Nothing panics while it is held, so what it protects is whole.
        let hashes = || self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hashes().get(path)
            && known.fingerprint == fingerprint
            && known.is_settled
        {
            return Some(Arc::clone(&known.hash));
        }
        let is_settled = fingerprint.is_settled(SystemTime::now());
        let hash: Arc<str> = Arc::from(content_hash(&std::fs::read(path).ok()?));
        let hashed = Hashed {
            fingerprint,
            is_settled,
            hash: Arc::clone(&hash),
        };
        hashes().insert(path.to_owned(), hashed);
        Some(hash)
    }
}

/// The real path of a file, unless a symbolic link leads out of the folder or to something
/// hidden, or it is no regular file: to open a pipe for instance would wait for who writes it.
fn find_on_disk(root: &Path, folder: &str, path: &str) -> io::Result<Option<(PathBuf, Metadata)>> {
    let base = root.join(folder).canonicalize()?;
    let file = root.join(path).canonicalize()?;
    let Ok(inside) = file.strip_prefix(&base) else {
        return Ok(None);
    };
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    if inside.iter().any(hidden) {
        return Ok(None);
    }
    let metadata = std::fs::metadata(&file)?;
    Ok(metadata.is_file().then_some((file, metadata)))
}

/// Whether the error says no more than that there is nothing to be served.
fn is_absence(error: &io::Error) -> bool {
    if error.kind() == io::ErrorKind::PermissionDenied {
        tracing::warn!("a static file is not served, as this process may not read it: {error}");
        return true;
    }
    if is_loop(error) {
        tracing::warn!("a static file is not served, as a symbolic link leads to itself: {error}");
        return true;
    }
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidFilename
    )
}

/// Whether a symbolic link leads to itself. Its kind of error is not stable in the standard library.
#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP)
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}

fn failed(request: &Parts, error: &io::Error) -> Response<Body> {
    tracing::error!(
        "cannot read the static file of {}: {error}",
        request.uri.path()
    );
    status_only(StatusCode::INTERNAL_SERVER_ERROR)
}

fn method_not_allowed() -> Response<Body> {
    let mut response = status_only(StatusCode::METHOD_NOT_ALLOWED);
    let allow = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

fn status_only(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

async fn respond(request: &Parts, found: Found) -> io::Result<Response<Body>> {
    let mut headers = request.headers.clone();
    let dated = found.is_dated();
    if !dated {
        headers.remove(header::IF_MODIFIED_SINCE);
        headers.remove(header::IF_UNMODIFIED_SINCE);
    }
    // RFC 9110, 14.2: a range of another unit, or of a HEAD, must be ignored. The names of units
    // are compared without case (14.1), but not by the library.
    if let Some(range) = headers.remove(header::RANGE)
        && request.method == Method::GET
        && let Some((unit, ranges)) = range.to_str().ok().and_then(|range| range.split_once('='))
        && unit.eq_ignore_ascii_case("bytes")
        && let Ok(range) = HeaderValue::try_from(format!("bytes={ranges}"))
    {
        headers.insert(header::RANGE, range);
    }
    // The library has no If-Range (RFC 9110, 13.1.5), but knows the validators to compare with.
    if let Some(validator) = headers.remove(header::IF_RANGE)
        && headers.contains_key(header::RANGE)
    {
        let head = call(
            request,
            Method::HEAD,
            HeaderMap::new(),
            found.clone(),
            dated,
        )
        .await?;
        let is_etag = validator.as_bytes().ends_with(b"\"");
        let name = if is_etag {
            header::ETAG
        } else {
            header::LAST_MODIFIED
        };
        if head.headers().get(name) != Some(&validator) {
            headers.remove(header::RANGE);
        }
    }
    // The body of a HEAD is dropped in the end: until then it is seen by layers.
    call(request, Method::GET, headers, found, dated).await
}

async fn call(
    request: &Parts,
    method: Method,
    headers: HeaderMap,
    found: Found,
    dated: bool,
) -> io::Result<Response<Body>> {
    let mut call = Request::new(Body::empty());
    *call.method_mut() = method;
    *call.uri_mut() = request.uri.clone();
    *call.headers_mut() = headers;
    let mut response = ServeDir::with_backend("", found)
        .append_index_html_on_directories(false)
        .redirect_to_trailing_slash(false)
        .ignore_multi_range_requests(true)
        .try_call(call)
        .await?;
    if !dated {
        response.headers_mut().remove(header::LAST_MODIFIED);
    }
    Ok(response.map(Body::new))
}

fn finish(response: &mut Response<Body>, cache_control: HeaderValue) {
    let useful = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if useful {
        headers.insert(header::CACHE_CONTROL, cache_control);
    }
    // The library guesses types from names, and there is no charset in a name.
    if let Some(value) = headers.get_mut(header::CONTENT_TYPE)
        && let Ok(mime) = value.to_str()
        && is_text(mime)
        && let Ok(with_charset) = HeaderValue::try_from(format!("{mime}; charset=utf-8"))
    {
        *value = with_charset;
    }
}

fn is_text(mime: &str) -> bool {
    !mime.contains(';')
        && (mime.starts_with("text/")
            || mime.ends_with("+xml")
            || mime.ends_with("+json")
            || matches!(
                mime,
                "application/javascript" | "application/json" | "application/xml"
            ))
}
