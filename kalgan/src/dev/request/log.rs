//! The lines of the log that a request has written, for its bar.

use super::notes::Line;
use super::record;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// How many bytes of a line are kept.
const LENGTH: usize = 2000;

/// Whether the log is Kalgan's own, and so can be listened to.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// Says that [`lines`] is part of the log.
pub(crate) fn writes() {
    IS_OURS.store(true, Ordering::Relaxed);
}

/// Whether lines are noted. An app that has set a subscriber of its own has none.
pub(super) fn is_ours() -> bool {
    IS_OURS.load(Ordering::Relaxed)
}

/// The layer of the log that notes the lines of the request in progress.
pub(crate) fn lines() -> Lines {
    Lines
}

/// See [`lines`].
pub(crate) struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == crate::server::access_log::TARGET {
            return;
        }
        if !record::is_noting() {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let line = Line {
            level: event.metadata().level().as_str(),
            text: text.finish(),
        };
        record::note(|notes| notes.line(line));
    }
}

/// The message of an event, and its further fields behind it.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn finish(mut self) -> String {
        self.message.push_str(&self.fields);
        if self.message.len() > LENGTH {
            let mut end = LENGTH;
            while !self.message.is_char_boundary(end) {
                end -= 1;
            }
            self.message.truncate(end);
            self.message.push('…');
        }
        self.message
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a `String` cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
