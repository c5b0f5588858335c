//! What the bar at the foot of a page tells of the request that was answered with it.

use super::log;
use super::notes::Notes;
use super::record::Inner;
use crate::dev::reload::Beside;
use crate::dev::reload::reloader::beside;
use http::StatusCode;
use kalgan_core::templates::Closure;
use serde_json::{Value, json};
use std::time::Duration;

/// The facts of a request, for the script of development.
pub(super) fn facts(record: &Inner, status: StatusCode) -> Value {
    let notes = record.notes().clone();
    let beside = record.site.as_deref().and_then(beside);
    let rendered = notes.templates.iter().map(|rendered| rendered.duration);
    let route = notes
        .found
        .as_ref()
        .zip(record.site.as_ref())
        .and_then(|(found, site)| {
            let route = site.router.routes().get(found.route?)?;
            Some(json!({
                "name": route.name,
                "path": route.path,
                "controller": route.controller,
                "middleware": route.middleware,
            }))
        });
    json!({
        "status": status.as_u16(),
        "method": record.method.as_str(),
        "path": record.uri.path(),
        "route": route,
        "templates": templates(&notes, beside.as_deref()),
        "language": notes.found.as_ref().map(|found| json!({
            "tag": found.language,
            "how": found.how,
        })),
        "fallbacks": notes.fallbacks.iter().map(|fallback| json!({
            "key": fallback.key,
            "language": fallback.language,
            "shown": fallback.shown,
        })).collect::<Vec<_>>(),
        "millis": {
            "total": millis(record.look.begun().elapsed()),
            "render": millis(rendered.sum()),
            "look": millis(record.look.duration),
        },
        "reading": beside.as_deref().map(|beside| json!({
            "files": beside.reading.files,
            "millis": millis(beside.reading.duration),
        })),
        "lines": log::is_ours().then(|| notes.lines.iter().map(|line| json!({
            "level": line.level,
            "text": line.text,
        })).collect::<Vec<_>>()),
        "moreLines": notes.more_lines,
    })
}

/// In thousandths of a second, to the microsecond.
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn templates(notes: &Notes, beside: Option<&Beside>) -> Vec<Value> {
    let set = beside.map(|beside| &beside.templates);
    notes
        .templates
        .iter()
        .map(|rendered| {
            let closure = set.and_then(|set| set.closure(&rendered.name));
            let uses = closure.as_deref().map(uses).unwrap_or_default();
            json!({
                "name": rendered.name,
                "millis": millis(rendered.duration),
                "uses": uses.iter().map(|(how, name)| json!([how, name])).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// What a template extends, includes and calls, and what those do, in the order in which it is
/// come across; each once. Nothing where one of them is missing.
fn uses(closure: &Closure) -> Vec<(&'static str, &str)> {
    let mut uses: Vec<(&'static str, &str)> = Vec::new();
    for (_, entry) in closure {
        let Some(parsed) = &entry.parsed else {
            continue;
        };
        let parent = parsed.tree.parent.iter();
        let extended = parent.map(|parent| ("extends", &*parent.text));
        let includes = parsed.references.includes.iter();
        let included = includes.map(|include| ("includes", &*include.text));
        let called = parsed.called_components().map(|name| ("calls", name));
        for one in extended.chain(included).chain(called) {
            if !uses.contains(&one) {
                uses.push(one);
            }
        }
    }
    uses
}
