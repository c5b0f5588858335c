//! The server over real sockets.

use std::sync::Mutex;

use axum_core::extract::FromRequest;
use axum_core::response::IntoResponse;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

/// So long that only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

/// What the requests of a test do and wait for.
#[derive(Clone)]
struct Site {
    /// The paths asked, in the order of their arrival.
    asked: Arc<Mutex<Vec<String>>>,
    /// How many requests have arrived.
    arrived: watch::Sender<usize>,
    /// Whether `/wait` may answer.
    gate: watch::Sender<bool>,
}

impl Site {
    async fn answer(self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        self.asked.lock().unwrap().push(path.clone());
        self.arrived.send_modify(|count| *count += 1);
        match path.as_str() {
            "/wait" => {
                self.gate.subscribe().wait_for(|open| *open).await.unwrap();
                "waited".into_response()
            }
            "/panic" => panic!("a mistake in a controller"),
            "/echo" => match Bytes::from_request(request, &()).await {
                Ok(bytes) => bytes.into_response(),
                Err(rejection) => rejection.into_response(),
            },
            "/who" => {
                let who = request.extensions().get::<Connection>().unwrap();
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
        let listener = bind(&config).await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Site {
            asked: Arc::default(),
            arrived: watch::Sender::new(0),
            gate: watch::Sender::new(false),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let service = {
            let site = site.clone();
            tower::service_fn(move |request| {
                let site = site.clone();
                async move { Ok::<_, Infallible>(site.answer(request).await) }
            })
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

#[tokio::test]
async fn a_connection_serves_several_requests_and_tells_the_date() {
    let server = Server::start(ServerConfig::default()).await;
    let mut stream = server.connect().await;
    for path in ["/a", "/b", "/c"] {
        stream.write_all(&get(path)).await.unwrap();
        let response = read_response(&mut stream).await;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.contains("\r\ndate: "), "{response}");
        assert!(
            response.ends_with(&format!("answer to {path}")),
            "{response}"
        );
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(ServerConfig::default()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(&[get("/first"), get("/second")].concat())
        .await
        .unwrap();
    assert!(
        read_response(&mut stream)
            .await
            .ends_with("answer to /first")
    );
    assert!(
        read_response(&mut stream)
            .await
            .ends_with("answer to /second")
    );
}

#[tokio::test]
async fn http2_with_prior_knowledge() {
    let server = Server::start(ServerConfig::default()).await;
    let (mut client, _connection) = server.http2().await;
    let (mut second, mut third) = (client.clone(), client.clone());
    let address = server.address;
    let (a, b, c) = tokio::join!(
        get_http2(&mut client, address, "/a"),
        get_http2(&mut second, address, "/b"),
        get_http2(&mut third, address, "/who"),
    );
    assert_eq!(a, (StatusCode::OK, "answer to /a".to_owned()));
    assert_eq!(b, (StatusCode::OK, "answer to /b".to_owned()));
    assert_eq!(c.1, format!("Some(127.0.0.1) http://{address}/"));
}

#[tokio::test]
async fn forwarded_fields_count_only_from_a_trusted_proxy() {
    let request = b"GET /who HTTP/1.1\r\nHost: backend\r\nConnection: close\r\n\
        X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n\
        X-Forwarded-Host: app.example\r\n\r\n";
    let server = Server::start(ServerConfig::default()).await;
    let response = server.exchange(request).await;
    assert!(
        response.ends_with("Some(127.0.0.1) http://backend/"),
        "{response}"
    );

    let server = Server::start(ServerConfig {
        trusted_proxies: config::TrustedProxies::parse("127.0.0.0/8").unwrap(),
        ..ServerConfig::default()
    })
    .await;
    let response = server.exchange(request).await;
    assert!(
        response.ends_with("Some(198.51.100.1) https://app.example/"),
        "{response}"
    );
}

#[tokio::test]
async fn a_shutdown_finishes_open_requests_and_takes_no_new_ones() {
    let server = Server::start(ServerConfig::default()).await;
    let mut idle = server.connect().await;
    idle.write_all(&get("/idle")).await.unwrap();
    read_response(&mut idle).await;
    let mut half = server.connect().await;
    half.write_all(b"GET / HT").await.unwrap();
    let mut open = server.connect().await;
    open.write_all(&get("/wait")).await.unwrap();
    let (mut client, _connection) = server.http2().await;
    let address = server.address;
    let open2 = tokio::spawn(async move { get_http2(&mut client, address, "/wait").await });
    server.arrivals(3).await;

    server.stop.send(()).unwrap();
    within(async { while TcpStream::connect(address).await.is_ok() {} }).await;
    assert_eq!(read_all(&mut idle).await, "");
    assert_eq!(read_all(&mut half).await, "");
    assert!(!server.done.is_finished());

    server.site.gate.send_replace(true);
    assert!(read_all(&mut open).await.ends_with("waited"));
    assert_eq!(
        within(open2).await.unwrap(),
        (StatusCode::OK, "waited".to_owned())
    );
    within(server.done).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_shutdown_cuts_what_outlasts_its_timeout() {
    let server = Server::start(ServerConfig {
        shutdown_timeout: Duration::from_millis(50),
        ..ServerConfig::default()
    })
    .await;
    let mut open = server.connect().await;
    open.write_all(&get("/wait")).await.unwrap();
    server.arrivals(1).await;
    server.stop.send(()).unwrap();
    within(server.done).await.unwrap().unwrap();
    assert_eq!(read_all(&mut open).await, "");
}

#[tokio::test]
async fn a_connection_that_delivers_no_request_is_closed() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    for sent in [
        &b""[..],
        b"PRI * HTTP/2.0\r\n\r\n",
        // A whole HTTP/2 preface, and not even its settings after it.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"G",
        b"GET / HTTP/1.1\r\nHost: app.example\r\n",
    ] {
        server.exchange(sent).await;
    }
    assert!(server.site.asked().is_empty());
}

#[tokio::test]
async fn sending_a_head_byte_by_byte_gains_no_time() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    let (mut reader, mut writer) = server.connect().await.into_split();
    let drip = async {
        writer
            .write_all(b"GET / HTTP/1.1\r\nHost: app.example\r\nX: ")
            .await
            .unwrap();
        loop {
            let _ = writer.write_all(b"x").await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let mut rest = Vec::new();
    tokio::select! {
        () = drip => {}
        _ = within(reader.read_to_end(&mut rest)) => {}
    }
    assert!(server.site.asked().is_empty());
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_waiting_one_is_not() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    let mut waiting = server.connect().await;
    waiting.write_all(&get("/wait")).await.unwrap();
    server.arrivals(1).await;

    let mut idle = server.connect().await;
    idle.write_all(&get("/")).await.unwrap();
    read_response(&mut idle).await;
    assert_eq!(read_all(&mut idle).await, "");

    let (mut client, connection) = server.http2().await;
    get_http2(&mut client, server.address, "/").await;
    // Orderly, although the client would go on.
    within(connection).await.unwrap().unwrap();

    // Both of these took longer than the timeout.
    server.site.gate.send_replace(true);
    assert!(read_response(&mut waiting).await.ends_with("waited"));
}

#[tokio::test]
async fn many_half_open_connections_do_not_keep_others_from_an_answer() {
    let server = Server::start(ServerConfig {
        header_timeout: LONG,
        ..ServerConfig::default()
    })
    .await;
    let mut half_open = Vec::new();
    for count in 0..300 {
        let mut stream = server.connect().await;
        stream
            .write_all(&b"PRI * HTTP/2.0"[..count % 10])
            .await
            .unwrap();
        half_open.push(stream);
    }
    let mut stream = server.connect().await;
    stream.write_all(&get("/")).await.unwrap();
    assert!(read_response(&mut stream).await.ends_with("answer to /"));
}

#[tokio::test]
async fn further_connections_wait_for_a_place() {
    let server = Server::start(ServerConfig {
        max_connections: 1,
        header_timeout: LONG,
        ..ServerConfig::default()
    })
    .await;
    let mut first = server.connect().await;
    first.write_all(&get("/first")).await.unwrap();
    read_response(&mut first).await;
    let mut second = server.connect().await;
    second.write_all(&get("/second")).await.unwrap();
    for _ in 0..50 {
        first.write_all(&get("/first")).await.unwrap();
        read_response(&mut first).await;
    }
    drop(first);
    assert!(
        read_response(&mut second)
            .await
            .ends_with("answer to /second")
    );
    let asked = server.site.asked();
    assert_eq!(asked.iter().position(|path| path == "/second"), Some(51));
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = Server::start(ServerConfig::default()).await;
    for malformed in [
        "GARBAGE\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "\0\0\0\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}tls\r\n\r\n",
        // RFC 9112, 3.2
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n",
    ] {
        let response = server.exchange(malformed.as_bytes()).await;
        assert!(
            response.is_empty() || response.starts_with("HTTP/1.1 400 "),
            "{malformed:?}: {response}"
        );
    }
    assert!(server.site.asked().is_empty());
    // HTTP/1.0 knew no `Host`.
    let response = server.exchange(b"GET /old HTTP/1.0\r\n\r\n").await;
    assert!(response.ends_with("answer to /old"), "{response}");
}

#[tokio::test]
async fn oversized_heads_are_refused() {
    let server = Server::start(ServerConfig {
        max_header_bytes: 10_000,
        ..ServerConfig::default()
    })
    .await;
    let long = "x".repeat(20_000);
    for request in [
        format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X: y\r\n".repeat(500)
        ),
    ] {
        let response = server.exchange(request.as_bytes()).await;
        // Empty where the system dropped the answer, as what was sent had not been read.
        let status = response.get(..13).unwrap_or_default();
        assert!(
            ["HTTP/1.1 431 ", "HTTP/1.1 414 ", ""].contains(&status),
            "{response}"
        );
    }
    let (mut client, _connection) = server.http2().await;
    let request = Request::get(format!("http://{}/", server.address)).header("x", &long);
    let response = within(client.send_request(request.body(Empty::new()).unwrap())).await;
    assert!(response.is_ok_and(|response| response.status().as_u16() == 431));
    assert!(server.site.asked().is_empty());
    // Just below, all is well.
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: {}\r\n\r\n",
        &long[..9000]
    );
    assert!(
        server
            .exchange(request.as_bytes())
            .await
            .ends_with("answer to /")
    );
}

#[tokio::test]
async fn larger_bodies_are_refused() {
    let server = Server::start(ServerConfig {
        max_body: 1000,
        ..ServerConfig::default()
    })
    .await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\n";

    // Nothing of the body was sent, and nobody said to go on.
    let announced = format!("{head}Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    let response = server.exchange(announced.as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert!(response.contains("connection: close"), "{response}");
    assert!(server.site.asked().is_empty());

    let chunk = format!("258\r\n{}\r\n", "x".repeat(600));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let mut stream = server.connect().await;
    stream.write_all(chunked.as_bytes()).await.unwrap();
    let response = read_response(&mut stream).await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");

    let chunked =
        format!("{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    let response = server.exchange(chunked.as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.ends_with(&"x".repeat(600)), "{response}");

    let io = TokioIo::new(server.connect().await);
    let (mut client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::post(format!("http://{}/echo", server.address));
    let request = request.body(Full::new(Bytes::from(vec![0; 1001]))).unwrap();
    let response = within(client.send_request(request)).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_panic_ends_one_connection_only() {
    let server = Server::start(ServerConfig::default()).await;
    assert_eq!(server.exchange(&get("/panic")).await, "");
    let (mut client, _connection) = server.http2().await;
    let request = Request::get(format!("http://{}/panic", server.address));
    let request = request.body(Empty::new()).unwrap();
    assert!(within(client.send_request(request)).await.is_err());

    let mut stream = server.connect().await;
    stream.write_all(&get("/after")).await.unwrap();
    assert!(
        read_response(&mut stream)
            .await
            .ends_with("answer to /after")
    );
    drop((stream, client));
    server.stop.send(()).unwrap();
    within(server.done).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_told_with_what_to_do() {
    let server = Server::start(ServerConfig::default()).await;
    let error = bind(&ServerConfig {
        port: server.address.port(),
        ..ServerConfig::default()
    })
    .await
    .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert!(error.to_string().contains("--port"), "{error}");
}

#[tokio::test]
async fn an_address_of_another_machine_is_told_with_what_to_do() {
    let config = ServerConfig {
        address: "192.0.2.1".to_owned(),
        port: 0,
        ..ServerConfig::default()
    };
    let error = bind(&config).await.unwrap_err();
    assert!(error.to_string().contains("`server.address`"), "{error}");
}
