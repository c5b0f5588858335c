//! When a connection was last of use, so that it can be closed when it is not.
//!
//! hyper's own `header_read_timeout` is not used: it neither covers the first bytes, by which
//! HTTP/1 and HTTP/2 are told apart, nor HTTP/2; and it runs while a slow client is still reading
//! the response before, whose rest it would cut off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::held_body::HeldBodies;

/// How long a connection without open requests may take to end once it was told to.
const CLOSING: Duration = Duration::from_secs(1);

/// More bytes than frames take that only keep up a connection of HTTP/2.
const KEEPING_UP: usize = 128;

/// How many requests of a connection are open, and since when there is none.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    /// How long the client may take nothing of a response.
    send_timeout: Duration,
    open: AtomicUsize,
    /// When the last request ended or the client last took some of a backlog, in milliseconds
    /// after `start`.
    since: AtomicU64,
    /// Whether the client does not take what is to be written as fast as it could be.
    backlog: AtomicBool,
    /// Whether what is written counts, though no request is open.
    closing: AtomicBool,
    /// Whether a request of HTTP/2 was answered, and the bodies of such responses.
    is_http2: AtomicBool,
    bodies: HeldBodies<OpenBody>,
}

impl Activity {
    pub(super) fn new(send_timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            send_timeout,
            open: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            backlog: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            is_http2: AtomicBool::new(false),
            bodies: HeldBodies::default(),
        })
    }

    /// Notes that a request's head is complete. The request is open until the guard is dropped.
    pub(super) fn open(self: &Arc<Self>) -> OpenRequest {
        self.open.fetch_add(1, Ordering::AcqRel);
        OpenRequest(Arc::clone(self))
    }

    /// The body of a response of HTTP/2, which has a deadline of its own.
    pub(super) fn hold(&self, body: OpenBody) -> OpenBody {
        self.is_http2.store(true, Ordering::Release);
        OpenBody {
            body: Body::new(self.bodies.hold(body)),
            _request: None,
        }
    }

    /// Whether no request is open, and all responses are written.
    pub(super) fn is_idle(&self) -> bool {
        self.open.load(Ordering::Acquire) == 0 && !self.has_backlog()
    }

    fn has_backlog(&self) -> bool {
        self.backlog.load(Ordering::Acquire)
    }

    /// Lets the time without requests begin anew.
    pub(super) fn touch(&self) {
        let now = self.start.elapsed().as_millis();
        self.since
            .store(u64::try_from(now).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Notes that the connection was told to end, and returns how long it may be idle. In HTTP/2 parts
    /// of responses may wait for the client where nothing of this module sees them; once that is told
    /// to go, it ends the connection when it has them all.
    pub(super) fn close(&self) -> Duration {
        self.closing.store(true, Ordering::Release);
        self.touch();
        match self.is_http2.load(Ordering::Acquire) {
            true => self.send_timeout,
            false => CLOSING,
        }
    }

    /// Waits until the connection is of no more use: no request has been open for `limit`, or the
    /// client has taken nothing of what is to be written for the time it has.
    ///
    /// What the client sends meanwhile does not count, so that sending a head byte by byte gains
    /// no time; that it still takes parts of the last response does.
    pub(super) async fn expired(&self, limit: Duration) -> Expired {
        loop {
            let now = Instant::now();
            let since = Duration::from_millis(self.since.load(Ordering::Acquire));
            let since = self.start + since;
            let next = if self.is_idle() {
                if since + limit <= now {
                    return Expired::Idle;
                }
                since + limit
            } else if self.has_backlog() {
                if since + self.send_timeout <= now {
                    return Expired::Stalled;
                }
                (since + self.send_timeout).min(now + limit)
            } else {
                now + limit
            };
            let next = match self.bodies.revoke_stalled(now, self.send_timeout) {
                Some(deadline) => next.min(deadline),
                None => next,
            };
            tokio::time::sleep_until(next).await;
        }
    }
}

/// Why a connection is of no more use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    Idle,
    Stalled,
}

