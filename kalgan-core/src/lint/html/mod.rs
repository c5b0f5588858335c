//! The templates as HTML: links, values, tags, ids, and what readers with other senses need.
//!
//! Each template is read into tags once, along all of its branches ([`read`]); then each page, a
//! template that no other one extends or includes, is looked at with all that it is made of
//! ([`page`]). A class of mistakes is a file here.

mod attributes;
mod button_type;
mod context;
mod control_label;
mod duplicate_attribute;
mod elements;
mod facts;
mod fit;
mod heading_level;
mod ids;
mod image_alt;
mod levels;
mod links;
mod open;
mod page;
mod page_language;
mod page_title;
mod read;
mod routes;
mod state;
mod structure;
mod tags;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod unclosed_text;
mod value;

use super::check::{Changes, Check};
use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::templates::{Set, is_html};
use crate::text::Text;
use facts::Facts;
use levels::Levels;
use links::Links;
use page::Page;
use read::{Lookup, Read, Use};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use structure::Walk;

/// What is wrong with the templates as HTML.
#[derive(Debug, Default)]
pub(super) struct Html {
    levels: Levels,
    settings: Vec<Option<String>>,
    /// The templates that were looked at last, and those that have changed since.
    before: Arc<Set>,
    changed: BTreeSet<Text>,
    /// What was read, until a template changes that it was made of.
    reads: HashMap<Use, Arc<Read>>,
    pages: BTreeMap<Text, Found>,
    all: Vec<Diagnostic>,
}

/// What was found of a page.
#[derive(Debug)]
struct Found {
    /// The templates and components that it is made of.
    uses: Vec<Use>,
    found: Vec<Diagnostic>,
}

/// The settings, other than those of the classes, that say what is right.
const SETTINGS: [&str; 4] = [
    "server.prefix",
    "static.folders",
    "static.path",
    "router.trailing_slash",
];

impl Check for Html {
    fn update(&mut self, known: &Known<'_>, changes: &Changes) {
        let settings = &known.files.site.settings;
        let levels = Levels::of(settings);
        let now: Vec<Option<String>> = SETTINGS
            .iter()
            .map(|key| settings.get_string(key).ok())
            .collect();
        let is_all = changes.all
            || self.settings != now
            || self.levels != levels
            || !changes.routes.is_empty()
            || !changes.messages.is_empty();
        if is_all {
            self.reads.clear();
            self.pages.clear();
        }
        (self.levels, self.settings) = (levels, now);
        let set = &known.files.templates;
        self.changed.extend(changes.templates.iter().cloned());
        // What is broken may extend what looks like a page, and may have anything.
        if self.levels.are_off() || !set.is_whole() {
            self.all.clear();
            return;
        }
        let before = std::mem::replace(&mut self.before, Arc::clone(set));
        let changed = std::mem::take(&mut self.changed);
        self.forget(&before, set, &changed);
        self.look(known, set);
        self.gather();
    }

    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_> {
        Box::new(self.all.iter())
    }
}

impl Html {
    /// Forgets what was made of templates that have changed.
    fn forget(&mut self, before: &Set, now: &Set, changed: &BTreeSet<Text>) {
        if self.pages.is_empty() || changed.is_empty() {
            return;
        }
        let mut stale: HashSet<Use> = HashSet::new();
        for name in changed {
            stale.insert(Use::Template((**name).into()));
            for set in [before, now] {
                let parsed = set.entry(name).and_then(|entry| entry.parsed.as_ref());
                let components = parsed
                    .into_iter()
                    .flat_map(|parsed| &parsed.tree.components);
                stale.extend(components.map(|one| Use::Component(one.name.text.clone())));
            }
        }
        self.pages
            .retain(|_, page| !page.uses.iter().any(|of| stale.contains(of)));
        self.reads.retain(|of, _| match of {
            Use::Template(name) => {
                let chain = now.chain(name);
                chain.is_some_and(|chain| !chain.iter().any(|(name, _, _)| changed.contains(*name)))
            }
            Use::Component(_) => !stale.contains(of),
        });
    }

