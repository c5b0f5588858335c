//! Percent-encoding of paths (RFC 3986, section 2.1).

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// A path that is not UTF-8 once its percent-encoding is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPath;

/// What a path segment may not hold as it is: everything but `pchar` of RFC 3986.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a URI cannot hold (RFC 3986). `%` stays, since a location is encoded already where it has
/// to be. The backslash goes, which browsers take for a slash: `/\host` would lead to another site.
pub(crate) const NOT_IN_A_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The decoded segments of a path, at least one. The path is split before it is decoded, so an
/// encoded slash stays in its segment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Segments<'a> {
    /// A path without percent-encoding: the common case, for which nothing is allocated.
    Plain(&'a str),
    Decoded(&'a [Cow<'a, str>]),
}

impl<'a> Segments<'a> {
    /// The segments of a path that has no percent-encoding.
    pub(crate) fn plain(path: &'a str) -> Option<Self> {
        (!path.contains('%')).then(|| Self::Plain(path.strip_prefix('/').unwrap_or(path)))
    }

    /// Decodes the segments of any path, for [`Segments::Decoded`].
    ///
    /// # Errors
    /// A segment is not UTF-8.
    pub(crate) fn decode(path: &str) -> Result<Vec<Cow<'_, str>>, BadPath> {
        path.strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            .map(|segment| {
                percent_decode_str(segment)
                    .decode_utf8()
                    .map_err(|_| BadPath)
            })
            .collect()
    }

    /// The first segment, and the further ones if there are any.
    pub(crate) fn split_first(self) -> (&'a str, Option<Self>) {
        match self {
            // Segments are short: a search for longer texts would cost more than it saves.
            Self::Plain(path) => match path.bytes().position(|byte| byte == b'/') {
                Some(at) => (&path[..at], Some(Self::Plain(&path[at + 1..]))),
                None => (path, None),
            },
            Self::Decoded(segments) => match segments.split_first() {
                Some((first, [])) => (first, None),
                Some((first, rest)) => (first, Some(Self::Decoded(rest))),
                None => ("", None),
            },
        }
    }

    /// All segments as one text.
    pub(crate) fn join(self) -> Cow<'a, str> {
        match self {
            Self::Plain(path) => Cow::Borrowed(path),
            Self::Decoded(segments) => Cow::Owned(segments.join("/")),
        }
    }
}

/// Encodes what begins at `start` as one segment of a path.
pub(crate) fn encode_from(url: &mut String, start: usize) {
    // What is borrowed may be another text, too: a single encoded character is.
    let encoded = Cow::from(utf8_percent_encode(&url[start..], SEGMENT));
    if encoded != url[start..] {
        let encoded = encoded.into_owned();
        url.replace_range(start.., &encoded);
    }
}

/// Adds text of a route's own path, whose dots are the app's.
pub(crate) fn push_encoded(url: &mut String, text: &str) {
    url.extend(utf8_percent_encode(text, SEGMENT));
}
