//! One build by cargo.

use super::event::Built;
use super::package::{Plan, cargo};
use super::server::process;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

/// The most of cargo's output that is kept for the pages.
const KEPT: usize = 256 * 1024;

/// What the cargo that is to build has nothing to do with: it belongs to the one that has started
/// this process, or to this process.
const OUTER: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "LISTEN_"];

/// What cargo says before the lines that matter.
const PROGRESS: [&str; 12] = [
    "Adding",
    "Blocking",
    "Building",
    "Compiling",
    "Dirty",
    "Downloaded",
    "Downloading",
    "Finished",
    "Fresh",
    "Locking",
    "Removing",
    "Updating",
];

/// A build that is under way.
#[derive(Debug)]
pub(super) struct Build {
    child: Child,
    target: String,
    /// Whether what it says is printed as it comes.
    prints: watch::Receiver<bool>,
}

/// What can be done with a build that is under way.
#[derive(Debug)]
pub(super) struct Control {
    prints: watch::Sender<bool>,
    /// Cargo and the compilers that it starts.
    group: Option<Pid>,
}

impl Control {
    /// Prints what cargo has said and will say.
    pub(super) fn print(&self) {
        self.prints.send_replace(true);
    }

    /// Ends cargo, and the compilers that it has started.
    pub(super) fn stop(&self) {
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
}

impl Build {
    /// Starts cargo; `further` are arguments for it. What it says is printed as it comes, or only
    /// where it matters.
    ///
    /// # Errors
    /// There is no cargo.
    pub(super) fn start(
        plan: &Plan,
        further: &[String],
        prints: bool,
    ) -> std::io::Result<(Self, Control)> {
        let mut command = Command::new(cargo());
        command
            .args(["build", "--message-format=json-render-diagnostics"])
            .arg("--manifest-path")
            .arg(&plan.manifest)
            .arg(format!("--{}", plan.target.kind))
            .arg(&plan.target.name)
            .args(&plan.options)
            .args(further)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if OUTER.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        let has_colour = std::io::stderr().is_terminal()
            && std::env::var_os("NO_COLOR").is_none()
            && std::env::var_os("CARGO_TERM_COLOR").is_none();
        if has_colour {
            // It cannot see that its output ends on a terminal.
            command.env("CARGO_TERM_COLOR", "always");
        }
        let child = command.spawn()?;
        let group = process(&child);
        let (sender, prints) = watch::channel(prints);
        let build = Self {
            child,
            target: plan.target.name.clone(),
            prints,
        };
        let control = Control {
            prints: sender,
            group,
        };
        Ok((build, control))
    }

    /// Waits for its end.
    pub(super) async fn wait(mut self) -> Built {
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let (executable, (text, is_printed)) = tokio::join!(
            async {
                match stdout {
                    Some(stdout) => executable(stdout, &self.target).await,
                    None => None,
                }
            },
            async {
                match stderr {
                    Some(stderr) => relay(stderr, self.prints, std::io::stderr()).await,
                    None => (Vec::new(), false),
                }
            },
        );
        let ended = self.child.wait().await;
        match (ended, executable) {
            (Ok(status), Some(executable)) if status.success() => {
                Built::Good(executable, if is_printed { Vec::new() } else { text })
            }
            (Ok(status), None) if status.success() => Built::Failed(format!(
                "cargo has built no binary `{}`: do the arguments after `--` choose another one?",
                self.target
            )),
            (Ok(status), _) => {
                if !is_printed {
                    print(&text);
                }
                let text = for_pages(&String::from_utf8_lossy(&text));
                Built::Failed(if text.is_empty() {
                    format!("cargo has ended with {status}")
                } else {
                    text
                })
            }
            (Err(error), _) => Built::Failed(format!("cargo cannot be waited for: {error}")),
        }
    }
}

/// A line of cargo's output for programs, where it tells of something that was made.
#[derive(Debug, Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<MessageTarget>,
}

#[derive(Debug, Deserialize)]
struct MessageTarget {
    name: String,
}

/// The binary that cargo says to have made.
async fn executable(stdout: impl AsyncRead + Unpin, target: &str) -> Option<PathBuf> {
    let mut lines = BufReader::new(stdout).lines();
    let mut found = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(message) = serde_json::from_str::<Message>(&line) else {
            continue;
        };
        if message.target.is_some_and(|made| made.name == target) {
            found = message.executable.or(found);
        }
    }
    found
}

