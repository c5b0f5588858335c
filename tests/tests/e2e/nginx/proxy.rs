//! nginx as a process.

use crate::nginx::document::Block;
use crate::nginx::visit::Outside;
use kalgan_tests::wait_for;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long nginx may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// An nginx with files of its own, which ends at the latest when this value does.
#[derive(Debug)]
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
}

/// Debian has it where not everybody's programs are looked for.
pub(crate) fn program() -> &'static str {
    let debian = "/usr/sbin/nginx";
    if Path::new(debian).exists() {
        debian
    } else {
        "nginx"
    }
}

impl Nginx {
    /// Starts nginx with the site, and waits until it takes connections.
    pub(crate) fn start(folder: PathBuf, site: &Block, outside: &Outside) -> Self {
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("site.conf"), site.text()).unwrap();
        fs::write(folder.join("nginx.conf"), around(&folder)).unwrap();
        let test = command(&folder).arg("-t").output().unwrap();
        let said = String::from_utf8_lossy(&test.stderr);
        assert!(test.status.success(), "{said}\n{}", site.text());
        // A later nginx than Debian's 1.22 wants `http2 on`.
        let mut warnings = said.lines().filter(|line| line.contains("[warn]"));
        assert!(
            warnings.all(|line| line.contains("\"listen ... http2\" directive is deprecated")),
            "{said}"
        );

        let mut child = command(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut is_running = || child.try_wait().unwrap().is_none();
        for port in [outside.http, outside.https] {
            wait_for("nginx", || {
                let error = || fs::read_to_string(folder.join("error.log"));
                assert!(is_running(), "nginx has ended: {:?}", error());
                TcpStream::connect(("127.0.0.1", port)).ok()
            });
        }
        Self { child, folder }
    }

    /// Its own log, which has what the instances are not asked.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("access.log")).unwrap()
    }

    pub(crate) fn error_log(&self) -> String {
        fs::read_to_string(self.folder.join("error.log")).unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers, but only when it is asked to and not when it is killed.
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        // Its children first, while they are known to be its.
        let _ = Command::new("pkill").args(["-KILL", "-P", &id]).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
        .arg(folder)
        .stdin(Stdio::null());
    command
}

/// What Debian's nginx.conf has around a site, as far as it is needed, with all files in the folder.
fn around(folder: &Path) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|of| format!("    {of}_temp_path temporary;\n"))
        .concat();
    let path = folder.display();
    format!(
        "daemon off;\n\
         worker_processes 2;\n\
         pid {path}/nginx.pid;\n\
         error_log {path}/error.log info;\n\
         {}\
         events {{ worker_connections 512; }}\n\
         http {{\n    \
             include /etc/nginx/mime.types;\n    \
             default_type application/octet-stream;\n    \
             access_log {path}/access.log;\n\
         {temporary}    \
             include site.conf;\n\
         }}\n",
        user()
    )
}

/// As root, nginx would give its workers another user, who may not read the test's files.
fn user() -> String {
    let id = |option| {
        let Output { stdout, .. } = Command::new("id").arg(option).output().unwrap();
        String::from_utf8(stdout).unwrap().trim().to_owned()
    };
    if id("-u") == "0" {
        format!("user {} {};\n", id("-un"), id("-gn"))
    } else {
        String::new()
    }
}
