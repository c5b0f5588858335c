//! The error of controllers, middlewares and extractors: a status, a message for developers and
//! what caused it.

mod info;
mod or_status;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum_core::extract::rejection::{BytesRejection, StringRejection};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::dev::backtrace::{BoxedTrace, place_of_panic, trace_of};
use crate::in_axum;

pub use self::info::ErrorInfo;
pub use self::or_status::OrStatus;

pub(crate) use self::info::Fault;

/// What a controller returns: a response (or any other value), or an [`Error`].
///
/// ```
/// use kalgan::{Result, response::{Response, text}};
///
/// fn double(input: &str) -> Result<Response> {
///     let number: u32 = input.parse()?; // any error converts: 500
///     Ok(text((number * 2).to_string()))
/// }
/// # assert!(double("21").is_ok());
/// # assert_eq!(double("x").unwrap_err().status_code(), 500);
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A boxed error, as many libraries return it.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a request could not be answered: an HTTP status, a message and the error that caused it.
///
/// Any [`std::error::Error`] converts into it with `?` and then has the status 500, an extractor's
/// rejection that of the rejection; other statuses have a constructor each. As a response it shows its status only: the message and the causes are
/// for the log and, in development, for the diagnostic page.
///
/// ```
/// use kalgan::Error;
///
/// let error = Error::conflict("the name is taken");
/// assert_eq!(error.status_code(), 409);
/// assert_eq!(error.to_string(), "the name is taken");
/// ```
///
/// It does not implement [`std::error::Error`] itself; that is what lets every error convert.
/// For a `Box<dyn Error + Send + Sync>`, which does not implement it either, there is
/// [`Error::from_boxed`].
pub struct Error {
    status: StatusCode,
    message: Option<Cow<'static, str>>,
    source: Option<BoxError>,
    location: &'static Location<'static>,
    /// The methods that would have been right, of a 405.
    allow: Option<String>,
    /// In development, the calls that led to a 5xx. The others tell of the request, not of the app.
    trace: Option<BoxedTrace>,
}

impl Error {
    /// An error with a status and a message for developers.
    ///
    /// The status is a [`StatusCode`] or a number; a number that is no status makes it a 500 that
    /// says so.
    #[track_caller]
    #[must_use]
    pub fn new(status: impl TryInto<StatusCode>, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::status(status);
        // The message about a number that is no status would be lost otherwise.
        if error.message.is_none() {
            error.message = Some(message.into());
        }
        error
    }

    /// An error that has a status only.
    ///
    /// ```
    /// use kalgan::Error;
    ///
    /// assert_eq!(Error::status(410).status_code(), 410);
    /// assert_eq!(Error::status(410).to_string(), "410 Gone");
    /// ```
    ///
    /// The status is a [`StatusCode`] or a number; a number that is no status makes it a 500 that
    /// says so.
    #[track_caller]
    #[must_use]
    pub fn status(status: impl TryInto<StatusCode>) -> Self {
        let (status, message) = match status.try_into() {
            Ok(status) => (status, None),
            Err(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Some(Cow::Borrowed(
                    "an error was given a number that is no HTTP status: use one from 100 to 999",
                )),
            ),
        };
        Self {
            status,
            message,
            source: None,
            location: Location::caller(),
            allow: None,
            trace: trace_of(status),
        }
    }

