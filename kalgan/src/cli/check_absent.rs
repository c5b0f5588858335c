//! The twin of `check.rs` without the feature `disk`.

use super::arguments::Format;
use super::print::say_error;
use crate::spec::Spec;
use kalgan_core::settings::Setting;
use std::process::ExitCode;

#[allow(dead_code)] // Read by nobody here.
pub(super) struct Asked {
    pub(super) format: Format,
    pub(super) with_unused: bool,
    pub(super) with_compiled: bool,
    pub(super) fix: bool,
}

pub(super) fn run(spec: &Spec, _: Vec<Setting>, _: Asked) -> ExitCode {
    refuse(spec)
}

pub(super) fn schema(spec: &Spec, _: &str) -> ExitCode {
    refuse(spec)
}

fn refuse(spec: &Spec) -> ExitCode {
    say_error(&format!(
        "{}: this command reads files, and the app was built without Kalgan's feature `disk`",
        spec.name
    ));
    ExitCode::from(2)
}
