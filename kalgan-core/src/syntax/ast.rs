//! The syntax tree of a template: every tag and expression of Tera's language, with its span.

use crate::text::Span;

/// A whole template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// The template that `{% extends %}` names.
    pub parent: Option<Name>,
    /// What is written, in order. Definitions of components stand in [`Template::components`].
    pub nodes: Vec<Node>,
    /// The components that `{% component %}` defines, in order.
    pub components: Vec<Component>,
}

/// A name or a text that stands in the source, such as a variable's, a filter's or a template's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name itself, without quotes or escapes.
    pub text: Box<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// From its first delimiter to its last; of a tag with a body, to the end of its end tag, which
    /// an `elif` shares with its `if`. Of a text, all of it, before `-` took its part: the nodes of
    /// a body stand one behind the other without a gap.
    pub span: Span,
}

/// The kinds of pieces.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text that is written as it is. The span is what `-` left of it, and may be empty.
    Text(Span),
    /// `{% raw %}…{% endraw %}`; the span is what `-` left of the text.
    Raw(Span),
    /// `{# … #}`.
    Comment,
    /// `{{ expression }}`, or a component call with a body (`{% <card> %}…{% </card> %}`).
    Expression(Expr),
    /// `{% set name = value %}`.
    Set {
        /// The variable.
        name: Name,
        /// Its value.
        value: Expr,
        /// Whether it is `set_global`.
        is_global: bool,
    },
    /// `{% set name | filter %}…{% endset %}`.
    SetBlock {
        /// The variable.
        name: Name,
        /// Filters of the body, in order.
        filters: Vec<FilterCall>,
        /// What is rendered into the variable.
        body: Vec<Node>,
        /// Whether it is `set_global`.
        is_global: bool,
    },
    /// `{% include "name" %}`.
    Include(Name),
    /// `{% block name %}…{% endblock %}`.
    Block {
        /// The block's name.
        name: Name,
        /// Its body.
        body: Vec<Node>,
    },
    /// `{% for key, value in target %}…{% else %}…{% endfor %}`.
    For {
        /// The variable of the key, where there are two.
        key: Option<Name>,
        /// The variable of the value.
        value: Name,
        /// What is looped over.
        target: Expr,
        /// What is repeated.
        body: Vec<Node>,
        /// What is written where there is nothing to loop over.
        otherwise: Vec<Node>,
    },
    /// `{% if condition %}…{% elif … %}…{% else %}…{% endif %}`. An `elif` is an `if` that stands
    /// alone in `otherwise`.
    If {
        /// The condition.
        condition: Expr,
        /// Where it holds.
        body: Vec<Node>,
        /// Where it does not.
        otherwise: Vec<Node>,
    },
    /// `{% filter name %}…{% endfilter %}`.
    FilterSection {
        /// The filters, in order.
        filters: Vec<FilterCall>,
        /// What they are applied to.
        body: Vec<Node>,
    },
    /// `{% break %}`.
    Break,
    /// `{% continue %}`.
    Continue,
}

