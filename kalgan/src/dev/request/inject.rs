//! Appends a text to a page, while the page streams. A script behind `</html>` is taken into the body:
//! the HTML standard's insertion mode "after after body".

use axum_core::body::Body;
use bytes::Bytes;
use http_body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// How much of a page's beginning is looked at to tell a document from a part of one.
const HEAD: usize = 4 * 1024;
const END_TAG: &[u8] = b"</body";

/// What is known of a page that comes in pieces.
#[derive(Debug, Default)]
struct Page {
    /// Where it begins.
    head: Vec<u8>,
    /// The end of what has come, where an end tag may begin.
    tail: Vec<u8>,
    has_end_tag: bool,
}

impl Page {
    /// Looks at the next piece.
    fn look(&mut self, piece: &[u8]) {
        let wanted = HEAD - self.head.len();
        self.head
            .extend_from_slice(&piece[..wanted.min(piece.len())]);
        if !self.has_end_tag {
            self.tail.extend_from_slice(piece);
            let mut tags = self.tail.windows(END_TAG.len() + 1);
            self.has_end_tag = tags.any(is_end_tag);
            self.tail
                .drain(..self.tail.len().saturating_sub(END_TAG.len()));
        }
    }

    /// Whether it is a whole document. A part of one, which a script of the app's fetches, is left as
    /// it is.
    fn is_document(&self) -> bool {
        self.has_end_tag || is_document(&self.head)
    }
}

/// Whether this is `</body` with what ends a tag's name behind it.
fn is_end_tag(bytes: &[u8]) -> bool {
    bytes.split_last().is_some_and(|(next, tag)| {
        tag.eq_ignore_ascii_case(END_TAG) && (next.is_ascii_whitespace() || b"/>".contains(next))
    })
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

/// A whole page with the text behind it; `None` where it is no document.
pub(super) fn inject(page: &[u8], text: impl FnOnce() -> String) -> Option<Vec<u8>> {
    let mut looked = Page::default();
    looked.look(page);
    looked
        .is_document()
        .then(|| [page, text().as_bytes()].concat())
}

type Text = Box<dyn FnOnce() -> String + Send>;

/// A body that streams, with a text behind it.
pub(super) struct Injected {
    /// What was polled already.
    first: Option<Result<Frame<Bytes>, axum_core::Error>>,
    body: Body,
    page: Page,
    /// `None` once the body has ended.
    text: Option<Text>,
    /// Trailers, for after the text.
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
            page: Page::default(),
            text: Some(Box::new(text)),
            trailers: None,
        }
    }

    /// What is left at the end.
    fn finish(&mut self) -> Option<Frame<Bytes>> {
        let text = self.text.take()?;
        let text = self.page.is_document().then(|| Frame::data(text().into()));
        text.or_else(|| self.trailers.take())
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
        if this.text.is_none() {
            return Poll::Ready(this.trailers.take().map(Ok));
        }
        let next = match this.first.take() {
            Some(first) => Some(first),
            None => ready!(Pin::new(&mut this.body).poll_frame(context)),
        };
        Poll::Ready(match next {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) => {
                    this.page.look(&piece);
                    Some(Ok(Frame::data(piece)))
                }
                Err(trailers) => {
                    this.trailers = Some(trailers);
                    this.finish().map(Ok)
                }
            },
            Some(Err(error)) => {
                this.text = None;
                Some(Err(error))
            }
            None => this.finish().map(Ok),
        })
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
        let mut page = Page::default();
        for piece in pieces {
            page.look(piece);
        }
        let mut out = pieces.concat();
        if page.is_document() {
            out.extend_from_slice(TEXT.as_bytes());
        }
        String::from_utf8(out).unwrap()
    }

    const DOCUMENTS: [(&str, &str); 18] = [
        ("<body>a</body>", "<body>a</body>[+]"),
        ("<p>a</BODY >\n</html>\n", "<p>a</BODY >\n</html>\n[+]"),
        (
            "<script>'</body>'</script><p></body></html>",
            "<script>'</body>'</script><p></body></html>[+]",
        ),
        ("a</body></body>", "a</body></body>[+]"),
        (
            "<!doctype html><p><script>'</body>'</SCRIPT>",
            "<!doctype html><p><script>'</body>'</SCRIPT>[+]",
        ),
        ("a</body><!-- </body> -->", "a</body><!-- </body> -->[+]"),
        (
            "a</body><script>b</script><!-- -->",
            "a</body><script>b</script><!-- -->[+]",
        ),
        ("a<style></body></style>", "a<style></body></style>[+]"),
        ("a</bod</body/>b<", "a</bod</body/>b<[+]"),
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
        ("é</body>ü", "é</body>ü[+]"),
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

    #[tokio::test]
    async fn a_stream_is_handed_on_at_once() {
        let pieces = [
            "</body>".to_owned(),
            "x".repeat(2 * HEAD),
            "</bod".to_owned(),
        ];
        let body = Body::from_stream(stream::iter(pieces.clone().map(Ok::<_, Infallible>)));
        let mut whole = Injected::new(None, body, || TEXT.to_owned());
        for piece in pieces.iter().map(String::as_str).chain([TEXT]) {
            let frame = whole.frame().await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), piece);
        }
        assert!(whole.frame().await.is_none());
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
        assert_eq!(whole.to_bytes(), "a</body>b[+]");

        let body = frames(vec![
            Ok(Frame::data("a</body>".into())),
            Err(std::io::Error::other("gone")),
        ]);
        let mut broken = Injected::new(None, body, || TEXT.to_owned());
        let first = broken.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "a</body>");
        assert!(broken.frame().await.unwrap().is_err());
        assert!(broken.frame().await.is_none());

        let first = Some(Ok(Frame::data("a</body>".into())));
        let body = Body::from_stream(stream::empty::<Result<Bytes, Infallible>>());
        let whole = Injected::new(first, body, || TEXT.to_owned());
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "a</body>[+]");
    }
}
