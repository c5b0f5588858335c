//! The command `dev` where there is no Unix.

use crate::cli::print::say_error;
use crate::spec::Spec;
use kalgan_core::settings::Setting;
use std::process::ExitCode;

pub(crate) fn supervise(spec: &Spec, _: Vec<String>, _: Vec<Setting>) -> ExitCode {
    say_error(&format!(
        "{}: `dev` hands a socket from one process to the next, as only Unix can: here `cargo run` \
         serves, and has to be started again after an edit of Rust",
        spec.name
    ));
    ExitCode::from(2)
}
