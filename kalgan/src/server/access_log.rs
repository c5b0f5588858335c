//! The access log: one `tracing` event for each answered request.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime};

use crate::http_date::clamped;
use axum_core::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header};
use http_body::Body as _;

/// The target of the access log's events.
pub(crate) const TARGET: &str = "kalgan::access";

/// The format of the access log's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AccessLog {
    /// `GET /en/ home 200 1.2ms 127.0.0.1`: for people. Without the query, which may hold secrets.
    #[default]
    Short,
    /// Apache's "Common Log Format".
    Common,
    /// Apache's combined format: the common one, the referrer and the user agent.
    Combined,
    /// One JSON object a line.
    Json,
    /// No lines.
    Off,
}

impl FromStr for AccessLog {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "short" => Ok(Self::Short),
            "common" => Ok(Self::Common),
            "combined" => Ok(Self::Combined),
            "json" => Ok(Self::Json),
            "off" => Ok(Self::Off),
            _ => Err(format!(
                "`{text}` is no format of the access log: write `short`, `common`, `combined`, \
                 `json` or `off`"
            )),
        }
    }
}

/// A request that is being answered, with what its format needs of it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    format: AccessLog,
    /// When the request arrived.
    begun: Instant,
    time: SystemTime,
    method: Method,
    uri: Uri,
    version: Version,
    referer: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
}

/// An answered request.
#[derive(Clone, Debug)]
struct Entry<'a> {
    request: &'a Pending,
    /// The name of the route that answered.
    route: Option<&'a str>,
    status: StatusCode,
    /// From the request's head to the response's head.
    duration: Duration,
    /// The size of the response's body, where it is known beforehand.
    bytes: Option<u64>,
    /// The client, behind the proxies that are trusted.
    client: Option<IpAddr>,
}

impl Pending {
    /// Writes the line of the request as an INFO event of the target `kalgan::access`.
    pub(crate) fn record(
        &self,
        response: &Response<Body>,
        route: Option<&str>,
        client: Option<IpAddr>,
    ) {
        let line = self.format.line(&Entry {
            request: self,
            route,
            status: response.status(),
            duration: self.begun.elapsed(),
            bytes: response.body().size_hint().exact(),
            client,
        });
        tracing::info!(target: TARGET, message = line.as_str());
    }
}

impl AccessLog {
    /// Notes what the line of a request needs of its head. `None` where no line is written.
    pub(crate) fn begin(
        self,
        begun: impl FnOnce() -> Instant,
        request: &Request<Body>,
    ) -> Option<Box<Pending>> {
        // Formatting costs more than asking whether anybody listens.
        if self == Self::Off || !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return None;
        }
        let has_fields = matches!(self, Self::Combined | Self::Json);
        let field = |name| {
            let headers = request.headers();
            has_fields.then(|| headers.get(name).cloned()).flatten()
        };
        Some(Box::new(Pending {
            format: self,
            begun: begun(),
            time: match self {
                Self::Short => SystemTime::UNIX_EPOCH,
                _ => SystemTime::now(),
            },
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            referer: field(header::REFERER),
            user_agent: field(header::USER_AGENT),
        }))
    }

    fn line(self, entry: &Entry<'_>) -> String {
        match self {
            // No request is noted then.
            Self::Off => String::new(),
            Self::Short => short(entry),
            Self::Common => common(entry),
            Self::Combined => {
                let mut line = common(entry);
                for value in [&entry.request.referer, &entry.request.user_agent] {
                    line.push_str(" \"");
                    let value = value.as_ref().map_or(&b"-"[..], HeaderValue::as_bytes);
                    escape(value, &mut line);
                    line.push('"');
                }
                line
            }
            Self::Json => json(entry),
        }
    }
}

fn short(entry: &Entry<'_>) -> String {
    let mut line = String::with_capacity(128);
    line.push_str(entry.request.method.as_str());
    line.push(' ');
    escape(entry.request.uri.path().as_bytes(), &mut line);
    line.push(' ');
    escape(entry.route.unwrap_or("-").as_bytes(), &mut line);
    // In tenths of a millisecond, rounded.
    let tenths = (entry.duration.as_micros() + 50) / 100;
    let mut digits = itoa::Buffer::new();
    line.push(' ');
    line.push_str(entry.status.as_str());
    line.push(' ');
    line.push_str(digits.format(tenths / 10));
    line.push('.');
    line.push_str(digits.format(tenths % 10));
    line.push_str("ms ");
    push_client(entry, &mut line);
    line
}

