//! The walk through a template in the order of rendering.

mod expression;
mod guards;

use super::guard::Guard;
use super::need::{Need, Needs, Read, Step, Use};
use super::scope::{Found, Path, Scopes};
use crate::syntax::ast::{
    Attribute, Component, ComponentCall, Expr, ExprKind, FilterCall, Name, Node, NodeKind, Unary,
};
use crate::syntax::visit;
use crate::templates::set::{Block, Entry, Set, blocks, once};
use crate::text::SourceFile;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How many bodies of components a walk goes into: those that call each other several times make
/// more of them than anyone has time for.
const MOST_BODIES: usize = 1000;

impl Set {
    /// What a template needs of its context, with the templates that it extends and includes.
    /// `None` where there is no such template, or one of them is broken.
    #[must_use]
    pub fn needs(&self, name: &str) -> Option<Arc<Needs>> {
        once(&self.needs, name, || {
            Walk::through(self, name, false)?.finish()
        })
    }

    /// The expressions of a template that are values of its context, in the order of rendering, with
    /// those of the templates that it extends and includes, and of the components that it calls. None
    /// where one of them is broken.
    #[must_use]
    pub fn reads(&self, name: &str) -> Vec<Read> {
        let walk = Walk::through(self, name, true).filter(|walk| !walk.is_broken);
        walk.and_then(|walk| walk.reads).unwrap_or_default()
    }
}

/// What the body of a component needs beside its parameters; nothing of it is ever there.
#[must_use]
pub fn component_needs(set: &Set, entry: &Entry, component: &Component) -> Option<Needs> {
    let mut walk = Walk::new(set, &entry.file);
    walk.is_component = true;
    for parameter in &component.parameters {
        walk.scopes.bind(&parameter.name.text, None);
    }
    if let Some(rest) = &component.rest {
        walk.scopes.bind(&rest.text, None);
    }
    walk.nodes(&component.body);
    walk.finish()
}

/// The variables that a component, and the components that it calls, take from where it is called
/// (`@name`), and whether they cannot do without.
fn implicit_parameters(set: &Set, name: &str) -> BTreeMap<Box<str>, bool> {
    let mut known = HashMap::new();
    collect_implicit(set, name, &mut known);
    known.remove(name).unwrap_or_default()
}

/// Each component is looked at once, however many call it.
fn collect_implicit<'s>(
    set: &'s Set,
    name: &'s str,
    known: &mut HashMap<&'s str, BTreeMap<Box<str>, bool>>,
) {
    let Some((_, component)) = set.component(name) else {
        return;
    };
    if known.contains_key(name) {
        return;
    }
    // Against circles: what leads back here adds nothing.
    known.insert(name, BTreeMap::new());
    let mut found: BTreeMap<Box<str>, bool> = BTreeMap::new();
    for call in visit::component_calls(&component.body) {
        collect_implicit(set, &call.name.text, known);
        for (variable, is_required) in known.get(&*call.name.text).into_iter().flatten() {
            let is_bound = component
                .parameters
                .iter()
                .any(|parameter| parameter.name.text == *variable);
            if !is_bound && !gives(call, variable) {
                *found.entry(variable.clone()).or_insert(false) |= is_required;
            }
        }
    }
    for parameter in component.parameters.iter().filter(|one| one.is_implicit) {
        let is_required = parameter.default.is_none();
        *found.entry(parameter.name.text.clone()).or_insert(false) |= is_required;
    }
    known.insert(name, found);
}

/// Whether a call gives the attribute; one that spreads a map may give any.
fn gives(call: &ComponentCall, name: &str) -> bool {
    call.attributes.iter().any(|attribute| match attribute {
        Attribute::Value(given, _) => given.text.as_ref() == name,
        Attribute::Spread(_) => true,
    })
}

/// The definitions of each block, from the template itself to its outermost parent.
type Lineage<'s> = HashMap<&'s str, Vec<(&'s Arc<SourceFile>, &'s [Node])>>;

fn lineage<'s>(
    chain: &[(
        &'s str,
        &'s Entry,
        &'s crate::templates::set::ParsedTemplate,
    )],
) -> Lineage<'s> {
    let mut lineage: Lineage<'s> = HashMap::new();
    for (_, entry, parsed) in chain {
        for Block { name, body, .. } in blocks(&parsed.tree) {
            let definitions = lineage.entry(&name.text).or_default();
            definitions.push((&entry.file, body));
        }
    }
    lineage
}

