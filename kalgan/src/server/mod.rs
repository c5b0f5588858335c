//! The HTTP server: HTTP/1.1 and, with prior knowledge, HTTP/2 on one port.

pub(crate) mod access_log;
mod activity;
pub(crate) mod body_limit;
pub(crate) mod config;
pub(crate) mod connection;
mod held_body;
pub(crate) mod host;
pub(crate) mod inherited;
pub(crate) mod lingering;
pub(crate) mod prefix;
pub(crate) mod ready;
#[cfg(test)]
mod tests;

use kalgan_core::suggest::counted;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

use activity::{Activity, Expired, Observed, OpenBody};
use config::ServerConfig;
use host::{Host, has_path};
use lingering::LingeringBody;

/// The longest time that is waited for: one that the clock cannot write would be a panic.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long an idle connection is kept when the server stops, for a request that is under way.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// How long to wait after the system could not accept a connection, for lack of file descriptors
/// for instance: without a pause the loop would take a whole processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// How many bytes of a response the system may keep unsent, before it takes no more of it.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 * 1024;

/// How often an HTTP/2 client is asked whether it is still there, and how long it may take to say.
const HTTP2_PING: Duration = Duration::from_secs(20);

/// How many requests an HTTP/2 client may have open at once.
const HTTP2_STREAMS: u32 = 200;

/// The smallest buffer that hyper accepts, and so the least for a request's head.
const MIN_HEADER_BYTES: usize = 8192;

/// Listens on the configured address and port, or takes the socket that the process was started
/// with; then the second value is true.
///
/// # Errors
/// When the system refuses, with a text that says what to do.
pub(crate) async fn bind(config: &ServerConfig) -> io::Result<(TcpListener, bool)> {
    if let Some(listener) = inherited::take()? {
        return Ok((TcpListener::from_std(listener)?, true));
    }
    let (address, port) = (config.address.as_str(), config.port);
    let listener = TcpListener::bind((address, port)).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program listens there: stop it, or choose another port with --port or \
                 the setting `server.port`"
            }
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 need a privilege: choose another one with --port or the \
                 setting `server.port`"
            }
            _ => {
                "is it an address of this machine? Choose it with --address or the setting \
                 `server.address`"
            }
        };
        let text = format!("cannot listen on {address}, port {port} ({error}): {advice}");
        io::Error::new(error.kind(), text)
    })?;
    Ok((listener, false))
}

/// What all connections are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Serving,
    /// Open requests are finished, no new ones begun.
    Draining,
    Stopped,
}

/// Serves until `shutdown` completes; then refuses new connections and finishes the open
/// requests for up to `config.shutdown_timeout`. Dropping the future cuts all connections.
/// `service` makes what answers the requests of a connection from the address of its peer.
///
/// # Errors
/// What the system says when the listener is closed. A failure of one connection ends that one, and
/// one to accept is logged and tried again.
pub(crate) async fn serve<S, F>(
    listener: TcpListener,
    service: impl Fn(SocketAddr) -> S,
    config: Arc<ServerConfig>,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()>
where
    S: Fn(Request<Body>, Option<Host>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let builder = Arc::new(builder(&config));
    let places = config.max_connections.clamp(1, Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(places));
    let (phase, _) = watch::channel(Phase::Serving);
    let start = |place: OwnedSemaphorePermit, stream, peer| {
        let connection = Arc::new(Shared {
            service: service(peer),
            activity: Activity::new(config.send_timeout.min(FAR)),
            phase: phase.subscribe(),
            config: Arc::clone(&config),
        });
        let builder = Arc::clone(&builder);
        tokio::spawn(async move {
            let _place = place;
            serve_connection(stream, peer, connection, &builder).await;
        });
    };
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            // It is never closed; should it be, no more connections are served.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return std::future::pending().await;
            };
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => next,
        };
        start(place, stream, peer);
    }

    // Whoever is connected already, and only waits to be accepted, is served still: closing the
    // listener would reset these connections.
    for (stream, peer) in queued(listener)? {
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            start(place, stream, peer);
        }
    }
    phase.send_replace(Phase::Draining);
    // Each connection holds a receiver for as long as it lives.
    if tokio::time::timeout(config.shutdown_timeout, phase.closed())
        .await
        .is_err()
    {
        tracing::warn!(
            "{} with open requests cut after {:?}",
            counted(phase.receiver_count(), "connection"),
            config.shutdown_timeout
        );
        phase.send_replace(Phase::Stopped);
        phase.closed().await;
    }
    Ok(())
}

