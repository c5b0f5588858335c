//! Servers under valgrind, and requests to them.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Result;
use crate::cases::{Body, Case};

const FIRST: u32 = 1_000;
const FURTHER: u32 = 2_000;
const START: Duration = Duration::from_secs(120);

/// Fails with what to install where a tool is missing.
pub fn require_tools() -> Result<()> {
    for (tool, package) in [
        ("valgrind", "valgrind"),
        ("vgdb", "valgrind"),
        ("ab", "apache2-utils"),
    ] {
        let found = Command::new(tool)
            .arg(if tool == "ab" { "-V" } else { "--help" })
            .output();
        if found.is_err() {
            return Err(format!("`{tool}` is missing: apt-get install {package}").into());
        }
    }
    Ok(())
}

/// Instructions of a request. The counts are dumped and set to zero after the first requests and again after
/// the further ones, so that the second dump has neither start nor end.
pub fn instructions(case: &Case, binaries: &Path, keep: Option<&Path>) -> Result<u64> {
    let folder = Folder::new()?;
    let output = folder.0.join("callgrind");
    let server = Server::start(
        case,
        &binaries.join(case.package),
        &folder,
        &[
            "valgrind",
            "--tool=callgrind",
            &format!("--callgrind-out-file={}", output.display()),
        ],
    )?;
    server.requests(FIRST)?;
    server.dump()?;
    server.requests(FURTHER)?;
    server.dump()?;
    server.stop()?;
    let dump = output.with_extension("2");
    let counts = fs::read_to_string(&dump)?;
    let total = total(&counts)?;
    if let Some(folder) = keep {
        fs::create_dir_all(folder)?;
        // callgrind_annotate takes what a call that began before the dump has cost for the caller's own.
        let counts = counts.replace("\ncalls=0 ", "\ncalls=1 ");
        fs::write(folder.join(case.name).with_extension("callgrind"), counts)?;
    }
    Ok(total / u64::from(FURTHER))
}

/// Instructions from exec to the end of the first response.
pub fn instructions_of_start(case: &Case, binary: &Path) -> Result<u64> {
    let folder = Folder::new()?;
    let output = folder.0.join("callgrind");
    let file = format!("--callgrind-out-file={}", output.display());
    let server = Server::start(
        case,
        binary,
        &folder,
        &["valgrind", "--tool=callgrind", &file],
    )?;
    server.dump()?;
    server.stop()?;
    total(&fs::read_to_string(output.with_extension("1"))?)
}

/// Memory in use (RSS, in KiB) after a few thousand requests.
pub fn rss(case: &Case, binary: &Path) -> Result<u64> {
    let folder = Folder::new()?;
    let server = Server::start(case, binary, &folder, &[])?;
    server.requests(FIRST + FURTHER)?;
    resident(&server.process)
}

/// Memory in use (RSS, in KiB).
pub fn resident(process: &Child) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let mut lines = status.lines();
    let rss = lines.find_map(|line| line.strip_prefix("VmRSS:"));
    let rss = rss.and_then(|rss| rss.split_whitespace().next());
    Ok(rss.ok_or("no VmRSS")?.parse()?)
}

/// Starts a server with a program in front of it, such as valgrind or `taskset`.
pub fn spawn(
    case: &Case,
    before: &[&str],
    binary: &Path,
    port: u16,
    stdout: Stdio,
) -> Result<Child> {
    let mut command = match before {
        [] => Command::new(binary),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(binary);
            command
        }
    };
    let command = command
        .args(["--port", &port.to_string()])
        // What is in the environment must not change the counts.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(case.environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(stdout);
    Ok(command.spawn()?)
}

/// Waits until a server takes a connection, with pauses of this length.
pub fn connect(case: &Case, process: &mut Child, port: u16, pause: Duration) -> Result<TcpStream> {
    let since = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => return Ok(stream),
            Err(error) if since.elapsed() > START => return Err(error.into()),
            Err(_) => sleep(pause),
        }
        if let Some(status) = process.try_wait()? {
            return Err(format!("{} has ended: {status}", case.name).into());
        }
    }
}

/// A port that nobody listens at.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// What a dump of callgrind has counted.
fn total(counts: &str) -> Result<u64> {
    let totals = counts
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    Ok(totals
        .ok_or("callgrind's dump has no totals")?
        .trim()
        .parse()?)
}

