//! The bodies of HTTP/2's responses, each with a deadline.
//!
//! A client of HTTP/2 opens many streams on one connection and says of each how much it takes. Where
//! it takes nothing, hyper asks a body for nothing more and holds it, with an open file perhaps, for as
//! long as the connection lives. In HTTP/1 a connection has one response at a time, so that the
//! deadline of the connection is enough.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

/// How many bytes are handed over at once: a frame of HTTP/2, so that hyper keeps no more than that of
/// each stream on its side.
const PIECE: usize = 16 * 1024;

/// How many bytes a second a connection must take as a whole for its streams to wait for each other.
const RATE: u64 = 1024;

/// How many deadlines a body may wait for the others of its connection.
const PATIENCE: u32 = 10;

/// The bodies of a connection that were not handed over whole yet.
#[derive(Debug)]
pub(super) struct HeldBodies<B> {
    bodies: Mutex<Vec<Weak<Mutex<State<B>>>>>,
    /// How many bytes all bodies of the connection have handed over.
    handed: Arc<AtomicU64>,
}

impl<B> Default for HeldBodies<B> {
    fn default() -> Self {
        Self {
            bodies: Mutex::default(),
            handed: Arc::default(),
        }
    }
}

#[derive(Debug)]
struct State<B> {
    /// `None` once its client took too long.
    body: Option<B>,
    /// What the body has given and was not handed over yet.
    rest: Bytes,
    /// Since when the client takes nothing; `None` while the body itself has nothing to give.
    since: Option<Instant>,
    /// What all bodies had handed over then.
    handed: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is held is half changed where something panics.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<B> HeldBodies<B> {
    /// Holds a body, whose deadline begins.
    pub(super) fn hold(&self, body: B) -> HeldBody<B> {
        let state = Arc::new(Mutex::new(State {
            body: Some(body),
            rest: Bytes::new(),
            since: Some(Instant::now()),
            handed: self.handed.load(Ordering::Relaxed),
        }));
        let mut bodies = lock(&self.bodies);
        // What is gone makes room before more is taken.
        if bodies.len() == bodies.capacity() {
            bodies.retain(|body| body.strong_count() > 0);
        }
        bodies.push(Arc::downgrade(&state));
        HeldBody {
            state,
            handed: Arc::clone(&self.handed),
        }
    }

    /// Drops the bodies of which the client has taken nothing for `limit`, unless it takes others:
    /// the streams of a slow client wait for each other. The next deadline, where there is one.
    pub(super) fn revoke_stalled(&self, now: Instant, limit: Duration) -> Option<Instant> {
        let mut next: Option<Instant> = None;
        // What an app does when its body is dropped is its own affair: nothing is locked then.
        let mut revoked = Vec::new();
        let handed = self.handed.load(Ordering::Relaxed);
        lock(&self.bodies).retain(|body| {
            let Some(body) = body.upgrade() else {
                return false;
            };
            let mut state = lock(&body);
            let Some(since) = state.since else {
                return true;
            };
            let waited = now.saturating_duration_since(since);
            let others = handed.saturating_sub(state.handed);
            let takes_others = others >= waited.as_secs().saturating_mul(RATE);
            let deadline = if waited < limit {
                since + limit
            } else if takes_others && waited < limit * PATIENCE {
                now + limit
            } else {
                revoked.push((state.body.take(), std::mem::take(&mut state.rest)));
                return false;
            };
            next = Some(next.map_or(deadline, |next| next.min(deadline)));
            true
        });
        next
    }
}

/// A body that may be taken away from who holds it.
#[derive(Debug)]
pub(super) struct HeldBody<B> {
    state: Arc<Mutex<State<B>>>,
    handed: Arc<AtomicU64>,
}

impl<B> Body for HeldBody<B>
where
    B: Body<Data = Bytes, Error = axum_core::Error> + Unpin,
{
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut state = lock(&self.state);
        let state = &mut *state;
        let Some(body) = &mut state.body else {
            return Poll::Ready(Some(Err(axum_core::Error::new(Stalled))));
        };
        if state.rest.is_empty() {
            let polled = Pin::new(body).poll_frame(context);
            if polled.is_pending() {
                state.since = None;
            }
            match ready!(polled).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => state.rest = data,
                // The trailers are the last.
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        state.since = Some(Instant::now());
        let piece = state.rest.split_to(PIECE.min(state.rest.len()));
        let length = piece.len() as u64;
        state.handed = self.handed.fetch_add(length, Ordering::Relaxed) + length;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        let state = lock(&self.state);
        let body = state.body.as_ref();
        state.rest.is_empty() && body.is_some_and(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let state = lock(&self.state);
        let Some(body) = &state.body else {
            return SizeHint::default();
        };
        let (hint, rest) = (body.size_hint(), state.rest.len() as u64);
        let mut all = SizeHint::new();
        all.set_lower(hint.lower().saturating_add(rest));
        if let Some(upper) = hint.upper().and_then(|upper| upper.checked_add(rest)) {
            all.set_upper(upper);
        }
        all
    }
}

/// The client has taken nothing of a response for too long.
#[derive(Clone, Copy, Debug)]
struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client has taken nothing of the response for too long")
    }
}

