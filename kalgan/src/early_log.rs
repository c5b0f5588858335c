//! The log before the app runs, which leaves room for one of the app's own: what `main` sets is kept.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};
use tracing::Dispatch;
use tracing::dispatcher::{self, DefaultGuard};
use tracing::level_filters::LevelFilter;
use tracing_log::{AsLog, LogTracer};

static EARLY: Mutex<Option<Dispatch>> = Mutex::new(None);

thread_local! {
    /// What makes it the log of the thread that `main` runs on.
    static GUARD: Cell<Option<DefaultGuard>> = const { Cell::new(None) };
}

/// Makes this the log of the thread.
pub(crate) fn begin(log: Dispatch) {
    GUARD.set(Some(dispatcher::set_default(&log)));
    *EARLY.lock().unwrap_or_else(PoisonError::into_inner) = Some(log);
}

/// Makes it the log of the process. `false` where there is none that [`begin`] was given, or the app has
/// set its own.
pub(crate) fn settle() -> bool {
    let early = EARLY.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(log) = early else {
        return false;
    };
    GUARD.set(None);
    let is_ours = dispatcher::set_global_default(log).is_ok();
    if is_ours {
        let level = LevelFilter::current().as_log();
        // The error is that the app has a logger for what crates write by `log`.
        let _ = LogTracer::builder().with_max_level(level).init();
    }
    is_ours
}
