//! How long a static file may be kept.

use std::sync::Arc;

use http::HeaderValue;
use percent_encoding::percent_decode_str;

/// What `Cache-Control` says of static files (RFC 9111, 5.2.2).
#[derive(Clone, Debug)]
pub(crate) enum CachePolicy {
    /// Files change: ask each time.
    Development,
    /// A URL that carries the current version always names this content: it is kept for a year
    /// without asking. Others are kept too, but asked about each time.
    Production(StaticVersion),
}

/// The setting `static.version`.
#[derive(Clone, Debug)]
pub(crate) enum StaticVersion {
    /// There is none.
    None,
    /// The same for all files.
    Fixed(Arc<str>),
    /// `auto`: the hash of the file's content.
    Auto,
}

impl CachePolicy {
    /// The value for a file that was asked with this query; `hash` is called when it matters.
    pub(super) async fn header<F>(
        &self,
        query: Option<&str>,
        hash: impl FnOnce() -> F,
    ) -> HeaderValue
    where
        F: Future<Output = Option<Arc<str>>>,
    {
        let Self::Production(version) = self else {
            return HeaderValue::from_static("no-cache");
        };
        let current = match (version, query) {
            (StaticVersion::None, _) | (_, None | Some("")) => false,
            (StaticVersion::Fixed(version), Some(query)) => {
                percent_decode_str(query).eq(version.bytes())
            }
            (StaticVersion::Auto, Some(query)) => hash().await.is_some_and(|hash| *hash == *query),
        };
        HeaderValue::from_static(if current {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=0, must-revalidate"
        })
    }
}
