//! Diagnostics as SARIF 2.1.0, for code scanning.
//!
//! The format is that of <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; the
//! numbers in comments are its sections.

use super::codes::{self, CODES};
use super::{Diagnostic, Severity};
use crate::text::Place;
use serde_json::{Value, json};

/// What a log tells of the run that made it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run<'a> {
    /// Kalgan's version.
    pub version: &'a str,
    /// What stands before each path: the app's folder, as seen from the folder of `folder_uri`.
    pub prefix: &'a str,
    /// The URI of the folder that paths are relative to, with a `/` at its end.
    pub folder_uri: Option<&'a str>,
}

/// A whole log, as one line of JSON.
///
/// A diagnostic with a place is a result; one without is a notification of the run, since readers
/// refuse results without a place.
#[must_use]
pub fn log(diagnostics: &[Diagnostic], run: Run<'_>) -> String {
    let (placed, general): (Vec<&Diagnostic>, Vec<&Diagnostic>) = diagnostics
        .iter()
        .partition(|diagnostic| diagnostic.place.is_some());
    let results: Vec<Value> = placed
        .into_iter()
        .map(|diagnostic| result(diagnostic, run))
        .collect();
    let notifications: Vec<Value> = general.into_iter().map(notification).collect();
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let mut sarif_run = json!({
        "tool": {
            "driver": {
                "name": "Kalgan",
                "version": run.version,
                "informationUri": "https://github.com/kalgan/kalgan",
                "rules": rules(),
            }
        },
        "invocations": [{
            // The check itself has come to its end, whatever it has found (3.20.14).
            "executionSuccessful": true,
            "exitCode": i32::from(has_errors),
            "toolExecutionNotifications": notifications,
        }],
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if let Some(uri) = run.folder_uri {
        sarif_run["originalUriBaseIds"] = json!({ BASE: { "uri": uri } });
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [sarif_run],
    });
    format!("{log}\n")
}

/// The name of the folder that paths are relative to; code scanning takes it for the repository.
const BASE: &str = "%SRCROOT%";

fn rules() -> Vec<Value> {
    CODES
        .iter()
        .map(|code| {
            json!({
                "id": code.name,
                "shortDescription": { "text": code.about },
            })
        })
        .collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(diagnostic: &Diagnostic, run: Run<'_>) -> Value {
    let mut result = json!({
        "level": level(diagnostic.severity),
        "message": message(diagnostic),
        "locations": [],
    });
    if let Some(place) = &diagnostic.place {
        let mut location = location(place, run);
        if let Some(label) = &diagnostic.label {
            location["message"] = json!({ "text": label });
        }
        result["locations"] = json!([location]);
    }
    if let Some(code) = diagnostic.code {
        result["ruleId"] = code.into();
        if let Some(at) = codes::position(code) {
            result["ruleIndex"] = at.into();
        }
    }
    if !diagnostic.notes.is_empty() {
        let related: Vec<Value> = diagnostic
            .notes
            .iter()
            .enumerate()
            .map(|(at, note)| {
                let mut location = location(&note.place, run);
                location["id"] = at.into();
                location["message"] = json!({ "text": note.message });
                location
            })
            .collect();
        result["relatedLocations"] = related.into();
    }
    if let Some(help) = &diagnostic.help {
        result["properties"] = json!({ "help": help });
    }
    result
}

fn notification(diagnostic: &Diagnostic) -> Value {
    let mut notification = json!({
        "level": level(diagnostic.severity),
        "message": message(diagnostic),
    });
    if let Some(code) = diagnostic.code {
        notification["associatedRule"] = json!({ "id": code });
    }
    notification
}

fn message(diagnostic: &Diagnostic) -> Value {
    // Braces would be placeholders and brackets links (3.11.5, 3.11.6), so they are escaped.
    let mut text = escape(&diagnostic.message);
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(&escape(help));
    }
    json!({ "text": text })
}

/// Text as the text of a message has it: a brace stands twice (3.11.5), and a bracket after a
/// backslash (3.11.6), which stands twice itself.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' => escaped.extend([c, c]),
            '[' | ']' | '\\' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

fn location(place: &Place, run: Run<'_>) -> Value {
    let (start, end) = (place.position(), place.end_position());
    let path = format!("{}{}", run.prefix, place.file.path());
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri_path(&path), "uriBaseId": BASE },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }
    })
}

