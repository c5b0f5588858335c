//! The standard output as the log uses it: a reader that has stopped reading stops nobody.

use kalgan_core::suggest::counted;
use std::io::{self, StdoutLock, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// How long a reader that has read so far is waited for, in milliseconds.
const PATIENCE: i32 = 100;

/// The most bytes that a pipe takes whole where it takes any (`PIPE_BUF` of Linux, and more than
/// POSIX asks).
const PIECE: usize = 4096;

/// How many lines were lost since the reader stopped.
static LOST: AtomicU64 = AtomicU64::new(0);

/// A line of the log.
pub(crate) struct Line;

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut output = io::stdout().lock();
        let lost = LOST.load(Ordering::Relaxed);
        // Who has stopped once is not waited for until it reads again.
        let patience = if lost == 0 { PATIENCE } else { 0 };
        if !takes_more(&output, patience) {
            LOST.fetch_add(1, Ordering::Relaxed);
            return Ok(line.len());
        }
        if lost > 0 {
            let lost = LOST.swap(0, Ordering::Relaxed);
            let lost = counted(lost, "line");
            writeln!(output, "{lost} of the log lost: nobody read the output")?;
        }
        for (at, piece) in line.chunks(PIECE).enumerate() {
            if at > 0 && !takes_more(&output, PATIENCE) {
                break;
            }
            output.write_all(piece)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a write would not block, within so many milliseconds.
#[cfg(unix)]
fn takes_more(output: &StdoutLock<'_>, patience: i32) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let patience = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(patience) * 1_000_000,
    };
    let mut polled = [PollFd::new(output, PollFlags::OUT)];
    // Where the system does not say, the write itself does.
    poll(&mut polled, Some(&patience)).map_or(true, |ready| ready > 0)
}

#[cfg(not(unix))]
fn takes_more(_: &StdoutLock<'_>, _: i32) -> bool {
    true
}
