//! A body that is made while it is sent: its code runs as part of the request, too.

use crate::dev::Record;
use crate::response::Response;
use crate::site::current::{self, Current};
use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

struct Streamed {
    body: Body,
    current: Arc<Current>,
    record: Record,
}

/// The response whose body, unless all of it is there, is made as part of the request.
pub(super) fn within(current: &Arc<Current>, record: &Record, response: Response) -> Response {
    if http_body::Body::size_hint(response.body())
        .exact()
        .is_some()
    {
        return response;
    }
    response.map(|body| {
        Body::new(Streamed {
            body,
            current: Arc::clone(current),
            record: record.clone(),
        })
    })
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let body = Pin::new(&mut this.body);
        this.record.sync_scope(|| {
            current::sync_scope(Arc::clone(&this.current), || body.poll_frame(context))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
