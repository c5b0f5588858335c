//! Whether what templates extend, include, override and call is there.

use super::needs::{self, Needs};
use super::set::{Block, Entry, Parsed, Set, blocks};
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, list, nearest};
use crate::template::ast::{
    Attribute, Component, ComponentCall, Expr, ExprKind, Name, Node, NodeKind, Unary,
};
use crate::template::visit::{self, Visitor};
use std::collections::BTreeSet;

/// Finds parents, includes, blocks and components that are missing or go round in a circle, calls
/// of components that do not fit, and variables of components that are no parameters. What a
/// template with a wrong syntax defines is not known, so nobody who refers to it is at fault.
#[must_use]
pub fn check(set: &Set) -> Vec<Diagnostic> {
    let mut check = Check {
        set,
        diagnostics: Vec::new(),
        circles: BTreeSet::new(),
    };
    for (name, entry, parsed) in set.parsed() {
        check.parent(name, entry, parsed);
        check.includes(name, entry, parsed);
        check.blocks(name, entry, parsed);
        check.components(entry, parsed);
    }
    check.shared_components();
    check.diagnostics
}

struct Check<'s> {
    set: &'s Set,
    diagnostics: Vec<Diagnostic>,
    /// The templates of the circles that were reported.
    circles: BTreeSet<&'s str>,
}

impl<'s> Check<'s> {
    fn parent(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s Parsed) {
        let Some(parent) = &parsed.tree.parent else {
            return;
        };
        if self.set.entry(&parent.text).is_none() {
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(parent.span),
                    format!("there is no template `{}` to extend", parent.text),
                )
                .with_code("unknown-template")
                .with_help(self.template_help(&parent.text)),
            );
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

