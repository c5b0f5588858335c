//! From a program's start to its first response.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::cases::Case;
use crate::{Result, grouped, large, measure};

const ROUNDS: usize = 31;

/// Prints a table of the cases; `with_large` adds Kalgan with 1,000 templates.
pub fn print(cases: &[&'static Case], binaries: &Path, with_large: bool) -> Result<()> {
    let mut rows: Vec<(String, PathBuf, &Case)> = cases
        .iter()
        .map(|case| (case.name.to_owned(), binaries.join(case.package), *case))
        .collect();
    if with_large {
        let binary = large::build(binaries)?;
        let kalgan = cases.iter().filter(|case| case.package == "peer-kalgan");
        let further: Vec<_> = kalgan
            .map(|case| {
                (
                    format!("{}, 1,000 templates", case.name),
                    binary.clone(),
                    *case,
                )
            })
            .collect();
        rows.extend(further);
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); rows.len()];
    // In turns, so that what else the machine does is shared.
    for _ in 0..ROUNDS {
        for ((_, binary, case), times) in rows.iter().zip(&mut times) {
            times.push(time(case, binary)?);
        }
    }
    println!("| exec to first response | instructions | median | RSS |\n|---|---:|---:|---:|");
    for ((name, binary, case), times) in rows.iter().zip(&mut times) {
        times.sort_unstable();
        let (count, rss) = (
            measure::instructions_of_start(case, binary)?,
            measure::rss(case, binary)?,
        );
        println!(
            "| {name} | {} | {:.2} ms | {:.1} MiB |",
            grouped(count),
            times[ROUNDS / 2].as_secs_f64() * 1e3,
            rss as f64 / 1024.0,
        );
    }
    Ok(())
}

/// How long it takes from the start of the process to the end of its first response.
pub fn time(case: &Case, binary: &Path) -> Result<Duration> {
    let port = measure::free_port()?;
    let since = Instant::now();
    let mut process = measure::spawn(case, &[], binary, port, Stdio::null())?;
    let pause = Duration::from_micros(20);
    let answered = measure::connect(case, &mut process, port, pause)
        .and_then(|mut stream| measure::check_body(case, &mut stream));
    let elapsed = since.elapsed();
    _ = process.kill();
    process.wait()?;
    answered?;
    Ok(elapsed)
}
