//! Puts a text before a page's last `</body>`, while the page streams.

use axum_core::body::Body;
use bytes::Bytes;
use http_body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// How much may follow the end tag that is taken for the last one.
const HELD: usize = 64 * 1024;
/// How much of a page's beginning is looked at to tell a document from a part of one.
const HEAD: usize = 4 * 1024;
const END_TAG: &[u8] = b"</body";

/// Finds the place in a page that comes in pieces. A script or a comment may hold an end tag, too,
/// so the last one counts: what follows the latest is held back until there is another or the end.
#[derive(Debug, Default)]
pub(super) struct Injector {
    /// Where the page begins, for [`is_document`].
    head: Vec<u8>,
    /// What was not handed on yet: it begins with an end tag or a part of one.
    held: Vec<u8>,
    /// Whether `held` begins with a whole end tag.
    holds_tag: bool,
    /// Whether too much followed one, so that it went on its way.
    has_let_go: bool,
}

impl Injector {
    /// Takes the next piece, and gives what can be handed on.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let wanted = HEAD - self.head.len();
        self.head
            .extend_from_slice(&piece[..wanted.min(piece.len())]);
        // An end tag may begin in what was held and end in the piece.
        let known = match self.holds_tag {
            true => self.held.len().saturating_sub(END_TAG.len()).max(1),
            false => 0,
        };
        self.held.extend_from_slice(piece);
        let (at, holds_tag) = match last_end_tag(&self.held[known.min(self.held.len())..]) {
            Some(at) => (known + at, true),
            None if self.holds_tag => (0, true),
            None => (partial_tag(&self.held), false),
        };
        let mut out: Vec<u8> = self.held.drain(..at).collect();
        self.holds_tag = holds_tag;
        if self.holds_tag && self.held.len() > HELD {
            self.has_let_go = true;
            self.holds_tag = false;
            let at = partial_tag(&self.held);
            out.extend(self.held.drain(..at));
        }
        out
    }

    /// Gives the rest, with the text where it belongs. A part of a document is left as it is.
    pub(super) fn finish(&mut self, text: impl FnOnce() -> String) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        let holds_tag = std::mem::take(&mut self.holds_tag);
        let mut out = Vec::new();
        if holds_tag && !is_text(&held) {
            out.extend_from_slice(text().as_bytes());
            out.extend(held);
        } else {
            out.extend(held);
            if holds_tag || self.has_let_go || is_document(&self.head) {
                out.extend_from_slice(text().as_bytes());
            }
        }
        out
    }
}

/// Whether the end tag in front is none, but stands in a script or a comment, by what follows: that
/// ends there before it begins. (HTML takes a script at a document's very end for one of its body.)
fn is_text(tag_and_rest: &[u8]) -> bool {
    let rest = tag_and_rest.to_ascii_lowercase();
    let find = |part: &[u8]| rest.windows(part.len()).position(|bytes| bytes == part);
    let pairs: [(&[u8], &[u8]); 4] = [
        (b"<script", b"</script"),
        (b"<style", b"</style"),
        (b"<textarea", b"</textarea"),
        (b"<!--", b"-->"),
    ];
    pairs.into_iter().any(|(begin, end)| {
        find(end).is_some_and(|end| find(begin).is_none_or(|begin| end < begin))
    })
}

