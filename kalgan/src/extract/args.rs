//! The arguments of a command.

use crate::{Error, Result};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use std::ops::Deref;
use std::vec;

/// What follows the name of a [command](crate::App::command) on the command line.
///
/// ```
/// use kalgan::prelude::*;
///
/// /// Adds a user: `user:add NAME AGE`
/// async fn add(args: Args) -> Result<()> {
///     let [name, age] = args.exactly(["NAME", "AGE"])?;
///     let age: u8 = age.parse()?;
///     println!("{name}, {age}");
///     Ok(())
/// }
/// ```
///
/// It is a list of texts, which parsers of options take as well, such as clap with
/// `#[command(no_binary_name = true)]`: `AddUser::try_parse_from(args)?`.
///
/// # Errors
///
/// 500 outside of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args(pub Vec<String>);

impl Args {
    /// The arguments, where there are as many as names.
    ///
    /// # Errors
    /// There are more or fewer; the error names those that are taken.
    pub fn exactly<const N: usize>(self, names: [&str; N]) -> Result<[String; N]> {
        self.0.try_into().map_err(|given: Vec<String>| {
            let taken = match N {
                0 => String::from("no arguments"),
                _ => names.join(" "),
            };
            Error::bad_request(format!(
                "the command takes {taken}, and was given {}",
                match given.as_slice() {
                    [] => String::from("nothing"),
                    given => given.join(" "),
                }
            ))
        })
    }
}

impl Deref for Args {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl IntoIterator for Args {
    type Item = String;
    type IntoIter = vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<S: Sync> FromRequestParts<S> for Args {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Error::internal("a request has no arguments: extract Args only in commands")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{get, parts};

    #[test]
    fn as_many_as_names() {
        let args = |words: &[&str]| Args(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(args(&["a", "b"]).exactly(["X", "Y"]).unwrap(), ["a", "b"]);
        assert_eq!(args(&[]).exactly([]).unwrap(), [""; 0]);
        let said = |given: &[&str]| {
            args(given)
                .exactly(["NAME", "AGE"])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            said(&["ann"]),
            "the command takes NAME AGE, and was given ann"
        );
        assert_eq!(
            said(&[]),
            "the command takes NAME AGE, and was given nothing"
        );
        let none = args(&["x"]).exactly([]).unwrap_err();
        assert_eq!(
            none.to_string(),
            "the command takes no arguments, and was given x"
        );
        assert_eq!(args(&["a"]).len(), 1);
    }

    #[tokio::test]
    async fn a_request_has_none() {
        assert_eq!(
            parts::<Args>(get("/")).await.unwrap_err().status_code(),
            500
        );
    }
}
