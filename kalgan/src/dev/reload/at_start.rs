//! Settings that count from the start of the server on: an edit of them shows nowhere until the next.

use kalgan_core::settings::Settings;

const KEYS: [&str; 9] = [
    "server.address",
    "server.port",
    "server.number_of_workers",
    "server.header_timeout",
    "server.body_timeout",
    "server.send_timeout",
    "server.shutdown_timeout",
    "server.max_headers",
    "server.max_connections",
];

/// What is to be said of an edit, if anything is.
pub(super) fn edits(at_start: &Settings, before: &Settings, now: &Settings) -> Vec<String> {
    let value = |settings: &Settings, key: &str| settings.get_string(key).ok();
    let edited = KEYS.into_iter().filter_map(|key| {
        let (started, edited) = (value(at_start, key), value(now, key));
        if edited == started || edited == value(before, key) {
            return None;
        }
        let shown = |value: Option<String>| value.map_or(String::from("not set"), |v| format!("`{v}`"));
        Some(format!(
            "the setting `{key}` is {} now, and was {} when the server was started: it counts from the \
             next start on",
            shown(edited),
            shown(started)
        ))
    });
    edited.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::scalar::Scalar;
    use kalgan_core::settings::{Origin, Setting, Value};

    fn settings(all: &[(&'static str, &'static str)]) -> Settings {
        Settings::new(all.iter().map(|(key, value)| Setting {
            key: (*key).into(),
            value: Value::Scalar(Scalar::resolve(*value)),
            origin: Origin::Environment("TEST".into()),
        }))
    }

    #[test]
    fn an_edit_is_told_once() {
        let started = settings(&[("server.port", "7878"), ("server.max_body", "1")]);
        let port = settings(&[("server.port", "80")]);
        let both = settings(&[("server.port", "80"), ("server.address", "::1")]);
        let told = |before: &Settings, now: &Settings| edits(&started, before, now);
        assert_eq!(
            told(&started, &port),
            [
                "the setting `server.port` is `80` now, and was `7878` when the server was started: it \
                 counts from the next start on"
            ]
        );
        assert_eq!(told(&port, &port), [""; 0]);
        let address = told(&port, &both);
        assert_eq!(address.len(), 1);
        assert!(address[0].contains("`server.address` is `::1` now, and was not set"));
        assert_eq!(told(&both, &started), [""; 0], "all is as it was");
    }
}
