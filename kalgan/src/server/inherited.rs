//! Listening sockets that the process was started with: systemd's socket activation, `systemfd`,
//! and the command `dev` all hand them over in the same way (`LISTEN_FDS`).

use listenfd::ListenFd;
use std::io;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

/// What is left of the sockets; `None` before the environment was looked at.
static INHERITED: Mutex<Option<Sockets>> = Mutex::new(None);

struct Sockets {
    all: ListenFd,
    next: usize,
}

impl Sockets {
    fn read() -> Self {
        Self {
            all: ListenFd::from_env(),
            next: 0,
        }
    }
}

/// Looks at the environment. It is changed by that, so a process does it best before it has threads.
pub(crate) fn read() {
    let mut sockets = INHERITED.lock().unwrap_or_else(PoisonError::into_inner);
    sockets.get_or_insert_with(Sockets::read);
}

/// The next of the sockets, if there is one more: a second app of the process gets the second one.
///
/// # Errors
/// What was handed over is no TCP socket.
pub(crate) fn take() -> io::Result<Option<TcpListener>> {
    let mut sockets = INHERITED.lock().unwrap_or_else(PoisonError::into_inner);
    let sockets = sockets.get_or_insert_with(Sockets::read);
    let at = sockets.next;
    let listener = sockets.all.take_tcp_listener(at).map_err(|error| {
        let text = format!(
            "the socket number {} that this process was started with (LISTEN_FDS) cannot be used \
             ({error}): it has to be a listening TCP socket",
            at + 1
        );
        io::Error::new(error.kind(), text)
    })?;
    if let Some(listener) = &listener {
        sockets.next += 1;
        // tokio asks for it, and systemd does not do it.
        listener.set_nonblocking(true)?;
    }
    Ok(listener)
}
