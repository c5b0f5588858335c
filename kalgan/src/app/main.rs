//! The `main` of an app: its command line, the log and the run time.

use crate::app::App;
use crate::app::cli::{self, Command};
use crate::app::logging;
use crate::error::Result;
use crate::server;
use crate::site::current;
use crate::spec::Spec;
use kalgan_core::settings::Setting;
use std::future::Future;
use std::io::Write;
use std::process::ExitCode;

/// What `#[kalgan::app]` makes of `main`: commands are carried out, else `body` runs on a run time
/// with `server.number_of_workers` threads.
pub fn main<F, Fut>(spec: &'static Spec, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let cli = match cli::parse(std::env::args_os().skip(1)) {
        Ok(cli) => cli,
        Err(error) => {
            say_error(&format!("{}: {error}", spec.name));
            return ExitCode::from(2);
        }
    };
    match cli.command {
        Command::Help => say(&cli::help(spec.name)),
        Command::Version => say(&format!("{} {}\n", spec.name, spec.version)),
        Command::Serve => return serve(spec, cli.settings, body),
        Command::Dev { cargo } => return dev(spec, cargo, cli.settings),
        command => return run_command(spec, command, cli.settings),
    }
    ExitCode::SUCCESS
}

#[cfg(all(feature = "dev", debug_assertions, unix))]
fn dev(spec: &'static Spec, cargo: Vec<String>, settings: Vec<Setting>) -> ExitCode {
    server::inherited::read();
    crate::app::rust_edits::run(spec, cargo, settings)
}

#[cfg(not(all(feature = "dev", debug_assertions, unix)))]
fn dev(spec: &'static Spec, _: Vec<String>, _: Vec<Setting>) -> ExitCode {
    let why = if cfg!(not(debug_assertions)) {
        "`dev` is for debug builds, and this is a release build: `cargo run -- dev`"
    } else if cfg!(not(feature = "disk")) {
        "`dev` is for apps that read their files, and this one was built without Kalgan's feature \
         `disk`"
    } else {
        "`dev` hands a socket from one process to the next, as only Unix can: here `cargo run` \
         serves, and has to be started again after an edit of Rust"
    };
    say_error(&format!("{}: {why}", spec.name));
    ExitCode::from(2)
}

#[cfg(feature = "disk")]
fn run_command(spec: &'static Spec, command: Command, settings: Vec<Setting>) -> ExitCode {
    crate::app::commands::run(spec, command, settings)
}

#[cfg(not(feature = "disk"))]
fn run_command(spec: &'static Spec, _: Command, _: Vec<Setting>) -> ExitCode {
    say_error(&format!(
        "{}: this command reads files, and the app was built without Kalgan's feature `disk`",
        spec.name
    ));
    ExitCode::from(2)
}

fn serve<F, Fut>(spec: &'static Spec, settings: Vec<Setting>, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    server::inherited::read();
    #[cfg(all(feature = "dev", debug_assertions))]
    crate::app::rust_edits::follow_parent();
    logging::start();
    let app = App::load(spec, settings);
    let workers = current::settings()
        .get_number("server.number_of_workers")
        .ok()
        .and_then(|workers| usize::try_from(workers).ok())
        .filter(|workers| *workers > 0);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all();
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    let result = match builder.build() {
        Ok(runtime) => {
            let result = runtime.block_on(body(app));
            // A look at the files that is under way need not be waited for.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(error.into()),
    };
    exit(spec, result)
}

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
