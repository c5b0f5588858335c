//! A page as a program: its templates in one, with all that is known settled.

use super::shape::Shape;
use super::translation::Translation;
use kalgan_core::syntax::ast::LoopField;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tera::Tera;

/// A compiled page.
#[derive(Debug)]
pub(crate) struct Program {
    /// The variables that it reads, and what of them. The value of each is the one of its index in the
    /// arena.
    pub(crate) roots: Vec<(Box<str>, Shape)>,
    pub(crate) ops: Vec<Op>,
    /// How many variables are set on the way.
    pub(crate) cells: usize,
    /// How many loops there are.
    pub(crate) loops: usize,
    /// What Tera evaluates, as templates by their numbers.
    pub(crate) islands: Option<Tera>,
    /// Whether values are escaped.
    pub(crate) escapes: bool,
    /// Whether the app's own functions may read all that the page was given.
    pub(crate) needs_all: bool,
    /// Whether what was folded has the app's own prefix in it.
    pub(crate) has_links: bool,
    /// The length of the last rendering.
    pub(crate) length: AtomicUsize,
}

impl Program {
    pub(crate) fn expected_length(&self) -> usize {
        self.length.load(Ordering::Relaxed)
    }

    pub(crate) fn remember_length(&self, length: usize) {
        // A buffer of just the length is handed on as it is. Most renderings are alike, and a store
        // takes the line from other threads.
        let expected = self.expected_length();
        if expected < length || expected > 2 * length {
            self.length.store(length, Ordering::Relaxed);
        }
    }

    /// The index of a variable.
    pub(crate) fn root(&self, name: &str) -> Option<usize> {
        self.roots.iter().position(|(root, _)| **root == *name)
    }
}

/// A text for each language of the site.
pub(crate) type Texts = Arc<[Box<str>]>;

/// The index of a variable that is set on the way.
pub(crate) type Cell = u32;

/// A piece of a page. Each is small, so that the next one is near.
#[derive(Debug)]
pub(crate) enum Op {
    Text(Box<str>),
    Localized(Texts),
    /// A message with values, escaped if the page escapes.
    Message(Box<FoldedMessage>),
    /// A text, and behind it a field of what the innermost loop is at: by its index in its record, and
    /// its path.
    Field(Box<str>, u16, Box<Path>),
    /// The value of a plain path, escaped if the page escapes.
    Path(Box<Path>),
    /// The value of an expression, escaped if the page escapes.
    Write(Box<Expr>),
    If(Box<If>),
    For(Box<For>),
    Set(Cell, Box<Expr>),
    /// What is written by these, as a variable.
    Capture(Cell, Vec<Op>),
    /// What a component is given must be there, and of its kind.
    Check(Box<Expr>, Option<Kind>),
    /// These variables are not set.
    Reset(Box<[Cell]>),
    Break,
    Continue,
}

/// A condition.
#[derive(Debug)]
pub(crate) struct If {
    pub(crate) condition: Expr,
    pub(crate) then: Vec<Op>,
    pub(crate) otherwise: Vec<Op>,
}

/// A loop.
#[derive(Debug)]
pub(crate) struct For {
    pub(crate) target: Expr,
    pub(crate) has_key: bool,
    /// The index of the loop.
    pub(crate) at: u32,
    /// The text that each round begins with.
    pub(crate) first: Box<str>,
    pub(crate) body: Vec<Op>,
    /// The text that each round ends with, and that text with the first one of the next round.
    pub(crate) last: Box<str>,
    pub(crate) seam: Box<str>,
    pub(crate) otherwise: Vec<Op>,
    /// What each round sets anew.
    pub(crate) cells: Vec<Cell>,
}

/// A list that is made of the items of another one.
#[derive(Clone, Debug)]
pub(crate) struct Collect {
    pub(crate) target: Expr,
    pub(crate) has_key: bool,
    /// The index of the loop.
    pub(crate) at: u32,
    pub(crate) condition: Option<Expr>,
    pub(crate) value: Expr,
}

/// The kinds of values that a component may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Bool,
    Integer,
    Float,
    Number,
    List,
    Map,
    Bytes,
}

impl Kind {
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::Text,
            "bool" => Self::Bool,
            "integer" => Self::Integer,
            "float" => Self::Float,
            "number" => Self::Number,
            "array" => Self::List,
            "map" => Self::Map,
            "bytes" => Self::Bytes,
            _ => return None,
        })
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Undefined,
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Box<str>),
    Path(Path),
    /// A field of the loop with this index.
    Loop(u32, LoopField),
    Not(Box<Expr>),
    And(Box<(Expr, Expr)>),
    Or(Box<(Expr, Expr)>),
    /// Condition, value where it holds, value where it does not.
    Ternary(Box<(Expr, Expr, Expr)>),
    Compare(Comparison, Box<(Expr, Expr)>),
    Concatenate(Box<(Expr, Expr)>),
    Arithmetic(Operator, Box<(Expr, Expr)>),
    /// Whether a value is defined.
    Defined(Box<Expr>),
    /// The first unless it is undefined.
    Default(Box<(Expr, Expr)>),
    Safe(Box<Expr>),
    Length(Box<Expr>),
    /// A list of what is made of each item of another one.
    Collect(Box<Collect>),
    Localized(Texts),
    Folded(Box<FoldedMessage>),
    Message(Box<Message>),
    Link(Box<Link>),
    /// A static file's URL.
    Asset(Box<Expr>),
    Island(Box<Island>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
}

/// A variable, or an attribute of one.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// Where the variable may be: the first that is set has it.
    pub(crate) roots: Vec<Root>,
    pub(crate) attributes: Vec<Attribute>,
}

impl Path {
    /// Whether it is in one place only, and all of it must be there.
    pub(crate) fn is_plain(&self) -> bool {
        self.roots.len() == 1 && !self.attributes.iter().any(|of| of.is_optional)
    }
}

/// An attribute on the way to a value.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    /// Its index in its record, where the value before it is one.
    pub(crate) index: Option<u16>,
    /// Whether the value before it may be undefined or none.
    pub(crate) is_optional: bool,
}

/// Where a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// Among those that the page was given.
    Given(u32),
    Cell(Cell),
    /// One of the template that includes this one.
    Outer(Cell),
    /// The value of the loop with this index.
    Value(u32),
    /// Its key.
    Key(u32),
}

/// Values by their names.
pub(crate) type Arguments = Vec<(Box<str>, Expr)>;

/// A message whose key is known.
#[derive(Clone, Debug)]
pub(crate) struct FoldedMessage {
    pub(crate) values: Vec<Expr>,
    /// For each language of the site.
    pub(crate) translations: Arc<[Translation]>,
    /// Whether its texts are escaped, so that its values have to be.
    pub(crate) is_escaped: bool,
}

/// A message whose key is known at the request, or that names its language.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) key: Expr,
    pub(crate) language: Option<Expr>,
    pub(crate) arguments: Arguments,
}

/// The URL of a route.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) name: Expr,
    pub(crate) parameters: Arguments,
    pub(crate) query: Option<Expr>,
}

/// An expression that Tera evaluates.
#[derive(Clone, Debug)]
pub(crate) struct Island {
    /// The name of its template.
    pub(crate) name: Box<str>,
    /// What it reads, by the names that it has there.
    pub(crate) variables: Arguments,
    /// The variables around it, which a function of the app may ask for, too.
    pub(crate) around: Option<Arguments>,
}
