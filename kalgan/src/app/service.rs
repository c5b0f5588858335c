//! An app as a tower service: what every request goes through before its route is looked up.

use crate::app::shared::Shared;
use crate::app::{App, Built};
use crate::dev::{self, Look, Record, Turn};
use crate::dispatch::{Answered, dispatch};
use crate::error::Result;
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::server::body_limit::limit_body;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::test::marks;
use axum_core::body::Body;
use bytes::Bytes;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tower::ServiceExt;
use tower_service::Service;

impl App {
    /// What answers the requests of a connection.
    ///
    /// # Errors
    /// The app cannot be built.
    pub(crate) fn answers(&self) -> Result<impl Fn(SocketAddr) -> Peer> {
        let built = self.built()?;
        Ok(move |peer| Peer {
            built: Arc::clone(&built),
            peer,
        })
    }
}

/// An app as the peer of a connection sees it.
pub(crate) struct Peer {
    built: Arc<Built>,
    peer: SocketAddr,
}

impl Peer {
    /// Answers a request.
    pub(crate) fn answer(&self, request: Request) -> impl Future<Output = Response> + Send + use<> {
        let answered = answer(Arc::clone(&self.built), request, Some(self.peer));
        async move { answered.await.0 }
    }
}

/// Answers a request: its snapshot, who asks, the limit of its body, the layers, the log.
async fn answer(built: Arc<Built>, request: Request, peer: Option<SocketAddr>) -> Answered {
    let begun = Instant::now();
    if let Some(response) = dev::answer(&built.shared.snapshots, &request) {
        return (response, None);
    }
    let looked = Instant::now();
    let turn = built.shared.snapshots.turn().await;
    let look = Look::new(looked.elapsed());
    let record = Record::begin(&built.shared.snapshots, &turn, &request, begun, &look);
    let site = match &turn {
        Ok(site) => Some(site),
        Err(broken) => broken.last_good(),
    };
    let server = match site {
        Some(site) => Arc::clone(&site.options.server),
        None => Arc::default(),
    };
    // A caller without a socket may tell who asks.
    let told = || request.extensions().get::<Connection>()?.peer();
    let peer = peer.or_else(told);
    let (uri, headers) = (request.uri(), request.headers());
    let connection = Connection::from_request(uri, headers, peer, &server.trusted_proxies);
    let connection = marks::as_told(connection, request.extensions());
    let client = connection.client_ip();
    let pending = server.access_log.begin(begun, &request);
    let (response, route) = match limit_body(request, server.max_body) {
        Err(response) => (response, None),
        Ok(request) => {
            let answered = respond(&built, turn, connection, request, &record);
            let (mut response, route) = record.scope(answered).await;
            record.allow(&mut response);
            (response, route)
        }
    };
    if let Some(pending) = pending {
        pending.record(&response, route.as_ref().map(Route::name), client);
    }
    (response, route)
}

async fn respond(
    built: &Built,
    turn: Turn,
    connection: Connection,
    mut request: Request,
    record: &Record,
) -> Answered {
    match turn {
        Ok(site) => match &built.layered {
            None => dispatch(&built.shared, site, connection, request).await,
            Some(layered) => {
                record.attach(&mut request);
                let extensions = request.extensions_mut();
                extensions.insert(connection);
                extensions.insert(Snapshot(site));
                let response = match layered.clone().oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                let route = response.extensions().get::<Route>().cloned();
                (response, route)
            }
        },
        Err(broken) => {
            let snapshots = &built.shared.snapshots;
            let explained = dev::explain(snapshots, &broken, request, record);
            (Box::pin(explained).await, None)
        }
    }
}

/// The response with its route in the extensions, for the layers, callers and the access log.
fn with_route((mut response, route): Answered) -> Response {
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// The snapshot of a request, on its way through the layers.
#[derive(Clone)]
struct Snapshot(Arc<Site>);

/// The service within the layers.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
}

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request> for Inner {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let site = match request.extensions().get::<Snapshot>() {
                Some(Snapshot(site)) => Arc::clone(site),
                // A layer has made the request anew.
                None => match shared.snapshots.turn().await {
                    Ok(site) => site,
                    Err(broken) => {
                        let record = Record::of(&request);
                        let snapshots = &shared.snapshots;
                        return Ok(dev::explain(snapshots, &broken, request, &record).await);
                    }
                },
            };
            let connection = request.extensions().get::<Connection>().cloned();
            let connection = connection.unwrap_or_else(|| {
                let (uri, headers) = (request.uri(), request.headers());
                let trusted = &site.options.server.trusted_proxies;
                Connection::from_request(uri, headers, None, trusted)
            });
            let answered = dispatch(&shared, site, connection, request).await;
            Ok(with_route(answered))
        })
    }
}

impl<B> Service<http::Request<B>> for App
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let request = request.map(Body::new);
        let built = self.built();
        Box::pin(async move {
            Ok(match built {
                Ok(built) => with_route(answer(built, request, None).await),
                Err(error) => {
                    tracing::error!(target: "kalgan", "{error}");
                    let status = http::StatusCode::INTERNAL_SERVER_ERROR;
                    let accept = request.headers().get(http::header::ACCEPT);
                    let response = crate::error_page::plain(status, accept);
                    marks::explained(response, &[&error])
                }
            })
        })
    }
}
