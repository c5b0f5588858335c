//! The checks of a set of templates, kept up to date: after an edit only those templates are
//! checked again that it can make wrong or right.

use super::names::{self, Site};
use super::set::{Entry, Parsed, Set, blocks};
use super::structure;
use crate::diagnostic::Diagnostic;
use crate::routes::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What is wrong in a set of templates.
#[derive(Debug, Default)]
pub struct Checks {
    links: Links,
    /// By template.
    structure: BTreeMap<Text, Vec<Diagnostic>>,
    /// Components that are defined twice.
    shared: Vec<Diagnostic>,
    /// By template.
    names: BTreeMap<Text, Vec<Diagnostic>>,
}

/// What has changed that templates name.
#[derive(Debug, Default)]
pub struct Others {
    /// So much that all templates have to be looked at.
    pub all: bool,
    /// Routes, by name.
    pub routes: HashSet<Text>,
    /// Messages, by key.
    pub messages: HashSet<Text>,
}

impl Others {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.routes.is_empty() && self.messages.is_empty()
    }

    /// Adds the templates that name what has changed.
    fn users(&self, set: &Set, found: &mut BTreeSet<Text>) {
        if self.is_empty() {
            return;
        }
        for (name, _, parsed) in set.parsed() {
            let references = &parsed.references;
            let mut urls = references.urls.iter();
            let mut messages = references.messages.iter();
            if urls.any(|call| self.routes.contains(&*call.name.text))
                || messages.any(|call| self.messages.contains(&*call.name.text))
            {
                found.insert(name.to_owned().into());
            }
        }
    }
}

/// Who refers to whom. What is referred to need not be there.
#[derive(Debug, Default)]
struct Links {
    /// The templates that extend or include this one.
    users: HashMap<Box<str>, BTreeSet<Text>>,
    /// The templates that call this component.
    callers: HashMap<Box<str>, BTreeSet<Text>>,
}

impl Checks {
    /// Takes in that a set was followed by another one, in which these templates are new, changed or
    /// gone, and what else has changed that they name.
    pub fn update(
        &mut self,
        before: &Set,
        now: &Set,
        changed: &BTreeSet<Text>,
        site: Site<'_>,
        others: &Others,
    ) {
        if !changed.is_empty() {
            for name in changed {
                self.links.remove(name, before.entry(name));
                self.links.add(name, now.entry(name));
            }
            self.update_structure(before, now, changed);
        }
        if others.all {
            self.names = owned(names::check_some(now, site, all(now))).collect();
        } else {
            let mut suspects = with_known(changed, &self.names);
            others.users(now, &mut suspects);
            let found = owned(names::check_some(now, site, borrowed(&suspects)));
            self.names.retain(|name, _| !suspects.contains(name));
            self.names.extend(found);
        }
    }

    /// All that is wrong.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let structure = self.structure.values().flatten();
        structure
            .chain(&self.shared)
            .chain(self.names.values().flatten())
    }

    fn update_structure(&mut self, before: &Set, now: &Set, changed: &BTreeSet<Text>) {
        let mut suspects = with_known(changed, &self.structure);
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
            self.shared = structure::shared_components(now);
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
        let had_circle = self.structure.values().any(|found| is_circle(found));
        if !had_circle {
            let found = structure::check_some(now, borrowed(&suspects));
            if !found.iter().any(|(_, found)| is_circle(found)) {
                let found = owned(found);
                self.structure.retain(|name, _| !suspects.contains(name));
                self.structure.extend(found);
                return;
            }
        }
        // A circle is reported once, so all of its templates have to be looked at together.
        self.structure = owned(structure::check_some(now, all(now))).collect();
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

fn parsed<'s>(set: &'s Set, name: &str) -> Option<&'s Parsed> {
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

/// The changed templates and those with mistakes: an edit elsewhere may have changed what to do.
fn with_known(changed: &BTreeSet<Text>, known: &BTreeMap<Text, Vec<Diagnostic>>) -> BTreeSet<Text> {
    changed.iter().chain(known.keys()).cloned().collect()
}

/// Whether the checks of other templates find the same in both. Components are not compared: what
/// they are given is checked by their places as well.
fn same_interface(before: &Parsed, now: &Parsed) -> bool {
    let names = |parsed: &Parsed| -> Vec<Box<str>> {
        let blocks = blocks(&parsed.tree).into_iter();
        let blocks = blocks.map(|block| block.name.text.clone());
        // The parent, and where the includes begin.
        let parent = parsed.tree.parent.as_ref().map(|parent| &*parent.text);
        let marks = [parent.unwrap_or_default().into(), Box::from("|")];
        let includes = parsed.references.includes.iter();
        let includes = includes.map(|include| include.text.clone());
        marks.into_iter().chain(includes).chain(blocks).collect()
    };
    let is_plain = |parsed: &Parsed| parsed.tree.components.is_empty();
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
                    .flat_map(Parsed::used_templates),
            );
        }
    }
    reached
}
