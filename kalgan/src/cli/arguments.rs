//! The command line of an app.

use kalgan_core::scalar::Scalar;
use kalgan_core::settings::{Origin, Setting};
use kalgan_core::suggest::did_you_mean;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::fmt;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Cli {
    pub(crate) command: Command,
    /// The settings that options give.
    pub(crate) settings: Vec<Setting>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve.
    Serve,
    /// Serve, and build and start anew after each edit of Rust.
    Dev {
        /// Further arguments for `cargo build`.
        cargo: Vec<String>,
    },
    /// Print the routes, or which of them answers a request.
    Routes {
        /// The method.
        method: Option<String>,
        /// The path.
        path: Option<String>,
    },
    /// Check the files.
    Check {
        /// How to print what is found.
        format: Format,
        /// Whether to look for messages and templates that nothing names, too.
        with_unused: bool,
    },
    /// Print the JSON Schema of a kind of file.
    Schema(String),
    /// Print the settings.
    Settings,
    /// Print how to use the app.
    Help,
    /// Print its version.
    Version,
}

/// How mistakes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    const NAMES: [(&'static str, Self); 3] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
    ];

    fn named(name: &str) -> Result<Self, UsageError> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, format)| *format).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name);
            let hint = did_you_mean(name, &names).unwrap_or_default();
            UsageError(format!("`{name}` is not a format; {hint}"))
        })
    }
}

/// The kinds of files that have a schema.
const SCHEMAS: [&str; 3] = ["settings", "routes", "messages"];

/// A command line that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; try --help", self.0)
    }
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// A command or an option that there is not, or a value that does not fit.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, UsageError> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    // What comes after is for cargo.
    let end = arguments.iter().position(|argument| argument == "--");
    let further = end.map(|end| arguments.split_off(end));
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let mut settings = Vec::new();
    let mut asked = None;
    let mut format = None;
    let mut with_unused = false;
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("port") | Short('p') => {
                let port: u16 = parser.value().map_err(usage)?.parse().map_err(usage)?;
                settings.push(option("server.port", "--port", port.to_string()));
            }
            Long("address") | Short('a') => {
                let address = parser.value().map_err(usage)?.string().map_err(usage)?;
                settings.push(option("server.address", "--address", address));
            }
            Long("format") => {
                let name = parser.value().map_err(usage)?.string().map_err(usage)?;
                format = Some(Format::named(&name)?);
            }
            Long("unused") => with_unused = true,
            Long("help") | Short('h') => asked = Some(Command::Help),
            Long("version") | Short('V') => asked = asked.or(Some(Command::Version)),
            Value(word) => words.push(word.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = match (asked, words.as_slice()) {
        (Some(asked), _) => asked,
        (None, [] | ["serve"]) => Command::Serve,
        (None, ["dev"]) => Command::Dev {
            cargo: for_cargo(further.as_deref())?,
        },
        (None, ["check"]) => Command::Check {
            format: format.unwrap_or_default(),
            with_unused,
        },
        (None, ["schema", name]) if SCHEMAS.contains(name) => Command::Schema((*name).to_owned()),
        (None, ["schema", ..]) => {
            return Err(UsageError(String::from(
                "`schema` takes a kind of file: `settings`, `routes` or `messages`",
            )));
        }
        (None, ["settings"]) => Command::Settings,
        (None, ["routes"]) => Command::Routes {
            method: None,
            path: None,
        },
        (None, ["routes", path]) if is_target(path) => Command::Routes {
            method: None,
            path: Some((*path).to_owned()),
        },
        (None, ["routes", method, path]) if is_target(path) => Command::Routes {
            method: Some(method.to_uppercase()),
            path: Some((*path).to_owned()),
        },
        (None, ["routes", ..]) => {
            return Err(UsageError(String::from(
                "`routes` takes a path that begins with `/` or a URL, and a method before it",
            )));
        }
        (None, [word, ..]) => {
            let commands = ["serve", "dev", "routes", "check", "settings", "schema"];
            let hint = did_you_mean(word, &commands).unwrap_or_default();
            return Err(UsageError(format!("`{word}` is not a command; {hint}")));
        }
    };
    if further.is_some()
        && !matches!(
            command,
            Command::Dev { .. } | Command::Help | Command::Version
        )
    {
        return Err(UsageError(String::from(
            "what follows `--` is for cargo, and so only for the command `dev`",
        )));
    }
    let option = match (format, with_unused) {
        (Some(_), _) => Some("--format"),
        (None, true) => Some("--unused"),
        (None, false) => None,
    };
    if let Some(option) = option
        && !takes_options_of_check(&command)
    {
        return Err(UsageError(format!(
            "`{option}` is an option of the command `check`"
        )));
    }
    Ok(Cli { command, settings })
}

/// What follows the `--`, which is the first.
fn for_cargo(further: Option<&[OsString]>) -> Result<Vec<String>, UsageError> {
    let further = further.unwrap_or_default().iter().skip(1);
    further
        .map(|argument| {
            let text = argument.to_str().map(str::to_owned);
            text.ok_or_else(|| usage("an argument for cargo is not UTF-8"))
        })
        .collect()
}

/// Whether `--format` and `--unused` have a meaning for the command; a help is printed whatever else
/// is asked.
fn takes_options_of_check(command: &Command) -> bool {
    matches!(
        command,
        Command::Check { .. } | Command::Help | Command::Version
    )
}