    /// 400 Bad Request: the request is malformed.
    #[track_caller]
    #[must_use]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401 Unauthorized: the client has to say who it is.
    #[track_caller]
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::status(StatusCode::UNAUTHORIZED)
    }

    /// 403 Forbidden: the client is known and may not do this.
    #[track_caller]
    #[must_use]
    pub fn forbidden() -> Self {
        Self::status(StatusCode::FORBIDDEN)
    }

    /// 404 Not Found.
    #[track_caller]
    #[must_use]
    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// 409 Conflict: the request contradicts the state of the resource.
    #[track_caller]
    #[must_use]
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 413 Content Too Large: the body is larger than the server takes.
    #[track_caller]
    #[must_use]
    pub fn payload_too_large() -> Self {
        Self::status(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// 422 Unprocessable Content: the request is well-formed, its data is not acceptable.
    #[track_caller]
    #[must_use]
    pub fn unprocessable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// 500 Internal Server Error.
    #[track_caller]
    #[must_use]
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// 503 Service Unavailable: something that the app depends on does not answer.
    #[track_caller]
    #[must_use]
    pub fn service_unavailable() -> Self {
        Self::status(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// A 500 that was caused by an error in a box.
    ///
    /// ```
    /// use kalgan::Error;
    ///
    /// fn old_library() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    ///     Ok("x".parse()?)
    /// }
    ///
    /// fn controller() -> kalgan::Result<u32> {
    ///     old_library().map_err(Error::from_boxed)
    /// }
    /// # assert_eq!(controller().unwrap_err().to_string(), "invalid digit found in string");
    /// ```
    #[track_caller]
    #[must_use]
    pub fn from_boxed(source: BoxError) -> Self {
        let status = status_of(&*source).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut error = Self::status(status);
        error.source = Some(source);
        error
    }

    /// Adds the error that caused this one, in place of an earlier one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Changes the status; message, source and location stay.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        if !status.is_server_error() {
            self.trace = None;
        } else if self.trace.is_none() {
            self.trace = trace_of(status);
        }
        self
    }

    /// Adds where a panic began that has become this error.
    pub(crate) fn with_trace(mut self, trace: Option<BoxedTrace>) -> Self {
        self.trace = trace;
        self
    }

    /// The calls that led to it.
    pub(crate) fn trace(&self) -> Option<&BoxedTrace> {
        self.trace.as_ref()
    }

    /// Where it was made; of a panic, where that began, as far as that is known.
    pub(crate) fn place(&self) -> String {
        let panic = self.trace().and_then(place_of_panic);
        panic.unwrap_or_else(|| self.location.to_string())
    }

    /// Adds what `Allow` says of a 405 (RFC 9110, section 15.5.6).
    pub(crate) fn with_allow(mut self, allow: String) -> Self {
        self.allow = Some(allow);
        self
    }

    /// What `Allow` says of a 405.
    pub(crate) fn allow(&self) -> Option<&str> {
        self.allow.as_deref()
    }

    /// The status that the response will have.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        self.status
    }

    /// The message for developers, if there is one besides the causes.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The error that caused this one.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.source.as_deref()
    }

    /// The texts of the causes, the nearest first.
    ///
    /// A cause that the text before it already ends with is left out: many errors write their own
    /// source into their text.
    pub fn chain(&self) -> impl Iterator<Item = String> {
        let mut next = self.source().map(|source| source as &dyn StdError);
        let mut before = self.message.clone().unwrap_or_default().into_owned();
        std::iter::from_fn(move || {
            loop {
                let error = next?;
                next = error.source();
                let text = error.to_string();
                if !before.ends_with(&text) {
                    before.clone_from(&text);
                    return Some(text);
                }
            }
        })
    }

    /// Where in the source code the error was made, or converted with `?`.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }

    /// The status and its reason, as in `404 Not Found`.
    pub(crate) fn status_line(&self) -> String {
        let status = self.status;
        match status.canonical_reason() {
            Some(reason) => format!("{} {reason}", status.as_u16()),
            None => status.as_u16().to_string(),
        }
    }
}

/// The status that an extractor's rejection has.
fn status_of(error: &(dyn StdError + Send + Sync + 'static)) -> Option<StatusCode> {
    if let Some(rejection) = error.downcast_ref::<BytesRejection>() {
        return Some(rejection.status());
    }
    if let Some(rejection) = error.downcast_ref::<StringRejection>() {
        return Some(rejection.status());
    }
    in_axum::status_of(error)
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::from_boxed(Box::new(error))
    }
}

impl fmt::Display for Error {
    /// The message and the causes, separated by `: `; without either, the status.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chain = self.chain();
        match self.message() {
            Some(message) => f.write_str(message)?,
            None => match chain.next() {
                Some(cause) => f.write_str(&cause)?,
                None => f.write_str(&self.status_line())?,
            },
        }
        chain.try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl fmt::Debug for Error {
    /// For people: it is what an app prints when its `main` ends with an error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.status_line())?;
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        for cause in self.chain() {
            write!(f, "\ncaused by: {cause}")?;
        }
        write!(f, "\nat {}", self.location)
    }
}