fn common(entry: &Entry<'_>) -> String {
    let mut line = String::with_capacity(128);
    push_client(entry, &mut line);
    let _ = write!(
        line,
        " - - [{}] \"{} ",
        Date::of(entry.request.time).common(),
        entry.request.method
    );
    escape(target(entry).as_bytes(), &mut line);
    let _ = write!(
        line,
        " {:?}\" {} ",
        entry.request.version,
        entry.status.as_u16()
    );
    match entry.bytes {
        Some(bytes) => {
            let _ = write!(line, "{bytes}");
        }
        None => line.push('-'),
    }
    line
}

fn json(entry: &Entry<'_>) -> String {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let object = serde_json::json!({
        "time": Date::of(entry.request.time).rfc3339(),
        "method": entry.request.method.as_str(),
        "path": entry.request.uri.path(),
        "query": entry.request.uri.query(),
        "version": format!("{:?}", entry.request.version),
        "route": entry.route,
        "status": entry.status.as_u16(),
        "duration_ms": (entry.duration.as_secs_f64() * 1_000_000.0).round() / 1000.0,
        "bytes": entry.bytes,
        "client": entry.client.map(|ip| ip.to_string()),
        "referer": entry.request.referer.as_ref().map(text),
        "user_agent": entry.request.user_agent.as_ref().map(text),
    });
    // serde_json leaves DEL and the C1 controls as they are, which terminals obey. Those can only
    // stand within a JSON string, where this is how they are escaped.
    let mut line = String::new();
    for c in object.to_string().chars() {
        if c.is_control() {
            let _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line
}

fn target<'a>(entry: &'a Entry<'_>) -> &'a str {
    let uri = &entry.request.uri;
    uri.path_and_query().map_or("*", |target| target.as_str())
}

fn push_client(entry: &Entry<'_>, line: &mut String) {
    match entry.client {
        // What the standard library writes, and the numbers faster.
        Some(IpAddr::V4(ip)) => {
            let mut digits = itoa::Buffer::new();
            for (at, octet) in ip.octets().into_iter().enumerate() {
                if at > 0 {
                    line.push('.');
                }
                line.push_str(digits.format(octet));
            }
        }
        Some(IpAddr::V6(ip)) => {
            // Writing to a `String` cannot fail.
            let _ = write!(line, "{ip}");
        }
        None => line.push('-'),
    }
}

/// Escapes as Apache does: quotes and backslashes with a backslash, all that is not printable
/// ASCII as `\xHH`. So no client can end a field, forge a line or steer a terminal.
fn escape(bytes: &[u8], line: &mut String) {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(is_plain)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        line.push_str(text);
        return;
    }
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => {
                line.push('\\');
                line.push(char::from(byte));
            }
            b' '..=b'~' => line.push(char::from(byte)),
            _ => {
                let _ = write!(line, "\\x{byte:02x}");
            }
        }
    }
}

/// A time as an HTTP date (RFC 9110, 5.6.7), which has all the fields that the formats need at
/// fixed places: `Sun, 06 Nov 1994 08:49:37 GMT`.
struct Date(String);

impl Date {
    fn of(time: SystemTime) -> Self {
        Self(httpdate::fmt_http_date(clamped(time)))
    }

    /// `06/Nov/1994:08:49:37 +0000`
    fn common(&self) -> String {
        let date = &self.0;
        format!(
            "{}/{}/{}:{} +0000",
            &date[5..7],
            &date[8..11],
            &date[12..16],
            &date[17..25]
        )
    }

