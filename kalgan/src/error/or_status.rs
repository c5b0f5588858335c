//! From an absent value or a foreign error to an [`Error`] with a status.

use http::StatusCode;

use super::{Error, Result};

/// Turns an absent value or a foreign error into an [`Error`] with a status other than 500.
///
/// ```
/// use kalgan::{OrStatus, Result};
///
/// fn name(names: &[&'static str], index: usize) -> Result<&'static str> {
///     Ok(*names.get(index).or_not_found()?)
/// }
///
/// fn number(text: &str) -> Result<u32> {
///     text.parse::<u32>().or_status(400)
/// }
/// # assert_eq!(name(&[], 1).unwrap_err().status_code(), 404);
/// # assert_eq!(number("x").unwrap_err().status_code(), 400);
/// ```
pub trait OrStatus<T>: Sized {
    /// The value, or an error with that status: a [`StatusCode`] or a number.
    ///
    /// # Errors
    ///
    /// With the status, where there is no value. The error of a `Result` becomes its source, or
    /// keeps its message if it is an [`Error`] already.
    #[track_caller]
    fn or_status(self, status: impl TryInto<StatusCode>) -> Result<T>;

    /// The value, or a 404.
    ///
    /// # Errors
    ///
    /// With the status 404, where there is no value.
    #[track_caller]
    fn or_not_found(self) -> Result<T> {
        self.or_status(StatusCode::NOT_FOUND)
    }
}

impl<T> OrStatus<T> for Option<T> {
    #[track_caller]
    fn or_status(self, status: impl TryInto<StatusCode>) -> Result<T> {
        match self {
            Some(value) => Ok(value),
            None => Err(Error::status(status)),
        }
    }
}

impl<T, E> OrStatus<T> for std::result::Result<T, E>
where
    Error: From<E>,
{
    #[track_caller]
    fn or_status(self, status: impl TryInto<StatusCode>) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => {
                let Error {
                    status, message, ..
                } = Error::status(status);
                let mut error = Error::from(error).with_status(status);
                error.message = message.or(error.message);
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn or_status() {
        assert_eq!(Some(1).or_not_found().unwrap(), 1);
        let error = None::<u8>.or_not_found().unwrap_err();
        assert_eq!(error.status_code(), 404);
        assert_eq!(error.location().file(), file!());
        assert_eq!(
            None::<u8>.or_status(403).unwrap_err().status_code(),
            StatusCode::FORBIDDEN
        );

        let error = "x".parse::<u8>().or_not_found().unwrap_err();
        assert_eq!(error.status_code(), 404);
        assert_eq!(error.to_string(), "invalid digit found in string");

        let line = line!() + 1;
        let first = Err::<u8, _>(Error::bad_request("kept"));
        let error = first.or_status(StatusCode::GONE).unwrap_err();
        assert_eq!(error.status_code(), 410);
        assert_eq!(error.message(), Some("kept"));
        assert_eq!(error.location().line(), line);
    }
}
