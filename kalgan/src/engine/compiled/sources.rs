//! The templates that pages are compiled of.

use super::unsupported::{Result, unsupported};
use kalgan_core::syntax::ast::{ComponentCall, Name, Node, NodeKind, Template};
use kalgan_core::syntax::parse;
use kalgan_core::syntax::visit::{self, Visitor};
use kalgan_core::templates::Templates;
use kalgan_core::text::SourceFile;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A template and its syntax tree.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) template: Template,
}

impl Parsed {
    fn new(name: &str, file: &Arc<SourceFile>) -> Result<Self> {
        match parse(file.text()) {
            Ok(template) => Ok(Self {
                file: Arc::clone(file),
                template,
            }),
            Err(_) => unsupported(format!("the syntax of `{name}`")),
        }
    }
}

/// The components of a site: the template of each, and its index there.
#[derive(Debug, Default)]
pub(crate) struct Components(HashMap<Box<str>, Option<(Arc<Parsed>, usize)>>);

impl Components {
    pub(crate) fn of(templates: &Templates) -> Self {
        let mut components = HashMap::new();
        for template in templates.files() {
            if !template.file.text().contains("component") {
                continue;
            }
            let Ok(parsed) = Parsed::new(&template.name, &template.file) else {
                continue;
            };
            let parsed = Arc::new(parsed);
            for (at, component) in parsed.template.components.iter().enumerate() {
                let entry = components.entry(component.name.text.clone());
                // Which of two is meant, Tera knows.
                entry
                    .and_modify(|component| *component = None)
                    .or_insert_with(|| Some((Arc::clone(&parsed), at)));
            }
        }
        Self(components)
    }
}

/// The templates of a site, each parsed once for the pages that are compiled together.
pub(crate) struct Sources {
    templates: Templates,
    components: Arc<Components>,
    parsed: RefCell<HashMap<Box<str>, Arc<Parsed>>>,
}

impl Sources {
    pub(crate) fn new(templates: &Templates, components: &Arc<Components>) -> Self {
        Self {
            templates: templates.clone(),
            components: Arc::clone(components),
            parsed: RefCell::default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Result<Arc<Parsed>> {
        if let Some(parsed) = self.parsed.borrow().get(name) {
            return Ok(Arc::clone(parsed));
        }
        let Some(file) = self.templates.get(name) else {
            return unsupported(format!("there is no template `{name}`"));
        };
        let parsed = Arc::new(Parsed::new(name, file)?);
        let mut all = self.parsed.borrow_mut();
        all.insert(name.into(), Arc::clone(&parsed));
        Ok(parsed)
    }

    /// The template that defines a component, and its index there.
    pub(super) fn component(&self, name: &str) -> Result<(Arc<Parsed>, usize)> {
        match self.components.0.get(name) {
            Some(Some((parsed, at))) => Ok((Arc::clone(parsed), *at)),
            Some(None) => unsupported(format!("there are several components `{name}`")),
            None => unsupported(format!("there is no component `{name}`")),
        }
    }

    /// The names that are set in a page: in its templates, in those that they include, and in components.
    pub(super) fn names_set(&self, name: &str) -> Result<HashSet<Box<str>>> {
        let mut names = HashSet::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![Waiting::Template(name.into())];
        while let Some(next) = waiting.pop() {
            if !seen.insert(next.clone()) {
                continue;
            }
            let (parsed, body) = match &next {
                Waiting::Template(name) => (self.get(name)?, None),
                Waiting::Component(name) => {
                    let (parsed, at) = self.component(name)?;
                    (parsed, Some(at))
                }
            };
            let mut found = Set::default();
            match body {
                None => {
                    visit::nodes(&mut found, &parsed.template.nodes);
                    let parent = parsed.template.parent.iter();
                    waiting.extend(parent.map(|name| Waiting::Template(name.text.clone())));
                }
                Some(at) => visit::nodes(&mut found, &parsed.template.components[at].body),
            }
            names.extend(found.names.iter().map(|name| name.text.clone()));
            let includes = found.includes.iter();
            waiting.extend(includes.map(|name| Waiting::Template(name.text.clone())));
            let components = found.components.iter();
            waiting.extend(components.map(|name| Waiting::Component(name.text.clone())));
        }
        Ok(names)
    }
}

/// What is still to be looked at.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Waiting {
    Template(Box<str>),
    Component(Box<str>),
}

/// What nodes set, include and call.
#[derive(Default)]
struct Set<'a> {
    names: Vec<&'a Name>,
    includes: Vec<&'a Name>,
    components: Vec<&'a Name>,
}

impl<'a> Visitor<'a> for Set<'a> {
    fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Set { name, .. } | NodeKind::SetBlock { name, .. } => self.names.push(name),
            NodeKind::Include(name) => self.includes.push(name),
            _ => {}
        }
        visit::walk_node(self, node);
    }

    fn component_call(&mut self, call: &'a ComponentCall) {
        self.components.push(&call.name);
        visit::walk_component_call(self, call);
    }
}
