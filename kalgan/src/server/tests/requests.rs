//! What is answered, and what is refused.

use http_body_util::Full;

use super::*;

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
async fn heads_of_the_default_size_pass_in_both_versions() {
    let server = Server::start(ServerConfig::default()).await;
    let long = "x".repeat(60_000);
    let request = format!("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: {long}\r\n\r\n");
    assert!(
        server
            .exchange(request.as_bytes())
            .await
            .ends_with("answer to /1")
    );
    let (mut client, _connection) = server.http2().await;
    let request = Request::get(format!("http://{}/2", server.address)).header("x", &long);
    let request = request.body(Empty::new()).unwrap();
    let response = within(client.send_request(request)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}
