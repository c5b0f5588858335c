//! The server over real sockets.

mod lifetime;
mod requests;

use std::sync::Mutex;

use axum_core::extract::FromRequest;
use axum_core::response::IntoResponse;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::body_limit::limit_body;
use super::config::TrustedProxies;
use super::connection::Connection;
use super::*;

/// The largest body that the site of the tests takes, as an app would.
const MAX_BODY: u64 = 1000;

/// So long that only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

/// The length of `/large`: more than a system takes unsent.
const LARGE: usize = 32 << 20;

/// What the requests of a test do and wait for.
#[derive(Clone)]
struct Site {
    /// The paths asked, in the order of their arrival.
    asked: Arc<Mutex<Vec<String>>>,
    /// How many requests have arrived.
    arrived: watch::Sender<usize>,
    /// Whether `/wait` may answer.
    gate: watch::Sender<bool>,
    /// Each response to `/held` has one, which stands for an open file.
    held: Arc<()>,
    trusted: TrustedProxies,
}

impl Site {
    async fn answer(self, peer: SocketAddr, mut request: Request<Body>) -> Response<Body> {
        if let Err(response) = limit_body(&mut request, || MAX_BODY) {
            return *response;
        }
        let path = request.uri().path().to_owned();
        self.asked.lock().unwrap().push(path.clone());
        self.arrived.send_modify(|count| *count += 1);
        match path.as_str() {
            "/wait" => {
                self.gate.subscribe().wait_for(|open| *open).await.unwrap();
                "waited".into_response()
            }
            "/upgrade" => {
                let upgrade = hyper::upgrade::on(request);
                tokio::spawn(async move {
                    let mut io = TokioIo::new(upgrade.await.unwrap());
                    let byte = io.read_u8().await.unwrap();
                    io.write_all(&[byte, byte]).await.unwrap();
                });
                let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
                let protocol = HeaderValue::from_static("twice");
                response.headers_mut().insert(header::UPGRADE, protocol);
                response
            }
            "/large" => vec![b'x'; LARGE].into_response(),
            "/held" => {
                let file = Arc::clone(&self.held);
                // As a file is read: on another thread.
                let parts = futures_util::stream::unfold(file, async |file| {
                    let read = tokio::task::spawn_blocking(|| Bytes::from_static(b"part"));
                    Some((read.await.map_err(io::Error::other), file))
                });
                Body::from_stream(parts).into_response()
            }
            "/panic" => panic!("a mistake in a controller"),
            "/echo" => match Bytes::from_request(request, &()).await {
                Ok(bytes) => bytes.into_response(),
                Err(rejection) => rejection.into_response(),
            },
            "/who" => {
                let (uri, headers) = (request.uri(), request.headers());
                let who = Connection::from_request(uri, headers, Some(peer), &self.trusted);
                format!("{:?} {}", who.client_ip(), who.absolute("/")).into_response()
            }
            _ => format!("answer to {path}").into_response(),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A running server.
struct Server {
    address: SocketAddr,
    site: Site,
    stop: oneshot::Sender<()>,
    done: JoinHandle<io::Result<()>>,
}

impl Server {
    async fn start(config: ServerConfig) -> Self {
        let config = ServerConfig { port: 0, ..config };
        let (listener, _) = bind(&config).await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Site {
            asked: Arc::default(),
            arrived: watch::Sender::new(0),
            gate: watch::Sender::new(false),
            held: Arc::default(),
            trusted: config.trusted_proxies.clone(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let service = {
            let site = site.clone();
            move |peer| {
                let site = site.clone();
                move |request, _| site.clone().answer(peer, request)
            }
        };
        let done = tokio::spawn(serve(listener, service, Arc::new(config), async {
            let _ = stopped.await;
        }));
        Self {
            address,
            site,
            stop,
            done,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of its own and reads all that comes back.
    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        read_all(&mut stream).await
    }

    async fn arrivals(&self, count: usize) {
        let mut arrived = self.site.arrived.subscribe();
        within(arrived.wait_for(|arrived| *arrived >= count))
            .await
            .unwrap();
    }

    async fn http2(&self) -> (Http2, JoinHandle<hyper::Result<()>>) {
        let io = TokioIo::new(self.connect().await);
        let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
            .await
            .unwrap();
        (client, tokio::spawn(connection))
    }
}

type Http2 = hyper::client::conn::http2::SendRequest<Empty<Bytes>>;

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, future)
        .await
        .expect("this should have happened long since")
}

/// Reads up to the end, be it orderly or not.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = within(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one response that has a `Content-Length`, and no byte more.
async fn read_response(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(within(stream.read_u8()).await.unwrap());
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap();
    let mut body = vec![0; length];
    within(stream.read_exact(&mut body)).await.unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: app.example\r\n\r\n").into_bytes()
}

async fn get_http2(client: &mut Http2, address: SocketAddr, path: &str) -> (StatusCode, String) {
    let uri = format!("http://{address}{path}");
    let request = Request::get(uri).body(Empty::new()).unwrap();
    let response = within(client.send_request(request)).await.unwrap();
    let status = response.status();
    let body = within(response.into_body().collect())
        .await
        .unwrap()
        .to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}
