//! Counts the instructions of a request in Kalgan and in its peers.

mod cases;
mod committed;
mod large;
mod measure;
mod options;
mod start;
mod throughput;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cases::{CASES, Case};
use options::{Action, Options};

/// What every step returns: a mistake ends the run with its text.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let Some(options) = Options::parse(std::env::args().skip(1))? else {
        print!("{}", options::HELP);
        return Ok(ExitCode::SUCCESS);
    };
    match options.action {
        Action::Throughput => throughput::require_tools()?,
        Action::Builds => {}
        _ => measure::require_tools()?,
    }
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let cases = options.cases()?;
    let binaries = build(&cases)?;
    match options.action {
        Action::Allocations => {
            println!("| | allocations a request | bytes |\n|---|---:|---:|");
            for case in cases {
                let (blocks, bytes) = measure::allocations(case, &binaries)?;
                println!("| {} | {blocks:.1} | {bytes:.0} |", case.name);
            }
        }
        Action::Instructions => {
            println!("| | instructions a request |\n|---|---:|");
            for case in cases {
                let count = measure::instructions(case, &binaries, options.keep.as_deref())?;
                println!("| {} | {} |", case.name, grouped(count));
            }
        }
        Action::Throughput => print!("{}", throughput::measure(&cases, &binaries)?),
        Action::Start => start::print(&cases, &binaries, options.with_large)?,
        Action::Builds => large::print_builds(&binaries)?,
        Action::Check => {
            let counts = counted(&cases, &binaries, &options)?;
            return committed::check(&committed, &counts);
        }
        Action::Write => committed::write(&committed, &counted(&cases, &binaries, &options)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn counted(
    cases: &[&'static Case],
    binaries: &Path,
    options: &Options,
) -> Result<Vec<(&'static str, u64)>> {
    cases
        .iter()
        .map(|case| {
            let count = measure::instructions(case, binaries, options.keep.as_deref())?;
            Ok((case.name, count))
        })
        .collect()
}

/// Builds what the cases need and returns the folder of the binaries. Each package is built by itself, so
/// that none changes the features of another's dependencies.
fn build(cases: &[&Case]) -> Result<PathBuf> {
    let mut packages: Vec<_> = cases.iter().map(|case| case.package).collect();
    packages.dedup();
    for package in packages {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--release", "--package", package])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()?;
        if !status.success() {
            return Err(format!("`{package}` does not build").into());
        }
    }
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).ok_or("no target folder")?;
    Ok(target.join("release"))
}

/// 50300 as 50,300.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
