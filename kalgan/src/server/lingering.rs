//! The body of a request that nobody reads to its end.
//!
//! A browser sends the whole of a form before it looks at the answer. If the server answered early
//! and closed the connection with bytes unread, the system would reset it, and the answer would be
//! lost on its way. So the rest is taken in, within bounds, and dropped (RFC 9112, section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Version, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;

/// How much of an unread body is taken in, in bytes, and for how long.
const MOST: usize = 64 << 20;
const LONGEST: Duration = Duration::from_secs(10);

/// A request's body, the rest of which is taken in when it is dropped before its end.
#[derive(Debug)]
pub(super) struct LingeringBody {
    /// `None` once it is being taken in.
    body: Option<Incoming>,
    /// Whether the client sends without waiting. In HTTP/2 a stream ends without harm to others.
    is_coming: bool,
}

impl LingeringBody {
    pub(super) fn new(head: &Parts, body: Incoming) -> Self {
        Self {
            body: Some(body),
            is_coming: head.version < Version::HTTP_2 && !head.headers.contains_key(header::EXPECT),
        }
    }
}

impl Body for LingeringBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        // Whoever waited to be told to go on is told by the first look at the body.
        self.is_coming |= self.body.is_some();
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
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
