//! What can be asserted of a response.

use crate::test::html::elements;
use crate::test::report::{Show, excerpt};
use crate::test::response::Response;
use crate::test::target::resolve;
use http::StatusCode;
use http::header::LOCATION;
use kalgan_core::suggest::counted;
use serde::Serialize;
use serde_json::Value;

impl Response {
    /// The status is this one: a [`StatusCode`] or a number.
    #[track_caller]
    pub fn assert_status(&self, status: impl TryInto<StatusCode>) -> &Self {
        let Ok(status) = status.try_into() else {
            panic!("a status is a number from 100 to 999");
        };
        if self.status() != status {
            self.fail(
                &format!("expected the status {status}, got {}", self.status()),
                Show::Text,
            );
        }
        self
    }

    /// The status is 200.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        self.assert_status(StatusCode::OK)
    }

    /// The route of this name answered, as [`route`](Self::route) has it.
    #[track_caller]
    pub fn assert_route(&self, name: &str) -> &Self {
        if self.route() != Some(name) {
            let found = match self.route() {
                Some(route) => format!("it was `{route}`"),
                None => String::from("none did"),
            };
            self.fail(
                &format!("expected that the route `{name}` answers; {found}"),
                Show::Text,
            );
        }
        self
    }

    /// It is a redirect (301, 302, 303, 307 or 308) to this path or URL. Both are resolved against
    /// the page and compared as whole URLs: `/a` is `http://localhost/a` where that was asked, but not
    /// `https://localhost/a`, `/a?b` or `/a#top`.
    #[track_caller]
    pub fn assert_redirect(&self, to: &str) -> &Self {
        let status = self.status();
        let is_redirect = [301, 302, 303, 307, 308].contains(&status.as_u16());
        let location = match self.headers().get(LOCATION) {
            Some(location) if is_redirect => String::from_utf8_lossy(location.as_bytes()),
            _ => self.fail(
                &format!("expected a redirect to `{to}`, got {status}"),
                Show::Text,
            ),
        };
        let page = &self.request().target.url;
        let is_same = location == to
            || match (resolve(page, &location), resolve(page, to)) {
                (Ok(location), Ok(to)) => location == to,
                _ => false,
            };
        if !is_same {
            self.fail(
                &format!("expected a redirect to `{to}`, got {status} to `{location}`"),
                Show::Text,
            );
        }
        self
    }

    /// A header of that name has this value.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        let values: Vec<_> = self
            .headers()
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        if !values.iter().any(|found| found == value) {
            let found = if values.is_empty() {
                String::from("there is none of that name")
            } else {
                format!("got `{}`", values.join("`, `"))
            };
            self.fail(
                &format!("expected the header `{name}: {value}`, {found}"),
                Show::Text,
            );
        }
        self
    }

    /// There is no header of that name.
    #[track_caller]
    pub fn assert_no_header(&self, name: &str) -> &Self {
        if let Some(value) = self.headers().get(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            self.fail(
                &format!("expected no header `{name}`, got `{value}`"),
                Show::Text,
            );
        }
        self
    }

    /// The text that a reader sees has this in it: see [`visible_text`](Self::visible_text). Both
    /// are compared with a run of white space as one space.
    #[track_caller]
    pub fn assert_text(&self, text: &str) -> &Self {
        if !self.shows(text) {
            self.fail(&format!("expected the text `{text}`"), Show::Text);
        }
        self
    }

    /// The text that a reader sees does not have this in it.
    #[track_caller]
    pub fn assert_no_text(&self, text: &str) -> &Self {
        if self.shows(text) {
            self.fail(&format!("expected no text `{text}`"), Show::Text);
        }
        self
    }

    /// The body has this in it, byte for byte: for XML, plain text, or the HTML itself.
    #[track_caller]
    pub fn assert_body_contains(&self, text: &str) -> &Self {
        if !self.text().contains(text) {
            self.fail(&format!("expected `{text}` in the body"), Show::Source);
        }
        self
    }

    /// An element matches the CSS selector.
    #[track_caller]
    pub fn assert_selector(&self, selector: &str) -> &Self {
        if self.select(selector).is_empty() {
            self.fail(
                &format!("expected an element that matches `{selector}`"),
                Show::Source,
            );
        }
        self
    }

    /// No element matches the CSS selector.
    #[track_caller]
    pub fn assert_no_selector(&self, selector: &str) -> &Self {
        let found = self.select(selector);
        if !found.is_empty() {
            let first = excerpt(&found.html());
            self.fail(
                &format!(
                    "expected no element that matches `{selector}`, got {}; the first: {first}",
                    elements(found.len())
                ),
                Show::Text,
            );
        }
        self
    }

    /// An element that matches the CSS selector has this text and no other.
    #[track_caller]
    pub fn assert_selector_text(&self, selector: &str, text: &str) -> &Self {
        let wanted = crate::test::html::normal(text);
        self.assert_a_text(selector, &format!("the text `{wanted}`"), |text| {
            text == wanted
        })
    }

    /// An element that matches the CSS selector has this in its text.
    #[track_caller]
    pub fn assert_selector_contains(&self, selector: &str, text: &str) -> &Self {
        let wanted = crate::test::html::normal(text);
        self.assert_a_text(selector, &format!("`{wanted}` in its text"), |text| {
            text.contains(&wanted)
        })
    }

    /// So many elements match the CSS selector.
    #[track_caller]
    pub fn assert_count(&self, selector: &str, count: usize) -> &Self {
        let found = self.select(selector).len();
        if found != count {
            self.fail(
                &format!("expected {} for `{selector}`, got {found}", elements(count)),
                Show::Source,
            );
        }
        self
    }

    /// The body is this value as JSON. The order of keys does not matter.
    #[track_caller]
    pub fn assert_json<T: Serialize + ?Sized>(&self, value: &T) -> &Self {
        let expected = match serde_json::to_value(value) {
            Ok(expected) => expected,
            Err(error) => panic!("the expected value has no form as JSON: {error}"),
        };
        let found: Value = self.json();
        if found != expected {
            let difference = difference("", &expected, &found).unwrap_or_default();
            self.fail(
                &format!("the JSON is not the expected one: {difference}"),
                Show::Source,
            );
        }
        self
    }

    fn shows(&self, text: &str) -> bool {
        let wanted = crate::test::html::normal(text);
        crate::test::html::normal(&self.visible_text()).contains(&wanted)
    }

    #[track_caller]
    fn assert_a_text(&self, selector: &str, what: &str, holds: impl Fn(&str) -> bool) -> &Self {
        let texts = self.select(selector).texts();
        if !texts.iter().any(|text| holds(text)) {
            let found = match texts.as_slice() {
                [] => String::from("no element matches"),
                texts => format!("got {}", excerpt(&format!("{texts:?}"))),
            };
            self.fail(
                &format!("expected an element that matches `{selector}` with {what}; {found}"),
                Show::Text,
            );
        }
        self
    }
}