/// An open request.
#[derive(Debug)]
pub(super) struct OpenRequest(Arc<Activity>);

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.touch();
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The body of a response, which keeps its request open until all of it was handed over.
#[derive(Debug)]
pub(super) struct OpenBody {
    pub(super) body: Body,
    pub(super) _request: Option<OpenRequest>,
}

impl http_body::Body for OpenBody {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection's stream, which notes when a client that lags takes more.
pub(super) struct Observed<T> {
    stream: T,
    activity: Arc<Activity>,
}

impl<T> Observed<T> {
    pub(super) fn new(stream: T, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn written(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        // Only what had to wait counts: HTTP/2 pings are written to idle clients as well.
        let (before, now) = (
            self.activity.backlog.load(Ordering::Acquire),
            result.is_pending(),
        );
        if before || now {
            self.activity.backlog.store(now, Ordering::Release);
        }
        let mut is_progress = before != now;
        if let Poll::Ready(Ok(length)) = result
            && length > KEEPING_UP
        {
            self.activity.bodies.add_written(length);
            is_progress |= self.activity.closing.load(Ordering::Acquire);
        }
        if is_progress {
            self.activity.touch();
        }
        result
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Observed<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Observed<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.written(result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.written(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);
    const STALLED: Duration = Duration::from_secs(60);

    /// The clock of these tests stands still and jumps to the next timer, whose resolution is a
    /// millisecond.
    fn assert_passed(start: Instant, expected: Duration) {
        let passed = start.elapsed();
        let latest = expected + Duration::from_millis(10);
        assert!(
            passed >= expected && passed < latest,
            "{passed:?} instead of {expected:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_unused_connection_is_idle_after_the_limit() {
        let activity = Activity::new(STALLED);
        let start = Instant::now();
        assert_eq!(activity.expired(LIMIT).await, Expired::Idle);
        assert_passed(start, LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_begins_at_the_end_of_the_last_request() {
        let activity = Activity::new(STALLED);
        let (first, second) = (activity.open(), activity.open());
        let end = async {
            tokio::time::sleep(Duration::from_secs(25)).await;
            drop(first);
            tokio::time::sleep(Duration::from_secs(32)).await;
            drop(second);
        };
        let start = Instant::now();
        tokio::join!(activity.expired(LIMIT), end);
        assert_passed(start, Duration::from_secs(25 + 32) + LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_still_takes_the_response_is_not_idle() {
        let activity = Activity::new(STALLED);
        let (server, mut client) = tokio::io::duplex(1);
        let mut server = Observed::new(server, Arc::clone(&activity));
        let exchange = async {
            let slow = async {
                for _ in 0..4 {
                    tokio::time::sleep(Duration::from_secs(8)).await;
                    client.read_u8().await.unwrap();
                }
            };
            tokio::join!(slow, async { server.write_all(b"abcd").await.unwrap() });
        };
        let start = Instant::now();
        tokio::join!(activity.expired(LIMIT), exchange);
        // The fourth byte could be written when the third was read.
        assert_passed(start, Duration::from_secs(3 * 8) + LIMIT);
    }
    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_of_a_response_has_stalled() {
        let activity = Activity::new(STALLED);
        let _open = activity.open();
        let (server, mut client) = tokio::io::duplex(1);
        let mut server = Observed::new(server, Arc::clone(&activity));
        let exchange = async {
            let slow = async {
                tokio::time::sleep(Duration::from_secs(50)).await;
                client.read_u8().await.unwrap();
            };
            tokio::join!(slow, server.write_all(b"abcd"))
        };
        let start = Instant::now();
        tokio::select! {
            expired = activity.expired(LIMIT) => assert_eq!(expired, Expired::Stalled),
            _ = exchange => panic!("nobody has read all of it"),
        }
        let passed = start.elapsed();
        let (earliest, latest) = (Duration::from_secs(50) + STALLED, LIMIT * 2);
        assert!(
            passed >= earliest && passed < earliest + latest,
            "{passed:?}"
        );
    }
}
