//! An app as a tower service: what every request goes through before its route is looked up.

use crate::app::shared::Shared;
use crate::app::{App, AppService, Built};
use crate::dev::{self, Look, Record, Turn};
use crate::dispatch::{Answered, Dispatch, dispatch, refuse};
use crate::error::Result;
use crate::error_page;
use crate::extract::Request;
use crate::in_axum;
use crate::response::Response;
use crate::routing::route::Route;
use crate::server::body_limit::limit_body;
use crate::server::config::{ServerConfig, TrustedProxies};
use crate::server::connection::Connection;
use crate::server::host::Host;
use crate::server::prefix;
use crate::site::Site;
use crate::test::marks;
use axum_core::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, StatusCode};
use http_body::Body as _;
use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
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
    /// Answers a request to a host.
    pub(crate) fn answer(
        &self,
        request: Request,
        host: Option<Host>,
    ) -> BoxFuture<'static, Response> {
        let caller = Caller::Socket(self.peer, host);
        answer(&self.built, request, caller, |(response, _)| response)
    }
}

/// Who hands a request over.
enum Caller {
    /// The server, which has looked for the host.
    Socket(SocketAddr, Option<Host>),
    /// Code without a socket, which may tell who asks.
    InProcess,
}

impl Caller {
    fn connection(self, request: &Request, trusted: &TrustedProxies) -> Connection {
        let (uri, headers) = (request.uri(), request.headers());
        match self {
            Self::Socket(peer, host) => Connection::to_host(host, headers, Some(peer), trusted),
            Self::InProcess => {
                let told = request.extensions().get::<Connection>();
                let peer = told.and_then(Connection::peer);
                let peer = peer.or_else(|| in_axum::peer(request.extensions()));
                Connection::from_request(uri, headers, peer, trusted)
            }
        }
    }

    /// The path before those of the app. It is no part of the request's afterwards.
    fn prefix(&self, request: &mut Request, own: Option<&Arc<str>>) -> Option<Arc<str>> {
        let outer = match self {
            Self::Socket(..) => None,
            Self::InProcess => in_axum::prefix(request.extensions(), request.uri().path()),
        };
        let prefix = prefix::join(own, outer);
        if let Some(own) = own {
            prefix::cut_off(request.uri_mut(), own);
        }
        prefix
    }
}

/// Answers a request. The future is in a box from here on: hyper moves it.
fn answer<T: Send + 'static>(
    built: &Arc<Built>,
    request: Request,
    caller: Caller,
    finish: fn(Answered) -> T,
) -> BoxFuture<'static, T> {
    let snapshots = &built.shared.snapshots;
    if let Some(response) = dev::answer(snapshots, &request) {
        return Box::pin(ready(finish((response, None))));
    }
    let look = Look::begin();
    if let Some(turn) = snapshots.at_once() {
        return answer_by(built, turn, request, caller, look.end(), finish);
    }
    let built = Arc::clone(built);
    Box::pin(async move {
        let turn = built.shared.snapshots.turn().await;
        answer_by(&built, turn, request, caller, look.end(), finish).await
    })
}

/// Answers a request by a snapshot: who asks, the limit of its body, the layers, the log.
fn answer_by<T: Send + 'static>(
    built: &Built,
    turn: Turn,
    mut request: Request,
    caller: Caller,
    look: Look,
    finish: fn(Answered) -> T,
) -> BoxFuture<'static, T> {
    let shared = &built.shared;
    let site = match &turn {
        Ok(site) => Some(site),
        Err(broken) => broken.last_good(),
    };
    let server = match site {
        Some(site) => &*site.options.server,
        None => &ServerConfig::default(),
    };
    let prefix = caller.prefix(&mut request, server.prefix.as_ref());
    let record = Record::begin(&shared.snapshots, &turn, &request, &look, prefix.as_ref());
    let mut connection = caller.connection(&request, &server.trusted_proxies);
    if let Some(prefix) = prefix {
        connection.set_prefix(prefix);
    }
    let connection = marks::as_told(connection, request.extensions());
    in_axum::tell_request(&mut request, &connection);
    let is_head = request.method() == Method::HEAD;
    let client = connection.client_ip();
    let pending = server.access_log.begin(|| look.begun(), &request);
    let is_served = server.hosts.is_empty()
        || connection
            .host()
            .is_some_and(|host| server.hosts.contains(host));
    // The route is not known yet: it may allow more than the setting does.
    let max_body = || {
        let of_routes = site.and_then(|site| site.router.max_body());
        server.max_body.max(of_routes.unwrap_or_default())
    };
    let answered = match limit_body(&mut request, max_body) {
        _ if !is_served => {
            let accept = request.headers().get(http::header::ACCEPT);
            let page = error_page::plain(StatusCode::MISDIRECTED_REQUEST, accept);
            Dispatch::boxed(ready((page, None)))
        }
        Err(response) => match turn {
            Ok(site) => refuse(shared, site, None, connection, request, &record, *response),
            Err(_) => Dispatch::boxed(ready((*response, None))),
        },
        Ok(()) => match (turn, &built.layered) {
            (Ok(site), None) => dispatch(shared, site, connection, request, &record),
            (Ok(site), Some(layered)) => {
                let (layered, record) = (layered.clone(), record.clone());
                Dispatch::boxed(through(layered, site, connection, request, record))
            }
            (Err(broken), _) => {
                let (shared, record) = (Arc::clone(shared), record.clone());
                Dispatch::boxed(async move {
                    let explained = dev::explain(&shared.snapshots, &broken, request, &record);
                    (record.scope(explained).await, None)
                })
            }
        },
    };
    Box::pin(async move {
        let (mut response, route) = answered.await;
        if is_head {
            drop_body(&mut response);
        }
        record.allow(&mut response);
        if let Some(pending) = pending {
            pending.record(&response, route.as_ref().map(Route::name), client);
        }
        finish((response, route))
    })
}

/// Answers a request by the app within its layers.
async fn through(
    layered: AppService,
    site: Arc<Site>,
    connection: Connection,
    mut request: Request,
    record: Record,
) -> Answered {
    record.attach(&mut request);
    let extensions = request.extensions_mut();
    extensions.insert(connection);
    extensions.insert(Snapshot(site));
    let response = match record.scope(layered.oneshot(request)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let route = response.extensions().get::<Route>().cloned();
    (response, route)
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

/// To HEAD goes the same head, with the length that the body has, and no body. It goes last: a layer that
/// compresses tells the same of a HEAD as of a GET (RFC 9110, section 8.6).
fn drop_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact()
        && !response.headers().contains_key(CONTENT_LENGTH)
        && length > 0
    {
        let length = HeaderValue::from(length);
        response.headers_mut().insert(CONTENT_LENGTH, length);
    }
    *response.body_mut() = Body::empty();
}

type ResponseFuture = BoxFuture<'static, Result<Response, Infallible>>;

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
            let record = Record::of(&request);
            let answered = dispatch(&shared, site, connection, request, &record);
            Ok(with_route(answered.await))
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
        let error = match self.built() {
            Ok(built) => {
                return answer(&built, request, Caller::InProcess, |answered| {
                    Ok(with_route(answered))
                });
            }
            Err(error) => error,
        };
        tracing::error!(target: "kalgan", "{error}");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let accept = request.headers().get(http::header::ACCEPT);
        let response = error_page::plain(status, accept);
        Box::pin(ready(Ok(marks::explained(response, &[&error]))))
    }
}
