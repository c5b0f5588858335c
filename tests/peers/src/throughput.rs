//! Requests per second, the slowest hundredth, memory, size and start of each server, side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cases::Case;
use crate::{Result, grouped, measure, start};

/// Each round asks all servers in turn, so that what else the machine does falls on all.
const ROUNDS: usize = 5;
const SECONDS: u32 = 4;
const STARTS: usize = 15;

/// What was measured of a server; the medians of the rounds are printed.
struct Row<'a> {
    case: &'a Case,
    requests: Vec<f64>,
    slowest: Vec<f64>,
    memory: Vec<f64>,
    starts: Vec<f64>,
    size: u64,
}

/// Fails with what to install where a tool is missing.
pub fn require_tools() -> Result<()> {
    for (tool, package) in [("wrk", "wrk"), ("taskset", "util-linux")] {
        if Command::new(tool).arg("--version").output().is_err() {
            return Err(format!("`{tool}` is missing: apt-get install {package}").into());
        }
    }
    Ok(())
}

/// Measures the servers in turns, and returns the Markdown of the result.
pub fn measure(cases: &[&Case], binaries: &Path) -> Result<String> {
    let mut rows = Vec::new();
    for &case in cases {
        rows.push(Row {
            case,
            requests: Vec::new(),
            slowest: Vec::new(),
            memory: Vec::new(),
            starts: Vec::new(),
            size: fs::metadata(binaries.join(case.package))?.len(),
        });
    }
    for round in 1..=ROUNDS {
        for row in &mut rows {
            eprintln!("round {round} of {ROUNDS}: {}", row.case.name);
            let server = Server::start(row.case, binaries)?;
            server.load(1)?;
            let (requests, slowest) = server.load(SECONDS)?;
            row.requests.push(requests);
            row.slowest.push(slowest);
            row.memory
                .push(measure::resident(&server.process)? as f64 / 1024.0);
        }
    }
    for _ in 0..STARTS {
        for row in &mut rows {
            let took = start::time(row.case, &binaries.join(row.case.package))?;
            row.starts.push(took.as_secs_f64() * 1e3);
        }
    }
    markdown(&mut rows)
}

fn markdown(rows: &mut [Row]) -> Result<String> {
    let mut text = format!(
        "{}, {}; wrk with 32 connections, the server on one core and wrk on another, medians of {ROUNDS} \
         interleaved rounds of {SECONDS} s, {STARTS} starts\n\n\
         | | requests a second | 99 % within | memory after | binary | first response |\n\
         |---|---:|---:|---:|---:|---:|\n",
        output("date", &["+%Y-%m-%d"])?,
        output("rustc", &["--version"])?,
    );
    for row in rows {
        writeln!(
            text,
            "| {} | {} | {:.2} ms | {:.1} MiB | {:.1} MiB | {:.1} ms |",
            row.case.name,
            grouped(median(&mut row.requests) as u64),
            median(&mut row.slowest),
            median(&mut row.memory),
            row.size as f64 / f64::from(1 << 20),
            median(&mut row.starts),
        )?;
    }
    Ok(text)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

struct Server<'a> {
    case: &'a Case,
    process: Child,
    port: u16,
}

impl<'a> Server<'a> {
    /// Starts a server and waits until it answers as it should.
    fn start(case: &'a Case, binaries: &Path) -> Result<Self> {
        let port = measure::free_port()?;
        let binary = binaries.join(case.package);
        let pinned = ["taskset", "-c", "0"];
        let mut server = Self {
            case,
            process: measure::spawn(case, &pinned, &binary, port, Stdio::null())?,
            port,
        };
        let pause = Duration::from_millis(1);
        let mut stream = measure::connect(case, &mut server.process, port, pause)?;
        measure::check_body(case, &mut stream)?;
        Ok(server)
    }

    /// Requests a second, and the milliseconds within which 99 % are answered.
    fn load(&self, seconds: u32) -> Result<(f64, f64)> {
        let url = format!("http://127.0.0.1:{}{}", self.port, self.case.path);
        let seconds = format!("-d{seconds}s");
        let wrk = ["-c", "1", "wrk", "-t1", "-c32", "--latency", &seconds, &url];
        let report = output("taskset", &wrk)?;
        if report.contains("Non-2xx") || report.contains("Socket errors") {
            return Err(format!("{}:\n{report}", self.case.name).into());
        }
        let value = |name: &str| {
            let mut lines = report.lines();
            lines.find_map(|line| line.trim().strip_prefix(name).map(str::trim))
        };
        let requests = value("Requests/sec:").ok_or("wrk has no rate")?.parse()?;
        let slowest = value("99%").ok_or("wrk has no percentiles")?;
        Ok((requests, milliseconds(slowest)?))
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // It has ended already, but for a run that fails.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// A time as wrk writes it: `850.00us`, `1.05ms`, `1.20s`.
fn milliseconds(text: &str) -> Result<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return Ok(number.parse::<f64>()? * factor);
        }
    }
    Err(format!("`{text}` is no time").into())
}
