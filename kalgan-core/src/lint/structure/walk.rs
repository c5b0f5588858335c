//! What one template extends, includes and overrides.

use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, nearest};
use crate::syntax::ast::{Expr, ExprKind, Name, Node, NodeKind};
use crate::syntax::visit::{self, Visitor};
use crate::templates::{Block, Entry, ParsedTemplate, Set, blocks};
use std::collections::{BTreeSet, HashMap};

/// Finds parents, includes, blocks and components that are missing or go round in a circle, calls
/// of components that do not fit, and variables of components that are no parameters, each with the
/// template; those without mistakes are left out. What a template with a wrong syntax defines is not
/// known, so nobody who refers to it is at fault. A circle is reported once, at the first of its
/// templates that comes by.
pub(super) fn check_some<'s>(
    set: &'s Set,
    names: impl IntoIterator<Item = &'s str>,
) -> Vec<(&'s str, Vec<Diagnostic>)> {
    let mut walk = Walk {
        set,
        diagnostics: Vec::new(),
        circles: BTreeSet::new(),
        needs_body: HashMap::new(),
    };
    let mut found = Vec::new();
    for (name, entry, parsed) in set.parsed_of(names) {
        walk.parent(name, entry, parsed);
        walk.includes(name, entry, parsed);
        walk.blocks(name, entry, parsed);
        walk.components(entry, parsed);
        if !walk.diagnostics.is_empty() {
            found.push((name, std::mem::take(&mut walk.diagnostics)));
        }
    }
    found
}

/// One look at some templates.
pub(super) struct Walk<'s> {
    pub(super) set: &'s Set,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The templates of the circles that were reported.
    circles: BTreeSet<&'s str>,
    /// Whether a component cannot do without a body, by its name.
    pub(super) needs_body: HashMap<&'s str, bool>,
}

impl<'s> Walk<'s> {
    fn parent(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s ParsedTemplate) {
        let Some(parent) = &parsed.tree.parent else {
            return;
        };
        if self.set.entry(&parent.text).is_none() {
            self.unknown_template(entry, parent, "extend");
            return;
        }
        let mut chain = vec![name];
        let mut next = Some(&*parent.text);
        while let Some(current) = next {
            if current == name {
                chain.push(current);
                if chain.iter().any(|one| self.circles.contains(one)) {
                    return;
                }
                self.circles.extend(chain.iter().copied());
                self.diagnostics.push(
                    Diagnostic::error_at(
                        entry.place(parent.span),
                        format!("the template `{name}` extends itself in the end"),
                    )
                    .with_code("template-circle")
                    .with_help(format!("the chain is {}", chain.join(" → "))),
                );
                return;
            }
            if chain.contains(&current) {
                // A circle further up, which its own members report.
                return;
            }
            chain.push(current);
            next = self
                .set
                .entry(current)
                .and_then(|entry| entry.parsed.as_ref())
                .and_then(|parsed| parsed.tree.parent.as_ref())
                .map(|parent| &*parent.text);
        }
    }

    fn includes(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s ParsedTemplate) {
        for include in &parsed.references.includes {
            if self.set.entry(&include.text).is_none() {
                self.unknown_template(entry, include, "include");
                continue;
            }
            let mut chain = vec![name];
            if !self.circles.contains(name) && self.leads_to(&include.text, name, &mut chain) {
                self.circles.extend(chain.iter().copied());
                chain.push(name);
                self.diagnostics.push(
                    Diagnostic::error_at(
                        entry.place(include.span),
                        format!("the template `{name}` includes itself in the end"),
                    )
                    .with_code("template-circle")
                    .with_help(format!("the chain is {}", chain.join(" → "))),
                );
            }
        }
    }

    /// Whether including `from` includes `to`, and by which way.
    fn leads_to(&self, from: &'s str, to: &str, chain: &mut Vec<&'s str>) -> bool {
        if from == to {
            return true;
        }
        let mut seen = BTreeSet::new();
        self.search(from, to, chain, &mut seen)
    }