/// Whether an expression has to have a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Required,
    Optional,
    /// It is only asked whether it is defined.
    Asked,
}

#[derive(Default)]
struct Uses {
    is_required: bool,
    uses: Vec<Use>,
}

struct Walk<'s> {
    set: &'s Set,
    file: &'s Arc<SourceFile>,
    scopes: Scopes,
    /// What is known to be there at the place.
    guards: Vec<Guard>,
    lineage: Lineage<'s>,
    /// The block that is rendered, and which of its definitions.
    block: Option<(&'s str, usize)>,
    /// The templates that are rendered at the place, against circles.
    templates: Vec<Box<str>>,
    is_component: bool,
    /// The components whose bodies are walked at the place, against circles.
    within: Vec<Box<str>>,
    /// How many bodies of components may still be walked.
    bodies: usize,
    found: BTreeMap<Box<str>, Uses>,
    /// Where these are asked for.
    reads: Option<Vec<Read>>,
    takes_all: bool,
    /// Something could not be looked at.
    is_broken: bool,
}

impl<'s> Walk<'s> {
    /// The walk through a template. `None` where there is no such template.
    fn through(set: &'s Set, name: &'s str, has_reads: bool) -> Option<Self> {
        let chain = set.chain(name)?;
        let (_, base, base_tree) = chain.last()?;
        let mut walk = Self::new(set, &base.file);
        walk.templates.push(name.into());
        walk.lineage = lineage(&chain);
        walk.reads = has_reads.then(Vec::new);
        walk.nodes(&base_tree.tree.nodes);
        Some(walk)
    }

    fn new(set: &'s Set, file: &'s Arc<SourceFile>) -> Self {
        Self {
            set,
            file,
            scopes: Scopes::new(),
            guards: Vec::new(),
            lineage: HashMap::new(),
            block: None,
            templates: Vec::new(),
            is_component: false,
            within: Vec::new(),
            bodies: MOST_BODIES,
            found: BTreeMap::new(),
            reads: None,
            takes_all: false,
            is_broken: false,
        }
    }

    fn finish(self) -> Option<Needs> {
        if self.is_broken {
            return None;
        }
        let variables = self
            .found
            .into_iter()
            .map(|(name, found)| Need {
                name,
                is_required: found.is_required,
                uses: found.uses,
            })
            .collect();
        Some(Needs {
            variables,
            takes_all: self.takes_all,
        })
    }

    fn nodes(&mut self, nodes: &'s [Node]) {
        let before = self.guards.len();
        for node in nodes {
            self.node(node);
            self.add_guards_behind(node);
        }
        self.guards.truncate(before);
    }

    fn node(&mut self, node: &'s Node) {
        match &node.kind {
            NodeKind::Text(_)
            | NodeKind::Raw(_)
            | NodeKind::Comment
            | NodeKind::Break
            | NodeKind::Continue => {}
            NodeKind::Expression(expr) => {
                self.expr(expr, Mode::Required);
            }
            NodeKind::Set {
                name,
                value,
                is_global,
            } => {
                let path = self.expr(value, Mode::Required);
                self.set(name, path, *is_global);
            }
            NodeKind::SetBlock {
                name,
                filters,
                body,
                is_global,
            } => {
                self.nodes(body);
                for filter in filters {
                    self.arguments(&filter.arguments);
                }
                self.set(name, None, *is_global);
            }
            NodeKind::FilterSection { filters, body } => {
                self.nodes(body);
                for filter in filters {
                    self.arguments(&filter.arguments);
                }
            }
            NodeKind::Include(name) => self.include(name),
            NodeKind::Block { name, .. } => self.render_block(&name.text, 0),
            NodeKind::For {
                key,
                value,
                target,
                body,
                otherwise,
            } => {
                let path = self.expr(target, Mode::Required);
                let items = path.map(|path| path.then(Step::Each));
                if let Some(items) = &items {
                    self.add(items, target.span, Mode::Required);
                }
                let before = self.scopes.clone();
                self.scopes.push();
                if let Some(key) = key {
                    self.scopes.bind(&key.text, None);
                }
                self.scopes.bind(&value.text, items);
                self.nodes(body);
                self.scopes.pop();
                let looped = std::mem::replace(&mut self.scopes, before.clone());
                self.nodes(otherwise);
                let not_looped = std::mem::replace(&mut self.scopes, before);
                self.scopes = looped.join(&not_looped);
            }
            NodeKind::If {
                condition,
                body,
                otherwise,
            } => {
                self.condition(condition);
                let before = self.scopes.clone();
                self.guarded(condition, true, |walk| walk.nodes(body));
                let held = std::mem::replace(&mut self.scopes, before);
                self.guarded(condition, false, |walk| walk.nodes(otherwise));
                let not_held = std::mem::replace(&mut self.scopes, Scopes::new());
                self.scopes = held.join(&not_held);
            }
        }
    }