/// The place of the last `</body`, with what ends a tag's name behind it.
fn last_end_tag(bytes: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(at) = bytes[..end].iter().rposition(|&byte| byte == b'<') {
        if let Some((tag, [next, ..])) = bytes[at..].split_at_checked(END_TAG.len())
            && tag.eq_ignore_ascii_case(END_TAG)
            && (next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
        {
            return Some(at);
        }
        end = at;
    }
    None
}

/// Where an end tag begins whose rest has not come yet; the end where none does.
fn partial_tag(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(END_TAG.len());
    (from..bytes.len())
        .find(|&at| END_TAG[..bytes.len() - at].eq_ignore_ascii_case(&bytes[at..]))
        .unwrap_or(bytes.len())
}

/// Whether a page begins as a whole document does: with its doctype or `<html>`.
fn is_document(head: &[u8]) -> bool {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    loop {
        rest = rest.trim_ascii_start();
        let Some(comment) = rest.strip_prefix(b"<!--") else {
            break;
        };
        let Some(end) = comment.windows(3).position(|bytes| bytes == b"-->") else {
            return false;
        };
        rest = &comment[end + 3..];
    }
    [&b"<!doctype html"[..], b"<html"].into_iter().any(|start| {
        rest.split_at_checked(start.len())
            .is_some_and(|(begin, rest)| {
                begin.eq_ignore_ascii_case(start)
                    && rest
                        .first()
                        .is_none_or(|next| next.is_ascii_whitespace() || *next == b'>')
            })
    })
}

/// A whole page with the text in it; `None` where it is no document.
pub(super) fn inject(page: &[u8], text: impl FnOnce() -> String) -> Option<Vec<u8>> {
    let mut injector = Injector::default();
    let mut out = injector.push(page);
    out.extend(injector.finish(text));
    (out.len() != page.len()).then_some(out)
}

type Text = Box<dyn FnOnce() -> String + Send>;

/// A body that streams, with a text to come before its last `</body>`.
pub(super) struct Injected {
    /// What was polled already.
    first: Option<Result<Frame<Bytes>, axum_core::Error>>,
    body: Body,
    injector: Injector,
    /// `None` once the body has ended.
    text: Option<Text>,
    /// Trailers, for after the rest.
    trailers: Option<Frame<Bytes>>,
}

impl Injected {
    pub(super) fn new(
        first: Option<Result<Frame<Bytes>, axum_core::Error>>,
        body: Body,
        text: impl FnOnce() -> String + Send + 'static,
    ) -> Self {
        Self {
            first,
            body,
            injector: Injector::default(),
            text: Some(Box::new(text)),
            trailers: None,
        }
    }

    /// What is left at the end; `None` where that is nothing.
    fn finish(&mut self) -> Option<Frame<Bytes>> {
        let rest = self.injector.finish(self.text.take()?);
        (!rest.is_empty()).then(|| Frame::data(rest.into()))
    }
}

impl http_body::Body for Injected {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        loop {
            if this.text.is_none() {
                return Poll::Ready(this.trailers.take().map(Ok));
            }
            let next = match this.first.take() {
                Some(first) => Some(first),
                None => ready!(Pin::new(&mut this.body).poll_frame(context)),
            };
            let frame = match next {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    this.text = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => match this.finish() {
                    Some(rest) => return Poll::Ready(Some(Ok(rest))),
                    None => continue,
                },
            };
            match frame.into_data() {
                Ok(piece) => {
                    let out = this.injector.push(&piece);
                    if !out.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(out.into()))));
                    }
                }
                Err(trailers) => {
                    this.trailers = Some(trailers);
                    if let Some(rest) = this.finish() {
                        return Poll::Ready(Some(Ok(rest)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use http_body_util::{BodyExt, StreamBody};
    use std::convert::Infallible;

    const TEXT: &str = "[+]";

    fn in_pieces(pieces: &[&[u8]]) -> String {
        let mut injector = Injector::default();
        let mut out = Vec::new();
        for piece in pieces {
            out.extend(injector.push(piece));
        }
        out.extend(injector.finish(|| TEXT.to_owned()));
        String::from_utf8(out).unwrap()
    }

    const DOCUMENTS: [(&str, &str); 18] = [
        ("<body>a</body>", "<body>a[+]</body>"),
        ("<p>a</BODY >\n</html>\n", "<p>a[+]</BODY >\n</html>\n"),
        (
            "<script>'</body>'</script><p></body></html>",
            "<script>'</body>'</script><p>[+]</body></html>",
        ),
        ("a</body></body>", "a</body>[+]</body>"),
        // What looks like the last end tag is none.
        (
            "<!doctype html><p><script>'</body>'</SCRIPT>",
            "<!doctype html><p><script>'</body>'</SCRIPT>[+]",
        ),
        ("a</body><!-- </body> -->", "a</body><!-- </body> -->[+]"),
        (
            "a</body><script>b</script><!-- -->",
            "a[+]</body><script>b</script><!-- -->",
        ),
        ("a<style></body></style>", "a<style></body></style>[+]"),
        ("a</bod</body/>b<", "a</bod[+]</body/>b<"),
        ("<p>a part</p>", "<p>a part</p>"),
        ("<p></bodyguard>", "<p></bodyguard>"),
        ("<p></body", "<p></body"),
        ("", ""),
        ("<!DOCTYPE html><p>no end", "<!DOCTYPE html><p>no end[+]"),
        (
            "\u{feff} <!-- a --> <!-- b -->\n<html lang=en></bo",
            "\u{feff} <!-- a --> <!-- b -->\n<html lang=en></bo[+]",
        ),
        ("<!-- <html> -->x", "<!-- <html> -->x"),
        ("<htmlx>", "<htmlx>"),
        ("é</body>ü", "é[+]</body>ü"),
    ];

    #[test]
    fn however_a_document_is_cut_it_comes_out_the_same() {
        for (document, expected) in DOCUMENTS {
            let bytes = document.as_bytes();
            assert_eq!(in_pieces(&[bytes]), expected);
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(in_pieces(&pieces), expected, "{first} {second}");
                }
            }
            let each: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(in_pieces(&each), expected);
        }
    }

    #[test]
    fn what_is_held_back_has_a_bound() {
        let filler = "x".repeat(HELD);
        let document = format!("</body>{filler}");
        let mut injector = Injector::default();
        let mut held = document.len();
        for piece in document.as_bytes().chunks(1000) {
            held -= injector.push(piece).len();
        }
        assert_eq!(held, 0);
        // What was let go of was a document, and gets its text at the end.
        assert_eq!(
            in_pieces(&[document.as_bytes()]),
            format!("{document}{TEXT}")
        );
        let again = format!("{document}</body>");
        for size in [1, 7, 1000, again.len()] {
            let pieces: Vec<&[u8]> = again.as_bytes().chunks(size).collect();
            assert_eq!(in_pieces(&pieces), format!("{document}{TEXT}</body>"));
        }
        // Text in front of it is handed on at once.
        let mut injector = Injector::default();
        assert_eq!(injector.push(b"<html><p>a</b"), b"<html><p>a");
        assert_eq!(injector.push(b">"), b"</b>");
    }

    #[tokio::test]
    async fn a_body_keeps_its_trailers_and_its_failure() {
        let frames = |frames: Vec<Result<Frame<Bytes>, std::io::Error>>| {
            Body::new(StreamBody::new(stream::iter(frames)))
        };
        let mut trailers = http::HeaderMap::new();
        trailers.insert("x-sum", "1".parse().unwrap());
        let body = frames(vec![
            Ok(Frame::data("a</bo".into())),
            Ok(Frame::data("dy>b".into())),
            Ok(Frame::trailers(trailers)),
        ]);
        let whole = Injected::new(None, body, || TEXT.to_owned());
        let whole = whole.collect().await.unwrap();
        assert_eq!(whole.trailers().unwrap()["x-sum"], "1");
        assert_eq!(whole.to_bytes(), "a[+]</body>b");

        let body = frames(vec![
            Ok(Frame::data("a</body>".into())),
            Err(std::io::Error::other("gone")),
        ]);
        let mut broken = Injected::new(None, body, || TEXT.to_owned());
        let first = broken.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "a");
        assert!(broken.frame().await.unwrap().is_err());
        assert!(broken.frame().await.is_none());

        let first = Some(Ok(Frame::data("a</body>".into())));
        let body = Body::from_stream(stream::empty::<Result<Bytes, Infallible>>());
        let whole = Injected::new(first, body, || TEXT.to_owned());
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "a[+]</body>");
    }
}
