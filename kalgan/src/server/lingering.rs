//! The body of a request: bounded in time while it is read, and taken in where nobody reads it to its
//! end.
//!
//! A browser sends the whole of a form before it looks at the answer. If the server answered early
//! and closed the connection with bytes unread, the system would reset it, and the answer would be
//! lost on its way. So the rest is taken in, within bounds, and dropped (RFC 9112, section 9.6).

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_core::BoxError;

use bytes::Bytes;
use http::request::Parts;
use http::{Version, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

/// How much of an unread body is taken in, in bytes, and for how long.
const MOST: usize = 64 << 20;
const LONGEST: Duration = Duration::from_secs(10);

/// How many bytes a second a client must send on average, once `server.body_timeout` has passed: as
/// Kestrel's `MinRequestBodyDataRate`.
const RATE: u64 = 240;

/// The client has sent nothing of its body for the time that `server.body_timeout` gives it, or less
/// than [`RATE`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyTimeout;

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rest of the body did not come in time (`server.body_timeout`)")
    }
}

impl std::error::Error for BodyTimeout {}

/// A request's body, the rest of which is taken in when it is dropped before its end.
#[derive(Debug)]
pub(super) struct LingeringBody {
    /// `None` once it is being taken in.
    body: Option<Incoming>,
    /// How long the client may send nothing.
    timeout: Duration,
    /// Since when it does, and how long it still may.
    silence: Option<(Instant, Pin<Box<Sleep>>)>,
    /// How long it was waited for, and what came.
    waited: Duration,
    received: u64,
    is_http1: bool,
    /// Whether the client sends without waiting. In HTTP/2 a stream ends without harm to others.
    is_coming: bool,
}

impl LingeringBody {
    pub(super) fn new(head: &Parts, body: Incoming, timeout: Duration) -> Self {
        let is_http1 = head.version < Version::HTTP_2;
        Self {
            body: Some(body),
            timeout,
            silence: None,
            waited: Duration::ZERO,
            received: 0,
            is_http1,
            is_coming: is_http1 && !head.headers.contains_key(header::EXPECT),
        }
    }
}

impl Body for LingeringBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        // Whoever waited to be told to go on is told by the first look at the body.
        this.is_coming = this.is_http1;
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(context) {
            if let Some((since, _)) = this.silence.take() {
                this.waited += since.elapsed();
            }
            if let Some(Ok(frame)) = &frame {
                this.received += frame.data_ref().map_or(0, Bytes::len) as u64;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        // Only the time in which the app waits counts: it may be the slow one.
        let (timeout, waited) = (this.timeout, this.waited);
        let in_all = timeout + Duration::from_secs(this.received / RATE);
        let (_, silence) = this.silence.get_or_insert_with(|| {
            let left = in_all.saturating_sub(waited).min(timeout);
            (Instant::now(), Box::pin(tokio::time::sleep(left)))
        });
        ready!(silence.as_mut().poll(context));
        // What comes too late is not waited for either.
        this.body = None;
        Poll::Ready(Some(Err(BodyTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for LingeringBody {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) else {
            return;
        };
        // While a run time ends, its connections do, too.
        if let (true, Ok(runtime)) = (self.is_coming, tokio::runtime::Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(LONGEST, take_in(body)));
        }
    }
}

async fn take_in(mut body: Incoming) {
    let mut taken = 0;
    while let Some(Ok(frame)) = body.frame().await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > MOST {
            return;
        }
    }
}