/// Prints what cargo has said.
pub(super) fn print(text: &[u8]) {
    let _ = std::io::stderr().write_all(text);
}

/// Prints what comes, once it should, and keeps the first part of it. The second value is whether it
/// has printed.
async fn relay(
    mut stderr: impl AsyncRead + Unpin,
    mut prints: watch::Receiver<bool>,
    mut printed: impl Write,
) -> (Vec<u8>, bool) {
    let mut kept = Vec::new();
    let mut buffer = [0; 8192];
    let mut is_printing = *prints.borrow_and_update();
    loop {
        tokio::select! {
            read = stderr.read(&mut buffer) => {
                let Ok(length @ 1..) = read else {
                    return (kept, is_printing);
                };
                let room = KEPT.saturating_sub(kept.len());
                kept.extend_from_slice(&buffer[..length.min(room)]);
                if is_printing {
                    let _ = printed.write_all(&buffer[..length]);
                }
            }
            Ok(()) = prints.changed(), if !is_printing => {
                is_printing = true;
                let _ = printed.write_all(&kept);
            }
        }
    }
}

/// The text without colours and without the lines that only say how far cargo is.
fn for_pages(text: &str) -> String {
    let plain = without_escapes(text);
    let is_progress = |line: &str| {
        let trimmed = line.trim_start();
        trimmed.len() < line.len()
            && PROGRESS.iter().any(|word| {
                trimmed
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.starts_with(' '))
            })
    };
    let lines: Vec<&str> = plain.lines().filter(|line| !is_progress(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// The text without the sequences that colour it or make links of it on a terminal.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\u{1b}' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            // Until the letter that says what it is.
            Some('[') => {
                letters.find(|letter| ('@'..='~').contains(letter));
            }
            // Until the bell, or `ESC \`.
            Some(']') => {
                let mut last = ' ';
                letters.find(|&letter| {
                    let ends = letter == '\u{7}' || (last == '\u{1b}' && letter == '\\');
                    last = letter;
                    ends
                });
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_show_what_matters_without_colours() {
        let text = "\u{1b}[1m\u{1b}[92m   Compiling\u{1b}[0m app v0.1.0 (/app)\n\
            \u{1b}[1m\u{1b}[91merror\u{1b}[0m: expected `;`\n \u{1b}[94m--> \u{1b}[0msrc/main.rs:1:2\n\
            Finished is a word here\n\
            \u{1b}]8;;https://x\u{1b}\\link\u{1b}]8;;\u{7}\n";
        assert_eq!(
            for_pages(text),
            "error: expected `;`\n --> src/main.rs:1:2\nFinished is a word here\nlink"
        );
        assert_eq!(for_pages("    Finished `dev` profile\n"), "");
        assert_eq!(without_escapes("a\u{1b}"), "a");
    }

    #[tokio::test]
    async fn what_cargo_has_said_is_printed_as_soon_as_somebody_waits() {
        use tokio::io::AsyncWriteExt;
        let (mut cargo, stderr) = tokio::io::duplex(64);
        let (sender, prints) = watch::channel(false);
        let (mut reader, printed) = std::io::pipe().unwrap();
        let relayed = tokio::spawn(relay(stderr, prints, printed));
        cargo.write_all(b"Blocking").await.unwrap();
        tokio::task::yield_now().await;
        sender.send_replace(true);
        // Cargo says nothing more meanwhile.
        let mut text = [0; 8];
        let read = tokio::task::spawn_blocking(move || {
            std::io::Read::read_exact(&mut reader, &mut text).map(|()| (text, reader))
        });
        let (text, mut reader) = read.await.unwrap().unwrap();
        assert_eq!(&text, b"Blocking");
        cargo.write_all(b", and on").await.unwrap();
        drop(cargo);
        let all = (b"Blocking, and on".to_vec(), true);
        assert_eq!(relayed.await.unwrap(), all);
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut reader, &mut rest).unwrap();
        assert_eq!(rest, ", and on");
    }

    #[tokio::test]
    async fn the_binary_is_the_one_of_the_target() {
        let lines = "not JSON\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"lib\"},\"executable\":null}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"app\"},\"executable\":\"/t/app\"}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"other\"},\"executable\":\"/t/other\"}\n\
            {\"reason\":\"build-finished\",\"success\":true}\n";
        let found = executable(lines.as_bytes(), "app").await;
        assert_eq!(found, Some(PathBuf::from("/t/app")));
        assert_eq!(executable(lines.as_bytes(), "nothing").await, None);
    }
}
