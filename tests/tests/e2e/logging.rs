//! The log: a line for each request, in the format that was asked for, or none at all.

use crate::museum;
use crate::workshop::workshop;
use kalgan_tests::{Log, Profile, Server};
use serde_json::Value;

/// The lines of the access log once there are that many: a line is written after the answer.
fn lines(log: &Log, count: usize, is_line: impl Fn(&str) -> bool) -> Vec<String> {
    kalgan_tests::wait_for(&format!("{count} lines"), || {
        let mut lines = log.lines_with("");
        lines.retain(|line| is_line(line));
        (lines.len() >= count).then_some(lines)
    })
}

fn ask_a_few(server: &Server) {
    assert_eq!(server.get("/en/element/H?secret=1").status, 200);
    assert_eq!(server.get("/static/app.css").status, 200);
    assert_eq!(server.get("/nowhere/%0a%1b[31m%22").status, 404);
    assert_eq!(
        server.ask("POST", "/en/join").form("code=x").send().status,
        422
    );
    let broken = server
        .ask("HEAD", "/ja/broken")
        .header("user-agent", "a \"browser\" \\")
        .header("referer", "http://elsewhere.example/?a=\"b\"")
        .send();
    assert_eq!(broken.status, 500);
}

/// Method, path, route and status of what was asked.
const ASKED: [(&str, &str, &str, u16); 5] = [
    ("GET", "/en/element/H", "element", 200),
    ("GET", "/static/app.css", "-", 200),
    ("GET", "/nowhere/%0a%1b[31m%22", "-", 404),
    ("POST", "/en/join", "join_enter", 422),
    ("HEAD", "/ja/broken", "broken", 500),
];

fn is_short(line: &str) -> bool {
    ASKED
        .iter()
        .any(|(method, ..)| line.starts_with(&format!("{method} ")))
}

#[test]
fn each_request_has_one_line() {
    for profile in Profile::ALL {
        let server = museum(profile).serve();
        ask_a_few(&server);
        let lines = lines(server.log(), ASKED.len(), is_short);
        assert_eq!(lines.len(), ASKED.len(), "{lines:?}");
        for (line, (method, path, route, status)) in lines.iter().zip(ASKED) {
            let fields: Vec<&str> = line.split(' ').collect();
            let [m, p, r, s, time, client] = fields[..] else {
                panic!("{line}");
            };
            let path = path.replace('"', "\\\"");
            assert_eq!(
                (m, p, r, s),
                (method, path.as_str(), route, status.to_string().as_str())
            );
            let millis: f64 = time.strip_suffix("ms").unwrap().parse().unwrap();
            assert!(millis >= 0.0);
            assert_eq!(client, "127.0.0.1");
        }
        // What failed is told beside it, with the cause.
        let error = server.log().line_with("the vitrine was dropped on purpose");
        assert!(
            error.contains("ERROR") && error.contains("/ja/broken"),
            "{error}"
        );
        assert!(
            !server.log().text().contains('\u{1b}'),
            "no colours in a file"
        );
        assert!(
            !server.log().text().contains("secret"),
            "a query may hold secrets"
        );
        server.stop_well();
    }
}

#[test]
fn silence_can_be_had() {
    for profile in Profile::ALL {
        let server = museum(profile).env("RUST_LOG", "off").serve_silently();
        ask_a_few(&server);
        assert_eq!(server.exchange("nonsense\r\n\r\n").len(), 1);
        let ran = server.stop();
        assert_eq!(ran.code, Some(0));
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    }
}