/// The connections that wait to be accepted; then the listener is closed.
fn queued(listener: TcpListener) -> io::Result<Vec<(TcpStream, SocketAddr)>> {
    let listener = listener.into_std()?;
    let mut connections = Vec::new();
    // Nothing waits any more, or what does is gone.
    while let Ok((stream, peer)) = listener.accept() {
        stream.set_nonblocking(true)?;
        connections.push((TcpStream::from_std(stream)?, peer));
    }
    Ok(connections)
}

/// Completes when the process is asked to stop: by SIGINT (Ctrl-C) or, on Unix, SIGTERM.
pub(crate) async fn shutdown_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("cannot wait for Ctrl-C ({error}): stop this process with a signal");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!("cannot wait for SIGTERM ({error}): it will stop this at once");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn builder(config: &ServerConfig) -> auto::Builder<TokioExecutor> {
    let header_bytes = config.max_header_bytes.max(MIN_HEADER_BYTES);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // `Activity` bounds it.
        .header_read_timeout(None)
        .max_buf_size(header_bytes);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(HTTP2_STREAMS)
        .max_header_list_size(u32::try_from(header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(HTTP2_PING)
        .keep_alive_timeout(HTTP2_PING);
    builder
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // These concern the one connection that was to be accepted.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionRefused
                        | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(
                    "cannot accept a connection ({error}), trying again: if too many files are \
                     open, raise the limit (`ulimit -n`) or lower `server.max_connections`"
                );
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// What the requests of a connection share.
struct Shared<S> {
    service: S,
    activity: Arc<Activity>,
    phase: watch::Receiver<Phase>,
    config: Arc<ServerConfig>,
}

async fn serve_connection<S, F>(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared<S>>,
    builder: &auto::Builder<TokioExecutor>,
) where
    S: Fn(Request<Body>, Option<Host>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    // Only a delay if it fails, so no reason not to serve.
    let _ = stream.set_nodelay(true);
    // What the system keeps unsent says how far a client is only where it is little.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT);
    let activity = Arc::clone(&shared.activity);
    let mut phase = shared.phase.clone();
    let mut limit = shared.config.header_timeout.min(FAR);
    let io = TokioIo::new(Observed::new(stream, Arc::clone(&activity)));
    let service = service_fn(move |request: Request<Incoming>| {
        let open = shared.activity.open();
        let is_http1 = request.version() < Version::HTTP_2;
        let answer = match accepted(request, &shared.config) {
            Ok((request, host)) => Ok((shared.service)(request, host)),
            Err(response) => Err(response),
        };
        let shared = Arc::clone(&shared);
        async move {
            let mut response = match answer {
                Ok(answer) => answer.await,
                Err(response) => *response,
            };
            if is_http1 && *shared.phase.borrow() != Phase::Serving {
                // So that the client sends its next request elsewhere.
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(response.map(|body| {
                let body = OpenBody {
                    body,
                    _request: Some(open),
                };
                match is_http1 {
                    true => body,
                    false => shared.activity.hold(body),
                }
            }))
        }
    });
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    let mut closing = false;
    let mut drains_at = None;
    loop {
        tokio::select! {
            // The order of the others does not matter, and to draw one costs as much as a poll.
            biased;
            result = connection.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(%peer, error, "a connection ended early");
                }
                return;
            }
            changed = phase.changed() => {
                if changed.is_err() || *phase.borrow_and_update() == Phase::Stopped {
                    return;
                }
                if activity.is_idle() {
                    drains_at = Some(Instant::now() + UNDER_WAY);
                    continue;
                }
            }
            () = until(drains_at) => drains_at = None,
            expired = activity.expired(limit) => {
                if closing || expired == Expired::Stalled {
                    return;
                }
            }
        }
        if !closing {
            closing = true;
            limit = activity.close();
            connection.as_mut().graceful_shutdown();
        }
    }
}

/// Waits until a time; for ever where there is none.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// A request for the service, and its host.
type Accepted = (Request<Body>, Option<Host>);

/// The request for the service; a response where HTTP has it refused.
fn accepted(
    request: Request<Incoming>,
    config: &ServerConfig,
) -> Result<Accepted, Box<Response<Body>>> {
    let Ok(host) = Host::required(&request) else {
        let text = "The request must name the host that it is for, once.\n";
        return Err(Box::new(bad_request(text)));
    };
    if !has_path(request.uri()) {
        let text = "The target of the request must be a path that begins with `/`.\n";
        return Err(Box::new(bad_request(text)));
    }
    let (parts, body) = request.into_parts();
    let body = if body.is_end_stream() {
        Body::empty()
    } else {
        Body::new(LingeringBody::new(&parts, body, config.body_timeout))
    };
    Ok((Request::from_parts(parts, body), host))
}

fn bad_request(text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
