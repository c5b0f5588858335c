//! Makes the program of a page of its templates.

use super::escape::escaped;
use super::names::Folded;
use super::natives::Natives;
use super::program::{Expr, For, If, Kind, Op, Path, Program, Root};
use super::scope::{Found, Scopes};
use super::sources::{Parsed, Sources};
use super::take;
use super::tidy::tidied;
use super::unsupported::{Result, unsupported};
use kalgan_core::syntax::ast::{
    Attribute, Component, ComponentCall, Expr as Written, ExprKind, FilterCall, Name, Node,
    NodeKind,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use tera::Tera;

/// What a page is compiled with.
pub(crate) struct Known<'k> {
    pub(crate) sources: &'k Sources,
    pub(crate) folded: &'k dyn Folded,
    pub(crate) natives: &'k Natives,
    /// All that is registered, without templates.
    pub(crate) base: &'k Tera,
    /// Whether the page's values are escaped.
    pub(crate) escapes: bool,
}

/// How deeply a page may nest: pieces within pieces and expressions within expressions.
const MAX_DEPTH: usize = 200;

/// Compiles a page.
///
/// # Errors
/// Something in it that is left to Tera.
pub(crate) fn compile(name: &str, known: &Known<'_>) -> Result<Program> {
    let mut compiler = Compiler {
        known,
        scopes: Scopes::default(),
        has_links: false,
        needs_all: false,
        islands: Vec::new(),
        chain: Vec::new(),
        block: None,
        components: Vec::new(),
        depth: 0,
        set: known.sources.names_set(name)?,
    };
    compiler.scopes.enter_template();
    let ops = compiler.page(name)?;
    let islands = compiler.islands()?;
    let Compiler {
        mut scopes,
        has_links,
        needs_all,
        ..
    } = compiler;
    for (_, shape) in &mut scopes.roots {
        if needs_all {
            shape.read_whole();
        }
        shape.settle();
    }
    Ok(Program {
        roots: scopes.roots,
        ops: tidied(ops),
        cells: scopes.cells as usize,
        loops: scopes.loops as usize,
        islands,
        escapes: known.escapes,
        needs_all,
        has_links,
        length: AtomicUsize::new(0),
    })
}

pub(super) struct Compiler<'k> {
    pub(super) known: &'k Known<'k>,
    pub(super) scopes: Scopes,
    pub(super) has_links: bool,
    pub(super) needs_all: bool,
    /// The expressions that Tera evaluates; the name of each is its number.
    pub(super) islands: Vec<String>,
    /// The page, the template that it extends, and so on.
    chain: Vec<Arc<Parsed>>,
    /// The block around, and whose of the chain it is.
    block: Option<(Box<str>, usize)>,
    /// The components around.
    components: Vec<Box<str>>,
    /// How deeply the place nests.
    depth: usize,
    /// Names that are set somewhere.
    set: HashSet<Box<str>>,
}