    /// `1994-11-06T08:49:37Z` (RFC 3339)
    fn rfc3339(&self) -> String {
        const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
        let date = &self.0;
        let month = MONTHS.find(&date[8..11]).map_or(0, |at| at / 3 + 1);
        format!(
            "{}-{month:02}-{}T{}Z",
            &date[12..16],
            &date[5..7],
            &date[17..25]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answered {
        request: Pending,
        route: Option<&'static str>,
    }

    impl Answered {
        fn new(uri: &str) -> Self {
            Self {
                request: Pending {
                    format: AccessLog::Off,
                    begun: Instant::now(),
                    time: SystemTime::UNIX_EPOCH + Duration::from_secs(971_211_336),
                    method: Method::GET,
                    // As the server does, which reads bytes.
                    uri: Uri::try_from(uri.as_bytes()).unwrap(),
                    version: Version::HTTP_11,
                    referer: None,
                    user_agent: None,
                },
                route: Some("home"),
            }
        }

        fn line(&self, format: AccessLog) -> String {
            format.line(&Entry {
                request: &self.request,
                route: self.route,
                status: StatusCode::OK,
                duration: Duration::from_micros(1234),
                bytes: Some(2326),
                client: Some(IpAddr::from([127, 0, 0, 1])),
            })
        }
    }

    #[test]
    fn the_formats() {
        let mut request = Answered::new("/en/?token=secret");
        request.request.referer = Some(HeaderValue::from_static("http://a.example/"));
        assert_eq!(
            request.line(AccessLog::Short),
            "GET /en/ home 200 1.2ms 127.0.0.1"
        );
        assert_eq!(
            request.line(AccessLog::Common),
            r#"127.0.0.1 - - [10/Oct/2000:20:55:36 +0000] "GET /en/?token=secret HTTP/1.1" 200 2326"#
        );
        assert_eq!(
            request.line(AccessLog::Combined),
            r#"127.0.0.1 - - [10/Oct/2000:20:55:36 +0000] "GET /en/?token=secret HTTP/1.1" 200 2326 "http://a.example/" "-""#
        );
        let json: serde_json::Value = serde_json::from_str(&request.line(AccessLog::Json)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "time": "2000-10-10T20:55:36Z", "method": "GET", "path": "/en/",
                "query": "token=secret", "version": "HTTP/1.1", "route": "home", "status": 200,
                "duration_ms": 1.234, "bytes": 2326, "client": "127.0.0.1",
                "referer": "http://a.example/", "user_agent": null,
            })
        );
    }

    #[test]
    fn nothing_a_client_sends_forges_a_line_or_steers_a_terminal() {
        let hostile: &[u8] = b"a\" 200 0 \"\\x\x1b[31m\xc2\x9b2J\x7f\tz\xff";
        let mut request = Answered::new("/a\"b\u{9b}c?\u{e9}");
        // What a header field cannot hold (line ends, escape) is covered by `escape` itself.
        let bytes: Vec<u8> = hostile
            .iter()
            .copied()
            .filter(|b| *b != 0x1b && *b != 0x7f)
            .collect();
        request.request.user_agent = Some(HeaderValue::from_bytes(&bytes).unwrap());
        request.route = Some("evil\r\n\u{1b}[0m");

        for format in [
            AccessLog::Short,
            AccessLog::Common,
            AccessLog::Combined,
            AccessLog::Json,
        ] {
            let line = request.line(format);
            assert!(!line.chars().any(char::is_control), "{format:?}: {line:?}");
        }
        let combined = request.line(AccessLog::Combined);
        assert!(
            combined.contains(r#""GET /a\"b\xc2\x9bc?\xc3\xa9 HTTP/1.1" 200"#),
            "{combined}"
        );
        assert!(
            combined.ends_with(r#" "a\" 200 0 \"\\x[31m\xc2\x9b2J\x09z\xff""#),
            "{combined}"
        );

        let json: serde_json::Value = serde_json::from_str(&request.line(AccessLog::Json)).unwrap();
        assert_eq!(json["path"], "/a\"b\u{9b}c");
        assert_eq!(json["route"], "evil\r\n\u{1b}[0m");

        let mut escaped = String::new();
        escape(hostile, &mut escaped);
        escape(b"\r\n\0", &mut escaped);
        assert_eq!(
            escaped,
            r#"a\" 200 0 \"\\x\x1b[31m\xc2\x9b2J\x7f\x09z\xff\x0d\x0a\x00"#
        );
    }

    #[test]
    fn dates_outside_the_range_of_http_do_not_panic() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Date::of(before).common(), "01/Jan/1970:00:00:00 +0000");
        let after = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
        assert_eq!(Date::of(after).rfc3339(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn an_entry_is_one_event_whose_message_is_the_line() {
        use std::sync::{Arc, Mutex};

        #[derive(Clone, Default)]
        struct Lines(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }

        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let mut pending = AccessLog::Short.begin(Instant::now, &request).unwrap();
            pending.begun += Duration::from_secs(3600);
            let client = Some(IpAddr::from([127, 0, 0, 1]));
            pending.record(&Response::default(), Some("home"), client);
            assert!(AccessLog::Off.begin(Instant::now, &request).is_none());
        });
        let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            written.trim(),
            "INFO kalgan::access: GET / home 200 0.0ms 127.0.0.1"
        );
    }

    #[test]
    fn names() {
        assert_eq!("combined".parse(), Ok(AccessLog::Combined));
        assert_eq!("off".parse(), Ok(AccessLog::Off));
        assert!(
            "Apache"
                .parse::<AccessLog>()
                .unwrap_err()
                .contains("`combined`")
        );
    }
}
