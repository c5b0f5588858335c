//! The `main` of an app: its command line, the log and the runtime.

mod arguments;
#[cfg_attr(not(feature = "disk"), path = "check_absent.rs")]
mod check;
mod commands;
mod logging;
mod output;
pub(crate) mod print;

use crate::app::App;
use crate::dev;
use crate::error::Result;
use crate::server;
use crate::site::current;
use crate::spec::Spec;
use arguments::Command;
use kalgan_core::settings::Setting;
use print::{exit, say, say_error};
use std::future::Future;
use std::process::ExitCode;

/// What `#[kalgan::app]` makes of `main`: commands are carried out, else `body` runs on a runtime
/// with `server.number_of_workers` threads.
pub fn main<F, Fut>(spec: &'static Spec, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let cli = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(cli) => cli,
        Err(error) => {
            say_error(&format!("{}: {error}", spec.name));
            return ExitCode::from(2);
        }
    };
    match cli.command {
        Command::Help => say(&arguments::help(spec.name)),
        Command::Version => say(&format!("{} {}\n", spec.name, spec.version)),
        Command::Serve => return serve(spec, cli.settings, body),
        Command::Dev { cargo } => {
            server::inherited::read();
            return dev::supervise(spec, cargo, cli.settings);
        }
        Command::Check {
            format,
            with_unused,
        } => return check::run(spec, cli.settings, format, with_unused),
        Command::Schema(name) => return check::schema(spec, &name),
        Command::Settings => return commands::settings(spec, cli.settings),
        Command::Routes { method, path } => {
            return commands::routes(spec, cli.settings, method.as_deref(), path.as_deref());
        }
    }
    ExitCode::SUCCESS
}

fn serve<F, Fut>(spec: &'static Spec, settings: Vec<Setting>, body: F) -> ExitCode
where
    F: FnOnce(App) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    server::inherited::read();
    dev::follow_parent();
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