impl Compiler<'_> {
    fn page(&mut self, name: &str) -> Result<Vec<Op>> {
        let chain = self.chain_of(name)?;
        let Some(base) = chain.last().map(Arc::clone) else {
            return unsupported(format!("there is no template `{name}`"));
        };
        self.chain = chain;
        let mut ops = Vec::new();
        self.nodes(&base, &base.template.nodes, &mut ops)?;
        Ok(ops)
    }

    /// A template, the one that it extends, and so on.
    fn chain_of(&self, name: &str) -> Result<Vec<Arc<Parsed>>> {
        let mut chain: Vec<Arc<Parsed>> = Vec::new();
        let mut next = Some(Box::from(name));
        while let Some(name) = next {
            let parsed = self.known.sources.get(&name)?;
            if chain.len() > 100 {
                return unsupported("templates extend each other in a cycle");
            }
            next = parsed
                .template
                .parent
                .as_ref()
                .map(|name| name.text.clone());
            chain.push(parsed);
        }
        Ok(chain)
    }

    fn nodes(&mut self, of: &Arc<Parsed>, nodes: &[Node], ops: &mut Vec<Op>) -> Result<()> {
        for node in nodes {
            self.node(of, node, ops)?;
        }
        Ok(())
    }

    /// Goes a step deeper: a program runs on the stack of the request.
    pub(super) fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return unsupported("it nests too deeply");
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    fn node(&mut self, of: &Arc<Parsed>, node: &Node, ops: &mut Vec<Op>) -> Result<()> {
        self.deeper(|compiler| compiler.piece(of, node, ops))
    }

    fn piece(&mut self, of: &Arc<Parsed>, node: &Node, ops: &mut Vec<Op>) -> Result<()> {
        match &node.kind {
            NodeKind::Comment => {}
            NodeKind::Text(span) | NodeKind::Raw(span) => {
                let text = of.file.text().get(span.start..span.end);
                push_text(ops, text.unwrap_or_default());
            }
            NodeKind::Expression(expr) => match &expr.kind {
                ExprKind::Component(call) => self.component(of, call, ops)?,
                ExprKind::Call { name, arguments } if *name.text == *"super" => {
                    if !arguments.is_empty() {
                        return unsupported("`super()` takes no arguments");
                    }
                    self.parent_block(ops)?;
                }
                _ => {
                    let value = self.written(expr)?;
                    self.write(ops, value);
                }
            },
            NodeKind::Set {
                name,
                value,
                is_global,
            } => {
                let value = self.value(value)?;
                let cell = self.cell(name, *is_global)?;
                ops.push(Op::Set(cell, Box::new(value)));
            }
            NodeKind::SetBlock {
                name,
                filters,
                body,
                is_global,
            } => {
                let captured = self.captured(of, body, filters, ops)?;
                let cell = self.cell(name, *is_global)?;
                ops.push(Op::Set(cell, Box::new(captured)));
            }
            NodeKind::FilterSection { filters, body } => {
                let captured = self.captured(of, body, filters, ops)?;
                self.write(ops, captured);
            }
            NodeKind::Include(name) => {
                let parsed = self.known.sources.get(&name.text)?;
                // Its blocks are its own.
                let chain = self.chain_of(&name.text)?;
                let chain = std::mem::replace(&mut self.chain, chain);
                let block = self.block.take();
                self.scopes.enter_template();
                let mut body = Vec::new();
                self.nodes(&parsed, &parsed.template.nodes, &mut body)?;
                self.leave(ops);
                ops.append(&mut body);
                self.chain = chain;
                self.block = block;
            }
            NodeKind::Block { name, .. } => {
                let chain = self.chain.len();
                let Some(at) = (0..chain).find(|at| find_block(&self.chain[*at], &name.text))
                else {
                    return unsupported(format!("there is no block `{}`", name.text));
                };
                self.block_of(&name.text, at, ops)?;
            }
            NodeKind::For {
                key,
                value,
                target,
                body,
                otherwise,
            } => {
                let (target, items) = self.target(target, key.is_some())?;
                let key_name = key.as_ref().map(|key| &*key.text);
                let at = self.scopes.enter_loop(&value.text, key_name, items, false);
                let mut rounds = Vec::new();
                self.nodes(of, body, &mut rounds)?;
                let cells = self.scopes.leave();
                let mut nothing = Vec::new();
                self.nodes(of, otherwise, &mut nothing)?;
                ops.push(Op::For(Box::new(For {
                    target,
                    has_key: key.is_some(),
                    at,
                    first: Box::default(),
                    body: rounds,
                    last: Box::default(),
                    seam: Box::default(),
                    otherwise: nothing,
                    cells,
                })));
            }
            NodeKind::If {
                condition,
                body,
                otherwise,
            } => {
                let condition = self.condition(condition)?;
                let (mut then, mut other) = (Vec::new(), Vec::new());
                self.nodes(of, body, &mut then)?;
                self.nodes(of, otherwise, &mut other)?;
                ops.push(Op::If(Box::new(If {
                    condition,
                    then,
                    otherwise: other,
                })));
            }
            NodeKind::Break => ops.push(Op::Break),
            NodeKind::Continue => ops.push(Op::Continue),
        }
        Ok(())
    }

    fn cell(&mut self, name: &Name, is_global: bool) -> Result<u32> {
        match self.scopes.cell_to_set(&name.text, is_global) {
            Some(cell) => Ok(cell),
            None => unsupported(format!("`{}` is set outside of a template", name.text)),
        }
    }

    pub(super) fn names_set(&self) -> Vec<Box<str>> {
        self.set.iter().cloned().collect()
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.set.contains(name)
    }

    /// Leaves a scope; what was set there is not set when it is entered again.
    fn leave(&mut self, ops: &mut Vec<Op>) {
        let cells = self.scopes.leave();
        if !cells.is_empty() {
            ops.push(Op::Reset(cells.into()));
        }
    }

    /// The text of a body, with filters.
    fn captured(
        &mut self,
        of: &Arc<Parsed>,
        body: &[Node],
        filters: &[FilterCall],
        ops: &mut Vec<Op>,
    ) -> Result<Expr> {
        let mut captured = self.capture(of, body, ops)?;
        for filter in filters {
            captured = self.filter(captured, filter)?;
        }
        Ok(captured)
    }

    fn capture(&mut self, of: &Arc<Parsed>, body: &[Node], ops: &mut Vec<Op>) -> Result<Expr> {
        let mut captured = Vec::new();
        self.nodes(of, body, &mut captured)?;
        let cell = self.scopes.new_cell();
        ops.push(Op::Capture(cell, captured));
        Ok(cell_value(cell))
    }

    fn block_of(&mut self, name: &str, at: usize, ops: &mut Vec<Op>) -> Result<()> {
        let parsed = Arc::clone(&self.chain[at]);
        let Some(body) = block(&parsed.template.nodes, name) else {
            return unsupported(format!("there is no block `{name}`"));
        };
        let around = self.block.replace((name.into(), at));
        self.nodes(&parsed, body, ops)?;
        self.block = around;
        Ok(())
    }

    /// `super()`.
    fn parent_block(&mut self, ops: &mut Vec<Op>) -> Result<()> {
        let Some((name, at)) = self.block.clone() else {
            return unsupported("`super()` outside of a block");
        };
        let further = at + 1..self.chain.len();
        match further
            .into_iter()
            .find(|at| find_block(&self.chain[*at], &name))
        {
            Some(at) => self.block_of(&name, at, ops),
            None => unsupported(format!("`super()` in the first block `{name}`")),
        }
    }

    fn component(
        &mut self,
        of: &Arc<Parsed>,
        call: &ComponentCall,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        let name = &call.name.text;
        if self.components.contains(name) {
            return unsupported(format!("the component `{name}` calls itself"));
        }
        // Tera's limit.
        if self.components.len() >= 20 {
            return unsupported("components within more than 20 components");
        }
        let (parsed, definition) = self.known.sources.component(name)?;
        let definition = &parsed.template.components[definition];
        let mut given = HashMap::new();
        if let Some(body) = &call.body {
            let body = self.capture(of, body, ops)?;
            given.insert(Box::from("body"), found(body));
        }
        for attribute in &call.attributes {
            let Attribute::Value(name, value) = attribute else {
                return unsupported("a component with `{...attributes}`");
            };
            let parameter = definition
                .parameters
                .iter()
                .find(|parameter| parameter.name.text == name.text);
            if parameter.is_none() {
                return unsupported(format!(
                    "a component with further attributes: `{}`",
                    name.text
                ));
            }
            let value = self.argument(value, ops)?;
            let kind = kind_of(definition, &name.text)?;
            ops.push(Op::Check(Box::new(value.clone().into()), kind));
            given.insert(name.text.clone(), value);
        }
        for parameter in &definition.parameters {
            if given.contains_key(&parameter.name.text) {
                continue;
            }
            if parameter.is_implicit {
                return unsupported("a component with `@parameters`");
            }
            let Some(default) = &parameter.default else {
                return unsupported(format!("`{}` is not given", parameter.name.text));
            };
            let value = self.argument(default, ops)?;
            given.insert(parameter.name.text.clone(), value);
        }
        if definition.rest.is_some() {
            return unsupported("a component with `...rest`");
        }
        let chain = std::mem::take(&mut self.chain);
        let block = self.block.take();
        self.components.push(name.clone());
        self.scopes.enter_component(given);
        let mut body = Vec::new();
        self.nodes(&parsed, &definition.body, &mut body)?;
        self.leave(ops);
        ops.append(&mut body);
        self.components.pop();
        self.chain = chain;
        self.block = block;
        Ok(())
    }

    /// What a component is given: a variable as it is, else a new one.
    fn argument(&mut self, value: &Written, ops: &mut Vec<Op>) -> Result<Found> {
        if let Some(found) = self.reference(value)?
            && !found.path.roots.is_empty()
            && !is_set_on_the_way(&found)
        {
            return Ok(found);
        }
        let value = self.value(value)?;
        let cell = self.scopes.new_cell();
        ops.push(Op::Set(cell, Box::new(value)));
        Ok(found(cell_value(cell)))
    }

    /// Writes a value; one that is known becomes text.
    fn write(&mut self, ops: &mut Vec<Op>, expr: Expr) {
        let escapes = self.known.escapes;
        match expr {
            Expr::Text(text) => match escapes {
                true => push_text(ops, &escaped(&text)),
                false => push_text(ops, &text),
            },
            Expr::Integer(value) => push_text(ops, &value.to_string()),
            Expr::Bool(value) => push_text(ops, &value.to_string()),
            Expr::None => {}
            Expr::Safe(of) => match *of {
                Expr::Text(text) => push_text(ops, &text),
                Expr::Localized(texts) => ops.push(Op::Localized(texts)),
                of => ops.push(Op::Write(Box::new(Expr::Safe(Box::new(of))))),
            },
            Expr::Localized(texts) if escapes => {
                let texts = texts.iter().map(|text| escaped(text).into());
                ops.push(Op::Localized(texts.collect()));
            }
            Expr::Localized(texts) => ops.push(Op::Localized(texts)),
            Expr::Folded(message) if message.is_escaped == escapes => {
                ops.push(Op::Message(message));
            }
            Expr::Path(path) if path.is_plain() => {
                ops.push(match (path.roots.as_slice(), path.attributes.as_slice()) {
                    ([Root::Value(at)], [attribute])
                        if Some(*at) == self.scopes.innermost_loop()
                            && attribute.index.is_some() =>
                    {
                        let index = attribute.index.unwrap_or_default();
                        Op::Field(Box::default(), index, Box::new(path))
                    }
                    _ => Op::Path(Box::new(path)),
                });
            }
            expr => ops.push(Op::Write(Box::new(expr))),
        }
    }

    /// What evaluates the expressions that are left to Tera.
    fn islands(&mut self) -> Result<Option<Tera>> {
        if self.islands.is_empty() {
            return Ok(None);
        }
        let mut tera = Tera::clone(self.known.base);
        take::register(&mut tera);
        // The end of each name, or of none.
        let suffix = if self.known.escapes { "" } else { "\0" };
        tera.autoescape_on([suffix]);
        let templates = self.islands.iter().enumerate();
        let templates = templates.map(|(at, text)| (at.to_string(), text.as_str()));
        match tera.add_raw_templates(templates) {
            Ok(()) => Ok(Some(tera)),
            Err(error) => unsupported(error.to_string()),
        }
    }
}