fn usage(error: impl fmt::Display) -> UsageError {
    UsageError(error.to_string())
}

fn option(key: &'static str, name: &'static str, text: String) -> Setting {
    Setting {
        key: key.into(),
        value: kalgan_core::settings::Value::Scalar(Scalar::resolve(text)),
        origin: Origin::CommandLine(name.into()),
    }
}

/// What `--help` prints.
pub(crate) fn help(name: &str) -> String {
    format!(
        "Usage: {name} [COMMAND] [OPTIONS]\n\n\
         Commands:\n\
         \x20 serve                    answer requests (without a command, too)\n\
         \x20 dev [-- CARGO OPTIONS]   serve a debug build, and build and start it anew after each\n\
         \x20                          edit of Rust, with options for `cargo build` after `--`\n\
         \x20 routes                   print the table of routes\n\
         \x20 routes [METHOD] PATH     print which route answers, and with which parameters\n\
         \x20 check [--format FORMAT]  check the files on disk as the build does, and print all\n\
         \x20                          mistakes as `text`, `json` (one object a line) or `sarif`\n\
         \x20 check --unused           find messages, templates and components that nothing names,\n\
         \x20                          too\n\
         \x20 settings                 print the settings and where each comes from\n\
         \x20 schema FILES             print the JSON Schema of the files of `settings`, `routes`\n\
         \x20                          or `messages`, for editors\n\n\
         Options:\n\
         \x20 -p, --port PORT          the port to listen at; 0 takes a free one\n\
         \x20 -a, --address ADDRESS    the address to listen at\n\
         \x20 -h, --help               print this\n\
         \x20 -V, --version            print the version\n\n\
         Environment:\n\
         \x20 KALGAN_SETTINGS          a YAML file of settings that win over the app's own\n\
         \x20 KALGAN_A__B              the setting `a.b`\n\
         \x20 KALGAN_ROOT              the folder of what a release binary reads from disk\n\
         \x20 RUST_LOG                 what is logged, such as `off`, `info` or `kalgan=debug`\n"
    )
}

/// Whether this is what a request can ask for: a path, or a URL with a host.
fn is_target(text: &str) -> bool {
    text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Cli, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn command(line: &str) -> Command {
        parsed(line).unwrap().command
    }

    #[test]
    fn commands() {
        assert_eq!(command(""), Command::Serve);
        assert_eq!(command("serve"), Command::Serve);
        let check = |format| Command::Check {
            format,
            with_unused: false,
        };
        assert_eq!(command("check"), check(Format::Text));
        assert_eq!(command("check --format text"), check(Format::Text));
        assert_eq!(command("--format=json check"), check(Format::Json));
        assert_eq!(command("check --format sarif"), check(Format::Sarif));
        assert_eq!(command("check --format sarif --help"), Command::Help);
        let unused = |format| Command::Check {
            format,
            with_unused: true,
        };
        assert_eq!(command("check --unused"), unused(Format::Text));
        assert_eq!(
            command("--unused check --format json"),
            unused(Format::Json)
        );
        assert_eq!(command("--unused --help"), Command::Help);
        for name in SCHEMAS {
            assert_eq!(
                command(&format!("schema {name}")),
                Command::Schema(name.to_owned())
            );
        }
        assert_eq!(command("settings --port 1"), Command::Settings);
        let dev = |cargo: &[&str]| Command::Dev {
            cargo: cargo.iter().map(|&text| text.to_owned()).collect(),
        };
        assert_eq!(command("dev"), dev(&[]));
        assert_eq!(command("--port 1 dev --"), dev(&[]));
        assert_eq!(
            command("dev -- --features a --bin=b"),
            dev(&["--features", "a", "--bin=b"])
        );
        assert_eq!(command("dev --help -- x"), Command::Help);
        assert_eq!(command("--version"), Command::Version);
        assert_eq!(command("routes -h"), Command::Help);
        let routes = |method: Option<&str>, path: Option<&str>| Command::Routes {
            method: method.map(str::to_owned),
            path: path.map(str::to_owned),
        };
        assert_eq!(command("routes"), routes(None, None));
        assert_eq!(command("routes /x"), routes(None, Some("/x")));
        assert_eq!(command("routes post /x"), routes(Some("POST"), Some("/x")));
    }

    #[test]
    fn options_are_settings() {
        let cli = parsed("--port=8080 -a ::1").unwrap();
        let shown: Vec<String> = cli
            .settings
            .iter()
            .map(|s| format!("{} {} {}", s.key, s.value.display(), s.origin))
            .collect();
        assert_eq!(
            shown,
            [
                "server.port 8080 option --port",
                "server.address ::1 option --address"
            ]
        );
    }

    #[test]
    fn what_means_nothing() {
        for line in [
            "rotues",
            "dve",
            "dev x",
            "dev --features a",
            "serve -- --features a",
            "-- dev",
            "--prot 1",
            "--port x",
            "--port 99999",
            "--port",
            "routes x",
            "check x",
            "check --format",
            "check --format xml",
            "routes --format json",
            "--format json",
            "routes --unused",
            "--unused",
            "check --unused=yes",
            "schema",
            "schema templates",
            "schema routes settings",
        ] {
            assert!(parsed(line).unwrap_err().ends_with("try --help"), "{line}");
        }
        assert!(
            parsed("rotues")
                .unwrap_err()
                .contains("did you mean `routes`?")
        );
    }
}
