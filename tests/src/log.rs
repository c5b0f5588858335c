//! What a process writes.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What a process has written so far to one of its outputs.
#[derive(Clone, Debug, Default)]
pub struct Log {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Log {
    /// Collects what a process writes, until it ends.
    pub(crate) fn collect(
        mut output: impl Read + Send + 'static,
    ) -> (Self, thread::JoinHandle<()>) {
        let log = Self::default();
        let bytes = Arc::clone(&log.bytes);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend_from_slice(&buffer[..read]);
            }
        });
        (log, reader)
    }

    /// All of it, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The whole lines that contain a text.
    #[must_use]
    pub fn lines_with(&self, part: &str) -> Vec<String> {
        let text = self.text();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().filter(|line| line.contains(part));
        lines.map(str::to_owned).collect()
    }

    /// Waits for a whole line that contains a text.
    ///
    /// # Panics
    /// When there is none within [`DEADLINE`](crate::DEADLINE).
    #[must_use]
    pub fn line_with(&self, part: &str) -> String {
        crate::wait_for(&format!("a line with `{part}`"), || {
            self.lines_with(part).into_iter().next()
        })
    }
}
