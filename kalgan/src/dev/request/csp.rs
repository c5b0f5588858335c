//! Amends a Content-Security-Policy so that the script of development may run: by its nonce, with
//! its stream of events and its policy of Trusted Types, and nothing else, so that what production
//! will forbid is forbidden already.
//!
//! The rules are those of Content Security Policy Level 3: which directive stands in for one that
//! is absent (6.8.3), what a nonce does to `'unsafe-inline'` (6.7.3.2), and what `'none'` means.

use crate::dev::hosts::requested_host;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY};
use http::{HeaderMap, HeaderValue, Uri};
use std::net::Ipv4Addr;

/// The name of the client's policy of Trusted Types.
const TRUSTED: &str = "kalgan";

/// How a policy names a path of the host that a request asks, for the page that it gets.
pub(super) fn source(uri: &Uri, headers: &HeaderMap, path: &str) -> String {
    let is_passed_on = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host"]
        .into_iter()
        .any(|name| headers.contains_key(name));
    match requested_host(uri, headers) {
        // The host that the browser knows may be another one.
        _ if is_passed_on => String::from("'self'"),
        Some(host) if is_nameable(host.host()) => format!("{host}{path}"),
        _ => String::from("'self'"),
    }
}

/// Of addresses, policies match only this one (6.7.2.9), and not all names that there are have the
/// form that they know (2.3.1).
fn is_nameable(host: &str) -> bool {
    let is_name = || {
        host.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
            && !host.ends_with('.')
            && host.parse::<Ipv4Addr>().is_err()
    };
    host == "127.0.0.1" || is_name()
}

/// Amends all policies of a response. `events` is the [`source`] of the stream of events.
pub(super) fn amend(headers: &mut HeaderMap, nonce: &str, events: &str) {
    for name in [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY] {
        let http::header::Entry::Occupied(mut values) = headers.entry(name) else {
            continue;
        };
        for value in values.iter_mut() {
            // What is no text is no policy either.
            if let Ok(text) = value.to_str()
                && let Ok(amended) = HeaderValue::try_from(policies(text, nonce, events))
            {
                *value = amended;
            }
        }
    }
}

/// A header may hold several policies, all of which have to allow it.
fn policies(text: &str, nonce: &str, events: &str) -> String {
    let amended = text.split(',').map(|text| policy(text, nonce, events));
    amended.collect::<Vec<_>>().join(",")
}

/// A directive: its name and its sources.
struct Directive<'a> {
    name: &'a str,
    sources: Vec<&'a str>,
}

impl Directive<'_> {
    fn has(&self, source: &str) -> bool {
        let mut sources = self.sources.iter();
        sources.any(|known| known.eq_ignore_ascii_case(source))
    }

    /// Whether the app's own origin is among the sources.
    fn has_self(&self) -> bool {
        self.has("'self'") || self.has("*")
    }

    /// Whether scripts are told by nonces or hashes, so that `'unsafe-inline'` means nothing.
    fn is_strict(&self) -> bool {
        let prefixes = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
        self.has("'strict-dynamic'")
            || self.sources.iter().any(|source| {
                let source = source.to_ascii_lowercase();
                prefixes.iter().any(|prefix| source.starts_with(prefix))
            })
    }
}

fn policy(text: &str, nonce: &str, events: &str) -> String {
    // Of directives with the same name the first one counts.
    let mut directives: Vec<Directive<'_>> = text
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            Some(Directive {
                name: words.next()?,
                sources: words.collect(),
            })
        })
        .collect();
    let nonce = format!("'nonce-{nonce}'");
    let changed = [
        allow(
            &mut directives,
            &["script-src-elem", "script-src", "default-src"],
            |script| match () {
                // It is allowed as it is.
                () if script.has_self() && !script.has("'strict-dynamic'") => None,
                // A nonce would switch off what the app's own scripts rely on.
                () if script.has("'unsafe-inline'") && !script.is_strict() => Some("'self'"),
                () => Some(&nonce),
            },
        ),
        allow(
            &mut directives,
            &["connect-src", "default-src"],
            |connect| (!connect.has_self()).then_some(events),
        ),
        allow(&mut directives, &["trusted-types"], |types| {
            (!types.has("*") && !types.sources.contains(&TRUSTED)).then_some(TRUSTED)
        }),
    ];
    if !changed.contains(&true) {
        return text.to_owned();
    }
    let texts: Vec<String> = directives
        .iter()
        .map(|Directive { name, sources }| {
            let mut words = vec![*name];
            words.extend(sources);
            words.join(" ")
        })
        .collect();
    let space = if text.starts_with(' ') { " " } else { "" };
    format!("{space}{}", texts.join("; "))
}

