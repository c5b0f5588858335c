//! Whether what templates extend, include, override and call is there. After an edit only those
//! templates are checked again that it can make wrong or right.

mod components;
mod walk;

use super::check::{Changes, Check, suspects};
use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::templates::{Entry, ParsedTemplate, Set, blocks};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What templates extend, include, override and call, against what is there.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// The templates of the last update; none before the first.
    before: Option<Arc<Set>>,
    links: Links,
    /// By template.
    found: BTreeMap<Text, Vec<Diagnostic>>,
    /// Components that are defined twice.
    shared: Vec<Diagnostic>,
}

/// Who refers to whom. What is referred to need not be there.
#[derive(Debug, Default)]
struct Links {
    /// The templates that extend or include this one.
    users: HashMap<Box<str>, BTreeSet<Text>>,
    /// The templates that call this component.
    callers: HashMap<Box<str>, BTreeSet<Text>>,
}

impl Check for Structure {
    fn update(&mut self, known: &Known<'_>, changes: &Changes) {
        let now = &known.files.templates;
        match self.before.replace(Arc::clone(now)) {
            Some(before) if !changes.templates.is_empty() => {
                self.update_some(&before, now, changes);
            }
            Some(_) => {}
            None => {
                let names = now.names().into_iter();
                let all = Changes {
                    templates: names.map(|name| name.to_owned().into()).collect(),
                    ..Changes::default()
                };
                self.update_some(&Set::default(), now, &all);
            }
        }
    }

    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_> {
        Box::new(self.found.values().flatten().chain(&self.shared))
    }
}

impl Structure {
    fn update_some(&mut self, before: &Set, now: &Set, changes: &Changes) {
        let changed = &changes.templates;
        for name in changed {
            self.links.remove(name, before.entry(name));
            self.links.add(name, now.entry(name));
        }
        let mut suspects = suspects(changes, &self.found);
        let in_components = reached_by_components(now);
        let mut sources: Vec<&str> = Vec::new();
        for name in changed {
            let same = match (parsed(before, name), parsed(now, name)) {
                (Some(before), Some(now)) => same_interface(before, now),
                _ => false,
            };
            if !same || in_components.contains(name.as_ref()) {
                sources.push(name);
            }
        }
        let defined: Vec<&str> = [before, now]
            .iter()
            .flat_map(|set| changed.iter().filter_map(|name| parsed(set, name)))
            .flat_map(|parsed| &parsed.tree.components)
            .map(|component| &*component.name.text)
            .collect();
        if !defined.is_empty() {
            self.shared = components::shared(now);
        }
        let mut components: Vec<&str> = defined;
        if before.is_whole() != now.is_whole() {
            // A component that is defined nowhere may be in a template that cannot be read.
            let called = self.links.callers.keys().map(|name| &**name);
            components.extend(called.filter(|name| now.component(name).is_none()));
        }
        // A first look has them all.
        let has_all =
            suspects.len() >= now.len() && now.entries().all(|(name, _)| suspects.contains(name));
        if !has_all {
            self.links.reach(now, &sources, &components, &mut suspects);
        }
        let is_circle = |found: &[Diagnostic]| {
            let mut codes = found.iter().map(|diagnostic| diagnostic.code);
            codes.any(|code| code == Some("template-circle"))
        };
        let had_circle = self.found.values().any(|found| is_circle(found));
        if !had_circle {
            let found = walk::check_some(now, borrowed(&suspects));
            if !found.iter().any(|(_, found)| is_circle(found)) {
                let found = owned(found);
                self.found.retain(|name, _| !suspects.contains(name));
                self.found.extend(found);
                return;
            }
        }
        // A circle is reported once, so all of its templates have to be looked at together.
        self.found = owned(walk::check_some(now, all(now))).collect();
    }
}

impl Links {
    fn add(&mut self, name: &Text, entry: Option<&Entry>) {
        let Some(parsed) = entry.and_then(|entry| entry.parsed.as_deref()) else {
            return;
        };
        for used in parsed.used_templates() {
            let users = self.users.entry(used.into()).or_default();
            users.insert(name.clone());
        }
        for called in parsed.called_components() {
            let callers = self.callers.entry(called.into()).or_default();
            callers.insert(name.clone());
        }
    }

