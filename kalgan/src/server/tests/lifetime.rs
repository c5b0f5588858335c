//! How connections and the server begin and end.

use super::*;

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

/// A request that was sent before the server has told anybody that it stops.
#[tokio::test]
async fn a_shutdown_answers_what_is_under_way() {
    for _ in 0..20 {
        let server = Server::start(ServerConfig::default()).await;
        let mut idle = server.connect().await;
        idle.write_all(&get("/idle")).await.unwrap();
        read_response(&mut idle).await;
        // Nothing else runs between these.
        assert_eq!(idle.try_write(&get("/late")).unwrap(), get("/late").len());
        let queued = std::net::TcpStream::connect(server.address).unwrap();
        server.stop.send(()).unwrap();

        let late = read_all(&mut idle).await;
        assert!(late.ends_with("answer to /late"), "{late}");
        assert!(late.contains("\r\nconnection: close\r\n"), "{late}");
        queued.set_nonblocking(true).unwrap();
        let mut queued = TcpStream::from_std(queued).unwrap();
        queued.write_all(&get("/queued")).await.unwrap();
        assert!(read_all(&mut queued).await.ends_with("answer to /queued"));
        within(server.done).await.unwrap().unwrap();
    }
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
async fn a_body_that_stops_coming_is_given_up() {
    let server = Server::start(ServerConfig {
        body_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    let mut client = server.connect().await;
    client
        .write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nname")
        .await
        .unwrap();
    // The extractor of `axum-core` says 400; those of this crate say 408.
    let response = read_all(&mut client).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
}

/// Each part comes in time, but all of it would take for ever.
#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_given_up() {
    let server = Server::start(ServerConfig {
        body_timeout: Duration::from_millis(200),
        ..ServerConfig::default()
    })
    .await;
    let (mut reader, mut writer) = server.connect().await.into_split();
    writer
        .write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
        .await
        .unwrap();
    let drip = async {
        loop {
            let _ = writer.write_all(b"x").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let mut response = [0; 13];
    tokio::select! {
        () = drip => {}
        read = within(reader.read_exact(&mut response)) => {
            read.unwrap();
        }
    }
    assert_eq!(&response, b"HTTP/1.1 400 ");
}

/// What the client has not taken yet is not lost because it is idle otherwise.
#[tokio::test]
async fn a_client_that_pauses_gets_all_of_a_response() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    let mut client = server.connect().await;
    client.write_all(&get("/large")).await.unwrap();
    server.arrivals(1).await;
    // Ten times as long as an idle connection is kept.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let response = read_all(&mut client).await;
    assert_eq!(
        response.len() - response.find("\r\n\r\n").unwrap() - 4,
        LARGE
    );
}

/// Those of one connection wait for the client, too.
#[tokio::test]
async fn a_client_of_http2_that_pauses_gets_all_of_its_responses() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        ..ServerConfig::default()
    })
    .await;
    let (client, _connection) = server.http2().await;
    let responses: Vec<_> = (0..4)
        .map(|_| {
            let (mut client, address) = (client.clone(), server.address);
            async move {
                let uri = format!("http://{address}/large");
                let request = Request::get(uri).body(Empty::new()).unwrap();
                within(client.send_request(request)).await.unwrap()
            }
        })
        .collect();
    let responses = futures_util::future::join_all(responses).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bodies = responses
        .into_iter()
        .map(|response| response.into_body().collect());
    for body in within(futures_util::future::join_all(bodies)).await {
        assert_eq!(body.unwrap().to_bytes().len(), LARGE);
    }
}

/// A client that opens streams and takes nothing of them, though it answers pings.
#[tokio::test]
async fn responses_of_http2_that_nobody_takes_are_dropped() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(100),
        send_timeout: Duration::from_millis(200),
        ..ServerConfig::default()
    })
    .await;
    let io = TokioIo::new(server.connect().await);
    let mut client = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    client.initial_stream_window_size(0);
    let (client, connection) = client.handshake(io).await.unwrap();
    let connection = tokio::spawn(connection);
    let held = server.site.held.clone();
    let responses: Vec<_> = (0..20)
        .map(|_| {
            let (mut client, address) = (client.clone(), server.address);
            async move {
                let uri = format!("http://{address}/held");
                let request = Request::get(uri).body(Empty::<Bytes>::new()).unwrap();
                client.send_request(request).await.unwrap()
            }
        })
        .collect();
    let responses = within(futures_util::future::join_all(responses)).await;
    let before = Arc::strong_count(&held);
    assert!(before > 20);
    within(async {
        while Arc::strong_count(&held) > before - 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    // The connection goes, too, as nothing is open on it.
    let _ = within(connection).await;
    drop(responses);
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

#[tokio::test]
async fn a_connection_can_change_to_another_protocol_and_outlasts_the_limits_of_http() {
    let server = Server::start(ServerConfig {
        header_timeout: Duration::from_millis(50),
        ..ServerConfig::default()
    })
    .await;
    let mut stream = server.connect().await;
    let head = "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: twice\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(within(stream.read_u8()).await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    // A connection that came later and stays silent is closed meanwhile.
    server.exchange(b"").await;
    stream.write_all(b"x").await.unwrap();
    assert_eq!(read_all(&mut stream).await, "xx");
}
