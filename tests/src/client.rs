//! Requests as a browser sends them, and the answers.

use std::fmt;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::process::Server;

/// The version of HTTP that a request is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 without TLS, from the first byte on.
    Http2,
}

/// A request that is being prepared.
#[derive(Clone, Debug)]
#[must_use = "send it"]
pub struct Ask {
    address: SocketAddr,
    version: Version,
    request: Request<Bytes>,
}

/// The answer to a request, as it came: nothing is decoded, and redirects are not followed.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Server {
    /// A request of any method.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        ask(self.address(), method, path)
    }

    /// The answer to a GET.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }
}

fn ask(address: SocketAddr, method: &str, path: &str) -> Ask {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", address.to_string())
        .body(Bytes::new())
        .unwrap_or_else(|error| panic!("{method} {path} is no request: {error}"));
    Ask {
        address,
        version: Version::Http1,
        request,
    }
}

impl Ask {
    /// Sets a header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("the name is one of a header field");
        let value = HeaderValue::from_str(value).expect("the value is one of a header field");
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sets the body and its type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self.header("content-type", content_type)
    }

    /// Sets a form as the body, percent-encoded by the caller.
    pub fn form(self, form: &str) -> Self {
        self.body("application/x-www-form-urlencoded", form.to_owned())
    }

    /// Chooses the version of HTTP.
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Sends the request over a connection of its own.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn send(self) -> Answer {
        let shown = format!("{} {}", self.request.method(), self.request.uri());
        self.try_send()
            .unwrap_or_else(|error| panic!("{shown} got no answer: {error}"))
    }

    /// Sends the request over a connection of its own.
    ///
    /// # Errors
    /// What kept the answer from coming.
    pub fn try_send(self) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(async move { tokio::time::timeout(crate::DEADLINE, self.exchange()).await? })
    }

    async fn exchange(self) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let io = TokioIo::new(TcpStream::connect(self.address).await?);
        let mut request = self.request.map(Full::new);
        let response: Response<Incoming> = match self.version {
            Version::Http1 => {
                let (mut client, connection) = hyper::client::conn::http1::handshake(io).await?;
                tokio::spawn(connection);
                client.send_request(request).await?
            }
            Version::Http2 => {
                // The host is in the target there.
                request.headers_mut().remove("host");
                *request.uri_mut() = format!("http://{}{}", self.address, request.uri()).parse()?;
                let (mut client, connection) =
                    hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
                tokio::spawn(connection);
                client.send_request(request).await?
            }
        };
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header field; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("the value is ASCII"))
    }

    /// Whether the body contains a text.
    #[must_use]
    pub fn has(&self, part: &str) -> bool {
        self.text().contains(part)
    }

    /// Asserts the status, and that the body contains a text.
    ///
    /// # Panics
    /// When one of both is not so.
    #[track_caller]
    pub fn expect(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.has(part), "no `{part}` in {self:?}");
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n{}", self.text())
    }
}
