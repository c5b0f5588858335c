//! The child's side: what the process says that has started it.

use super::line::{CHILD, Line};
use crate::dev::client::hub::{Build, Event, Failure, Hub};
use crate::dev::reload::Snapshots;
use std::io::BufRead;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the parent says, until there are pages to tell.
static FROM_PARENT: Mutex<Option<UnboundedReceiver<Line>>> = Mutex::new(None);

fn from_parent() -> MutexGuard<'static, Option<UnboundedReceiver<Line>>> {
    // It is replaced as a whole, so what a panic left behind is as good.
    FROM_PARENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to read what the process says that has started this one with `dev`, where one has. When
/// that one is gone, this one is asked to stop: from the start on, since `main` may wait for long,
/// for a database say, and it would hold the port.
pub(crate) fn follow_parent() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (sender, lines) = unbounded_channel();
    *from_parent() = Some(lines);
    // A thread of its own, for which the end of the process does not wait.
    std::thread::spawn(move || {
        read(std::io::stdin().lock(), &sender);
        #[cfg(unix)]
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
    });
}

/// Tells open pages what the parent has said and will say.
pub(crate) fn tell_pages(snapshots: &Snapshots) {
    if let Some(reloader) = snapshots.reloader()
        && let Some(lines) = from_parent().take()
    {
        tokio::spawn(pass_on(lines, Arc::clone(&reloader.hub)));
    }
}

async fn pass_on(mut lines: UnboundedReceiver<Line>, hub: Arc<Hub>) {
    while let Some(line) = lines.recv().await {
        hub.tell(Event::Build(line.into()));
    }
}

/// Reads lines to their end.
fn read(lines: impl BufRead, sender: &UnboundedSender<Line>) {
    for line in lines.lines() {
        let Ok(line) = line else { return };
        match serde_json::from_str(&line) {
            // The error is that there are no pages.
            Ok(line) => drop(sender.send(line)),
            Err(error) => tracing::debug!(target: "kalgan", "`dev` says `{line}`: {error}"),
        }
    }
}

impl From<Line> for Build {
    fn from(line: Line) -> Self {
        match line {
            Line::Running => Self::Running,
            Line::Done => Self::Done,
            Line::Restarting => Self::Restarting,
            Line::Failed { compiles, text } => Self::Failed(Failure {
                compiles,
                text: text.into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_told_what_the_lines_say() {
        let hub = Arc::new(Hub::new());
        let (_, mut events) = hub.subscribe().unwrap();
        let failed = serde_json::to_string(&Line::Failed {
            compiles: false,
            text: String::from("error: \"x\"\n  --> here"),
        });
        let lines = format!(
            "{{\"build\":\"running\"}}\nnonsense\n{}\n{{\"build\":\"done\"}}\n\
             {{\"build\":\"restarting\"}}\n",
            failed.unwrap()
        );
        let (sender, receiver) = unbounded_channel();
        read(lines.as_bytes(), &sender);
        drop(sender);
        pass_on(receiver, Arc::clone(&hub)).await;
        let failure = Failure {
            compiles: false,
            text: "error: \"x\"\n  --> here".into(),
        };
        for told in [
            Build::Running,
            Build::Failed(failure),
            Build::Done,
            Build::Restarting,
        ] {
            match events.try_recv() {
                Ok(Event::Build(build)) => assert_eq!(build, told),
                other => panic!("{other:?}"),
            }
        }
        // Where there are no pages to tell, the lines are read nevertheless.
        let (sender, _) = unbounded_channel();
        read(lines.as_bytes(), &sender);
    }
}