#[test]
fn the_level_can_be_chosen() {
    let server = museum(Profile::Release)
        .env("RUST_LOG", "error")
        .serve_silently();
    ask_a_few(&server);
    let ran = server.stop();
    assert!(ran.stdout.contains("dropped on purpose"), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
}

#[test]
fn access_log_off_leaves_the_rest() {
    let server = museum(Profile::Release)
        .env("KALGAN_SERVER__ACCESS_LOG", "off")
        .serve();
    ask_a_few(&server);
    let ran = server.stop();
    assert!(ran.stdout.contains(" at http://"));
    assert!(ran.stdout.contains("dropped on purpose"));
    assert!(!ran.stdout.lines().any(is_short), "{}", ran.stdout);
}

#[test]
fn json_lines() {
    let server = museum(Profile::Release)
        .env("KALGAN_SERVER__ACCESS_LOG", "json")
        .serve();
    ask_a_few(&server);
    let lines = lines(server.log(), ASKED.len(), |line| line.starts_with('{'));
    assert_eq!(lines.len(), ASKED.len());
    for (line, (method, path, route, status)) in lines.iter().zip(ASKED) {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["method"], method);
        assert_eq!(entry["path"], path);
        match route {
            "-" => assert!(entry["route"].is_null(), "{entry}"),
            route => assert_eq!(entry["route"], route),
        }
        assert_eq!(entry["status"], status);
        assert_eq!(entry["version"], "HTTP/1.1");
        assert_eq!(entry["client"], "127.0.0.1");
        assert!(entry["duration_ms"].as_f64().unwrap() >= 0.0);
        let time = entry["time"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
    }
    let first: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(first["query"], "secret=1");
    assert!(first["bytes"].as_u64().unwrap() > 1000);
    let last: Value = serde_json::from_str(&lines[4]).unwrap();
    assert_eq!(last["user_agent"], "a \"browser\" \\");
    assert_eq!(last["referer"], "http://elsewhere.example/?a=\"b\"");
    server.stop_well();
}

#[test]
fn a_logger_of_the_app_is_kept_for_what_is_written_by_log() {
    let server = workshop(Profile::Debug)
        .launch()
        .env("WORKSHOP_LOGGER", "1")
        .env("RUST_LOG", "info")
        .serve();
    // That of the app, in its own format.
    let line = server.stderr().line_with("the stove is hot");
    assert!(line.contains("WARN"), "{line}");
    assert!(line.contains("workshop"), "{line}");
    // What Kalgan logs goes on to the standard output, once.
    server.get("/").expect(200, "IDA");
    let line = server.log().line_with("GET / home 200");
    assert!(line.starts_with("GET / "), "{line}");
    let ran = server.stop();
    assert_eq!(ran.code, Some(0));
    assert!(!ran.stdout.contains("the stove is hot"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("GET / "), "{}", ran.stderr);
}

/// A line of Apache's formats: its fields, of which those in quotes and brackets have spaces.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let mut field = String::new();
            let mut characters = quoted.char_indices();
            loop {
                match characters.next() {
                    Some((_, '\\')) => field.extend(characters.next().map(|(_, c)| c)),
                    Some((at, '"')) => break (field, &quoted[at + 1..]),
                    Some((_, c)) => field.push(c),
                    None => panic!("an open quote in {line}"),
                }
            }
        } else if let Some(bracketed) = rest.strip_prefix('[') {
            let (field, after) = bracketed.split_once(']').unwrap();
            (field.to_owned(), after)
        } else {
            let end = rest.find(' ').unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        };
        fields.push(field);
        assert!(after.is_empty() || after.starts_with(' '), "{line}");
        rest = after.trim_start_matches(' ');
    }
    fields
}

#[test]
fn the_formats_of_apache() {
    for (format, count) in [("common", 7), ("combined", 9)] {
        let server = museum(Profile::Release)
            .env("KALGAN_SERVER__ACCESS_LOG", format)
            .serve();
        ask_a_few(&server);
        let is_line = |line: &str| line.starts_with("127.0.0.1 ");
        let lines = lines(server.log(), ASKED.len(), is_line);
        assert_eq!(lines.len(), ASKED.len());
        for (line, (method, path, _, status)) in lines.iter().zip(ASKED) {
            let fields = fields(line);
            assert_eq!(fields.len(), count, "{line}");
            let time = &fields[3];
            assert!(
                time.len() == "06/Nov/1994:08:49:37 +0000".len() && time.ends_with(" +0000"),
                "{line}"
            );
            let request: Vec<&str> = fields[4].split(' ').collect();
            assert_eq!((request[0], request[2]), (method, "HTTP/1.1"), "{line}");
            assert_eq!(request[1].split('?').next(), Some(path), "{line}");
            assert_eq!(fields[5], status.to_string(), "{line}");
            assert!(
                fields[6] == "-" || fields[6].parse::<u64>().is_ok(),
                "{line}"
            );
            if format == "combined" {
                let is_last = status == 500;
                let referer = if is_last {
                    "http://elsewhere.example/?a=\"b\""
                } else {
                    "-"
                };
                let agent = if is_last { "a \"browser\" \\" } else { "-" };
                assert_eq!((fields[7].as_str(), fields[8].as_str()), (referer, agent));
            }
        }
        server.stop_well();
    }
}
