//! The templates of a site together: who extends, includes and calls whom.

use super::builtin::CallKind;
use super::file::TemplateFile;
use super::needs::Needs;
use super::references::References;
use crate::source::Fingerprint;
use crate::syntax::ast::{Component, Node, NodeKind, Template};
use crate::syntax::visit::{self, Visitor};
use crate::text::{Place, SourceFile, Span, Text};
use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// One template: its tree, and what it refers to.
#[derive(Debug, Default)]
pub struct ParsedTemplate {
    /// The syntax tree.
    pub tree: Template,
    /// What it refers to.
    pub references: References,
    /// The components that it calls, each once.
    calls: Vec<Box<str>>,
}

impl ParsedTemplate {
    /// Looks a tree through.
    #[must_use]
    pub fn new(tree: Template) -> Self {
        let references = References::of(&tree);
        let bodies = tree.components.iter().map(|one| &one.body);
        let pieces = std::iter::once(&tree.nodes).chain(bodies);
        let mut calls: Vec<Box<str>> = pieces
            .flat_map(|pieces| visit::component_calls(pieces))
            .map(|call| call.name.text.clone())
            .collect();
        calls.sort_unstable();
        calls.dedup();
        Self {
            tree,
            references,
            calls,
        }
    }

    /// The templates that this one extends and includes.
    pub fn used_templates(&self) -> impl Iterator<Item = &str> {
        let parent = self.tree.parent.iter();
        parent
            .chain(&self.references.includes)
            .map(|name| &*name.text)
    }

    /// The components that this template calls, each once.
    pub fn called_components(&self) -> impl Iterator<Item = &str> {
        self.calls.iter().map(|name| &**name)
    }
}

/// A template of a [`Set`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The tree; `None` where the syntax is wrong.
    pub parsed: Option<Arc<ParsedTemplate>>,
    /// Whether Tera takes it as well.
    pub is_good: bool,
    /// What the file was when it was read.
    pub fingerprint: Option<Fingerprint>,
}

impl Entry {
    /// A place in the file.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        Place::new(Arc::clone(&self.file), span)
    }
}

/// The templates of a site, by name. A set with other templates shares what is the same with the
/// one that it was made of.
#[derive(Debug, Default)]
pub struct Set {
    entries: RedBlackTreeMapSync<Text, Entry>,
    /// The templates that define each component, sorted, and the place of the definition in them.
    components: HashTrieMapSync<Box<str>, Vec<(Text, usize)>>,
    /// How many have a wrong syntax.
    broken: usize,
    /// What was found out before: several pages ask for the same template.
    pub(super) needs: Known<Needs>,
    closures: Known<Closure>,
}

/// What was found out of templates, by their names.
pub(super) type Known<T> = Mutex<HashMap<String, Option<Arc<T>>>>;

/// A template with all that it cannot be rendered without.
pub type Closure = Vec<(Text, Entry)>;

