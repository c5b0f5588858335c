//! The child's side: what the process says that has started it.

use crate::app::rust_edits::{CHILD, Line};
use crate::dev::hub::{Build, Event, Hub};
use std::future::Future;
use std::io::BufRead;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Completes with `shutdown`, or when the process that has started this one with `dev` is gone.
/// Until then open pages are told what it says.
pub(crate) async fn until_parent_ends(shutdown: impl Future<Output = ()>, hub: Option<Arc<Hub>>) {
    if std::env::var_os(CHILD).is_none() {
        return shutdown.await;
    }
    let (sender, ended) = oneshot::channel::<()>();
    // A thread of its own, for which the end of the process does not wait.
    std::thread::spawn(move || {
        follow(std::io::stdin().lock(), hub.as_deref());
        drop(sender);
    });
    tokio::select! {
        () = shutdown => {}
        _ = ended => {}
    }
}

/// Tells the pages what the lines say, to their end.
fn follow(lines: impl BufRead, hub: Option<&Hub>) {
    for line in lines.lines() {
        let Ok(line) = line else { return };
        let Some(hub) = hub else { continue };
        match serde_json::from_str(&line) {
            Ok(line) => hub.tell(Event::Build(match line {
                Line::Running => Build::Running,
                Line::Done => Build::Done,
                Line::Failed { text } => Build::Failed(text.into()),
            })),
            Err(error) => tracing::debug!(target: "kalgan", "`dev` says `{line}`: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_what_the_lines_say() {
        let hub = Hub::new();
        let (_, mut events) = hub.subscribe().unwrap();
        let failed = serde_json::to_string(&Line::Failed {
            text: String::from("error: \"x\"\n  --> here"),
        });
        let lines = format!(
            "{{\"build\":\"running\"}}\nnonsense\n{}\n{{\"build\":\"done\"}}\n",
            failed.unwrap()
        );
        let (until_failure, rest) = lines.rsplit_once("{\"build\":\"done").unwrap();
        follow(until_failure.as_bytes(), Some(&hub));
        assert_eq!(
            hub.state().failure.as_deref(),
            Some("error: \"x\"\n  --> here")
        );
        follow(format!("{{\"build\":\"done{rest}").as_bytes(), Some(&hub));
        assert_eq!(hub.state().failure, None);
        let mut told = Vec::new();
        while let Ok(Event::Build(build)) = events.try_recv() {
            told.push(build);
        }
        assert_eq!(
            told,
            [
                Build::Running,
                Build::Failed("error: \"x\"\n  --> here".into()),
                Build::Done
            ]
        );
        // Where there are no pages to tell, the lines are read nevertheless.
        follow(lines.as_bytes(), None);
    }
}
