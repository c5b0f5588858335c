//! What the bar at the foot of a page tells of the request that was answered with it.

use super::log;
use super::record::{Inner, Notes};
use crate::site::Site;
use http::{Method, StatusCode, Uri};
use kalgan_core::template::ast::ComponentCall;
use kalgan_core::template::visit::{self, Visitor};
use kalgan_core::templates::Set;
use serde_json::{Value, json};
use std::time::Duration;

/// The facts of a request, for the script of development.
pub(super) fn facts(record: &Inner, method: &Method, uri: &Uri, status: StatusCode) -> Value {
    let notes = record.notes().clone();
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
        "method": method.as_str(),
        "path": uri.path(),
        "route": route,
        "templates": templates(&notes, record.site.as_deref()),
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
            "total": millis(record.begun.elapsed()),
            "render": millis(rendered.sum()),
            "look": millis(record.look.duration),
        },
        "reread": record.look.reread,
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

fn templates(notes: &Notes, site: Option<&Site>) -> Vec<Value> {
    let set = site
        .and_then(|site| site.live.as_ref())
        .map(|live| live.templates());
    notes
        .templates
        .iter()
        .map(|rendered| {
            let uses = set.map(|set| uses(set, &rendered.name)).unwrap_or_default();
            json!({
                "name": rendered.name,
                "millis": millis(rendered.duration),
                "uses": uses.iter().map(|(how, name)| json!([how, name])).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// What a template extends, includes and calls, and what those do, in the order in which it is
/// come across; each once.
fn uses(set: &Set, name: &str) -> Vec<(&'static str, String)> {
    let mut uses: Vec<(&'static str, String)> = Vec::new();
    let mut waiting = vec![name.to_owned()];
    let mut seen = waiting.clone();
    while let Some(name) = waiting.pop() {
        let Some(parsed) = set.entry(&name).and_then(|entry| entry.parsed.as_ref()) else {
            continue;
        };
        let mut found: Vec<(&'static str, String)> = Vec::new();
        if let Some(parent) = &parsed.tree.parent {
            found.push(("extends", parent.text.to_string()));
        }
        for include in &parsed.references.includes {
            found.push(("includes", include.text.to_string()));
        }
        let mut calls = Calls::default();
        visit::walk(&mut calls, &parsed.tree);
        for call in calls.0 {
            found.push(("calls", call.to_owned()));
        }
        for (how, name) in found {
            if uses.iter().any(|(_, known)| *known == name) {
                continue;
            }
            if how == "calls" {
                // What a component uses is that of the template that defines it.
                if let Some((entry, _)) = set.component(&name)
                    && let Some((template, _)) = set
                        .entries()
                        .find(|(_, known)| std::sync::Arc::ptr_eq(&known.file, &entry.file))
                    && !seen.iter().any(|known| known == template)
                {
                    seen.push(template.to_owned());
                    waiting.push(template.to_owned());
                }
            } else if !seen.contains(&name) {
                seen.push(name.clone());
                waiting.push(name.clone());
            }
            uses.push((how, name));
        }
    }
    uses
}

/// The components that a template calls.
#[derive(Default)]
struct Calls<'a>(Vec<&'a str>);

impl<'a> Visitor<'a> for Calls<'a> {
    fn component_call(&mut self, call: &'a ComponentCall) {
        self.0.push(&call.name.text);
        visit::walk_component_call(self, call);
    }
}
