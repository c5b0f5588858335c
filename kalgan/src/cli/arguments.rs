//! The command line of an app.

use kalgan_core::commands::{BUILT_IN, Command as Own};
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
        /// Whether to tell of the pages that have no compiled form, too.
        with_compiled: bool,
        /// Whether to offer repairs.
        fix: bool,
    },
    /// Print the JSON Schema of a kind of file.
    Schema(String),
    /// Print the settings.
    Settings {
        /// Whether to print those that are not set, too.
        all: bool,
    },
    /// Run a command of the app's own.
    Own {
        /// Its name.
        name: String,
        /// What follows it.
        arguments: Vec<String>,
    },
    /// Print how to use the app.
    Help,
    /// Print how to use a command of the app's own.
    HelpOn(String),
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

/// Reads the arguments after the program's name. The app has these commands of its own.
///
/// # Errors
/// A command or an option that there is not, or a value that does not fit.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    own: &[Own],
) -> Result<Cli, UsageError> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    // What comes after is for cargo.
    let end = arguments.iter().position(|argument| argument == "--");
    let mut further = end.map(|end| arguments.split_off(end));
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let mut settings = Vec::new();
    let mut asked = None;
    let mut format = None;
    let mut with_unused = false;
    let mut with_compiled = false;
    let mut fix = false;
    let mut all = false;
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
            Long("compiled") => with_compiled = true,
            Long("fix") => fix = true,
            Long("all") => all = true,
            Long("help") | Short('h') => asked = Some(Command::Help),
            Long("version") | Short('V') => asked = asked.or(Some(Command::Version)),
            Value(word) => words.push(word.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
        if let [name] = words.as_slice()
            && own.iter().any(|own| own.name == *name)
        {
            // All that follows is the command's, whatever it looks like.
            let rest = parser.raw_args().map_err(usage)?;
            let rest = texts(rest.chain(further.take().into_iter().flatten()))?;
            asked = asked.or_else(|| Some(of_own(name.clone(), rest)));
            break;
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = match (asked, words.as_slice()) {
        (Some(asked), _) => asked,
        (None, ["help"]) => Command::Help,
        (None, ["help", name]) if BUILT_IN.contains(name) => Command::Help,
        (None, ["help", name]) if own.iter().any(|own| own.name == **name) => {
            Command::HelpOn((*name).to_owned())
        }
        (None, ["help", name]) => return Err(unknown(name, own)),
        (None, [] | ["serve"]) => Command::Serve,
        (None, ["dev"]) => Command::Dev {
            cargo: for_cargo(further.as_deref())?,
        },
        (None, ["check"]) => Command::Check {
            format: format.unwrap_or_default(),
            with_unused,
            with_compiled,
            fix,
        },
        (None, ["schema", name]) if SCHEMAS.contains(name) => Command::Schema((*name).to_owned()),
        (None, ["schema", ..]) => {
            return Err(UsageError(String::from(
                "`schema` takes a kind of file: `settings`, `routes` or `messages`",
            )));
        }
        (None, ["settings"]) => Command::Settings { all },
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
        (None, [word, ..]) => return Err(unknown(word, own)),
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
    let is_help = matches!(
        command,
        Command::Help | Command::HelpOn(_) | Command::Version
    );
    let is_check = matches!(command, Command::Check { .. });
    let is_settings = matches!(command, Command::Settings { .. });
    for (option, is_given, of, takes_it) in [
        ("--format", format.is_some(), "check", is_check),
        ("--unused", with_unused, "check", is_check),
        ("--compiled", with_compiled, "check", is_check),
        ("--fix", fix, "check", is_check),
        ("--all", all, "settings", is_settings),
    ] {
        // A help is printed whatever else is asked.
        if is_given && !takes_it && !is_help {
            return Err(UsageError(format!(
                "`{option}` is an option of the command `{of}`"
            )));
        }
    }
    if fix && format.unwrap_or_default() != Format::Text {
        return Err(UsageError(String::from(
            "`--fix` asks people, so that it is for the format `text`",
        )));
    }
    Ok(Cli { command, settings })
}

/// What follows the `--`, which is the first.
fn for_cargo(further: Option<&[OsString]>) -> Result<Vec<String>, UsageError> {
    texts(further.unwrap_or_default().iter().skip(1).cloned())
}

fn texts(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, UsageError> {
    arguments
        .map(|argument| {
            let text = argument.into_string();
            text.map_err(|argument| usage(format!("{argument:?} is not UTF-8")))
        })
        .collect()
}

/// A command of the app's own, or the help on it.
fn of_own(name: String, arguments: Vec<String>) -> Command {
    match arguments.first().map(String::as_str) {
        Some("-h" | "--help") => Command::HelpOn(name),
        _ => Command::Own { name, arguments },
    }
}

/// The app has no such command.
fn unknown(word: &str, own: &[Own]) -> UsageError {
    let own = own.iter().map(|own| own.name.as_ref());
    let commands: Vec<&str> = BUILT_IN.into_iter().chain(own).collect();
    let hint = did_you_mean(word, &commands).unwrap_or_default();
    UsageError(format!("`{word}` is not a command; {hint}"))
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

/// What `help NAME` prints.
pub(crate) fn help_on(own: &[Own], name: &str) -> String {
    let about = own.iter().find(|own| own.name == name);
    let about = about.map_or("", |own| &own.about);
    match about.is_empty() {
        true => format!("{name}\n"),
        false => format!("{name}: {about}\n"),
    }
}

/// The section of `--help` with the app's own commands.
fn help_on_own(own: &[Own]) -> String {
    let width = own.iter().map(|own| own.name.chars().count()).max();
    let width = width.unwrap_or_default().max(24);
    let rows = own.iter().map(|own| {
        let row = format!(" {:width$} {}", own.name, own.summary());
        format!(" {}\n", row.trim_end())
    });
    match own.is_empty() {
        true => String::new(),
        false => format!("Commands of this app:\n{}\n", rows.collect::<String>()),
    }
}

/// What `--help` prints.
pub(crate) fn help(name: &str, own: &[Own]) -> String {
    format!(
        "Usage: {name} [COMMAND] [OPTIONS]\n\n\
         {own}\
         Commands:\n\
         \x20 serve                    answer requests (without a command, too)\n\
         \x20 dev [-- CARGO OPTIONS]   serve a debug build, and build and start it anew after each\n\
         \x20                          edit of Rust, with options for `cargo build` after `--`\n\
         \x20 routes                   print the table of routes\n\
         \x20 routes [METHOD] PATH     print which route answers, and with which parameters\n\
         \x20 check [--format FORMAT]  check the files on disk as the build does, and print all\n\
         \x20                          mistakes as `text`, `json` (one object a line) or `sarif`\n\
         \x20 check --unused           find messages, templates, components, routes and settings that\n\
         \x20                          nothing names, too\n\
         \x20 check --fix              offer to write the name that was meant, for each mistake that\n\
         \x20                          has one\n\
         \x20 check --compiled         tell of the pages that Tera renders in release builds, too\n\
         \x20 settings [--all]         print the settings and where each comes from; with `--all` the\n\
         \x20                          defaults of those that are not set, too\n\
         \x20 schema FILES             print the JSON Schema of the files of `settings`, `routes`\n\
         \x20                          or `messages`, for editors\n\
         \x20 help [COMMAND]           print this, or how to use a command of this app\n\n\
         Options:\n\
         \x20 -p, --port PORT          the port to listen at; 0 takes a free one\n\
         \x20 -a, --address ADDRESS    the address to listen at\n\
         \x20 -h, --help               print this\n\
         \x20 -V, --version            print the version\n\n\
         Environment:\n\
         \x20 KALGAN_SETTINGS          a YAML file of settings that win over the app's own\n\
         \x20 KALGAN_A__B              the setting `a.b`\n\
         \x20 KALGAN_ROOT              the folder of what a release binary reads from disk\n\
         \x20 RUST_LOG                 what is logged, such as `off`, `info` or `kalgan=debug`\n",
        own = help_on_own(own)
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
        let own = [
            ("user:add", "Adds a user.\n\nUsage: user:add NAME"),
            ("seed", ""),
        ];
        let own = own.map(|(name, about)| Own {
            name: name.into(),
            about: about.into(),
        });
        let words = line.split_whitespace().map(OsString::from);
        parse(words, &own).map_err(|error| error.to_string())
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
            with_compiled: false,
            fix: false,
        };
        assert_eq!(command("check"), check(Format::Text));
        assert_eq!(command("check --format text"), check(Format::Text));
        assert_eq!(command("--format=json check"), check(Format::Json));
        assert_eq!(command("check --format sarif"), check(Format::Sarif));
        assert_eq!(command("check --format sarif --help"), Command::Help);
        let unused = |format| Command::Check {
            format,
            with_unused: true,
            with_compiled: false,
            fix: false,
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
        assert_eq!(
            command("settings --port 1"),
            Command::Settings { all: false }
        );
        for line in ["settings --all", "--all settings"] {
            assert_eq!(command(line), Command::Settings { all: true });
        }
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
    fn commands_of_the_app() {
        let own = |name: &str, arguments: &[&str]| Command::Own {
            name: name.to_owned(),
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
        };
        assert_eq!(command("seed"), own("seed", &[]));
        for (line, arguments) in [
            ("user:add ann", &["ann"][..]),
            ("user:add --port x -v", &["--port", "x", "-v"]),
            ("user:add seed routes", &["seed", "routes"]),
            ("user:add a -- --help", &["a", "--", "--help"]),
            ("user:add -- a", &["--", "a"]),
            ("user:add a --help", &["a", "--help"]),
        ] {
            assert_eq!(command(line), own("user:add", arguments), "{line}");
        }
        let cli = parsed("--port 1 user:add ann").unwrap();
        assert_eq!(
            (cli.command, cli.settings.len()),
            (own("user:add", &["ann"]), 1)
        );
        let on = || Command::HelpOn("user:add".to_owned());
        for line in ["help user:add", "user:add --help", "user:add -h x"] {
            assert_eq!(command(line), on(), "{line}");
        }
        for line in ["help", "help routes", "--help user:add"] {
            assert_eq!(command(line), Command::Help, "{line}");
        }
        for line in ["user:ad ann", "help user:ad"] {
            let said = parsed(line).unwrap_err();
            assert!(said.contains("did you mean `user:add`?"), "{said}");
        }
    }

    #[test]
    fn help_lists_the_commands_of_the_app() {
        let own = |name: &'static str, about: &'static str| Own {
            name: name.into(),
            about: about.into(),
        };
        let commands = [own("seed", ""), own("user:add", "Adds a user.\n\nMore.")];
        let text = help("x", &commands);
        assert!(
            text.contains("\nCommands of this app:\n  seed\n  user:add                 Adds a user.\n\nCommands:\n  serve"),
            "{text}"
        );
        assert!(!help("x", &[]).contains("this app:"));
        assert_eq!(
            help_on(&commands, "user:add"),
            "user:add: Adds a user.\n\nMore.\n"
        );
        assert_eq!(help_on(&commands, "seed"), "seed\n");
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
            "routes --fix",
            "check --fix --format json",
            "--unused",
            "routes --compiled",
            "check --unused=yes",
            "schema",
            "schema templates",
            "schema routes settings",
            "help user:ad",
            "help a b",
            "user:ad ann",
            "--format json user:add",
            "--unused seed",
            "--all seed",
            "check --all",
            "--all",
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
