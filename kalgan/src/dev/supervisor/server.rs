//! The app as a child, with the socket handed over.

use super::event::Event;
use super::line::{CHILD, Line};
use crate::dev::nonce::nonce;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::io;
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixDatagram;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A process of the app. It ends at the latest when this value does.
#[derive(Debug)]
pub(super) struct Server {
    lines: UnboundedSender<Line>,
    orders: UnboundedSender<Order>,
}

#[derive(Debug)]
enum Order {
    Stop,
    Kill,
}

impl Server {
    /// Starts the app with the listening socket. It says by events when it takes connections, and
    /// when it has ended.
    ///
    /// # Errors
    /// The system cannot start it.
    pub(super) fn start(
        id: u64,
        program: &Path,
        arguments: &[OsString],
        listener: &TcpListener,
        events: UnboundedSender<Event>,
    ) -> io::Result<Self> {
        let ready = Ready::bind()?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env(CHILD, "1")
            .env("LISTEN_FDS", "1")
            .env("LISTEN_FDS_FIRST_FD", listener.as_raw_fd().to_string())
            // It would have to be the child's, which only the child can know.
            .env_remove("LISTEN_PID")
            .env("NOTIFY_SOCKET", &ready.path)
            .stdin(Stdio::piped())
            .kill_on_drop(true);
        // The socket is for this child alone: what cargo starts may live on for long.
        fcntl_setfd(listener, FdFlags::empty())?;
        let child = command.spawn();
        fcntl_setfd(listener, FdFlags::CLOEXEC)?;
        let mut child = child?;

        let (lines, to_write) = unbounded_channel();
        if let Some(stdin) = child.stdin.take() {
            tokio::spawn(write(stdin, to_write));
        }
        let (orders, to_obey) = unbounded_channel();
        tokio::spawn(attend(id, child, ready, to_obey, events));
        Ok(Self { lines, orders })
    }

    /// Tells it how the build goes.
    pub(super) fn tell(&self, line: Line) {
        // Who has ended need not know.
        let _ = self.lines.send(line);
    }

    /// Asks it to finish what is open, and to end.
    pub(super) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }

    /// Ends it at once.
    pub(super) fn kill(&self) {
        let _ = self.orders.send(Order::Kill);
    }
}

/// In a task of its own: a child that does not read holds nothing up.
async fn write(mut stdin: ChildStdin, mut lines: UnboundedReceiver<Line>) {
    while let Some(line) = lines.recv().await {
        let Ok(mut text) = serde_json::to_string(&line) else {
            continue;
        };
        text.push('\n');
        if stdin.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn attend(
    id: u64,
    mut child: Child,
    ready: Ready,
    mut orders: UnboundedReceiver<Order>,
    events: UnboundedSender<Event>,
) {
    let mut is_ready = false;
    let ended = loop {
        tokio::select! {
            ended = child.wait() => break ended,
            () = ready.wait(), if !is_ready => {
                is_ready = true;
                let _ = events.send(Event::Ready(id));
            }
            order = orders.recv() => match order {
                // It is there still, since nobody has waited for it.
                Some(Order::Stop) => if let Some(process) = process(&child) {
                    let _ = kill_process(process, Signal::TERM);
                },
                Some(Order::Kill) => {
                    let _ = child.start_kill();
                }
                None => {
                    let _ = child.start_kill();
                    break child.wait().await;
                }
            }
        }
    };
    let how = match ended {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    let _ = events.send(Event::Ended(id, how));
}

/// The id of a process that is there.
pub(super) fn process(child: &Child) -> Option<Pid> {
    let id = child.id().and_then(|id| i32::try_from(id).ok())?;
    Pid::from_raw(id)
}

/// The socket to which the child says that it takes connections.
struct Ready {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Ready {
    fn bind() -> io::Result<Self> {
        // Others may write to the folder as well.
        let path = std::env::temp_dir().join(format!("kalgan-dev-{}", nonce()));
        let socket = UnixDatagram::bind(&path)?;
        Ok(Self { socket, path })
    }

    async fn wait(&self) {
        let mut buffer = [0; 256];
        loop {
            match self.socket.recv(&mut buffer).await {
                Ok(length) if buffer[..length].starts_with(b"READY=1") => return,
                Ok(_) => {}
                Err(_) => std::future::pending().await,
            }
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