    fn search(
        &self,
        from: &'s str,
        to: &str,
        chain: &mut Vec<&'s str>,
        seen: &mut BTreeSet<&'s str>,
    ) -> bool {
        if !seen.insert(from) {
            return false;
        }
        let Some(parsed) = self
            .set
            .entry(from)
            .and_then(|entry| entry.parsed.as_deref())
        else {
            return false;
        };
        chain.push(from);
        for include in &parsed.references.includes {
            if *include.text == *to || self.search(&include.text, to, chain, seen) {
                return true;
            }
        }
        chain.pop();
        false
    }

    fn unknown_template(&mut self, entry: &Entry, name: &Name, purpose: &str) {
        self.diagnostics.push(
            Diagnostic::error_at(
                entry.place(name.span),
                format!("there is no template `{}` to {purpose}", name.text),
            )
            .with_code("unknown-template")
            .with_help(self.template_help(&name.text)),
        );
    }

    fn template_help(&self, name: &str) -> String {
        let names = self.set.names();
        let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
        // The folder is forgotten more often than the name is misspelt.
        let elsewhere: Vec<&str> = names
            .iter()
            .copied()
            .filter(|known| *known != name && last(known) == last(name))
            .collect();
        if let [one] = elsewhere.as_slice() {
            return format!("did you mean `{one}`?");
        }
        match nearest(name, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => String::from(
                "the name is the path below the folder of templates, such as `base.html`",
            ),
        }
    }

    fn blocks(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s ParsedTemplate) {
        let above: Option<Vec<&Name>> = self.set.chain(name).map(|chain| {
            let parents = chain.into_iter().skip(1);
            let all = parents.flat_map(|(_, _, parent)| blocks(&parent.tree));
            all.map(|block| block.name).collect()
        });
        for Block {
            name: block,
            body,
            is_nested,
        } in blocks(&parsed.tree)
        {
            let Some(above) = &above else {
                // Some parent is missing or broken, which is said there.
                break;
            };
            let is_known = above.iter().any(|known| known.text == block.text);
            if parsed.tree.parent.is_some() && !is_nested && !is_known {
                let names: Vec<&str> = above.iter().map(|known| &*known.text).collect();
                self.diagnostics.push(
                    Diagnostic::error_at(
                        entry.place(block.span),
                        format!(
                            "no template that this one extends has a block `{}`",
                            block.text
                        ),
                    )
                    .with_code("unknown-block")
                    .with_optional_help(did_you_mean(&block.text, &names)),
                );
            } else if !is_known {
                for call in super_calls(body) {
                    self.diagnostics.push(
                        Diagnostic::error_at(
                            entry.place(call.span),
                            format!(
                                "there is no block `{}` above this one for `super()`",
                                block.text
                            ),
                        )
                        .with_code("super-without-parent")
                        .with_help(
                            "`super()` gives the block of the template that is extended; \
                             remove it",
                        ),
                    );
                }
            }
        }
        let mut outside = super_calls(&parsed.tree.nodes);
        for component in &parsed.tree.components {
            outside.extend(super_calls(&component.body));
        }
        for call in outside {
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.span),
                    "`super()` is called outside of a block",
                )
                .with_code("super-without-parent")
                .with_help("it gives the block of the template that is extended; remove it"),
            );
        }
    }
}

/// The calls of `super()` that belong to these pieces, and not to a block in them.
fn super_calls(body: &[Node]) -> Vec<&Name> {
    let mut calls = SuperCalls { found: Vec::new() };
    visit::nodes(&mut calls, body);
    calls.found
}

struct SuperCalls<'a> {
    found: Vec<&'a Name>,
}

impl<'a> Visitor<'a> for SuperCalls<'a> {
    fn node(&mut self, node: &'a Node) {
        if !matches!(node.kind, NodeKind::Block { .. }) {
            visit::walk_node(self, node);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Call { name, .. } = &expr.kind
            && &*name.text == "super"
        {
            self.found.push(name);
        }
        visit::walk_expr(self, expr);
    }
}
