//! What `render!`, `url!`, `trans!` and `redirect!` expand to. The names were proven when the app was
//! compiled; in development they may have changed since.

use super::given::Given;
use super::query::Query;
use super::template::{self, Template, Variables};
use super::{message, url as urls};
use crate::error::{Error, Result};
use crate::number::Number;
use crate::response::{self, IntoResponse, Response};
use std::fmt::Display;

/// `render!`.
///
/// # Errors
/// A 500: a variable cannot be serialised, or rendering fails.
pub fn render(
    name: &'static str,
    give: impl Fn(&mut Variables<'_>) -> Result<()>,
) -> Result<Response> {
    template::render(name, &give)
}

/// A struct with `#[derive(Template)]` as a response.
#[must_use]
pub fn respond<T: Template>(template: &T) -> Response {
    template.render().into_response()
}

/// `url!`. Where the URL cannot be made, the log tells, and it is `#`.
#[must_use]
pub fn url(name: &'static str, parameters: &[Given<'_>]) -> String {
    shown(urls::make(name, parameters, None))
}

/// `url!` with a query.
#[must_use]
pub fn url_with(name: &'static str, parameters: &[Given<'_>], query: Query) -> String {
    shown(query.and_then(|query| urls::make(name, parameters, Some(&query))))
}

fn shown(url: Result<String>) -> String {
    url.unwrap_or_else(|error| {
        tell(&error);
        String::from("#")
    })
}

/// To the log; where nobody listens, as in a test without an app, to the standard error.
fn tell(error: &Error) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!(target: "kalgan", "{error}");
    } else {
        eprintln!("{error}");
    }
}

/// `redirect!`.
#[must_use]
pub fn redirect(name: &'static str, parameters: &[Given<'_>]) -> Response {
    followed(urls::make(name, parameters, None))
}

/// `redirect!` with a query.
#[must_use]
pub fn redirect_with(name: &'static str, parameters: &[Given<'_>], query: Query) -> Response {
    followed(query.and_then(|query| urls::make(name, parameters, Some(&query))))
}

fn followed(url: Result<String>) -> Response {
    match url {
        Ok(url) => response::redirect(url),
        Err(error) => error.into_response(),
    }
}

/// A value of `trans!` that must be a number.
#[must_use]
pub fn number<T: Number>(value: &T) -> &dyn Display {
    value
}

/// `trans!`. Where the message cannot be made, the log tells, and the key is shown.
#[must_use]
pub fn trans(language: Option<&str>, key: &'static str, values: &[Given<'_>]) -> String {
    message::make(language, key, values).unwrap_or_else(|error| {
        // What is wrong with a message was logged when it was found.
        if error.source().is_none() {
            tell(&error);
        }
        key.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Set in a process that runs this test alone: no other one gives it a log or an app.
    const ALONE: &str = "KALGAN_TEST_ALONE";

    #[test]
    fn without_an_app_the_standard_error_tells() {
        if std::env::var_os(ALONE).is_some() {
            assert_eq!(url("home", &[]), "#");
            assert_eq!(trans(None, "home.title", &[]), "home.title");
            return;
        }
        let test = "render::checked::tests::without_an_app_the_standard_error_tells";
        let ran = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let told = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.status.success(), "{told}");
        let lines: Vec<&str> = told.lines().collect();
        let [url, message] = lines[..] else {
            panic!("{told}");
        };
        assert_eq!(url, "the URL of `home` was made before an app has started");
        assert!(message.contains("`home.title`"), "{message}");
        assert!(message.ends_with("before an app has started"), "{message}");
    }
}