/// Allocations of a request and their bytes: the difference of two runs.
pub fn allocations(case: &Case, binaries: &Path) -> Result<(f64, f64)> {
    let total = |requests| -> Result<(f64, f64)> {
        let folder = Folder::new()?;
        let server = Server::start(
            case,
            &binaries.join(case.package),
            &folder,
            &["valgrind", "--tool=dhat", "--dhat-out-file=/dev/null"],
        )?;
        server.requests(requests)?;
        // Total: 1,234 bytes in 56 blocks
        let report = server.stop()?.replace(',', "");
        let words: Vec<_> = report
            .lines()
            .find_map(|line| line.split_once("Total:"))
            .ok_or("dhat's report has no total")?
            .1
            .split_whitespace()
            .collect();
        match words[..] {
            [bytes, "bytes", "in", blocks, "blocks"] => Ok((blocks.parse()?, bytes.parse()?)),
            _ => Err("dhat's total is not understood".into()),
        }
    };
    let first = total(FIRST)?;
    let all = total(FIRST + FURTHER)?;
    let further = f64::from(FURTHER);
    Ok(((all.0 - first.0) / further, (all.1 - first.1) / further))
}

/// A folder that goes when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("kalgan-peers-{}", std::process::id()));
        // A killed run of the same id may have left one.
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&path)?,
        }
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

struct Server {
    process: Child,
    port: u16,
    path: &'static str,
    report: PathBuf,
}

impl Server {
    /// Starts a server, under valgrind where its arguments are given.
    fn start(case: &Case, binary: &Path, folder: &Folder, valgrind: &[&str]) -> Result<Self> {
        let port = free_port()?;
        let report = folder.0.join("report");
        let log = format!("--log-file={}", report.display());
        let before = match valgrind {
            [] => Vec::new(),
            valgrind => [valgrind, &[&log]].concat(),
        };
        let stdout = File::create(folder.0.join("stdout"))?;
        let process = spawn(case, &before, binary, port, stdout.into())?;
        let mut server = Self {
            process,
            port,
            path: case.path,
            report,
        };
        let pause = Duration::from_millis(50);
        let mut stream = connect(case, &mut server.process, port, pause)?;
        check_body(case, &mut stream)?;
        Ok(server)
    }

    fn requests(&self, count: u32) -> Result<()> {
        let output = Command::new("ab")
            .args(["-q", "-k", "-c", "4", "-s", "120", "-n", &count.to_string()])
            .arg(format!("http://127.0.0.1:{}{}", self.port, self.path))
            .output()?;
        let report = String::from_utf8_lossy(&output.stdout);
        let has = |name: &str, value: u32| {
            report
                .lines()
                .filter_map(|line| line.split_once(':'))
                .any(|(key, text)| key == name && text.trim() == value.to_string())
        };
        let is_good = output.status.success()
            && has("Complete requests", count)
            && has("Failed requests", 0)
            && has("Keep-Alive requests", count)
            && !report.contains("Non-2xx");
        if is_good {
            Ok(())
        } else {
            let error = String::from_utf8_lossy(&output.stderr);
            Err(format!("`ab` has not got {count} good responses:\n{report}{error}").into())
        }
    }

    /// Writes callgrind's counts to a file of their own and sets them to zero.
    fn dump(&self) -> Result<()> {
        let output = Command::new("vgdb")
            .arg(format!("--pid={}", self.process.id()))
            .arg("dump")
            .output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("vgdb: {}", String::from_utf8_lossy(&output.stderr)).into())
        }
    }

    /// Ends the server and returns valgrind's report.
    fn stop(mut self) -> Result<String> {
        Command::new("kill")
            .arg(self.process.id().to_string())
            .status()?;
        self.process.wait()?;
        Ok(fs::read_to_string(&self.report)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, but for a run that fails.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Compares the body of an answer on this connection.
pub fn check_body(case: &Case, stream: &mut TcpStream) -> Result<()> {
    let path = case.path;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (_, body) = response.split_once("\r\n\r\n").ok_or("no HTTP response")?;
    let expected = match case.body {
        Body::Text(text) => text,
        Body::Page => include_str!("../page.html").trim_end(),
        Body::Museum => include_str!("../museum.html").trim_end(),
    };
    if normalised(body) != expected {
        return Err(format!("{} answers with another body:\n{response}", case.name).into());
    }
    Ok(())
}

/// The body without the newline at its end, which askama leaves out, and with the character references that
/// Tera writes by name and askama by number.
fn normalised(body: &str) -> String {
    body.trim_end()
        .replace("&#60;", "&lt;")
        .replace("&#62;", "&gt;")
        .replace("&#38;", "&amp;")
        .replace("&#34;", "&quot;")
}
