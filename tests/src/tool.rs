//! Programs that a test needs and that may be missing.

use std::process::{Command, Stdio};

/// Whether a program can be run with these arguments.
#[must_use]
pub fn has_tool(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Says that a test was skipped for want of something.
///
/// # Panics
/// Where `CI` is set: there nothing may be missing.
pub fn skipped(missing: &str) {
    let text = format!("SKIPPED, NOT TESTED: this test needs {missing}");
    assert!(std::env::var_os("CI").is_none(), "{text}");
    // The captured output of a test that passes is not shown, but what goes past it is.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("\n{text}\n").as_bytes());
}
