//! Entities of HTML in messages that templates print, and so escape: `&nbsp;` is shown as it stands.

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::messages::check::Entity;
use crate::syntax::ast::{Component, ComponentCall, Expr, ExprKind, Name, Node, NodeKind};
use crate::syntax::visit::{self, Visitor};
use crate::templates::is_html;
use std::collections::HashMap;

/// Finds entities that a page shows as they stand. A message that is not printed as it is may be HTML.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let entities = &known.files.message_entities;
    if entities.is_empty() {
        return Vec::new();
    }
    let mut printed = Printed::default();
    let mut places = HashMap::new();
    for (name, entry, parsed) in known.files.templates.parsed() {
        if !is_html(name) {
            continue;
        }
        visit::walk(&mut printed, &parsed.tree);
        for key in printed.keys.drain(..) {
            let place = || entry.place(key.span);
            places.entry(key.text.to_string()).or_insert_with(place);
        }
    }
    let found = entities.iter().filter_map(|entity| {
        let place = places.get(&*entity.key)?.clone();
        let Entity { key, text, .. } = entity;
        Some(
            Diagnostic::warning_at(
                entity.place.clone(),
                format!("`{text}` in the message `{key}` is shown as it stands: what is printed is escaped"),
            )
            .with_code("message-entity")
            .with_help(instead(text))
            .with_note("it is printed here", place),
        )
    });
    found.collect()
}

fn instead(entity: &str) -> String {
    let written = match entity {
        "&nbsp;" | "&#160;" => "\\u00A0",
        "&shy;" => "\\u00AD",
        "&thinsp;" => "\\u2009",
        "&amp;" => return String::from("write `&`"),
        "&lt;" => return String::from("write `<`"),
        "&gt;" => return String::from("write `>`"),
        _ => return String::from("write the character itself"),
    };
    format!("write the character itself, in double quotes as `{written}`")
}

/// The keys of messages that are printed and nothing else.
#[derive(Default)]
struct Printed {
    keys: Vec<Name>,
}

impl Printed {
    fn printed(&mut self, expr: &Expr) {
        let subject = match &expr.kind {
            ExprKind::Filter { of, call } if &*call.name.text == "trans" => of,
            ExprKind::Call { name, arguments } if &*name.text == "trans" => {
                let mut keys = arguments.iter();
                match keys.find(|argument| &*argument.name.text == "key") {
                    Some(key) => &key.value,
                    None => return,
                }
            }
            ExprKind::Ternary {
                then, otherwise, ..
            } => {
                self.printed(then);
                self.printed(otherwise);
                return;
            }
            _ => return,
        };
        if let ExprKind::Text(text) = &subject.kind {
            self.keys.push(Name {
                text: text.clone(),
                span: subject.span,
            });
        }
    }
}

impl<'a> Visitor<'a> for Printed {
    fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Expression(expr) => self.printed(expr),
            // What becomes of these is not known.
            NodeKind::SetBlock { .. } | NodeKind::FilterSection { .. } => return,
            _ => {}
        }
        visit::walk_node(self, node);
    }

    fn component_call(&mut self, _: &'a ComponentCall) {}

    fn component(&mut self, component: &'a Component) {
        visit::nodes(self, &component.body);
    }
}