    fn remove(&mut self, name: &Text, entry: Option<&Entry>) {
        let Some(parsed) = entry.and_then(|entry| entry.parsed.as_deref()) else {
            return;
        };
        let forget = |links: &mut HashMap<Box<str>, BTreeSet<Text>>, to: &str| {
            if let Some(from) = links.get_mut(to) {
                from.remove(name);
                if from.is_empty() {
                    links.remove(to);
                }
            }
        };
        for used in parsed.used_templates() {
            forget(&mut self.users, used);
        }
        for called in parsed.called_components() {
            forget(&mut self.callers, called);
        }
    }

    /// Adds all templates that depend on these templates and components, however indirectly.
    fn reach(&self, set: &Set, sources: &[&str], components: &[&str], found: &mut BTreeSet<Text>) {
        let mut open: Vec<Text> = Vec::new();
        let mut seen: HashSet<Text> = HashSet::new();
        let users = sources.iter().filter_map(|name| self.users.get(*name));
        let callers = components.iter().filter_map(|name| self.callers.get(*name));
        open.extend(users.chain(callers).flatten().cloned());
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            open.extend(self.users.get(name.as_ref()).into_iter().flatten().cloned());
            for component in parsed(set, &name)
                .into_iter()
                .flat_map(|parsed| &parsed.tree.components)
            {
                let callers = self.callers.get(&*component.name.text);
                open.extend(callers.into_iter().flatten().cloned());
            }
            found.insert(name);
        }
    }
}

fn all(set: &Set) -> impl Iterator<Item = &str> {
    set.parsed().map(|(name, _, _)| name)
}

fn borrowed(names: &BTreeSet<Text>) -> impl Iterator<Item = &str> {
    names.iter().map(AsRef::as_ref)
}

fn parsed<'s>(set: &'s Set, name: &str) -> Option<&'s ParsedTemplate> {
    set.entry(name)?.parsed.as_deref()
}

fn owned(
    found: Vec<(&str, Vec<Diagnostic>)>,
) -> impl Iterator<Item = (Text, Vec<Diagnostic>)> + use<> {
    let found: Vec<(Text, Vec<Diagnostic>)> = found
        .into_iter()
        .map(|(name, found)| (name.to_owned().into(), found))
        .collect();
    found.into_iter()
}

/// Whether the checks of other templates find the same in both. Components are not compared: what
/// they are given is checked by their places as well.
fn same_interface(before: &ParsedTemplate, now: &ParsedTemplate) -> bool {
    let names = |parsed: &ParsedTemplate| -> Vec<Box<str>> {
        let blocks = blocks(&parsed.tree).into_iter();
        let blocks = blocks.map(|block| block.name.text.clone());
        // The parent, and where the includes begin.
        let parent = parsed.tree.parent.as_ref().map(|parent| &*parent.text);
        let marks = [parent.unwrap_or_default().into(), Box::from("|")];
        let includes = parsed.references.includes.iter();
        let includes = includes.map(|include| include.text.clone());
        marks.into_iter().chain(includes).chain(blocks).collect()
    };
    let is_plain = |parsed: &ParsedTemplate| parsed.tree.components.is_empty();
    is_plain(before)
        && is_plain(now)
        && before.references.includes.len() == now.references.includes.len()
        && names(before) == names(now)
}

/// The templates that components include: what these need, the component must have.
fn reached_by_components(set: &Set) -> HashSet<&str> {
    let mut reached = HashSet::new();
    let mut open: Vec<&str> = Vec::new();
    for (_, parsed) in set.with_components() {
        open.extend(parsed.references.includes.iter().map(|name| &*name.text));
    }
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(
                parsed(set, name)
                    .into_iter()
                    .flat_map(ParsedTemplate::used_templates),
            );
        }
    }
    reached
}
