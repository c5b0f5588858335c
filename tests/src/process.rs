//! Processes of apps.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};

use crate::log::Log;
use crate::wait_for;

/// A start of a binary that is being prepared. The process gets nothing of the tests' own
/// environment that an app reads, and works in the root folder, where it finds no file of its own.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: PathBuf,
}

/// What a process that has ended did.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Launch {
    /// A start of this program.
    #[must_use]
    pub fn new(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: PathBuf::from("/"),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments, which spaces separate.
    #[must_use]
    pub fn args(self, arguments: &str) -> Self {
        arguments.split_whitespace().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        let value = value.as_ref().to_owned();
        self.environment.push((name.into(), value));
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = folder.to_owned();
        self
    }

    /// Runs another program with this one as its argument, such as `strace`.
    #[must_use]
    pub fn under(mut self, tool: &str, arguments: &[&OsStr]) -> Self {
        let mut all: Vec<OsString> = arguments.iter().map(|&a| a.to_owned()).collect();
        all.push(std::mem::replace(&mut self.program, tool.into()).into());
        all.append(&mut self.arguments);
        self.arguments = all;
        self
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it does not end within [`DEADLINE`](crate::DEADLINE).
    #[must_use]
    pub fn run(self) -> Ran {
        let mut process = Process::start(&self);
        let status = process.wait();
        Ran {
            code: status.code(),
            stdout: process.stdout.text(),
            stderr: process.stderr.text(),
        }
    }

    /// Starts a server at a port that the system chooses, and waits until it says which.
    ///
    /// # Panics
    /// When it ends instead, or says nothing within [`DEADLINE`](crate::DEADLINE).
    #[must_use]
    pub fn serve(self) -> Server {
        let mut process = Process::start(&self.args("--port 0"));
        let address = wait_for("the server's address", || {
            if let Some(line) = process.stdout.lines_with(" at http://").into_iter().next() {
                let (_, rest) = line.split_once(" at http://")?;
                return rest.split([',', ' ']).next()?.parse().ok();
            }
            if let Ok(Some(status)) = process.child.try_wait() {
                process.finish_reading();
                panic!(
                    "the server did not start ({status}):\n{}{}",
                    process.stdout.text(),
                    process.stderr.text()
                );
            }
            None
        });
        Server { process, address }
    }

    /// Starts a server that may log nothing, at a free port that it is told, and waits until it
    /// takes connections.
    ///
    /// # Panics
    /// When it takes none within [`DEADLINE`](crate::DEADLINE).
    #[must_use]
    pub fn serve_silently(self) -> Server {
        // Somebody else may get the port first.
        wait_for("the server", || self.clone().start_at(free_port()))
    }

    /// Starts a server at this port, whether it logs or not, and waits until it takes connections.
    ///
    /// # Panics
    /// When it ends instead, or takes none within [`DEADLINE`](crate::DEADLINE).
    #[must_use]
    pub fn serve_at(self, port: u16) -> Server {
        self.start_at(port)
            .unwrap_or_else(|| panic!("no server could be started at the port {port}"))
    }

    /// `None` where the process ends rather than to listen.
    fn start_at(self, port: u16) -> Option<Server> {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut process = Process::start(&self.args(&format!("--port {port}")));
        let is_there = wait_for("the server to listen or end", || {
            if !process.is_running() {
                return Some(false);
            }
            TcpStream::connect(address).is_ok().then_some(true)
        });
        (is_there && process.is_running()).then_some(Server { process, address })
    }
}

/// A port of this machine at which nothing listens.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("there is a free port")
        .port()
}

/// A process, which ends at the latest when this value does.
#[derive(Debug)]
struct Process {
    child: Child,
    stdout: Log,
    stderr: Log,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    fn start(launch: &Launch) -> Self {
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .current_dir(&launch.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            let read_by_apps = ["KALGAN_", "RUST_", "NO_COLOR"];
            if read_by_apps
                .iter()
                .any(|prefix| name.to_string_lossy().starts_with(prefix))
            {
                command.env_remove(name);
            }
        }
        command.envs(launch.environment.iter().map(|(name, value)| (name, value)));
        // Where the binary had to be copied, another process may still have it open for a moment.
        let mut child = wait_for("the program to be startable", || match command.spawn() {
            Ok(child) => Some(child),
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => None,
            Err(error) => panic!("{} cannot be started: {error}", launch.program.display()),
        });
        let (stdout, out) = Log::collect(child.stdout.take().expect("the output is piped"));
        let (stderr, err) = Log::collect(child.stderr.take().expect("the output is piped"));
        Self {
            child,
            stdout,
            stderr,
            readers: vec![out, err],
        }
    }

    fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn wait(&mut self) -> ExitStatus {
        let status = wait_for("the process to end", || {
            self.child.try_wait().expect("a child can be waited for")
        });
        self.finish_reading();
        status
    }

    /// Only once the process has ended: then its outputs do.
    fn finish_reading(&mut self) {
        for reader in self.readers.drain(..) {
            reader.join().expect("reading does not panic");
        }
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("an id is a small number");
        let id = Pid::from_raw(id).expect("an id is not zero");
        kill_process(id, signal).expect("the process is there");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An app that serves, until this value ends.
#[derive(Debug)]
pub struct Server {
    process: Process,
    address: SocketAddr,
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.child.id()
    }

    /// Whether its process has not ended.
    #[must_use]
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Its standard output, which is the log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.process.stdout
    }

    /// Its standard error.
    #[must_use]
    pub fn stderr(&self) -> &Log {
        &self.process.stderr
    }

    /// Sends the process a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits until the process has ended by itself.
    #[must_use]
    pub fn wait(mut self) -> Ran {
        let status = self.process.wait();
        Ran {
            code: status.code(),
            stdout: self.process.stdout.text(),
            stderr: self.process.stderr.text(),
        }
    }

    /// Asks the process to end, with SIGTERM, and waits until it has.
    #[must_use]
    pub fn stop(self) -> Ran {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Stops the server.
    ///
    /// # Panics
    /// When it does not end with success, or has panicked.
    pub fn stop_well(self) {
        let ran = self.stop();
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains("panicked"), "{text}");
        }
    }
}
