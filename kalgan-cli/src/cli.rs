//! The command line of `kalgan`.

use lexopt::prelude::*;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Make an app.
    New(New),
    /// Print how to use this.
    Help,
    /// Print the version.
    Version,
}

/// The app to make.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct New {
    /// The package's name.
    pub(crate) name: String,
    /// Its folder, where that is not the name.
    pub(crate) path: Option<PathBuf>,
    /// A copy of Kalgan to depend on, rather than on the published one.
    pub(crate) kalgan: Option<PathBuf>,
    /// Whether to make a git repository.
    pub(crate) with_git: bool,
}

/// A command line that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; try `kalgan --help`", self.0)
    }
}

fn usage(error: impl fmt::Display) -> UsageError {
    UsageError(error.to_string())
}

/// Those that an app has.
const OF_AN_APP: [&str; 6] = ["serve", "dev", "routes", "check", "settings", "schema"];

/// Reads the arguments after the program's name.
///
/// # Errors
/// A command or an option that there is not, or a value that is missing.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let (mut path, mut kalgan, mut with_git, mut asked) = (None, None, true, None);
    let mut option_of_new = None;
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("path") => {
                path = Some(parser.value().map_err(usage)?.into());
                option_of_new = Some("--path");
            }
            Long("kalgan-path") => {
                kalgan = Some(parser.value().map_err(usage)?.into());
                option_of_new = Some("--kalgan-path");
            }
            Long("no-git") => {
                with_git = false;
                option_of_new = Some("--no-git");
            }
            Long("help") | Short('h') => asked = Some(Command::Help),
            Long("version") | Short('V') => asked = asked.or(Some(Command::Version)),
            Value(word) => words.push(word.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    if let Some(asked) = asked {
        return Ok(asked);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (words.as_slice(), option_of_new) {
        (["new", name], _) => Ok(Command::New(New {
            name: (*name).to_owned(),
            path,
            kalgan,
            with_git,
        })),
        (["new"], _) => Err(usage(
            "`new` takes the name of the app: `kalgan new my-app`",
        )),
        (["new", ..], _) => Err(usage("`new` takes one name")),
        (_, Some(option)) => Err(usage(format!(
            "`{option}` is an option of the command `new`"
        ))),
        ([] | ["help"], None) => Ok(Command::Help),
        ([word, ..], None) if OF_AN_APP.contains(word) => Err(usage(format!(
            "`{word}` is a command of your app: `cargo run -- {word}` in its folder"
        ))),
        ([word, ..], None) => Err(usage(format!(
            "`{word}` is not a command; the commands are `new` and `help`"
        ))),
    }
}

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Usage: kalgan new NAME [OPTIONS]

Makes a new app of Kalgan in the folder NAME, without a network.

Options:
      --path FOLDER         the app's folder, where it is not NAME
      --kalgan-path FOLDER  depend on the crate `kalgan` in this folder, rather than on
                            the published one
      --no-git              make no git repository
  -h, --help                print this
  -V, --version             print the version

An app has commands of its own: `cargo run -- --help` in its folder prints them.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn commands() {
        let new = |path: Option<&str>, kalgan: Option<&str>, with_git| {
            Ok(Command::New(New {
                name: String::from("x"),
                path: path.map(PathBuf::from),
                kalgan: kalgan.map(PathBuf::from),
                with_git,
            }))
        };
        assert_eq!(parsed("new x"), new(None, None, true));
        assert_eq!(parsed("new x --path a/b"), new(Some("a/b"), None, true));
        assert_eq!(
            parsed("--kalgan-path=k new --no-git x"),
            new(None, Some("k"), false)
        );
        for line in ["", "help", "--help", "new -h", "--version --help"] {
            assert_eq!(parsed(line), Ok(Command::Help), "{line}");
        }
        assert_eq!(parsed("-V"), Ok(Command::Version));
    }

    #[test]
    fn what_means_nothing() {
        for (line, why) in [
            ("nwe x", "the commands are `new` and `help`"),
            ("new", "takes the name"),
            ("new a b", "takes one name"),
            ("new x --pth y", "invalid option '--pth'"),
            ("new x --path", "missing argument"),
            ("--path y", "option of the command `new`"),
            ("routes", "cargo run -- routes"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(why), "{line}: {error}");
            assert!(error.ends_with("try `kalgan --help`"), "{error}");
        }
    }
}
