//! Renders a page by its program.

use super::arena::{Arena, At, Node};
use super::calculate::calculate;
use super::escape::{escape, push_number};
use super::names::Names;
use super::program::{
    Cell, Collect, Comparison, Expr, For, Island, Kind, Op, Path, Program, Root, Texts,
};
use super::shown::Shown;
use super::take::taken;
use super::value::{ByTera, Val};
use kalgan_core::syntax::ast::LoopField;
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;
use tera::{Context, Value};

/// A rendering in progress.
pub(super) struct Run<'a, N> {
    program: &'a Program,
    pub(super) arena: &'a Arena,
    pub(super) names: &'a N,
    /// The index of the language, where the site has it.
    pub(super) language: Option<usize>,
    /// All that the page was given, where functions of the app may ask for it.
    given: &'a Context,
    cells: Vec<Option<Val<'a>>>,
    loops: SmallVec<[Round<'a>; 4]>,
    /// The values of the messages in progress, one behind the other.
    pub(super) values: SmallVec<[Shown<'a>; 4]>,
    pub(super) out: Vec<u8>,
}

/// A round of a loop.
#[derive(Clone, Debug, Default)]
struct Round<'a> {
    /// The value, where it lies in the arena.
    at: Option<At>,
    /// Else the value and its key.
    item: Option<Box<(Val<'a>, Val<'a>)>>,
    index: usize,
    length: usize,
}

/// How a piece ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

pub(super) type Run1<T> = Result<T, ByTera>;

/// The text of a page, which is UTF-8. `given` has all variables where [`Program::needs_all`]; else it may be empty.
///
/// # Errors
/// Tera has to render it, since there is a mistake or something that is not known here.
pub(crate) fn run<N: Names>(
    program: &Program,
    arena: &Arena,
    given: &Context,
    names: &N,
    language: Option<usize>,
) -> Result<Vec<u8>, ByTera> {
    let mut run = Run {
        program,
        arena,
        names,
        language,
        given,
        cells: vec![None; program.cells],
        loops: smallvec![Round::default(); program.loops],
        values: SmallVec::new(),
        out: Vec::with_capacity(program.expected_length()),
    };
    run.ops(&program.ops, &[])?;
    program.remember_length(run.out.len());
    Ok(run.out)
}

impl<'a, N: Names> Run<'a, N> {
    /// Runs pieces. `fields`: those of the record that the innermost loop is at, if it is at one.
    #[inline]
    fn ops(&mut self, ops: &'a [Op], fields: &'a [Node]) -> Run1<Flow> {
        for op in ops {
            // Most pieces are of these kinds.
            match op {
                Op::Text(text) => self.out.extend_from_slice(text.as_bytes()),
                Op::Field(text, index, path) => {
                    self.out.extend_from_slice(text.as_bytes());
                    match fields.get(usize::from(*index)) {
                        Some(Node::Escaped { start, len }) => {
                            let text = self.arena.bytes(*start, *len);
                            self.out.extend_from_slice(text);
                        }
                        Some(Node::Unsigned(value)) => push_number(&mut self.out, *value),
                        Some(node) => self.write_node(*node)?,
                        None => self.write_path(path)?,
                    }
                }
                Op::Localized(texts) => {
                    let text = self.localized(texts)?;
                    self.out.extend_from_slice(text.as_bytes());
                }
                op => match self.op(op, fields)? {
                    Flow::Next => {}
                    flow => return Ok(flow),
                },
            }
        }
        Ok(Flow::Next)
    }

