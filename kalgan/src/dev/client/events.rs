//! The stream of events that open pages listen to (server-sent events, as HTML defines them).

use super::hub::{Build, Event, Failure, Hub, State, digest};
use crate::dev::editor::Editor;
use crate::dev::page;
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use kalgan_core::diagnostic::Diagnostic;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// How long there may be silence. Proxies and browsers give up on a stream that never speaks.
const SILENCE: Duration = Duration::from_secs(15);

/// The events from now on, after one that says how things are. `since` is the state of the static
/// files that the page has. `None` once the server stops.
pub(super) fn stream(
    hub: &Arc<Hub>,
    editor: &Editor,
    since: Option<u64>,
) -> Option<impl Stream<Item = Result<Bytes, Infallible>> + Send + use<>> {
    let (state, receiver) = hub.subscribe()?;
    let listener = Listener {
        first: Some(hello(hub, &state, since, editor)),
        editor: editor.clone(),
        seen: state.assets,
        hub: Arc::clone(hub),
        receiver,
    };
    Some(stream::unfold(listener, |mut listener| async move {
        let text = listener.next().await?;
        Some((Ok(Bytes::from(text)), listener))
    }))
}

struct Listener {
    first: Option<String>,
    hub: Arc<Hub>,
    receiver: Receiver<Event>,
    /// What the places of mistakes are opened in.
    editor: Editor,
    /// The state of the static files that the page was told.
    seen: u64,
}

impl Listener {
    /// The next event or comment; `None` once the server stops.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let Ok(received) = tokio::time::timeout(SILENCE, self.receiver.recv()).await else {
            return Some(String::from(":\n\n"));
        };
        match received {
            Ok(event) => {
                if matches!(event, Event::Assets(_)) {
                    self.seen += 1;
                }
                Some(told(&event, &self.editor))
            }
            Err(RecvError::Lagged(_)) => {
                let (state, receiver) = self.hub.subscribe()?;
                self.receiver = receiver;
                let since = std::mem::replace(&mut self.seen, state.assets);
                Some(hello(&self.hub, &state, Some(since), &self.editor))
            }
            Err(RecvError::Closed) => None,
        }
    }
}

/// How things are.
fn hello(hub: &Hub, state: &State, since: Option<u64>, editor: &Editor) -> String {
    format(
        "hello",
        &json!({
            "boot": hub.boot(),
            "site": state.site,
            "assets": state.assets,
            "changed": since.and_then(|since| state.changed_since(since)),
            "mistakes": state.mistakes.as_ref().map(|mistakes| described(mistakes, editor)),
            "failure": state.failure.as_ref().map(explained),
        }),
    )
}

fn told(event: &Event, editor: &Editor) -> String {
    match event {
        Event::Site { settings } => format("site", &json!({"settings": settings})),
        Event::Assets(paths) => format("assets", &json!(**paths)),
        Event::Mistakes(mistakes) => format("mistakes", &described(mistakes, editor)),
        Event::Build(build) => {
            let (state, failure) = match build {
                Build::Running => ("running", None),
                Build::Done => ("done", None),
                Build::Restarting => ("restarting", None),
                Build::Failed(failure) => ("failed", Some(explained(failure))),
            };
            format("build", &json!({"state": state, "failure": failure}))
        }
    }
}

fn explained(failure: &Failure) -> Value {
    json!({"compiles": failure.compiles, "text": *failure.text})
}

fn described(mistakes: &[Diagnostic], editor: &Editor) -> Value {
    json!({
        "digest": digest(mistakes),
        "count": mistakes.len(),
        "html": mistakes.iter().map(|one| page::article(one, editor)).collect::<String>(),
    })
}

