//! From a program's start to its first response.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
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

pub fn time(case: &Case, binary: &Path) -> Result<Duration> {
    let port = measure::free_port()?;
    let since = Instant::now();
    let mut process = Command::new(binary)
        .args(["--port", &port.to_string()])
        .env_clear()
        .envs(case.environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let response = loop {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let path = case.path;
            write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
            let mut response = String::new();
            stream.read_to_string(&mut response)?;
            break response;
        }
        if since.elapsed() > Duration::from_secs(10) || process.try_wait()?.is_some() {
            break String::new();
        }
        sleep(Duration::from_micros(20));
    };
    let elapsed = since.elapsed();
    _ = process.kill();
    process.wait()?;
    if response.contains(" 200 ") {
        Ok(elapsed)
    } else {
        Err(format!("{} does not start:\n{response}", case.name).into())
    }
}
