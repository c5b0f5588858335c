//! Appends a text to a page, while the page streams. A script behind `</html>` is taken into the body:
//! the HTML standard's insertion mode "after after body".

use axum_core::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::UPGRADE_INSECURE_REQUESTS;
use http_body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// How much of a page's beginning is looked at to tell a document from a part of one.
const HEAD: usize = 16 * 1024;

/// What is known of a page that comes in pieces.
#[derive(Debug)]
pub(super) struct Page {
    is_navigation: bool,
    /// Where it begins.
    head: Vec<u8>,
}

impl Page {
    /// The answer to a request; `is_navigation`: to one for a page of its own.
    pub(super) fn new(is_navigation: bool) -> Self {
        Self {
            is_navigation,
            head: Vec::new(),
        }
    }

    /// Looks at the next piece.
    fn look(&mut self, piece: &[u8]) {
        let wanted = HEAD - self.head.len();
        self.head
            .extend_from_slice(&piece[..wanted.min(piece.len())]);
    }

    /// Whether its links may be relative to another address.
    fn has_base(&self) -> bool {
        self.head
            .windows(6)
            .any(|tag| tag[..5].eq_ignore_ascii_case(b"<base") && tag[5].is_ascii_whitespace())
    }

    /// Whether a browser shows it, whatever it holds. What a script of the app's fetches is left as it
    /// is, unless it is a whole document.
    fn is_shown(&self) -> bool {
        self.is_navigation || is_document(&self.head)
    }
}

/// Whether a browser asks for a page to show, and not a script for a part of one
/// (<https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header>).
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        // Browsers leave it out without TLS, unless the host is this machine.
        None => headers.contains_key(UPGRADE_INSECURE_REQUESTS),
    }
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

/// A page of which all is there, with the text behind it; `None` where no browser shows it. The text is
/// told whether the page has a `<base>`.
pub(super) fn inject(
    mut page: Page,
    all: &[u8],
    text: impl FnOnce(bool) -> String,
) -> Option<Vec<u8>> {
    page.look(all);
    page.is_shown()
        .then(|| [all, text(page.has_base()).as_bytes()].concat())
}

type Text = Box<dyn FnOnce(bool) -> String + Send>;

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
        page: Page,
        text: impl FnOnce(bool) -> String + Send + 'static,
    ) -> Self {
        Self {
            first,
            body,
            page,
            text: Some(Box::new(text)),
            trailers: None,
        }
    }

    /// What is left at the end.
    fn finish(&mut self) -> Option<Frame<Bytes>> {
        let text = self.text.take()?;
        let page = &self.page;
        let text = page
            .is_shown()
            .then(|| Frame::data(text(page.has_base()).into()));
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

    fn in_pieces(pieces: &[&[u8]], is_navigation: bool) -> String {
        let mut page = Page::new(is_navigation);
        for piece in pieces {
            page.look(piece);
        }
        let mut out = pieces.concat();
        if page.is_shown() {
            out.extend_from_slice(TEXT.as_bytes());
        }
        String::from_utf8(out).unwrap()
    }

    const PAGES: [(&str, bool); 16] = [
        ("<!doctype html><p><script>'</body>'</SCRIPT>", true),
        ("<!DOCTYPE html><p>no end", true),
        ("\u{feff} <!-- a --> <!-- b -->\n<html lang=en></bo", true),
        ("<HTML>", true),
        ("<p>a part</p>", false),
        ("", false),
        ("\n", false),
        ("<!-- all of it -->", false),
        ("<!-- <html> -->x", false),
        ("<!-- <html>", false),
        ("<htmlx>", false),
        (
            "<iframe srcdoc=\"<!doctype html><body>a</body>\"></iframe>",
            false,
        ),
        ("<script>'</body>'</script>", false),
        ("<!-- </body> --><p>a", false),
        ("<textarea></body></textarea>", false),
        ("<p>é</body>ü", false),
    ];

    #[test]
    fn however_a_page_is_cut_it_comes_out_the_same() {
        for (page, is_document) in PAGES {
            for is_navigation in [false, true] {
                let end = if is_document || is_navigation {
                    TEXT
                } else {
                    ""
                };
                let expected = format!("{page}{end}");
                let bytes = page.as_bytes();
                for cut in 0..=bytes.len() {
                    let pieces = [&bytes[..cut], &bytes[cut..]];
                    assert_eq!(in_pieces(&pieces, is_navigation), expected);
                }
                let each: Vec<&[u8]> = bytes.chunks(1).collect();
                assert_eq!(in_pieces(&each, is_navigation), expected);
            }
        }
    }

    #[test]
    fn a_base_is_told() {
        for (page, expected) in [
            ("<html><BASE\nhref='//a/'>", true),
            ("<!doctype html><base href=/x>", true),
            ("<html><basefont>", false),
            ("<html>", false),
        ] {
            let text = |has_base: bool| has_base.to_string();
            let injected = inject(Page::new(false), page.as_bytes(), text).unwrap();
            assert_eq!(injected, format!("{page}{expected}").into_bytes());
        }
    }

    #[test]
    fn a_browser_says_what_it_asks_for() {
        for (name, value, expected) in [
            ("sec-fetch-mode", "navigate", true),
            ("sec-fetch-mode", "cors", false),
            ("sec-fetch-mode", "same-origin", false),
            ("upgrade-insecure-requests", "1", true),
            ("accept", "text/html", false),
        ] {
            let name = http::HeaderName::from_static(name);
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            assert_eq!(is_navigation(&headers), expected, "{value}");
        }
    }

    #[tokio::test]
    async fn a_stream_is_handed_on_at_once() {
        let pieces = [
            "<html>".to_owned(),
            "x".repeat(2 * HEAD),
            "</bod".to_owned(),
        ];
        let body = Body::from_stream(stream::iter(pieces.clone().map(Ok::<_, Infallible>)));
        let mut whole = Injected::new(None, body, Page::new(false), |_| TEXT.to_owned());
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
            Ok(Frame::data("<htm".into())),
            Ok(Frame::data("l>b".into())),
            Ok(Frame::trailers(trailers)),
        ]);
        let whole = Injected::new(None, body, Page::new(false), |_| TEXT.to_owned());
        let whole = whole.collect().await.unwrap();
        assert_eq!(whole.trailers().unwrap()["x-sum"], "1");
        assert_eq!(whole.to_bytes(), "<html>b[+]");

        let body = frames(vec![
            Ok(Frame::data("<html>".into())),
            Err(std::io::Error::other("gone")),
        ]);
        let mut broken = Injected::new(None, body, Page::new(false), |_| TEXT.to_owned());
        let first = broken.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "<html>");
        assert!(broken.frame().await.unwrap().is_err());
        assert!(broken.frame().await.is_none());

        let first = Some(Ok(Frame::data("<html>".into())));
        let body = Body::from_stream(stream::empty::<Result<Bytes, Infallible>>());
        let whole = Injected::new(first, body, Page::new(false), |_| TEXT.to_owned());
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "<html>[+]");
    }
}
