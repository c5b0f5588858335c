//! Tower layers around an app.

use crate::error::Error;
use crate::extract::Request;
use crate::response::{IntoResponse, Response};
use axum_core::BoxError;
use axum_core::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::util::BoxCloneSyncService;
use tower_service::Service;

/// The service that a layer of [`App::layer`](crate::App::layer) wraps. It takes requests with any
/// body, so that a layer may put the body into another one.
#[derive(Clone)]
pub struct AppService(BoxCloneSyncService<Request, Response, Infallible>);

impl AppService {
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Request, Response = Response, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(service))
    }
}

impl<B> Service<http::Request<B>> for AppService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        // A body that is one of ours already stays as it is.
        self.0.call(request.map(Body::new))
    }
}

impl fmt::Debug for AppService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppService")
    }
}

/// A layer of any type.
pub(crate) type BoxLayer = Arc<dyn Fn(AppService) -> AppService + Send + Sync>;

/// A layer's service, with its body made one type and its failures made responses.
#[derive(Clone)]
pub(crate) struct Layered<S> {
    service: S,
    /// What `poll_ready` has failed with, for the request that follows.
    failed: Option<Arc<str>>,
}

impl<S> Layered<S> {
    pub(crate) fn new(service: S) -> Self {
        Self {
            service,
            failed: None,
        }
    }
}

impl<S, B> Service<Request> for Layered<S>
where
    S: Service<Request, Response = http::Response<B>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        match self.service.poll_ready(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
            Poll::Ready(Err(error)) => {
                self.failed = Some(Arc::from(error.into().to_string()));
                Poll::Ready(Ok(()))
            }
        }
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if let Some(failed) = self.failed.take() {
            let error: BoxError = failed.to_string().into();
            return Box::pin(std::future::ready(Ok(failure(error))));
        }
        let response = self.service.call(request);
        Box::pin(async move {
            Ok(match response.await {
                Ok(response) => response.map(Body::new),
                Err(error) => failure(error.into()),
            })
        })
    }
}

/// The failure of a layer: out of time is 503, everything else 500.
fn failure(error: BoxError) -> Response {
    let is_timeout = error.is::<tower::timeout::error::Elapsed>();
    tracing::error!(target: "kalgan", "a layer failed: {error}");
    let error = if is_timeout {
        Error::service_unavailable()
    } else {
        Error::status(500)
    };
    error.into_response()
}
