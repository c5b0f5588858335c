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

/// How long a client may take nothing of a response that is to be written. The same as between
/// two writes of nginx by default.
pub(super) const STALLED: Duration = Duration::from_secs(60);

/// How many requests of a connection are open, and since when there is none.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    open: AtomicUsize,
    /// When the last request ended or the client last took some of a backlog, in milliseconds
    /// after `start`.
    since: AtomicU64,
    /// Whether the client does not take what is to be written as fast as it could be.
    backlog: AtomicBool,
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            open: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            backlog: AtomicBool::new(false),
        })
    }

    /// Notes that a request's head is complete. The request is open until the guard is dropped.
    pub(super) fn open(self: &Arc<Self>) -> OpenRequest {
        self.open.fetch_add(1, Ordering::AcqRel);
        OpenRequest(Arc::clone(self))
    }

    /// Whether no request is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.load(Ordering::Acquire) == 0
    }

    /// Lets the time without requests begin anew.
    pub(super) fn touch(&self) {
        let now = self.start.elapsed().as_millis();
        self.since
            .store(u64::try_from(now).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Waits until the connection is of no more use: no request has been open for `limit`, or the
    /// client has taken nothing of what is to be written for [`STALLED`].
    ///
    /// What the client sends meanwhile does not count, so that sending a head byte by byte gains
    /// no time; that it still takes parts of the last response does.
    pub(super) async fn expired(&self, limit: Duration) -> Expired {
        loop {
            let now = Instant::now();
            let since = Duration::from_millis(self.since.load(Ordering::Acquire));
            let since = self.start + since;
            let next = if self.open.load(Ordering::Acquire) == 0 {
                if since + limit <= now {
                    return Expired::Idle;
                }
                since + limit
            } else {
                if self.backlog.load(Ordering::Acquire) && since + STALLED <= now {
                    return Expired::Stalled;
                }
                now + limit
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
    pub(super) _request: OpenRequest,
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
        if before != now {
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
        let activity = Activity::new();
        let start = Instant::now();
        assert_eq!(activity.expired(LIMIT).await, Expired::Idle);
        assert_passed(start, LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_begins_at_the_end_of_the_last_request() {
        let activity = Activity::new();
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
        let activity = Activity::new();
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
        let activity = Activity::new();
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