    fn includes(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s Parsed) {
        for include in &parsed.references.includes {
            if self.set.entry(&include.text).is_none() {
                self.diagnostics.push(
                    Diagnostic::error_at(
                        entry.place(include.span),
                        format!("there is no template `{}` to include", include.text),
                    )
                    .with_code("unknown-template")
                    .with_help(self.template_help(&include.text)),
                );
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

    fn blocks(&mut self, name: &'s str, entry: &'s Entry, parsed: &'s Parsed) {
        let own = blocks(&parsed.tree);
        let chain = self.set.chain(name);
        for Block {
            name: block,
            body,
            is_nested,
        } in &own
        {
            let above: Option<Vec<&Name>> = chain.as_ref().map(|chain| {
                let parents = chain.iter().skip(1);
                let all = parents.flat_map(|(_, _, parent)| blocks(&parent.tree));
                all.map(|block| block.name).collect()
            });
            let Some(above) = above else {
                // Some parent is missing or broken, which is said there.
                continue;
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

    fn shared_components(&mut self) {
        for (name, places) in self.set.shared_components() {
            let mut definitions = places.iter().filter_map(|(template, at)| {
                let entry = self.set.entry(template)?;
                let component = entry.parsed.as_ref()?.tree.components.get(*at)?;
                Some(entry.place(component.name.span))
            });
            let Some(first) = definitions.next() else {
                continue;
            };
            for place in definitions {
                self.diagnostics.push(
                    Diagnostic::error_at(place, format!("the component `{name}` is defined twice"))
                        .with_code("duplicate-component")
                        .with_help("components of all templates share their names; rename one")
                        .with_note("it is defined here first", first.clone()),
                );
            }
        }
    }

    fn components(&mut self, entry: &'s Entry, parsed: &'s Parsed) {
        let mut calls = Calls::default();
        visit::walk(&mut calls, &parsed.tree);
        for call in calls.found {
            match self.set.component(&call.name.text) {
                Some((definition, component)) => self.call(entry, call, definition, component),
                // It may be defined in a template that could not be read.
                None if !self.set.is_whole() => {}
                None => self.diagnostics.push(
                    Diagnostic::error_at(
                        entry.place(call.name.span),
                        format!("there is no component `{}`", call.name.text),
                    )
                    .with_code("unknown-component")
                    .with_help(
                        did_you_mean(&call.name.text, &self.set.component_names()).unwrap_or_else(
                            || {
                                format!(
                                    "define it in any template: `{{% component {}() %}}…\
                                     {{% endcomponent %}}`",
                                    call.name.text
                                )
                            },
                        ),
                    ),
                ),
            }
        }
        for component in &parsed.tree.components {
            if let Some(needs) = needs::component_needs(self.set, entry, component) {
                self.component_variables(component, &needs);
            }
        }
    }

    /// A component sees its parameters only.
    fn component_variables(&mut self, component: &Component, needs: &Needs) {
        for need in &needs.variables {
            if !need.is_required || &*need.name == "body" {
                continue;
            }
            let Some(place) = need.place() else {
                continue;
            };
            let mut names: Vec<&str> = component
                .parameters
                .iter()
                .map(|parameter| &*parameter.name.text)
                .collect();
            names.extend(component.rest.as_ref().map(|rest| &*rest.text));
            let help = match nearest(&need.name, names.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!(
                    "a component sees its parameters only: add `{0}` to them, or `@{0}` to take \
                     it from where the component is called",
                    need.name
                ),
            };
            self.diagnostics.push(
                Diagnostic::error_at(
                    place.clone(),
                    format!(
                        "the component `{}` has no parameter `{}`",
                        component.name.text, need.name
                    ),
                )
                .with_code("unknown-variable")
                .with_help(help),
            );
        }
    }

    /// Whether a call gives a component what it takes.
    fn call(
        &mut self,
        entry: &'s Entry,
        call: &'s ComponentCall,
        definition: &'s Entry,
        component: &'s Component,
    ) {
        let known: Vec<&str> = component
            .parameters
            .iter()
            .map(|parameter| &*parameter.name.text)
            .collect();
        let mut is_open = false;
        let mut given = BTreeSet::new();
        for attribute in &call.attributes {
            let Attribute::Value(name, value) = attribute else {
                is_open = true;
                continue;
            };
            given.insert(&*name.text);
            let parameter = component
                .parameters
                .iter()
                .find(|parameter| parameter.name.text == name.text);
            match parameter {
                None if component.rest.is_some() => {}
                None => {
                    let help = if known.is_empty() {
                        Some(String::from("it takes nothing; remove the attribute"))
                    } else {
                        did_you_mean(&name.text, &known)
                            .or_else(|| Some(format!("it takes {}", list(&known))))
                    };
                    self.diagnostics.push(
                        Diagnostic::error_at(
                            entry.place(name.span),
                            format!(
                                "the component `{}` does not take `{}`",
                                call.name.text, name.text
                            ),
                        )
                        .with_code("component-call")
                        .with_optional_help(help)
                        .with_note("it is defined here", definition.place(component.name.span)),
                    );
                }
                Some(parameter) => {
                    let expected = match (&parameter.kind, &parameter.default) {
                        (Some(kind), _) => Some(kind.text.to_lowercase()),
                        (None, Some(default)) => kind_of(default).map(str::to_owned),
                        (None, None) => None,
                    };
                    if let (Some(expected), Some(found)) = (expected, kind_of(value))
                        && !fits(&expected, found)
                    {
                        self.diagnostics.push(
                            Diagnostic::error_at(
                                entry.place(value.span),
                                format!(
                                    "`{}` of the component `{}` is of the type `{expected}`, but \
                                     this is of the type `{found}`",
                                    name.text, call.name.text
                                ),
                            )
                            .with_code("component-call")
                            .with_help(attribute_help(&expected))
                            .with_note(
                                "the parameter stands here",
                                definition.place(parameter.name.span),
                            ),
                        );
                    }
                }
            }
        }
        let missing: Vec<&str> = component
            .parameters
            .iter()
            .filter(|parameter| !parameter.is_implicit && parameter.default.is_none())
            .map(|parameter| &*parameter.name.text)
            .filter(|name| !given.contains(name))
            .collect();
        if !missing.is_empty() && !is_open {
            let example: Vec<String> = missing.iter().map(|name| format!("{name}={{…}}")).collect();
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.name.span),
                    format!(
                        "the component `{}` needs {}",
                        call.name.text,
                        list(&missing)
                    ),
                )
                .with_code("component-call")
                .with_help(format!("add `{}`", example.join(" ")))
                .with_note("it is defined here", definition.place(component.name.span)),
            );
        }
        if call.body.is_none()
            && !known.contains(&"body")
            && needs::component_needs(self.set, definition, component)
                .is_some_and(|needs| needs.find("body").is_some_and(|body| body.is_required))
        {
            self.diagnostics.push(
                Diagnostic::error_at(
                    entry.place(call.name.span),
                    format!("the component `{}` needs a body", call.name.text),
                )
                .with_code("component-call")
                .with_help(format!(
                    "write `{{% <{0}> %}}…{{% </{0}> %}}`, or `{{{{ body|default(value=\"\") }}}}` \
                     in the component",
                    call.name.text
                ))
                .with_note("it is defined here", definition.place(component.name.span)),
            );
        }
    }
}

fn attribute_help(expected: &str) -> String {
    match expected {
        "string" => String::from("write it in quotes"),
        "integer" | "float" | "number" | "bool" => {
            String::from("write it in braces: `name={1}`, `name={true}`")
        }
        _ => String::from("write it in braces: `name={…}`"),
    }
}

/// Whether a value of a type that is known is taken for a parameter of another.
fn fits(expected: &str, found: &str) -> bool {
    match expected {
        "number" => matches!(found, "integer" | "float"),
        "string" | "bool" | "integer" | "float" | "array" | "map" => expected == found,
        // `bytes` has no literal, and what else there may be is not known here.
        _ => true,
    }
}

/// The type of a value that is written down.
fn kind_of(value: &Expr) -> Option<&'static str> {
    Some(match &value.kind {
        ExprKind::Text(_) => "string",
        ExprKind::Bool(_) => "bool",
        ExprKind::Integer(_) => "integer",
        ExprKind::Float(_) => "float",
        ExprKind::Array(_) | ExprKind::Comprehension { .. } => "array",
        ExprKind::Map(_) => "map",
        ExprKind::Unary(Unary::Minus, inner) => return kind_of(inner),
        _ => return None,
    })
}

#[derive(Default)]
struct Calls<'a> {
    found: Vec<&'a ComponentCall>,
}

impl<'a> Visitor<'a> for Calls<'a> {
    fn component_call(&mut self, call: &'a ComponentCall) {
        self.found.push(call);
        visit::walk_component_call(self, call);
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