    fn set(&mut self, name: &Name, path: Option<Path>, is_global: bool) {
        if is_global {
            self.scopes.bind_global(&name.text, path);
        } else {
            self.scopes.bind(&name.text, path);
        }
    }

    /// An included template sees what is set where it stands; what it sets is gone behind it.
    fn include(&mut self, name: &'s Name) {
        let Some(entry) = self.set.entry(&name.text) else {
            self.is_broken = true;
            return;
        };
        let Some(parsed) = entry.parsed.as_deref() else {
            self.is_broken = true;
            return;
        };
        if self.templates.contains(&name.text) {
            return;
        }
        let Some(chain) = self.set.chain(&name.text) else {
            self.is_broken = true;
            return;
        };
        self.templates.push(name.text.clone());
        let scopes = self.scopes.clone();
        self.scopes.enter_template();
        let file = std::mem::replace(&mut self.file, &entry.file);
        let outer = std::mem::replace(&mut self.lineage, lineage(&chain));
        let block = self.block.take();
        self.nodes(&parsed.tree.nodes);
        self.block = block;
        self.lineage = outer;
        self.file = file;
        self.scopes = scopes;
        self.templates.pop();
    }

    /// Renders a block: the definition of the template itself first, that of its parent where
    /// `super()` is called.
    fn render_block(&mut self, name: &'s str, level: usize) {
        let Some((file, body)) = self
            .lineage
            .get(name)
            .and_then(|definitions| definitions.get(level))
            .copied()
        else {
            return;
        };
        let file = std::mem::replace(&mut self.file, file);
        let block = self.block.replace((name, level));
        self.nodes(body);
        self.block = block;
        self.file = file;
    }

    /// The value of the context that an expression is.
    fn resolve(&self, expr: &Expr) -> Option<Path> {
        match &expr.kind {
            ExprKind::Variable(name) => match self.scopes.find(name) {
                Found::Bound(path) => path,
                Found::Perhaps | Found::Free => Some(Path::root(name)),
            },
            ExprKind::Attribute { of, name, .. } => {
                Some(self.resolve(of)?.then(Step::Field(name.text.clone())))
            }
            ExprKind::Item { of, index, .. } => Some(self.resolve(of)?.then(step_of(index)?)),
            ExprKind::Filter { of, call } => filtered(self.resolve(of)?, call),
            ExprKind::Slice { of, .. } => self.resolve(of),
            _ => None,
        }
    }
}

/// The part of a value that a filter gives.
fn filtered(path: Path, call: &FilterCall) -> Option<Path> {
    let argument = |name: &str| {
        let mut arguments = call.arguments.iter();
        let argument = arguments.find(|argument| *argument.name.text == *name)?;
        match &argument.value.kind {
            ExprKind::Text(text) => Some(text.clone()),
            _ => None,
        }
    };
    match call.name.text.as_ref() {
        "default" | "reverse" | "sort" | "unique" | "values" => Some(path),
        "first" | "last" | "nth" => Some(path.then(Step::Each)),
        "group_by" => Some(path.then(Step::Groups)),
        "get" => Some(path.then(Step::Field(argument("key")?))),
        _ => None,
    }
}

/// The step that an index is, where it is written down.
fn step_of(index: &Expr) -> Option<Step> {
    match &index.kind {
        ExprKind::Text(field) => Some(Step::Field(field.clone())),
        ExprKind::Integer(_) => Some(Step::Each),
        ExprKind::Unary(Unary::Minus, inner) => step_of(inner),
        _ => None,
    }
}