/// A filter with its arguments, without what it is applied to.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterCall {
    /// The filter.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// `name=value` in a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Expr,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it, without parentheses around it.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `none`.
    None,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number. One with a `-` before it is one, too.
    Integer(i64),
    /// A number with a point, and with its `-`.
    Float(f64),
    /// A text in quotes.
    Text(Box<str>),
    /// `[a, ...b]`.
    Array(Vec<Entry>),
    /// `{"key": value, ...rest}`.
    Map(Vec<MapEntry>),
    /// A variable, by its first name.
    Variable(Box<str>),
    /// A field of `loop` within a loop: `loop.index`. What is looped over counts as within, too.
    Loop(LoopField),
    /// `of.name` or `of?.name`.
    Attribute {
        /// What has the attribute.
        of: Box<Expr>,
        /// The attribute.
        name: Name,
        /// Whether it is `?.`.
        is_optional: bool,
    },
    /// `of[index]` or `of?[index]`.
    Item {
        /// What has the item.
        of: Box<Expr>,
        /// Its index or key.
        index: Box<Expr>,
        /// Whether it is `?[`.
        is_optional: bool,
    },
    /// `of[start:end:step]`.
    Slice {
        /// What is cut.
        of: Box<Expr>,
        /// The first, if given.
        start: Option<Box<Expr>>,
        /// The one behind the last, if given.
        end: Option<Box<Expr>>,
        /// The step, if given.
        step: Option<Box<Expr>>,
        /// Whether it is `?[`.
        is_optional: bool,
    },
    /// `of | name(arguments)`.
    Filter {
        /// What is filtered.
        of: Box<Expr>,
        /// The filter.
        call: FilterCall,
    },
    /// `of is name(arguments)`; `is not` is a [`Unary::Not`] around it.
    Test {
        /// What is tested.
        of: Box<Expr>,
        /// The test.
        name: Name,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `name(arguments)`.
    Call {
        /// The function.
        name: Name,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `then if condition else otherwise`.
    Ternary {
        /// The condition.
        condition: Box<Expr>,
        /// The value where it holds.
        then: Box<Expr>,
        /// The value where it does not.
        otherwise: Box<Expr>,
    },
    /// `[value for key, item in target if condition]`.
    Comprehension {
        /// What is collected.
        value: Box<Expr>,
        /// The variable of the key, where there are two.
        key: Option<Name>,
        /// The variable of the item.
        item: Name,
        /// What is looped over.
        target: Box<Expr>,
        /// What an item must meet.
        condition: Option<Box<Expr>>,
    },
    /// `<card title="x" />`, or with a body in a tag.
    Component(ComponentCall),
    /// `-a` or `not a`.
    Unary(Unary, Box<Expr>),
    /// `a + b`; `not in` is a [`Unary::Not`] around `in`.
    Binary(Binary, Box<Expr>, Box<Expr>),
}

/// An item of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A value.
    Item(Expr),
    /// `...values`.
    Spread(Expr),
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub enum MapEntry {
    /// `key: value`.
    Pair(MapKey, Span, Expr),
    /// `...entries`.
    Spread(Expr),
}

/// The key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapKey {
    /// A text.
    Text(Box<str>),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// What `loop` knows within a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopField {
    /// From 1.
    Index,
    /// From 0.
    Index0,
    /// Whether it is the first round.
    First,
    /// Whether it is the last round.
    Last,
    /// How many rounds there are.
    Length,
}

/// A call of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentCall {
    /// The component; dots are part of the name.
    pub name: Name,
    /// What it is given.
    pub attributes: Vec<Attribute>,
    /// What stands between its tags; `None` where it closes itself.
    pub body: Option<Vec<Node>>,
}

/// What a component is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// `name="text"`, `name={expression}`, or `name` alone, which gives the variable of that name.
    Value(Name, Expr),
    /// `{...expression}`.
    Spread(Expr),
}

/// The definition of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The name; dots are part of it.
    pub name: Name,
    /// What it takes, in order.
    pub parameters: Vec<Parameter>,
    /// `...rest`: what takes all other attributes.
    pub rest: Option<Name>,
    /// The map behind the parameters.
    pub metadata: Option<Expr>,
    /// What it writes.
    pub body: Vec<Node>,
    /// From `{% component` to the end of its end tag.
    pub span: Span,
}

/// A parameter of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name.
    pub name: Name,
    /// Whether it is taken from the context of the call (`@name`).
    pub is_implicit: bool,
    /// The type behind the colon.
    pub kind: Option<Name>,
    /// The value where none is given.
    pub default: Option<Expr>,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `not`.
    Not,
    /// `-`.
    Minus,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `//`.
    FloorDivide,
    /// `**`.
    Power,
    /// `<`.
    Less,
    /// `>`.
    Greater,
    /// `<=`.
    LessOrEqual,
    /// `>=`.
    GreaterOrEqual,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `~`.
    Concatenate,
    /// `in`.
    In,
}