impl std::error::Error for Stalled {}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    type Page = http_body_util::combinators::MapErr<
        Full<Bytes>,
        fn(std::convert::Infallible) -> axum_core::Error,
    >;

    fn page(length: usize) -> Page {
        Full::new(Bytes::from(vec![b'x'; length])).map_err(|never| match never {})
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_takes_is_dropped_at_its_deadline() {
        let held = HeldBodies::default();
        let mut body = held.hold(page(1));
        let begun = Instant::now();
        assert_eq!(held.revoke_stalled(begun, LIMIT), Some(begun + LIMIT));
        let late = begun + LIMIT;
        assert_eq!(held.revoke_stalled(late, LIMIT), None);
        assert!(lock(&body.state).body.is_none());
        let error = body.frame().await.unwrap().unwrap_err();
        assert!(error.to_string().contains("taken nothing"), "{error}");
    }

    #[tokio::test]
    async fn a_large_body_is_handed_over_piece_by_piece() {
        let mut body = HeldBodies::default().hold(page(PIECE + 1));
        assert_eq!(body.size_hint().exact(), Some(PIECE as u64 + 1));
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.len(), PIECE);
        assert_eq!(body.size_hint().exact(), Some(1));
        assert!(!body.is_end_stream());
        let last = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(last.len(), 1);
        assert!(body.is_end_stream());
        assert!(body.frame().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_waits_for_the_app_has_no_deadline() {
        let held = HeldBodies::default();
        let (_sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
        let stream = futures_util::stream::unfold(receiver, async |mut receiver| {
            receiver.recv().await.map(|item| (item, receiver))
        });
        let mut body = held.hold(axum_core::body::Body::from_stream(stream));
        assert!(futures_util::FutureExt::now_or_never(body.frame()).is_none());
        assert_eq!(held.revoke_stalled(Instant::now() + LIMIT * 2, LIMIT), None);
        assert!(lock(&body.state).body.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn streams_wait_for_each_other_where_the_client_takes_some() {
        let held = HeldBodies::default();
        let waiting = held.hold(page(1));
        let begun = Instant::now();
        let is_held = || lock(&waiting.state).body.is_some();
        for minute in 1..10 {
            let taken = held.hold(page(60 * 1024)).collect().await.unwrap();
            assert_eq!(taken.to_bytes().len(), 60 * 1024);
            let now = begun + LIMIT * minute;
            assert_eq!(held.revoke_stalled(now, LIMIT), Some(now + LIMIT));
            assert!(is_held());
        }
        // One stream does not hold another for ever.
        held.hold(page(60 * 1024)).collect().await.unwrap();
        assert_eq!(held.revoke_stalled(begun + LIMIT * 10, LIMIT), None);
        assert!(!is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_on_one_stream_holds_no_other() {
        let held = HeldBodies::default();
        let waiting = held.hold(page(1));
        let mut taken = held.hold(page(100));
        let begun = Instant::now();
        taken.frame().await.unwrap().unwrap();
        held.revoke_stalled(begun + LIMIT, LIMIT);
        assert!(lock(&waiting.state).body.is_none());
    }
}
