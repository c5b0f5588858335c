//! The commands that print what an app would serve: `routes` and `settings`.

use super::print::{print, say, say_error};
use crate::app::start::Start;
use crate::routing::router::{Lookup, Router};
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::routes::RouteTable;
use kalgan_core::settings::{Setting, schema};
use kalgan_core::site::SiteData;
use std::process::ExitCode;
use std::sync::Arc;

/// Prints the table of routes, or which of them answers a request.
pub(super) fn routes(
    spec: &'static Spec,
    settings: Vec<Setting>,
    method: Option<&str>,
    path: Option<&str>,
) -> ExitCode {
    let data = match Start::read(spec, settings).data() {
        Ok(data) => data,
        Err(diagnostics) => return fail(&diagnostics),
    };
    match path {
        None => {
            say(&table(&data.routes));
            ExitCode::SUCCESS
        }
        Some(path) => who_answers(data.routes, method.unwrap_or("GET"), path),
    }
}

/// Prints the settings, and where each comes from.
pub(super) fn settings(spec: &'static Spec, settings: Vec<Setting>) -> ExitCode {
    match Start::read(spec, settings).data() {
        Ok(data) => {
            say(&listed(&data));
            ExitCode::SUCCESS
        }
        Err(diagnostics) => fail(&diagnostics),
    }
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

fn listed(data: &SiteData) -> String {
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