/// A path as the path of a URI (RFC 3986, section 3.3): what may not stand there is encoded.
#[must_use]
pub fn uri_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@/".contains(&byte);
        if is_plain {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::tests::{duplicate_key, file};
    use crate::text::Span;

    fn parsed(diagnostics: &[Diagnostic]) -> Value {
        let run = Run {
            version: "1.2.3",
            prefix: "my shop/",
            folder_uri: Some("file:///work/"),
        };
        let log = log(diagnostics, run);
        assert!(log.ends_with('\n') && log.lines().count() == 1);
        serde_json::from_str(&log).unwrap()
    }

    /// Panics where an object lacks a property that the schema of SARIF 2.1.0 requires, has one
    /// that it does not know, or a value is not of its type.
    fn validate(log: &Value) {
        only(log, &["version", "runs"], &["$schema"]);
        assert_eq!(log["version"], "2.1.0");
        for run in array(&log["runs"]) {
            let optional = ["invocations", "columnKind", "results", "originalUriBaseIds"];
            only(run, &["tool"], &optional);
            assert_eq!(run["columnKind"], "unicodeCodePoints");
            only(&run["tool"], &["driver"], &[]);
            let driver = &run["tool"]["driver"];
            only(driver, &["name"], &["version", "informationUri", "rules"]);
            let rules = array(&driver["rules"]);
            for rule in rules {
                only(rule, &["id"], &["shortDescription"]);
                only(&rule["shortDescription"], &["text"], &[]);
                assert!(rule["id"].is_string());
            }
            for invocation in array(&run["invocations"]) {
                let optional = ["exitCode", "toolExecutionNotifications"];
                only(invocation, &["executionSuccessful"], &optional);
                assert!(invocation["executionSuccessful"].is_boolean());
                assert!(invocation["exitCode"].is_i64());
                for notification in array(&invocation["toolExecutionNotifications"]) {
                    only(notification, &["message"], &["level", "associatedRule"]);
                    validate_message(&notification["message"]);
                }
            }
            for base in run["originalUriBaseIds"].as_object().into_iter().flatten() {
                only(base.1, &["uri"], &[]);
                assert!(base.1["uri"].as_str().unwrap().ends_with('/'), "3.14.14");
            }
            for result in array(&run["results"]) {
                let optional = [
                    "level",
                    "locations",
                    "ruleId",
                    "ruleIndex",
                    "relatedLocations",
                    "properties",
                ];
                only(result, &["message"], &optional);
                validate_message(&result["message"]);
                assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
                let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(result["ruleId"], rules[index]["id"]);
                assert_eq!(array(&result["locations"]).len(), 1);
                validate_location(&result["locations"][0]);
                for related in result["relatedLocations"].as_array().into_iter().flatten() {
                    assert!(related["id"].is_u64());
                    validate_location(related);
                }
            }
        }
    }

    fn validate_message(message: &Value) {
        only(message, &["text"], &[]);
        assert!(message["text"].is_string());
    }

    fn validate_location(location: &Value) {
        only(location, &["physicalLocation"], &["id", "message"]);
        if !location["message"].is_null() {
            validate_message(&location["message"]);
        }
        let physical = &location["physicalLocation"];
        only(physical, &["artifactLocation", "region"], &[]);
        only(&physical["artifactLocation"], &["uri", "uriBaseId"], &[]);
        let region = &physical["region"];
        let keys = ["startLine", "startColumn", "endLine", "endColumn"];
        only(region, &keys, &[]);
        for key in keys {
            assert!(region[key].as_u64().unwrap() >= 1, "{key}");
        }
    }

    fn array(value: &Value) -> &Vec<Value> {
        value.as_array().unwrap()
    }

    fn only(value: &Value, required: &[&str], optional: &[&str]) {
        let object = value.as_object().unwrap();
        for key in required {
            assert!(object.contains_key(*key), "no `{key}` in {value}");
        }
        for key in object.keys().map(String::as_str) {
            assert!(
                required.contains(&key) || optional.contains(&key),
                "`{key}` in {value}"
            );
        }
    }

    #[test]
    fn the_shape_is_that_of_the_specification() {
        let file = file("a: b\n");
        let log = parsed(&[
            duplicate_key(),
            Diagnostic::general("no place").with_code("missing-path"),
            Diagnostic::warning(&file, Span::new(1, 1), "`{x}` and [y]")
                .with_code("unknown-section")
                .with_help("write \\"),
        ]);
        validate(&log);
        let run = &log["runs"][0];
        let results = array(&run["results"]);
        assert_eq!(results.len(), 2);
        assert_eq!(results[0]["ruleId"], "duplicate-key");
        assert_eq!(
            results[0]["message"]["text"],
            "duplicate key `é`\nhelp: remove one"
        );
        assert_eq!(results[0]["properties"]["help"], "remove one");
        let location = &results[0]["locations"][0];
        assert_eq!(location["message"]["text"], "again");
        assert_eq!(
            location["physicalLocation"],
            json!({
                "artifactLocation": {
                    "uri": "my%20shop/config/routes/site.yaml",
                    "uriBaseId": "%SRCROOT%",
                },
                "region": { "startLine": 3, "startColumn": 2, "endLine": 3, "endColumn": 3 },
            })
        );
        let related = &results[0]["relatedLocations"][0];
        assert_eq!(related["message"]["text"], "first here");
        assert_eq!(related["physicalLocation"]["region"]["startLine"], 1);

        assert_eq!(results[1]["level"], "warning");
        assert_eq!(
            results[1]["message"]["text"],
            "`{{x}}` and \\[y\\]\nhelp: write \\\\"
        );
        let notifications = &run["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(notifications[0]["message"]["text"], "no place");
        assert_eq!(notifications[0]["associatedRule"]["id"], "missing-path");
        assert_eq!(run["invocations"][0]["exitCode"], 1);
        assert_eq!(
            run["originalUriBaseIds"]["%SRCROOT%"]["uri"],
            "file:///work/"
        );
    }

    #[test]
    fn a_log_without_mistakes_is_a_log() {
        let log = parsed(&[]);
        validate(&log);
        assert_eq!(log["runs"][0]["results"], json!([]));
        assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], 0);
        assert_eq!(
            array(&log["runs"][0]["tool"]["driver"]["rules"]).len(),
            CODES.len()
        );
    }
}
