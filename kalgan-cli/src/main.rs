//! `kalgan new NAME` makes a new app, without a network.
//!
//! A crate of its own, so that `cargo install kalgan-cli` does not compile the framework.

#![forbid(unsafe_code)]

mod cli;
mod name;
mod new;
mod template;

use cli::Command;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (text, code) = match cli::parse(std::env::args_os().skip(1)) {
        Err(error) => return fail(&error.to_string(), 2),
        Ok(Command::Help) => (cli::HELP.to_owned(), ExitCode::SUCCESS),
        Ok(Command::Version) => (
            format!("kalgan {}\n", env!("CARGO_PKG_VERSION")),
            ExitCode::SUCCESS,
        ),
        Ok(Command::New(new)) => match new::make(&new) {
            Ok(report) => (report, ExitCode::SUCCESS),
            Err(error) => return fail(&error.to_string(), 1),
        },
    };
    // A reader that has gone away is no reason to panic.
    let _ = std::io::stdout().write_all(text.as_bytes());
    code
}

fn fail(error: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "kalgan: {error}");
    ExitCode::from(code)
}