impl IntoResponse for Error {
    /// The status and a plain text that names it and nothing else.
    fn into_response(self) -> Response {
        let mut response = Response::new((self.status_line() + "\n").into());
        *response.status_mut() = self.status;
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        response.extensions_mut().insert(Fault(Arc::new(self)));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no page number")
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    fn outer() -> Outer {
        Outer("x".parse::<u8>().unwrap_err())
    }

    #[test]
    fn any_error_converts_and_remembers_where() {
        fn fails() -> Result<()> {
            Err(outer())?;
            Ok(())
        }
        let error = fails().unwrap_err();
        assert_eq!(error.status_code(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(error.location().file(), file!());
        assert!(error.location().line() < line!());
        assert!(error.source().unwrap().is::<Outer>());
        assert_eq!(error.message(), None);
    }

    #[test]
    fn display_shows_the_message_and_the_chain() {
        let error = Error::bad_request("the list cannot be shown").with_source(outer());
        assert_eq!(
            error.to_string(),
            "the list cannot be shown: no page number: invalid digit found in string"
        );
        assert_eq!(Error::from(outer()).chain().count(), 2);
        assert_eq!(
            Error::from(outer()).to_string(),
            "no page number: invalid digit found in string"
        );
        assert_eq!(Error::forbidden().to_string(), "403 Forbidden");
    }

    #[test]
    fn the_chain_leaves_out_what_was_just_said() {
        let error = Error::internal("cannot start: no page number").with_source(outer());
        assert_eq!(
            error.chain().collect::<Vec<_>>(),
            ["invalid digit found in string"]
        );
    }

    #[test]
    fn debug_is_for_people() {
        let line = line!() + 1;
        let error = Error::internal("cannot start").with_source(outer());
        assert!(format!("{error:?}").starts_with(
            "500 Internal Server Error: cannot start\ncaused by: no page number\n\
             caused by: invalid digit found in string\nat "
        ));
        assert_eq!(error.location().line(), line);
    }

    /// So that a `Result` with it stays cheap to hand on.
    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 96, "{}", size_of::<Error>());
    }

    #[test]
    fn a_boxed_error_converts() {
        let error = Error::from_boxed("text alone".into());
        assert_eq!(error.to_string(), "text alone");
        assert_eq!(error.status_code(), 500);
    }

    #[test]
    fn constructors_have_their_status() {
        for (error, status) in [
            (Error::bad_request("m"), 400),
            (Error::unauthorized(), 401),
            (Error::forbidden(), 403),
            (Error::not_found(), 404),
            (Error::conflict("m"), 409),
            (Error::payload_too_large(), 413),
            (Error::unprocessable("m"), 422),
            (Error::internal("m"), 500),
            (Error::service_unavailable(), 503),
            (Error::status(418), 418),
            (Error::new(StatusCode::GONE, "m"), 410),
        ] {
            assert_eq!(error.status_code(), status);
            assert_eq!(error.location().file(), file!());
        }
    }

    #[test]
    fn a_number_that_is_no_status_is_a_500_that_says_so() {
        for error in [Error::status(42), Error::new(42, "lost")] {
            assert_eq!(error.status_code(), 500);
            assert!(error.message().unwrap().contains("no HTTP status"));
        }
        let error = Err::<(), _>(outer()).or_status(42).unwrap_err();
        assert_eq!(error.status_code(), 500);
        assert!(error.to_string().contains("no HTTP status"));
    }

    #[tokio::test]
    async fn the_response_shows_the_status_only_and_carries_the_error() {
        let response = Error::internal("the password is hunter2").into_response();
        assert_eq!(response.status(), 500);
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "text/plain; charset=utf-8"
        );
        let fault = Fault::of(response.extensions()).unwrap();
        assert_eq!(fault.message(), Some("the password is hunter2"));
        let body = crate::extract::testing::body(response).await;
        assert_eq!(body, "500 Internal Server Error\n");
    }
}
