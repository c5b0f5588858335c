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
    /// What was read, until a template changes that it was made of.
    reads: HashMap<Use, Arc<Read>>,
    pages: BTreeMap<Text, Found>,
    all: Vec<Diagnostic>,
}

/// What was found of a page.
#[derive(Debug)]
struct Found {
    /// The templates that it is made of.
    made_of: Vec<Text>,
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
        if self.levels.are_off() {
            self.all.clear();
            return;
        }
        let set = &known.files.templates;
        self.forget(set, &changes.templates);
        self.look(known, set, &changes.templates);
    }

    fn diagnostics(&self) -> Box<dyn Iterator<Item = &Diagnostic> + '_> {
        Box::new(self.all.iter())
    }
}

impl Html {
    /// Forgets what was made of templates that have changed.
    fn forget(&mut self, set: &Set, changed: &BTreeSet<Text>) {
        if changed.is_empty() {
            return;
        }
        self.reads.retain(|of, _| match of {
            Use::Template(name) => {
                let chain = set.chain(name);
                chain.is_some_and(|chain| !chain.iter().any(|(name, _, _)| changed.contains(*name)))
            }
            // Few are defined, and one may come to stand elsewhere.
            Use::Component(_) => false,
        });
    }

    fn look(&mut self, known: &Known<'_>, set: &Set, changed: &BTreeSet<Text>) {
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
            let Some(closure) = set.closure(name) else {
                continue;
            };
            let made_of: Vec<Text> = closure.iter().map(|(name, _)| name.clone()).collect();
            let Some(chain) = set.chain(name) else {
                continue;
            };
            let name: Text = name.to_owned().into();
            if let Some(before) = self.pages.remove(&name)
                && before.made_of == made_of
                && !made_of.iter().any(|name| changed.contains(name))
            {
                pages.insert(name, before);
                continue;
            }
            let chain: Vec<&str> = chain.into_iter().map(|(name, _, _)| name).collect();
            let all = read_all(&lookup, set, &chain, &mut self.reads);
            let found = look_at(&lookup, &name, &chain, &self.reads, &all, &mut walk);
            pages.insert(name, Found { made_of, found });
        }
        self.pages = pages;
        let mut seen = HashSet::new();
        self.all.clear();
        for found in self.pages.values() {
            for diagnostic in &found.found {
                let place = diagnostic.place.as_ref();
                let place = place.map(|place| (place.file.path().to_owned(), place.span));
                if seen.insert((diagnostic.code, place)) {
                    self.all.push(diagnostic.clone());
                }
            }
        }
    }
}

/// Reads all that a page is made of; gives what was read.
fn read_all(
    lookup: &Lookup<'_, '_>,
    set: &Set,
    chain: &[&str],
    reads: &mut HashMap<Use, Arc<Read>>,
) -> Vec<Use> {
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
        if !reads.contains_key(&of)
            && let Some(read) = read_one(lookup, set, &of, reads)
        {
            reads.insert(of.clone(), Arc::new(read));
        }
        if let Some(read) = reads.get(&of) {
            // The chain goes on first.
            open.splice(0..0, read.uses.iter().cloned());
        }
        all.push(of);
    }
    all
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
