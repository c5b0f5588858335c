//! The twin of `check.rs` without the feature `disk`.

use super::arguments::Format;
use super::print::say_error;
use crate::spec::Spec;
use kalgan_core::settings::Setting;
use std::process::ExitCode;

pub(super) fn run(spec: &Spec, _: Vec<Setting>, _: Format, _: bool) -> ExitCode {
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
