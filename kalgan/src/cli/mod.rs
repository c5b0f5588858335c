//! The `main` of an app: its command line, the log and the runtime.

mod arguments;
#[cfg_attr(not(feature = "disk"), path = "check_absent.rs")]
mod check;
mod commands;
#[cfg(feature = "disk")]
mod fix;
mod logging;
mod output;
pub(crate) mod print;

use crate::app::App;
use crate::command::Asked;
use crate::dev;
use crate::error::{Error, Result};
use crate::server;
use crate::site::current;
use crate::spec::Spec;
use arguments::Command;
use kalgan_core::settings::Setting;
use print::{exit, say, say_error};
use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

/// What `#[kalgan::app]` makes of `main`: commands are carried out, else `body` runs on a runtime
/// with `server.number_of_workers` threads.
pub fn main<F, Fut>(spec: &'static Spec, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let cli = match arguments::parse(std::env::args_os().skip(1), spec.commands) {
        Ok(cli) => cli,
        Err(error) => {
            say_error(&format!("{}: {error}", spec.name));
            return ExitCode::from(2);
        }
    };
    match cli.command {
        Command::Help => say(&arguments::help(spec.name, spec.commands)),
        Command::HelpOn(name) => say(&arguments::help_on(spec.commands, &name)),
        Command::Version => say(&format!("{} {}\n", spec.name, spec.version)),
        Command::Serve => {
            server::inherited::read();
            dev::follow_parent();
            logging::start(logging::To::Output);
            return exit(spec, run(App::load(spec, cli.settings), body));
        }
        Command::Own { name, arguments } => {
            let asked = Arc::new(Asked {
                name,
                arguments,
                ended: OnceLock::new(),
            });
            return own(spec, cli.settings, asked, body);
        }
        Command::Dev { cargo } => {
            server::inherited::read();
            return dev::supervise(spec, cargo, cli.settings);
        }
        Command::Check {
            format,
            with_unused,
            with_compiled,
            fix,
        } => {
            let asked = check::Asked {
                format,
                with_unused,
                with_compiled,
                fix,
            };
            return check::run(spec, cli.settings, asked);
        }
        Command::Schema(name) => return check::schema(spec, &name),
        Command::Settings { all } => return commands::settings(spec, cli.settings, all),
        Command::Routes { method, path } => {
            return commands::routes(spec, cli.settings, method.as_deref(), path.as_deref());
        }
    }
    ExitCode::SUCCESS
}

/// Runs a command of the app's own.
fn own<F, Fut>(spec: &'static Spec, settings: Vec<Setting>, asked: Arc<Asked>, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    // The standard output is the command's.
    logging::start(logging::To::Error);
    let app = App::load(spec, settings).with_asked(Some(Arc::clone(&asked)));
    let result = run(app, body);
    match (&result, asked.ended.get()) {
        (Ok(()), Some(code)) => *code,
        (Ok(()), None) => {
            let message = "the command was not run: `main` must end with `app.run().await`";
            exit(spec, Err(Error::internal(message)))
        }
        (Err(_), _) => exit(spec, result),
    }
}

/// Runs `main` on a runtime with `server.number_of_workers` threads.
fn run<F, Fut>(app: App, body: F) -> Result<()>
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
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
    let runtime = builder.build()?;
    let result = runtime.block_on(body(app));
    // A look at the files that is under way need not be waited for.
    runtime.shutdown_background();
    result
}