/// Adds what a directive lacks. `names` are it and those that stand in for it, in order: where one
/// of those does that, the directive is added, so that nothing else is allowed more than before.
fn allow<'a>(
    directives: &mut Vec<Directive<'a>>,
    names: &[&'static str],
    lacks: impl Fn(&Directive<'_>) -> Option<&'a str>,
) -> bool {
    let find = |name: &&'static str| {
        let at = directives
            .iter()
            .position(|directive| directive.name.eq_ignore_ascii_case(name));
        at.map(|at| (*name, at))
    };
    let Some((found, at)) = names.iter().find_map(find) else {
        // Nothing is forbidden.
        return false;
    };
    let Some(source) = lacks(&directives[at]) else {
        return false;
    };
    let mut sources = directives[at].sources.clone();
    sources.retain(|source| !source.eq_ignore_ascii_case("'none'"));
    sources.push(source);
    if found == "default-src" {
        directives.push(Directive {
            name: names[0],
            sources,
        });
    } else {
        directives[at].sources = sources;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_is_amended_by_the_rules_of_fallback() {
        for (given, expected) in [
            // Scripts: the most special directive that is there.
            (
                "script-src https://a.example",
                "script-src https://a.example 'nonce-N'",
            ),
            (
                "script-src-elem https://a.example; script-src 'self'",
                "script-src-elem https://a.example 'nonce-N'; script-src 'self'",
            ),
            ("script-src 'none'", "script-src 'nonce-N'"),
            ("script-src", "script-src 'nonce-N'"),
            ("SCRIPT-SRC 'NONE'", "SCRIPT-SRC 'nonce-N'"),
            ("script-src-attr 'none'", "script-src-attr 'none'"),
            ("script-src 'nonce-a'", "script-src 'nonce-a' 'nonce-N'"),
            (
                "script-src 'nonce-a' 'strict-dynamic' 'self'",
                "script-src 'nonce-a' 'strict-dynamic' 'self' 'nonce-N'",
            ),
            (
                "script-src 'sha256-AbC=' 'unsafe-inline'",
                "script-src 'sha256-AbC=' 'unsafe-inline' 'nonce-N'",
            ),
            // A nonce would make the app's own inline scripts fail.
            (
                "script-src 'unsafe-inline' https://a.example",
                "script-src 'unsafe-inline' https://a.example 'self'",
            ),
            // Allowed as they are.
            (
                "script-src 'self' 'unsafe-inline'",
                "script-src 'self' 'unsafe-inline'",
            ),
            ("script-src  'Self' ;", "script-src  'Self' ;"),
            (
                "img-src 'none'; frame-ancestors 'none'",
                "img-src 'none'; frame-ancestors 'none'",
            ),
            ("", ""),
            // Of two directives of a name the first one counts.
            (
                "script-src 'none'; script-src 'self'",
                "script-src 'nonce-N'; script-src 'self'",
            ),
            // What stands in for others is left to them.
            ("default-src 'self'", "default-src 'self'"),
            (
                "default-src 'none'; style-src 'self'",
                "default-src 'none'; style-src 'self'; script-src-elem 'nonce-N'; \
                 connect-src h/e",
            ),
            (
                "default-src https: 'unsafe-inline'",
                "default-src https: 'unsafe-inline'; script-src-elem https: 'unsafe-inline' \
                 'self'; connect-src https: 'unsafe-inline' h/e",
            ),
            ("default-src *", "default-src *"),
            (
                "default-src 'none'; script-src 'self'; connect-src 'none'",
                "default-src 'none'; script-src 'self'; connect-src h/e",
            ),
            // The stream of events.
            (
                "connect-src https://api.example",
                "connect-src https://api.example h/e",
            ),
            // Trusted Types.
            (
                "require-trusted-types-for 'script'; trusted-types app",
                "require-trusted-types-for 'script'; trusted-types app kalgan",
            ),
            ("trusted-types 'none'", "trusted-types kalgan"),
            ("trusted-types", "trusted-types kalgan"),
            ("trusted-types *", "trusted-types *"),
            ("trusted-types kalgan", "trusted-types kalgan"),
            // Several in one header.
            (
                "default-src 'self', script-src 'none'",
                "default-src 'self', script-src 'nonce-N'",
            ),
        ] {
            assert_eq!(policies(given, "N", "h/e"), expected, "{given}");
        }
    }

    #[test]
    fn the_stream_of_events_is_named_where_that_is_possible() {
        let source = |host: &'static str, more: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static(host));
            if let Some(name) = more {
                headers.insert(name, HeaderValue::from_static("x"));
            }
            source(&Uri::from_static("/a"), &headers, "/e")
        };
        assert_eq!(source("shop.test", None), "shop.test/e");
        assert_eq!(source("localhost:80", None), "localhost:80/e");
        assert_eq!(source("127.0.0.1:7878", None), "127.0.0.1:7878/e");
        for other in ["127.0.0.2", "[::1]:7878", "a_b.test", "a.test.", "a;b"] {
            assert_eq!(source(other, None), "'self'");
        }
        assert_eq!(source("localhost", Some("x-forwarded-for")), "'self'");
    }

    #[test]
    fn all_headers_are_amended_and_no_other() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-security-policy", "script-src 'none'"),
            ("content-security-policy", "connect-src 'none'"),
            ("content-security-policy-report-only", "script-src 'none'"),
            ("x-content-security-policy", "script-src 'none'"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        amend(&mut headers, "N", "h/e");
        let values: Vec<&HeaderValue> = headers.get_all(CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(values, ["script-src 'nonce-N'", "connect-src h/e"]);
        assert_eq!(
            headers[CONTENT_SECURITY_POLICY_REPORT_ONLY],
            "script-src 'nonce-N'"
        );
        assert_eq!(headers["x-content-security-policy"], "script-src 'none'");
        let mut none = HeaderMap::new();
        amend(&mut none, "N", "h/e");
        assert!(none.is_empty());
    }
}
