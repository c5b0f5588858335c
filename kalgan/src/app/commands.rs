//! The commands of an app: `routes`, `check`, `settings` and `schema`.

mod check;

use crate::app::cli::{Command, Format};
use crate::app::main::{say, say_error};
use crate::app::start::{baked, layers_of_settings};
use crate::disk::new_loader;
use crate::routing::router::{Lookup, Router};
use crate::site::plan::Plan;
use crate::spec::{Files, Spec};
use kalgan_core::diagnostic::{Diagnostic, render_all};
use kalgan_core::loader::Loaded;
use kalgan_core::routes::RouteTable;
use kalgan_core::schema::FileKind;
use kalgan_core::settings::{Setting, schema};
use kalgan_core::site::SiteData;
use kalgan_core::source::Disk;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

/// Carries out a command.
pub(crate) fn run(spec: &'static Spec, command: Command, command_line: Vec<Setting>) -> ExitCode {
    if let Command::Schema(name) = &command {
        return schema(name);
    }
    let plan = Plan::new(spec, Vec::new());
    let layer = match layers_of_settings(command_line) {
        Ok(layer) => layer,
        Err(diagnostics) => {
            let format = match command {
                Command::Check { format, .. } => format,
                _ => Format::Text,
            };
            return check::fail(&plan, format, &diagnostics);
        }
    };
    match command {
        Command::Check {
            format,
            with_unused,
        } => check::run(&plan, layer, format, with_unused),
        Command::Routes { method, path } => match data(&plan, layer) {
            Ok(data) => match path {
                None => {
                    say(&table(&data.routes));
                    ExitCode::SUCCESS
                }
                Some(path) => who_answers(data.routes, method.as_deref().unwrap_or("GET"), &path),
            },
            Err(diagnostics) => fail(&diagnostics),
        },
        Command::Settings => match data(&plan, layer) {
            Ok(data) => {
                say(&settings(&data));
                ExitCode::SUCCESS
            }
            Err(diagnostics) => fail(&diagnostics),
        },
        // `main` has carried them out.
        Command::Serve
        | Command::Dev { .. }
        | Command::Help
        | Command::Version
        | Command::Schema(_) => ExitCode::SUCCESS,
    }
}

fn schema(name: &str) -> ExitCode {
    // The command line has taken known names only.
    if let Some(kind) = FileKind::named(name) {
        say(&format!("{:#}\n", kind.schema()));
    }
    ExitCode::SUCCESS
}

/// What the app would serve: the files on disk in development, else what the binary carries.
fn data(plan: &Plan, layer: Vec<Setting>) -> Result<SiteData, Vec<Diagnostic>> {
    match &plan.spec.files {
        Files::Baked {
            site, templates, ..
        } => Ok(baked(site, templates, layer)),
        Files::Disk { .. } => {
            let (loaded, _) = load(plan, layer);
            if loaded.is_good() {
                Ok(loaded.site)
            } else {
                Err(loaded.diagnostics)
            }
        }
    }
}

/// What the files on disk say, and how many there are.
fn load(plan: &Plan, layer: Vec<Setting>) -> (Loaded, usize) {
    let mut loader = new_loader(plan.spec, layer);
    let loaded = loader.refresh(&Disk::new(plan.spec.root()));
    (loaded.unwrap_or_default(), loader.files().len())
}

fn print(diagnostics: &[Diagnostic]) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    say_error(&format!("{}\n", render_all(diagnostics, color)));
}

fn fail(diagnostics: &[Diagnostic]) -> ExitCode {
    print(diagnostics);
    ExitCode::FAILURE
}

fn table(routes: &RouteTable) -> String {
    let mut rows = vec![
        [
            "NAME",
            "METHODS",
            "PATH",
            "CONTROLLER",
            "MIDDLEWARE",
            "FILE",
        ]
        .map(String::from),
    ];
    for route in routes.routes.iter() {
        let path = match &route.host {
            Some(host) => format!("{}{}", host.text, route.path),
            None => route.path.to_string(),
        };
        rows.push([
            route.name.to_string(),
            match route.methods.is_empty() {
                true => String::from("any"),
                false => route.methods.join(","),
            },
            path,
            route.controller.to_string(),
            route.middleware.join(","),
            route.place.to_string(),
        ]);
    }
    columns(&rows)
}

/// Rows in columns as wide as their widest cell.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            let cells = rows.iter().map(|row| row[at].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn who_answers(routes: Arc<RouteTable>, method: &str, path: &str) -> ExitCode {
    let router = match Router::new(routes) {
        Ok(router) => router,
        Err(error) => return fail(&[Diagnostic::general(error.to_string())]),
    };
    let (path, host) = (path.split('?').next().unwrap_or(path), None);
    match router.find(method, host, path) {
        Lookup::Found { route, parameters } => {
            let route = &router.routes()[route];
            let mut rows = vec![
                [String::from("route"), route.name.to_string()],
                [String::from("path"), route.path.to_string()],
                [String::from("controller"), route.controller.to_string()],
                [String::from("file"), route.place.to_string()],
            ];
            if !route.middleware.is_empty() {
                rows.insert(2, [String::from("middleware"), route.middleware.join(", ")]);
            }
            for (name, value) in parameters {
                rows.push([format!("{{{name}}}"), value.into_owned()]);
            }
            say(&columns(&rows));
            ExitCode::SUCCESS
        }
        Lookup::OtherMethods(allowed) => {
            say_error(&format!(
                "no route answers {method} {path}; it is answered for {}",
                allowed.join(", ")
            ));
            ExitCode::FAILURE
        }
        Lookup::Nothing => {
            say_error(&format!("no route answers {method} {path}"));
            ExitCode::FAILURE
        }
        Lookup::Malformed => {
            say_error(&format!(
                "`{path}` is not UTF-8 once its percent-encoding is undone"
            ));
            ExitCode::FAILURE
        }
    }
}

fn settings(data: &SiteData) -> String {
    let rows: Vec<[String; 3]> = data
        .settings
        .iter()
        .map(|setting| {
            [
                setting.key.to_string(),
                schema::masked(&setting.key, &setting.value),
                format!("# {}", setting.origin),
            ]
        })
        .collect();
    columns(&rows)
}
