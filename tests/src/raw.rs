//! Connections on which any bytes can be sent.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::DEADLINE;
use crate::client::Answer;
use crate::process::Server;

/// A connection on which any bytes can be sent.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
    /// What was read of answers that nobody has asked for yet.
    buffer: Vec<u8>,
}

impl Server {
    /// A connection.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn connect(&self) -> Raw {
        self.try_connect().expect("the server takes connections")
    }

    /// A connection.
    ///
    /// # Errors
    /// When it is refused.
    pub fn try_connect(&self) -> io::Result<Raw> {
        let stream = TcpStream::connect(self.address())?;
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        Ok(Raw {
            stream,
            buffer: Vec::new(),
        })
    }

    /// Sends bytes, and gives all answers until the server closes the connection.
    ///
    /// # Panics
    /// When the server neither answers nor closes, or answers with what is no HTTP.
    #[must_use]
    pub fn exchange(&self, bytes: impl AsRef<[u8]>) -> Vec<Answer> {
        let mut raw = self.connect();
        // The server may close before it has read all: then the answer is there nevertheless.
        let _ = raw.send(bytes);
        raw.rest()
    }
}

impl Raw {
    /// Sends bytes.
    ///
    /// # Errors
    /// When the server has closed the connection.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Says that nothing more will be sent.
    pub fn finish_sending(&self) {
        // Fails where the server has closed the connection, and then it is done.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// The next answer, `None` where the connection is closed before it begins. An interim answer
    /// such as 100 is an answer.
    ///
    /// # Panics
    /// When it does not come, does not end, or is no HTTP.
    #[must_use]
    pub fn answer(&mut self) -> Option<Answer> {
        let head = self.answer_to_head()?;
        Some(self.body(head))
    }

    /// The next answer where it is one to a HEAD, and so has no body.
    ///
    /// # Panics
    /// When it does not come, does not end, or is no HTTP.
    #[must_use]
    pub fn answer_to_head(&mut self) -> Option<Answer> {
        loop {
            if let Some((head, length)) = self.head() {
                self.buffer.drain(..length);
                return Some(head);
            }
            if !self.fill() {
                let left = String::from_utf8_lossy(&self.buffer);
                assert!(left.is_empty(), "the connection ended in a head: {left}");
                return None;
            }
        }
    }

    /// All answers until the server closes the connection.
    #[must_use]
    pub fn rest(&mut self) -> Vec<Answer> {
        std::iter::from_fn(|| self.answer()).collect()
    }

    /// Whether the server has closed the connection, without having sent anything more.
    #[must_use]
    pub fn is_closed(&mut self) -> bool {
        self.buffer.is_empty() && !self.fill()
    }

    /// Waits until the server closes the connection, whatever it sends before.
    ///
    /// # Panics
    /// When it does not close.
    pub fn wait_for_end(&mut self) {
        while self.fill() {}
        self.buffer.clear();
    }

    /// Reads a head from the buffer, with its length.
    fn head(&self) -> Option<(Answer, usize)> {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = response.parse(&self.buffer).unwrap_or_else(|error| {
            panic!(
                "this is no HTTP ({error}): {}",
                String::from_utf8_lossy(&self.buffer)
            )
        });
        let httparse::Status::Complete(length) = parsed else {
            return None;
        };
        let mut headers = HeaderMap::new();
        for field in response.headers {
            let name: HeaderName = field.name.parse().expect("it was parsed");
            headers.append(
                name,
                HeaderValue::from_bytes(field.value).expect("it was parsed"),
            );
        }
        let answer = Answer {
            status: response.code.expect("a whole head has a status"),
            headers,
            body: Bytes::new(),
        };
        Some((answer, length))
    }

    fn body(&mut self, mut answer: Answer) -> Answer {
        let is_chunked = answer.header("transfer-encoding") == "chunked";
        let length: Option<usize> = answer.header("content-length").parse().ok();
        let body = match length {
            _ if is_chunked => self.chunks(),
            _ if matches!(answer.status, 100..=199 | 204 | 304) => Vec::new(),
            Some(length) => self.take(length),
            None => {
                while self.fill() {}
                std::mem::take(&mut self.buffer)
            }
        };
        answer.body = body.into();
        answer
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let parsed = httparse::parse_chunk_size(&self.buffer).expect("the chunks are sound");
            let httparse::Status::Complete((length, size)) = parsed else {
                assert!(self.fill(), "the connection ended in a chunk's size");
                continue;
            };
            self.buffer.drain(..length);
            let size = usize::try_from(size).expect("a chunk fits in the memory");
            body.extend(self.take(size));
            assert_eq!(self.take(2), b"\r\n", "a chunk's end");
            if size == 0 {
                return body;
            }
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length {
            assert!(self.fill(), "the connection ended in a body");
        }
        self.buffer.drain(..length).collect()
    }

    /// Reads more. False where the connection has ended.
    fn fill(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(read) => {
                    self.buffer.extend_from_slice(&buffer[..read]);
                    return true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A server that closes before it has read all it was sent resets the connection.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                    ) =>
                {
                    return false;
                }
                Err(error) => panic!("the server neither answers nor closes: {error}"),
            }
        }
    }
}

/// Lets this process, and those that it starts from now on, have as many open files as the system
/// allows it.
///
/// # Panics
/// When that is less than `needed`.
pub fn lift_file_limit(needed: u64) {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return;
    }
    assert!(
        limit.maximum.is_none_or(|maximum| maximum >= needed),
        "this test needs {needed} open files: raise the hard limit (`ulimit -Hn`)"
    );
    let lifted = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, lifted).expect("the soft limit may be raised up to the hard one");
}