    fn op(&mut self, op: &'a Op, fields: &'a [Node]) -> Run1<Flow> {
        match op {
            Op::Text(_) | Op::Field(..) | Op::Localized(_) => {
                return self.ops(std::slice::from_ref(op), fields);
            }
            Op::Path(path) => match self.node(path) {
                Some(node) => self.write_node(node)?,
                None => self.write_path(path)?,
            },
            Op::Message(message) => self.folded(message)?,
            Op::Write(expr) => {
                let value = self.eval(expr)?;
                self.write_value(&value)?;
            }
            Op::If(of) => {
                return match self.is_true(&of.condition)? {
                    true => self.ops(&of.then, fields),
                    false => self.ops(&of.otherwise, fields),
                };
            }
            Op::For(of) => return self.repeat(of, fields),
            Op::Set(cell, expr) => {
                let value = self.eval(expr)?;
                self.set(*cell, value)?;
            }
            Op::Capture(cell, ops) => self.capture(*cell, ops, fields)?,
            Op::Check(expr, kind) => {
                let value = self.eval(expr)?;
                let is_meant = kind.is_none_or(|kind| is_of(&value, kind));
                if value.is_undefined() || !is_meant {
                    return Err(ByTera);
                }
            }
            Op::Reset(cells) => self.reset(cells),
            Op::Break => return Ok(Flow::Break),
            Op::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    /// Whether an expression is true.
    fn is_true(&mut self, expr: &'a Expr) -> Run1<bool> {
        if let Expr::Path(path) = expr
            && path.is_plain()
            && let Some(node) = self.node(path)
        {
            return Ok(Val::of_node(self.arena, node).is_truthy());
        }
        Ok(self.eval(expr)?.is_truthy())
    }

    fn capture(&mut self, cell: Cell, ops: &'a [Op], fields: &'a [Node]) -> Run1<()> {
        let before = std::mem::take(&mut self.out);
        let flow = self.ops(ops, fields);
        let text = std::mem::replace(&mut self.out, before);
        let text = String::from_utf8(text).map_err(|_| ByTera)?;
        // One that leaves a loop has no value.
        if flow? != Flow::Next {
            return Err(ByTera);
        }
        let text = Val::Text {
            text: Cow::Owned(text),
            is_safe: self.program.escapes,
        };
        self.set(cell, text)
    }

    fn set(&mut self, cell: Cell, value: Val<'a>) -> Run1<()> {
        *self.cells.get_mut(cell as usize).ok_or(ByTera)? = Some(value);
        Ok(())
    }

    fn reset(&mut self, cells: &[Cell]) {
        for cell in cells {
            if let Some(cell) = self.cells.get_mut(*cell as usize) {
                *cell = None;
            }
        }
    }

    fn localized(&self, texts: &'a Texts) -> Run1<&'a str> {
        let text = texts.get(self.language.ok_or(ByTera)?).ok_or(ByTera)?;
        Ok(text)
    }

    /// The node of a plain path whose parts are all in the arena.
    pub(super) fn node(&self, path: &Path) -> Option<Node> {
        let mut node = match *path.roots.first()? {
            Root::Given(at) => self.arena.node(at),
            Root::Value(at) => match self.arena.node(self.loops.get(at as usize)?.at?) {
                Node::Whole(_) | Node::Undefined => return None,
                node => node,
            },
            Root::Key(_) | Root::Cell(_) | Root::Outer(_) => return None,
        };
        for attribute in &path.attributes {
            let (Node::Record { start, .. }, Some(index)) = (node, attribute.index) else {
                return None;
            };
            node = self.arena.node(start + At::from(index));
        }
        Some(node)
    }

    fn write_path(&mut self, path: &'a Path) -> Run1<()> {
        let value = self.path(path)?;
        self.write_value(&value)
    }

    fn write_node(&mut self, node: Node) -> Run1<()> {
        match node {
            Node::Escaped { start, len } => {
                self.out.extend_from_slice(self.arena.bytes(start, len));
            }
            Node::Text { start, len } if !self.program.escapes => {
                self.out.extend_from_slice(self.arena.bytes(start, len));
            }
            Node::Unsigned(value) => push_number(&mut self.out, value),
            Node::Signed(value) => self
                .out
                .extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
            node => return self.write_value(&Val::of_node(self.arena, node)),
        }
        Ok(())
    }

    fn write_value(&mut self, value: &Val<'_>) -> Run1<()> {
        match value {
            Val::Undefined => Err(ByTera),
            Val::Text {
                text,
                is_safe: false,
            } if self.program.escapes => {
                escape(&mut self.out, text);
                Ok(())
            }
            Val::Text { text, .. } => {
                self.out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Val::Whole(whole) if self.program.escapes && !whole.is_safe() => {
                escape(&mut self.out, &whole.to_string());
                Ok(())
            }
            // What else there is has nothing to escape.
            value => {
                let mut text = String::new();
                value.write(&mut text)?;
                self.out.extend_from_slice(text.as_bytes());
                Ok(())
            }
        }
    }

    /// Runs a loop. `around`: the fields of the record that the loop around it is at.
    fn repeat(&mut self, of: &'a For, around: &'a [Node]) -> Run1<Flow> {
        if let Expr::Path(path) = &of.target
            && !of.has_key
            && path.is_plain()
            && let Some(Node::List { start, len }) = self.node(path)
        {
            return self.repeat_list(of, start, len, around);
        }
        let target = self.eval(&of.target)?;
        let mut round = |run: &mut Self| {
            let Some(Round { index, length, .. }) = run.loops.get(of.at as usize) else {
                return Err(ByTera);
            };
            let (is_first, is_last) = (*index == 0, *index + 1 == *length);
            if is_first {
                run.out.extend_from_slice(of.first.as_bytes());
            }
            run.reset(&of.cells);
            // The fields of those in the arena are read by `repeat_list` or by their paths.
            run.round(of, &[], is_last)
        };
        match self.rounds(target, of.has_key, of.at, &mut round)? {
            0 => self.ops(&of.otherwise, around),
            _ => Ok(Flow::Next),
        }
    }

    /// A round of a loop whose first text is written already, and that of the next round.
    fn round(&mut self, of: &'a For, fields: &'a [Node], is_last: bool) -> Run1<Flow> {
        let flow = self.ops(&of.body, fields)?;
        let text = match (flow, is_last) {
            (Flow::Next, false) => &of.seam,
            (Flow::Next, true) => &of.last,
            (Flow::Continue, false) => &of.first,
            (Flow::Continue, true) | (Flow::Break, _) => return Ok(flow),
        };
        self.out.extend_from_slice(text.as_bytes());
        Ok(flow)
    }

    /// Repeats for items that lie in the arena: most loops do.
    fn repeat_list(&mut self, of: &'a For, start: At, len: u32, around: &'a [Node]) -> Run1<Flow> {
        let index = of.at as usize;
        if len > 0 {
            self.out.extend_from_slice(of.first.as_bytes());
        }
        for at in start..start + len {
            let round = self.loops.get_mut(index).ok_or(ByTera)?;
            round.at = Some(at);
            round.index = (at - start) as usize;
            round.length = len as usize;
            if !of.cells.is_empty() {
                self.reset(&of.cells);
            }
            let is_last = at + 1 == start + len;
            if self.round(of, self.arena.fields(at), is_last)? == Flow::Break {
                break;
            }
        }
        match len {
            0 => self.ops(&of.otherwise, around),
            _ => Ok(Flow::Next),
        }
    }

    fn collect(&mut self, of: &'a Collect) -> Run1<Val<'a>> {
        let target = self.eval(&of.target)?;
        let mut collected = Vec::new();
        let mut round = |run: &mut Self| {
            let is_meant = match &of.condition {
                Some(condition) => run.eval(condition)?.is_truthy(),
                None => true,
            };
            if is_meant {
                collected.push(run.eval(&of.value)?.to_tera()?);
            }
            Ok(Flow::Next)
        };
        self.rounds(target, of.has_key, of.at, &mut round)?;
        Ok(Val::Whole(Cow::Owned(Value::from(collected))))
    }

    /// Runs a loop for each item of a value; returns how many there are.
    fn rounds(
        &mut self,
        target: Val<'a>,
        has_key: bool,
        at: u32,
        round: &mut dyn FnMut(&mut Self) -> Run1<Flow>,
    ) -> Run1<usize> {
        match target {
            Val::List { start, len } if !has_key => {
                let arena = self.arena;
                let items = (start..start + len).map(|at| (Val::at(arena, at), Val::Undefined));
                self.each(at, len as usize, items, round)
            }
            Val::Whole(value) => {
                let items = match value {
                    Cow::Borrowed(value) => {
                        items(value, has_key, |part| Val::of(Cow::Borrowed(part)))
                    }
                    Cow::Owned(value) => {
                        items(&value, has_key, |part| Val::of(Cow::Owned(part.clone())))
                    }
                };
                let items = items.ok_or(ByTera)?;
                self.each(at, items.len(), items.into_iter(), round)
            }
            _ => Err(ByTera),
        }
    }

    fn each(
        &mut self,
        at: u32,
        length: usize,
        items: impl Iterator<Item = (Val<'a>, Val<'a>)>,
        round: &mut dyn FnMut(&mut Self) -> Run1<Flow>,
    ) -> Run1<usize> {
        for (index, item) in items.enumerate() {
            let state = self.loops.get_mut(at as usize).ok_or(ByTera)?;
            state.at = None;
            state.item = Some(Box::new(item));
            state.index = index;
            state.length = length;
            if round(self)? == Flow::Break {
                break;
            }
        }
        Ok(length)
    }

    pub(super) fn eval(&mut self, expr: &'a Expr) -> Run1<Val<'a>> {
        Ok(match expr {
            Expr::Undefined => Val::Undefined,
            Expr::None => Val::None,
            Expr::Bool(value) => Val::Bool(*value),
            Expr::Integer(value) => Val::Signed(*value),
            Expr::Float(value) => Val::Float(*value),
            Expr::Text(text) => Val::text(&**text),
            Expr::Path(path) => return self.path(path),
            Expr::Loop(at, field) => {
                let round = self.loops.get(*at as usize).ok_or(ByTera)?;
                match field {
                    LoopField::Index => Val::Unsigned(round.index as u64 + 1),
                    LoopField::Index0 => Val::Unsigned(round.index as u64),
                    LoopField::First => Val::Bool(round.index == 0),
                    LoopField::Last => Val::Bool(round.index + 1 == round.length),
                    LoopField::Length => Val::Unsigned(round.length as u64),
                }
            }
            Expr::Not(of) => Val::Bool(!self.eval(of)?.is_truthy()),
            Expr::And(both) => match self.eval(&both.0)? {
                first if first.is_truthy() => return self.eval(&both.1),
                first => first,
            },
            Expr::Or(both) => match self.eval(&both.0)? {
                first if first.is_truthy() => first,
                _ => return self.eval(&both.1),
            },
            Expr::Ternary(parts) => match self.eval(&parts.0)?.is_truthy() {
                true => return self.eval(&parts.1),
                false => return self.eval(&parts.2),
            },
            Expr::Compare(comparison, both) => {
                let (a, b) = (self.eval(&both.0)?, self.eval(&both.1)?);
                Val::Bool(match comparison {
                    Comparison::Equal => a.equals(&b)?,
                    Comparison::NotEqual => !a.equals(&b)?,
                    Comparison::Less => a.compare(&b)?.is_lt(),
                    Comparison::LessOrEqual => a.compare(&b)?.is_le(),
                    Comparison::Greater => a.compare(&b)?.is_gt(),
                    Comparison::GreaterOrEqual => a.compare(&b)?.is_ge(),
                })
            }
            Expr::Concatenate(both) => {
                let (a, b) = (self.eval(&both.0)?, self.eval(&both.1)?);
                let mut text = String::new();
                a.write(&mut text)?;
                b.write(&mut text)?;
                Val::text(text)
            }
            Expr::Arithmetic(operator, both) => {
                let (a, b) = (self.eval(&both.0)?, self.eval(&both.1)?);
                calculate(*operator, &a, &b)?
            }
            Expr::Defined(of) => Val::Bool(!self.eval(of)?.is_undefined()),
            Expr::Default(both) => {
                let (value, default) = (self.eval(&both.0)?, self.eval(&both.1)?);
                match (value, default) {
                    // An argument must be there.
                    (_, Val::Undefined) => return Err(ByTera),
                    (Val::Undefined, default) => default,
                    (value, _) => value,
                }
            }
            Expr::Safe(of) => match self.eval(of)? {
                Val::Text { text, .. } => Val::Text {
                    text,
                    is_safe: true,
                },
                other => {
                    let mut text = String::new();
                    other.write(&mut text)?;
                    Val::Text {
                        text: Cow::Owned(text),
                        is_safe: true,
                    }
                }
            },
            Expr::Length(of) => match self.eval(of)? {
                Val::List { len, .. } => Val::Unsigned(len.into()),
                other => Val::Unsigned(other.to_tera()?.len().ok_or(ByTera)? as u64),
            },
            Expr::Collect(of) => self.collect(of)?,
            Expr::Localized(texts) => Val::text(self.localized(texts)?),
            Expr::Folded(message) => {
                let before = std::mem::take(&mut self.out);
                let written = self.folded(message);
                let text = std::mem::replace(&mut self.out, before);
                written?;
                Val::text(String::from_utf8(text).map_err(|_| ByTera)?)
            }
            Expr::Message(message) => self.message(message)?,
            Expr::Link(link) => self.link(link)?,
            Expr::Asset(path) => {
                let path = self.eval(path)?;
                let url = self.names.asset(path.as_text().ok_or(ByTera)?);
                Val::text(url.ok_or(ByTera)?)
            }
            Expr::Island(island) => self.island(island)?,
        })
    }

    fn path(&self, path: &'a Path) -> Run1<Val<'a>> {
        let mut value = Val::Undefined;
        for root in &path.roots {
            match root {
                Root::Given(at) => value = Val::at(self.arena, *at),
                Root::Value(at) => {
                    let round = self.loops.get(*at as usize).ok_or(ByTera)?;
                    value = match (round.at, &round.item) {
                        (Some(at), _) => Val::at(self.arena, at),
                        (None, Some(item)) => item.0.clone(),
                        (None, None) => return Err(ByTera),
                    };
                    // Who looks for it from an included template may find another one further outside.
                    if value.is_undefined() {
                        return Err(ByTera);
                    }
                }
                Root::Key(at) => {
                    let round = self.loops.get(*at as usize).ok_or(ByTera)?;
                    value = round.item.as_ref().ok_or(ByTera)?.1.clone();
                }
                Root::Cell(cell) => match self.cells.get(*cell as usize) {
                    Some(Some(set)) => value = set.clone(),
                    _ => continue,
                },
                Root::Outer(cell) => match self.cells.get(*cell as usize) {
                    // Another variable of that name may be further outside.
                    Some(Some(Val::Undefined)) => return Err(ByTera),
                    Some(Some(set)) => value = set.clone(),
                    _ => continue,
                },
            }
            break;
        }
        for attribute in &path.attributes {
            if attribute.is_optional && matches!(value, Val::Undefined | Val::None) {
                value = Val::Undefined;
                continue;
            }
            value = value.attribute(self.arena, attribute.index, &attribute.name)?;
        }
        Ok(value)
    }

    fn island(&mut self, island: &'a Island) -> Run1<Val<'a>> {
        let mut context = match self.program.needs_all {
            true => self.given.clone(),
            false => Context::new(),
        };
        for (name, expr) in island.around.iter().flatten() {
            let value = self.eval(expr)?;
            if !value.is_undefined() {
                context.insert_value(name.to_string(), value.to_tera()?);
            } else if context.contains_key(name) {
                return Err(ByTera);
            }
        }
        for (name, expr) in &island.variables {
            let value = self.eval(expr)?;
            if !value.is_undefined() {
                context.insert_value(name.to_string(), value.to_tera()?);
            }
        }
        let tera = self.program.islands.as_ref().ok_or(ByTera)?;
        let value = taken(tera, &island.name, &context).ok_or(ByTera)?;
        Ok(Val::of(Cow::Owned(value)))
    }
}

/// The parts of a list, or of a map with their keys; `own` takes a part. `None`: it has none of the kind.
fn items<'s, 'v>(
    value: &'s Value,
    has_key: bool,
    own: impl Fn(&'s Value) -> Val<'v>,
) -> Option<Vec<(Val<'v>, Val<'v>)>> {
    if let Some(list) = value.as_array()
        && !has_key
    {
        let parts = list.iter().map(|part| (own(part), Val::Undefined));
        return Some(parts.collect());
    }
    let parts = value.as_map()?.iter().map(|(key, part)| {
        let key = Val::of(Cow::Owned(key.as_value()));
        (own(part), key)
    });
    Some(parts.collect())
}

/// Whether a value is of a kind.
fn is_of(value: &Val<'_>, kind: Kind) -> bool {
    let is = |test: fn(&Value) -> bool| matches!(value, Val::Whole(value) if test(value));
    let is_integer = matches!(value, Val::Unsigned(_) | Val::Signed(_))
        || is(|value| value.is_number() && !value.is_f64());
    let is_float = matches!(value, Val::Float(_));
    match kind {
        Kind::Text => matches!(value, Val::Text { .. }),
        Kind::Bool => matches!(value, Val::Bool(_)),
        Kind::Integer => is_integer,
        Kind::Float => is_float,
        Kind::Number => is_integer || is_float,
        Kind::List => matches!(value, Val::List { .. }) || is(Value::is_array),
        Kind::Map => matches!(value, Val::Record { .. }) || is(Value::is_map),
        Kind::Bytes => is(Value::is_bytes),
    }
}