/// An event. JSON has no line breaks, which would end the line.
fn format(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use std::pin::pin;

    fn editor() -> Editor {
        Editor::new(std::path::Path::new("/app"), Some("x:{path}"))
    }

    /// The name and the data of an event, as the specification has it read.
    fn parse(text: &str) -> (String, Value) {
        let lines: Vec<&str> = text.strip_suffix("\n\n").unwrap().split('\n').collect();
        let [name, data] = lines[..] else {
            panic!("two lines: {text:?}");
        };
        let data = data.strip_prefix("data: ").unwrap();
        (
            name.strip_prefix("event: ").unwrap().to_owned(),
            serde_json::from_str(data).unwrap(),
        )
    }

    fn paths(paths: &[&str]) -> Event {
        Event::Assets(paths.iter().map(|&path| path.to_owned()).collect())
    }

    #[tokio::test]
    async fn a_page_is_told_how_things_are_and_what_happens() {
        let hub = Arc::new(Hub::new());
        hub.tell(Event::Site { settings: false });
        hub.tell(paths(&["/a.css"]));
        hub.tell(paths(&["/b.png", "/c.png"]));
        let mistake = Diagnostic::general("one\nof <two>\r\nlines");
        let mistakes = Arc::new(vec![mistake]);
        hub.tell(Event::Mistakes(Arc::clone(&mistakes)));
        let mut stream = pin!(stream(&hub, &editor(), Some(1)).unwrap());
        let mut next = async || {
            let text = stream.next().await.unwrap().unwrap();
            parse(std::str::from_utf8(&text).unwrap())
        };
        let (name, data) = next().await;
        assert_eq!(name, "hello");
        assert_eq!(data["boot"], hub.boot());
        assert_eq!((&data["site"], &data["assets"]), (&json!(1), &json!(2)));
        assert_eq!(data["changed"], json!(["/b.png", "/c.png"]));
        assert_eq!(data["mistakes"]["count"], 1);
        let html = data["mistakes"]["html"].as_str().unwrap();
        assert!(html.contains("of &lt;two&gt;"), "{html}");
        assert_eq!(data["failure"], Value::Null);

        hub.tell(Event::Site { settings: false });
        hub.tell(paths(&["/a.css"]));
        hub.tell(Event::Mistakes(mistakes));
        hub.tell(Event::Build(Build::Failed(Failure {
            compiles: false,
            text: "a\nb".into(),
        })));
        hub.tell(Event::Build(Build::Restarting));
        assert_eq!(next().await, ("site".into(), json!({"settings": false})));
        assert_eq!(next().await, ("assets".into(), json!(["/a.css"])));
        assert_eq!(next().await, ("mistakes".into(), data["mistakes"].clone()));
        let failure = json!({"compiles": false, "text": "a\nb"});
        let failed = json!({"state": "failed", "failure": failure});
        assert_eq!(next().await, ("build".into(), failed));
        let restarting = json!({"state": "restarting", "failure": null});
        assert_eq!(next().await, ("build".into(), restarting));
        hub.close();
        assert!(stream.next().await.is_none());
        assert!(super::stream(&hub, &editor(), None).is_none());
    }

    #[tokio::test]
    async fn who_has_lagged_starts_again() {
        let hub = Arc::new(Hub::new());
        let mut stream = pin!(stream(&hub, &editor(), None).unwrap());
        let mut next = async || {
            let text = stream.next().await.unwrap().unwrap();
            parse(std::str::from_utf8(&text).unwrap())
        };
        assert_eq!(next().await.1["changed"], Value::Null);
        for _ in 0..100 {
            hub.tell(Event::Site { settings: false });
        }
        hub.tell(paths(&["/a.css"]));
        let (name, data) = next().await;
        assert_eq!(name, "hello");
        assert_eq!(data["site"], 100);
        assert_eq!(data["changed"], json!(["/a.css"]));
        hub.tell(Event::Site { settings: false });
        assert_eq!(next().await.0, "site");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken() {
        let hub = Arc::new(Hub::new());
        let mut stream = pin!(stream(&hub, &editor(), None).unwrap());
        stream.next().await;
        assert_eq!(stream.next().await.unwrap().unwrap(), ":\n\n");
        assert_eq!(hub.listeners(), 1);
    }
}
