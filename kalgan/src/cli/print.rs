//! What is printed, and how the process ends.

use crate::error::Result;
use crate::spec::Spec;
use kalgan_core::diagnostic::{Diagnostic, render_all};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// How the process ends; an error is printed.
pub(crate) fn exit(spec: &Spec, result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&format!("{}: {error}", spec.name));
            ExitCode::FAILURE
        }
    }
}

/// Prints to the standard output; a reader that has gone away is no reason to panic.
pub(crate) fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Prints a line to the standard error.
pub(crate) fn say_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints mistakes to the standard error.
pub(super) fn print(diagnostics: &[Diagnostic]) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    say_error(&format!("{}\n", render_all(diagnostics, color)));
}
