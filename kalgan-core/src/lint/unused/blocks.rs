//! Bodies of blocks that no page shows.

use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Expr, ExprKind, Node, NodeKind};
use crate::syntax::visit::{self, Visitor};
use crate::templates::{Set, blocks};
use std::collections::HashSet;

/// The bodies of blocks that every page which is rendered replaces, without `super()`.
pub(super) fn unused(set: &Set, is_rendered: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut shown: HashSet<(&str, &str)> = HashSet::new();
    let mut pages = HashSet::new();
    let all = set.parsed();
    let included = all.flat_map(|(_, _, parsed)| parsed.references.includes.iter());
    let included: HashSet<&str> = included.map(|name| &*name.text).collect();
    for (template, _, _) in set.parsed() {
        if !is_rendered(template) && !included.contains(template) {
            continue;
        }
        let chain = set.chain(template).unwrap_or_default();
        pages.extend(chain.iter().map(|(name, _, _)| *name));
        let mut names = HashSet::new();
        for (_, _, parsed) in &chain {
            names.extend(blocks(&parsed.tree).iter().map(|block| &*block.name.text));
        }
        for name in names {
            for (template, _, parsed) in &chain {
                let all = blocks(&parsed.tree);
                let Some(block) = all.iter().find(|block| *block.name.text == *name) else {
                    continue;
                };
                shown.insert((*template, name));
                let mut calls = Super(false);
                visit::nodes(&mut calls, block.body);
                if !calls.0 {
                    break;
                }
            }
        }
    }
    let mut found = Vec::new();
    for (template, entry, parsed) in set.parsed().filter(|(name, _, _)| pages.contains(name)) {
        let hidden = blocks(&parsed.tree).into_iter();
        let hidden = hidden.filter(|block| !shown.contains(&(template, &*block.name.text)));
        for block in hidden.filter(|block| has_content(block.body, entry.file.text())) {
            let message = format!("no page shows this body of the block `{}`", block.name.text);
            found.push(
                Diagnostic::warning_at(entry.place(block.name.span), message)
                    .with_code("unused-block")
                    .with_help(
                        "each page has its own: remove this one, or call `{{ super() }}` there",
                    ),
            );
        }
    }
    found
}

fn has_content(body: &[Node], text: &str) -> bool {
    body.iter().any(|node| match &node.kind {
        NodeKind::Text(span) => text
            .get(span.start..span.end)
            .is_some_and(|text| !text.trim().is_empty()),
        NodeKind::Comment => false,
        _ => true,
    })
}

/// Whether `super()` is called.
struct Super(bool);

impl<'a> Visitor<'a> for Super {
    fn expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Call { name, .. } = &expr.kind {
            self.0 |= &*name.text == "super";
        }
        visit::walk_expr(self, expr);
    }
}