impl Set {
    /// A set of templates.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (Text, Entry)>) -> Self {
        let changes = entries.into_iter().map(|(name, entry)| (name, Some(entry)));
        Self::default().with(changes)
    }

    /// This set with other templates, or without some.
    #[must_use]
    pub fn with(&self, changes: impl IntoIterator<Item = (Text, Option<Entry>)>) -> Self {
        let mut set = Self {
            entries: self.entries.clone(),
            components: self.components.clone(),
            broken: self.broken,
            needs: Mutex::default(),
            closures: Mutex::default(),
        };
        for (name, entry) in changes {
            if let Some(before) = set.entries.get(&name).cloned() {
                set.broken -= usize::from(before.parsed.is_none());
                for component in components_of(&before) {
                    set.define(component, |places| {
                        places.retain(|(template, _)| *template != name);
                    });
                }
                set.entries.remove_mut(&name);
            }
            let Some(entry) = entry else {
                continue;
            };
            set.broken += usize::from(entry.parsed.is_none());
            for (at, component) in components_of(&entry).enumerate() {
                set.define(component, |places| {
                    let place = (name.clone(), at);
                    let after = places.partition_point(|known| *known < place);
                    places.insert(after, place);
                });
            }
            set.entries.insert_mut(name, entry);
        }
        set
    }

    fn define(&mut self, component: &str, change: impl FnOnce(&mut Vec<(Text, usize)>)) {
        let mut places = self.components.get(component).cloned().unwrap_or_default();
        change(&mut places);
        if places.is_empty() {
            self.components.remove_mut(component);
        } else {
            self.components.insert_mut(component.into(), places);
        }
    }

    /// The templates that Tera takes, by name.
    pub fn files(&self) -> impl Iterator<Item = TemplateFile> {
        let good = self.entries.iter().filter(|(_, entry)| entry.is_good);
        good.map(|(name, entry)| TemplateFile {
            name: name.clone(),
            file: Arc::clone(&entry.file),
        })
    }

    /// The template of this name, whether its syntax is right or not.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// All templates, by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(name, entry)| (name.as_ref(), entry))
    }

    /// The templates whose syntax is right, by name.
    pub fn parsed(&self) -> impl Iterator<Item = (&str, &Entry, &ParsedTemplate)> {
        self.entries
            .iter()
            .filter_map(|(name, entry)| Some((name.as_ref(), entry, entry.parsed.as_deref()?)))
    }

    /// How many templates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.size()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Those of these templates whose syntax is right.
    pub fn parsed_of<'s>(
        &'s self,
        names: impl IntoIterator<Item = &'s str>,
    ) -> impl Iterator<Item = (&'s str, &'s Entry, &'s ParsedTemplate)> {
        names.into_iter().filter_map(|name| {
            let entry = self.entries.get(name)?;
            Some((name, entry, entry.parsed.as_deref()?))
        })
    }

    /// The names of all templates, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.entries.keys().map(AsRef::as_ref).collect()
    }

    /// The filters, tests and functions that templates use and that are not built in.
    #[must_use]
    pub fn foreign_names(&self) -> BTreeSet<(CallKind, &str)> {
        let calls = self.parsed().flat_map(|(_, _, parsed)| {
            let kinds = CallKind::ALL.into_iter();
            kinds.flat_map(|kind| {
                parsed
                    .references
                    .calls(kind)
                    .iter()
                    .map(move |call| (kind, call))
            })
        });
        calls
            .map(|(kind, call)| (kind, &*call.name.text))
            .filter(|(kind, name)| !kind.is_built_in(name))
            .collect()
    }

    /// Whether no template has a wrong syntax, so that all that they define is known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.broken == 0
    }

    /// A component and the file that defines it; the first where there are several.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<(&Entry, &Component)> {
        let (template, at) = self.components.get(name)?.first()?;
        let entry = self.entries.get(template)?;
        let parsed = entry.parsed.as_ref()?;
        Some((entry, parsed.tree.components.get(*at)?))
    }

    /// The names of all components, sorted.
    #[must_use]
    pub fn component_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.components.keys().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }

    /// The templates that define components; one that defines several comes several times.
    pub fn with_components(&self) -> impl Iterator<Item = (&Entry, &ParsedTemplate)> {
        let templates = self.components.values().flatten();
        templates.filter_map(|(template, _)| {
            let entry = self.entries.get(template)?;
            Some((entry, entry.parsed.as_deref()?))
        })
    }

    /// The components that more than one template defines, with the templates.
    pub fn shared_components(&self) -> impl Iterator<Item = (&str, &[(Text, usize)])> {
        self.components
            .iter()
            .filter(|(_, places)| places.len() > 1)
            .map(|(name, places)| (name.as_ref(), places.as_slice()))
    }

    /// A template and those that it extends, in order. `None` where one of them is missing or
    /// broken, or extends itself in the end.
    #[must_use]
    pub fn chain<'s>(
        &'s self,
        name: &'s str,
    ) -> Option<Vec<(&'s str, &'s Entry, &'s ParsedTemplate)>> {
        let mut chain: Vec<(&str, &Entry, &ParsedTemplate)> = Vec::new();
        let mut next = Some(name);
        while let Some(name) = next {
            if chain.iter().any(|(known, _, _)| *known == name) {
                return None;
            }
            let entry = self.entries.get(name)?;
            let parsed = entry.parsed.as_deref()?;
            chain.push((name, entry, parsed));
            next = parsed.tree.parent.as_ref().map(|parent| &*parent.text);
        }
        Some(chain)
    }

    /// A template and all that it cannot be rendered without: what it extends, includes and calls,
    /// however indirectly, in the order in which they come up. `None` where one of them is missing or
    /// broken.
    #[must_use]
    pub fn closure(&self, name: &str) -> Option<Arc<Closure>> {
        once(&self.closures, name, || self.find_closure(name))
    }

    fn find_closure(&self, name: &str) -> Option<Closure> {
        let mut closure = Closure::new();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut open: Vec<&str> = vec![self.entries.get_key_value(name)?.0];
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            let (name, entry) = self.entries.get_key_value(name)?;
            let parsed = entry.parsed.as_deref()?;
            closure.push((name.clone(), entry.clone()));
            for component in parsed.called_components() {
                open.push(&self.components.get(component)?.first()?.0);
            }
            open.extend(parsed.used_templates());
        }
        Some(closure)
    }
}

/// What is known of a template, found out at the first call. It is not held while that is done, as
/// one thing may need another.
pub(super) fn once<T>(
    known: &Known<T>,
    name: &str,
    find: impl FnOnce() -> Option<T>,
) -> Option<Arc<T>> {
    // Entries are inserted whole, so what a panic left behind is as good.
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = lock().get(name) {
        return found.clone();
    }
    let found = find().map(Arc::new);
    lock().insert(name.to_owned(), found.clone());
    found
}

fn components_of(entry: &Entry) -> impl Iterator<Item = &str> {
    let parsed = entry.parsed.iter();
    let components = parsed.flat_map(|parsed| &parsed.tree.components);
    components.map(|component| &*component.name.text)
}

/// The blocks of a template, nested ones too, in order.
#[must_use]
pub fn blocks(tree: &Template) -> Vec<Block<'_>> {
    let mut blocks = Blocks {
        depth: 0,
        found: Vec::new(),
    };
    visit::nodes(&mut blocks, &tree.nodes);
    blocks.found
}

/// A block of a template.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The name, and where it stands.
    pub name: &'a crate::syntax::ast::Name,
    /// The body.
    pub body: &'a [Node],
    /// Whether it lies in another block.
    pub is_nested: bool,
}

struct Blocks<'a> {
    depth: usize,
    found: Vec<Block<'a>>,
}

impl<'a> Visitor<'a> for Blocks<'a> {
    fn node(&mut self, node: &'a Node) {
        if let NodeKind::Block { name, body } = &node.kind {
            self.found.push(Block {
                name,
                body,
                is_nested: self.depth > 0,
            });
            self.depth += 1;
            visit::nodes(self, body);
            self.depth -= 1;
        } else {
            visit::walk_node(self, node);
        }
    }
}