    fn look(&mut self, known: &Known<'_>, set: &Set) {
        let links = Links::new(known);
        let lookup = Lookup {
            known,
            levels: &self.levels,
            links: &links,
        };
        let used: HashSet<&str> = set
            .parsed()
            .flat_map(|(_, _, parsed)| parsed.used_templates())
            .collect();
        let mut walk = Walk::default();
        let mut pages = BTreeMap::new();
        for (name, _, _) in set.parsed() {
            if used.contains(name) || !is_html(name) {
                continue;
            }
            if let Some((name, before)) = self.pages.remove_entry(name) {
                pages.insert(name, before);
                continue;
            }
            let Some(chain) = set.chain(name) else {
                continue;
            };
            let chain: Vec<&str> = chain.into_iter().map(|(name, _, _)| name).collect();
            // What is missing or broken may have anything.
            if let Some(uses) = read_all(&lookup, set, &chain, &mut self.reads) {
                let found = look_at(&lookup, name, &chain, &self.reads, &uses, &mut walk);
                pages.insert(name.to_owned().into(), Found { uses, found });
            }
        }
        self.pages = pages;
    }

    /// What was found, each once: pages share much.
    fn gather(&mut self) {
        let has_base = self.reads.values().any(|read| read.has_base);
        let mut seen = HashSet::new();
        self.all.clear();
        for diagnostic in self.pages.values().flat_map(|page| &page.found) {
            let is_link = diagnostic
                .code
                .is_some_and(|code| links::CLASSES.contains(&code));
            let place = diagnostic.place.as_ref();
            let place = place.map(|place| (place.file.path().to_owned(), place.span));
            if !(has_base && is_link) && seen.insert((diagnostic.code, place)) {
                self.all.push(diagnostic.clone());
            }
        }
    }
}

/// Reads all that a page is made of; gives what was read. `None` where something is missing.
fn read_all(
    lookup: &Lookup<'_, '_>,
    set: &Set,
    chain: &[&str],
    reads: &mut HashMap<Use, Arc<Read>>,
) -> Option<Vec<Use>> {
    let mut all = Vec::new();
    let mut seen: HashSet<Use> = HashSet::new();
    // What is extended is read first: it says where the blocks are.
    let mut open: Vec<Use> = chain
        .iter()
        .map(|name| Use::Template((*name).into()))
        .collect();
    while let Some(of) = open.pop() {
        if !seen.insert(of.clone()) {
            continue;
        }
        if !reads.contains_key(&of) {
            let read = read_one(lookup, set, &of, reads)?;
            reads.insert(of.clone(), Arc::new(read));
        }
        if let Some(read) = reads.get(&of) {
            let is_of_chain = |name: &str| chain.contains(&name);
            // What is included is read without what it extends.
            if read.is_child && !matches!(&of, Use::Template(name) if is_of_chain(name)) {
                return None;
            }
            // The chain goes on first.
            open.splice(0..0, read.uses.iter().cloned());
        }
        all.push(of);
    }
    Some(all)
}

fn read_one(
    lookup: &Lookup<'_, '_>,
    set: &Set,
    of: &Use,
    reads: &HashMap<Use, Arc<Read>>,
) -> Option<Read> {
    match of {
        Use::Template(name) => {
            let entry = set.entry(name)?;
            let tree = &entry.parsed.as_ref()?.tree;
            let parent = match &tree.parent {
                // It was read before, or this one is included.
                Some(parent) => Some(reads.get(&Use::Template(parent.text.clone()))?),
                None => None,
            };
            Some(read::template(
                lookup,
                entry,
                tree,
                parent.map(|read| &**read),
            ))
        }
        Use::Component(name) => {
            let (entry, component) = set.component(name)?;
            Some(read::component(lookup, entry, component))
        }
    }
}

/// What is wrong with a page.
fn look_at(
    lookup: &Lookup<'_, '_>,
    name: &str,
    chain: &[&str],
    reads: &HashMap<Use, Arc<Read>>,
    all: &[Use],
    walk: &mut Walk,
) -> Vec<Diagnostic> {
    let levels = lookup.levels;
    let mut found: Vec<Diagnostic> = all
        .iter()
        .filter_map(|of| reads.get(of))
        .flat_map(|read| read.found.iter().cloned())
        .collect();
    let chain: Option<Vec<&Read>> = chain
        .iter()
        .map(|name| {
            reads
                .get(&Use::Template((*name).into()))
                .map(|read| &**read)
        })
        .collect();
    let Some(chain) = chain else {
        return found;
    };
    let page = Page { chain, reads };
    found.extend(tags::told(levels, &walk.page(&page)));
    let facts = Facts::of(&page);
    found.extend(ids::duplicates(levels, &facts));
    found.extend(ids::unknown(levels, name, &facts));
    found.extend(control_label::check(levels, &facts));
    found.extend(button_type::check(levels, &facts));
    found.extend(page_title::check(levels, &facts));
    found.extend(heading_level::check(levels, &page));
    found
}