fn push_text(ops: &mut Vec<Op>, text: &str) {
    if !text.is_empty() {
        ops.push(Op::Text(text.into()));
    }
}

fn cell_value(cell: u32) -> Expr {
    Expr::Path(Path {
        roots: vec![Root::Cell(cell)],
        attributes: Vec::new(),
    })
}

fn found(value: Expr) -> Found {
    let path = match value {
        Expr::Path(path) => path,
        _ => Path {
            roots: Vec::new(),
            attributes: Vec::new(),
        },
    };
    Found { path, place: None }
}

/// Whether a variable may be another one later.
fn is_set_on_the_way(found: &Found) -> bool {
    let mut roots = found.path.roots.iter();
    roots.any(|root| matches!(root, Root::Cell(_) | Root::Outer(_)))
}

/// The kind that a component asks for: the one that it names, else that of the default.
fn kind_of(component: &Component, name: &str) -> Result<Option<Kind>> {
    let mut parameters = component.parameters.iter();
    let Some(parameter) = parameters.find(|parameter| *parameter.name.text == *name) else {
        return Ok(None);
    };
    if let Some(kind) = &parameter.kind {
        return match Kind::of(&kind.text) {
            Some(kind) => Ok(Some(kind)),
            None => unsupported(format!("the type `{}`", kind.text)),
        };
    }
    Ok(parameter
        .default
        .as_ref()
        .and_then(|default| match default.kind {
            ExprKind::Bool(_) => Some(Kind::Bool),
            ExprKind::Integer(_) => Some(Kind::Integer),
            ExprKind::Float(_) => Some(Kind::Float),
            ExprKind::Text(_) => Some(Kind::Text),
            ExprKind::Array(_) => Some(Kind::List),
            ExprKind::Map(_) => Some(Kind::Map),
            _ => None,
        }))
}

fn find_block(parsed: &Parsed, name: &str) -> bool {
    block(&parsed.template.nodes, name).is_some()
}

/// The body of a block, wherever it stands.
fn block<'n>(nodes: &'n [Node], name: &str) -> Option<&'n [Node]> {
    nodes.iter().find_map(|node| match &node.kind {
        NodeKind::Block { name: known, body } => match *known.text == *name {
            true => Some(body.as_slice()),
            false => block(body, name),
        },
        NodeKind::For {
            body, otherwise, ..
        }
        | NodeKind::If {
            body, otherwise, ..
        } => block(body, name).or_else(|| block(otherwise, name)),
        NodeKind::SetBlock { body, .. } | NodeKind::FilterSection { body, .. } => block(body, name),
        NodeKind::Expression(Written {
            kind: ExprKind::Component(call),
            ..
        }) => block(call.body.as_deref()?, name),
        _ => None,
    })
}
