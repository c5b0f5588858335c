//! Requests of visitors: sent by curl, which verifies the certificate.

use http::{HeaderMap, HeaderName, HeaderValue};
use kalgan_tests::{Answer, DEADLINE};
use std::path::PathBuf;
use std::process::Command;

/// The name that the site has in docs/deploying.md.
pub(crate) const HOST: &str = "museum.example";

/// Where the site is, and which certificate is trusted.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    pub(crate) http: u16,
    pub(crate) https: u16,
    pub(crate) certificate: PathBuf,
}

/// A request that is being prepared.
#[must_use = "send it"]
pub(crate) struct Visit(Command);

impl Outside {
    /// The site's address, as visitors see it.
    pub(crate) fn origin(&self) -> String {
        format!("https://{HOST}:{}", self.https)
    }

    /// A GET of a URL of the site.
    pub(crate) fn visit(&self, path: &str) -> Visit {
        self.visit_url(&format!("{}{path}", self.origin()))
            .option("--cacert", self.certificate.to_str().expect("it is UTF-8"))
    }

    /// The answer to a GET.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.visit(path).send()
    }

    /// A GET of any URL, which trusts no certificate but those of the system. All names lead to
    /// this machine.
    pub(crate) fn visit_url(&self, url: &str) -> Visit {
        let mut command = Command::new("curl");
        command
            // Without this curl reads the settings of whoever runs the tests. It has to be first.
            .arg("--disable")
            .args(["--silent", "--show-error", "--include", "--noproxy", "*"])
            .args(["--max-time", &DEADLINE.as_secs().to_string()]);
        for port in [self.http, self.https] {
            command.args(["--resolve", &format!("*:{port}:127.0.0.1")]);
        }
        command.arg(url);
        Visit(command)
    }
}

impl Visit {
    /// Adds an option of curl.
    pub(crate) fn option(mut self, name: &str, value: &str) -> Self {
        self.0.args([name, value]);
        self
    }

    /// Comes from another address of this machine.
    pub(crate) fn from(self, address: &str) -> Self {
        self.option("--interface", address)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.option("--header", &format!("{name}: {value}"))
    }

    /// Sends a form, percent-encoded by the caller.
    pub(crate) fn form(self, form: &str) -> Self {
        self.option("--data-raw", form)
    }

    #[track_caller]
    pub(crate) fn send(self) -> Answer {
        self.try_send().unwrap_or_else(|error| panic!("{error}"))
    }

    /// What curl says where there is no answer: its code, and a text.
    pub(crate) fn try_send(mut self) -> Result<Answer, String> {
        let output = self.0.output().expect("curl can be started");
        if output.status.success() {
            return Ok(answer(&output.stdout));
        }
        let error = String::from_utf8_lossy(&output.stderr);
        Err(error.trim().to_owned())
    }
}

/// Reads what curl prints with `--include`.
fn answer(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("the head of an answer ends");
    let head = std::str::from_utf8(&bytes[..end]).expect("the head is ASCII");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').expect("a field has a name");
        headers.append(
            name.parse::<HeaderName>().expect("it is a field's name"),
            HeaderValue::from_str(value.trim()).expect("it is a field's value"),
        );
    }
    Answer {
        status: status
            .and_then(|status| status.parse().ok())
            .expect("an answer has a status"),
        headers,
        body: bytes[end + 4..].to_vec().into(),
    }
}
