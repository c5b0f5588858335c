//! Components and their calls: whether a component is there, is given what it takes, and uses nothing
//! but that.

use super::walk::Walk;
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, list, nearest};
use crate::syntax::ast::{Attribute, Component, ComponentCall, Expr, ExprKind, Unary};
use crate::syntax::visit;
use crate::templates::needs::{self, Needs};
use crate::templates::{Entry, ParsedTemplate, Set};
use std::collections::BTreeSet;

pub(super) fn shared(set: &Set) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (name, places) in set.shared_components() {
        let mut definitions = places.iter().filter_map(|(template, at)| {
            let entry = set.entry(template)?;
            let component = entry.parsed.as_ref()?.tree.components.get(*at)?;
            Some(entry.place(component.name.span))
        });
        let Some(first) = definitions.next() else {
            continue;
        };
        for place in definitions {
            diagnostics.push(
                Diagnostic::error_at(place, format!("the component `{name}` is defined twice"))
                    .with_code("duplicate-component")
                    .with_help("components of all templates share their names; rename one")
                    .with_note("it is defined here first", first.clone()),
            );
        }
    }
    diagnostics
}

impl<'s> Walk<'s> {
    pub(super) fn components(&mut self, entry: &'s Entry, parsed: &'s ParsedTemplate) {
        let components = parsed.tree.components.iter().map(|one| &one.body);
        let pieces = std::iter::once(&parsed.tree.nodes).chain(components);
        for call in pieces.flat_map(|pieces| visit::component_calls(pieces)) {
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
            // What is asked for there is never true either.
            let mut uses = need.uses.iter().filter(|used| used.steps.is_empty());
            let is_used = need.is_required || uses.any(|used| !used.is_asked);
            if !is_used || &*need.name == "body" {
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

    /// Whether a component cannot do without a body; looked at once, however many call it.
    fn needs_body(&mut self, definition: &'s Entry, component: &'s Component) -> bool {
        let set = self.set;
        *self
            .needs_body
            .entry(&component.name.text)
            .or_insert_with(|| {
                needs::component_needs(set, definition, component)
                    .and_then(|needs| Some(needs.find("body")?.is_required))
                    .unwrap_or(false)
            })
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
        if call.body.is_none() && !known.contains(&"body") && self.needs_body(definition, component)
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