/// The first place where two values differ.
fn difference(path: &str, expected: &Value, found: &Value) -> Option<String> {
    let short = |value: &Value| excerpt(&value.to_string());
    let place = if path.is_empty() { "the value" } else { path };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let path = format!("{path}.{key}");
                match found.get(key) {
                    Some(found) => {
                        if let Some(text) = difference(&path, value, found) {
                            return Some(text);
                        }
                    }
                    None => {
                        return Some(format!("`{path}` is missing, expected {}", short(value)));
                    }
                }
            }
            let more = found.iter().find(|(key, _)| !expected.contains_key(*key))?;
            Some(format!(
                "`{path}.{}` is not expected: {}",
                more.0,
                short(more.1)
            ))
        }
        (Value::Array(expected), Value::Array(found)) => {
            let pairs = expected.iter().zip(found).enumerate();
            for (index, (expected, found)) in pairs {
                if let Some(text) = difference(&format!("{path}[{index}]"), expected, found) {
                    return Some(text);
                }
            }
            (expected.len() != found.len()).then(|| {
                format!(
                    "{place} has {}, expected {}",
                    counted(found.len(), "item"),
                    expected.len()
                )
            })
        }
        _ => (expected != found)
            .then(|| format!("{place} is {}, expected {}", short(found), short(expected))),
    }
}
