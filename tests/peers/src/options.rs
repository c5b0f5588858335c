//! The command line.

use std::path::PathBuf;

use crate::cases::Body;
use crate::{CASES, Case, Result};

pub const HELP: &str = "\
Counts the instructions of a request in Kalgan and in its peers: builds them, runs each under valgrind
with one worker and `ab -k -c 4`, and prints (instructions at 3,000 requests - at 1,000) / 2,000.

cargo run --release --manifest-path tests/peers/Cargo.toml -- [OPTIONS] [NAME]...

NAME               hyper, axum, axum-parameter, axum-tera, axum-askama, axum-tera-languages,
                   axum-askama-languages, kalgan, kalgan-parameter, kalgan-page, kalgan-log,
                   kalgan-languages (default: these), actix-tera, rocket-tera, loco-tera
--keep FOLDER      keep NAME.callgrind of the 2,000 requests, for `callgrind_annotate`
--allocations      count allocations instead (default: axum, kalgan)
--start            measure from exec to the first response instead, with the memory (RSS) after 3,000 requests
                   (default: hyper, axum-tera, kalgan, kalgan-page)
--throughput       load the servers with `wrk` in turns instead, and print what docs/benchmarks.md holds (default:
                   hyper, axum, kalgan and all with the page)
--large            with `--start` Kalgan with 1,000 templates, too
--builds           measure release builds of apps with 10, 100 and 1,000 templates instead
--check            compare Kalgan's with `instructions.txt`; fail where one is more than 3 % higher
--write            measure Kalgan's and write them to `instructions.txt`
";

#[derive(Clone, Copy, PartialEq)]
pub enum Action {
    Instructions,
    Allocations,
    Start,
    Builds,
    Throughput,
    Check,
    Write,
}

pub struct Options {
    pub action: Action,
    pub keep: Option<PathBuf>,
    pub with_large: bool,
    names: Vec<String>,
}

impl Options {
    /// `None` where help is asked for.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            action: Action::Instructions,
            keep: None,
            with_large: false,
            names: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" => return Ok(None),
                "--allocations" => options.action = Action::Allocations,
                "--throughput" => options.action = Action::Throughput,
                "--start" => options.action = Action::Start,
                "--builds" => options.action = Action::Builds,
                "--large" => options.with_large = true,
                "--check" => options.action = Action::Check,
                "--write" => options.action = Action::Write,
                "--keep" => {
                    let folder = arguments.next().ok_or("`--keep` needs a folder")?;
                    options.keep = Some(std::path::absolute(folder)?);
                }
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(Some(options))
    }

    /// The cases that are asked for.
    pub fn cases(&self) -> Result<Vec<&'static Case>> {
        for name in &self.names {
            if !CASES.iter().any(|case| case.name == name) {
                return Err(format!("`{name}` is not known, see `--help`").into());
            }
        }
        let default = |case: &Case| match self.action {
            Action::Instructions => !case.is_framework,
            Action::Throughput => {
                matches!(case.body, Body::Page) || matches!(case.name, "hyper" | "axum" | "kalgan")
            }
            Action::Allocations => matches!(case.name, "axum" | "kalgan"),
            Action::Start => {
                matches!(case.name, "hyper" | "axum-tera" | "kalgan" | "kalgan-page")
            }
            Action::Builds => false,
            Action::Check | Action::Write => case.is_checked,
        };
        Ok(CASES
            .iter()
            .filter(|case| match self.names.as_slice() {
                [] => default(case),
                names => names.iter().any(|name| name == case.name),
            })
            .collect())
    }
}
