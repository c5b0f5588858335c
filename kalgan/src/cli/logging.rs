//! Where the log goes, and how its lines look.

use crate::cli::output::Line;
use crate::dev;
use crate::early_log;
use std::fmt;
use std::io::{IsTerminal, Stderr, stderr};
use tracing::field::{Field, Visit};
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{Compact, DefaultFields, Format, Writer};
use tracing_subscriber::fmt::writer::EitherWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

/// Where the log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// To the standard output.
    Output,
    /// To the standard error.
    Error,
}

impl<'a> MakeWriter<'a> for To {
    type Writer = EitherWriter<Line, Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        match self {
            Self::Output => EitherWriter::A(Line),
            Self::Error => EitherWriter::B(stderr()),
        }
    }
}

/// Log by `RUST_LOG`, else from INFO on: this thread until the app runs, then the
/// whole process, unless the app has set a subscriber or a logger of its own.
pub(crate) fn start(to: To) {
    let asked = std::env::var("RUST_LOG").ok();
    let filter = asked.as_deref().and_then(filter);
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = Lines {
        format: tracing_subscriber::fmt::format()
            .compact()
            .with_target(false),
    };
    let output = tracing_subscriber::fmt::layer()
        .with_ansi(match to {
            To::Output => std::io::stdout().is_terminal(),
            To::Error => stderr().is_terminal(),
        })
        .fmt_fields(DefaultFields::new())
        .event_format(lines)
        .with_writer(to);
    let log = tracing_subscriber::registry()
        .with(filter)
        .with(output)
        .with(dev::lines());
    early_log::begin(Dispatch::new(log));
}

/// What a value of `RUST_LOG` lets through: directives such as `info,hyper=debug`, errors alone where
/// there are none. `None` where one is not understood; those of spans are not, which would need a
/// regex engine.
fn filter(directives: &str) -> Option<Targets> {
    let texts: Vec<&str> = directives
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    if texts.is_empty() {
        return Some(Targets::new().with_default(LevelFilter::ERROR));
    }
    if texts
        .iter()
        .any(|text| text.replace("[{", "").contains('['))
    {
        return None;
    }
    texts.join(",").parse().ok()
}

/// Lines with time and level, but access-log lines as they are: programs read those.
struct Lines {
    format: Format<Compact>,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != crate::server::access_log::TARGET {
            return self.format.format_event(context, writer, event);
        }
        let mut line = AccessLine(writer.by_ref(), Ok(()));
        event.record(&mut line);
        line.1?;
        writer.write_char('\n')
    }
}

/// Writes the message of an event, which the access log has escaped.
struct AccessLine<'w>(Writer<'w>, fmt::Result);

impl Visit for AccessLine<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.1 = self.0.write_str(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn directives_of_targets_and_levels() {
        let passes = |directives: &str, target: &str, level: Level| {
            filter(directives).map(|filter| filter.would_enable(target, &level))
        };
        for (directives, target, level, expected) in [
            ("info", "kalgan", Level::INFO, Some(true)),
            ("info", "kalgan", Level::DEBUG, Some(false)),
            ("warn", "kalgan::access", Level::INFO, Some(false)),
            ("WARN", "x", Level::WARN, Some(true)),
            ("off", "kalgan", Level::ERROR, Some(false)),
            ("info,hyper=debug", "hyper::proto", Level::DEBUG, Some(true)),
            ("info, hyper=off,", "hyper", Level::ERROR, Some(false)),
            ("info, hyper=off,", "kalgan", Level::INFO, Some(true)),
            ("museum=debug", "kalgan", Level::ERROR, Some(false)),
            ("museum", "museum::controller", Level::TRACE, Some(true)),
            ("", "kalgan", Level::ERROR, Some(true)),
            (" ,", "kalgan", Level::WARN, Some(false)),
            ("info,[span]=debug", "x", Level::INFO, None),
            ("x[span{field=1}]=debug", "x", Level::INFO, None),
            ("info=x=y", "x", Level::INFO, None),
            ("x=loud", "x", Level::INFO, None),
        ] {
            assert_eq!(passes(directives, target, level), expected, "{directives}");
        }
    }
}
