//! The kinds of values in templates.

use crate::syntax::ast::LoopField;
use tera::Value;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::lint) enum Kind {
    /// Not known.
    Any,
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list.
    Array,
    /// A map.
    Map,
}

/// What is known of an operand.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A constant.
    Constant(Value),
    /// A value of this kind.
    Of(Kind),
}

/// The kind of what a built-in filter gives.
pub(in crate::lint) fn of_filter(name: &str) -> Kind {
    match name {
        "capitalize" | "escape" | "escape_html" | "escape_xml" | "indent" | "join" | "lower"
        | "newlines_to_br" | "pluralize" | "replace" | "str" | "title" | "trim" | "trim_end"
        | "trim_start" | "truncate" | "upper" | "asset" | "date" | "datetime" | "here"
        | "number" | "time" | "trans" | "url" | "json" | "css_string" | "safe_url" => Kind::Text,
        "abs" | "float" | "int" | "length" | "round" | "wordcount" => Kind::Number,
        "keys" | "pairs" | "sort" | "split" | "unique" | "values" => Kind::Array,
        "group_by" => Kind::Map,
        _ => Kind::Any,
    }
}

/// The kind of what a built-in function gives.
pub(super) fn of_function(name: &str) -> Kind {
    match name {
        "asset" | "here" | "trans" | "url" | "super" => Kind::Text,
        "range" => Kind::Array,
        _ => Kind::Any,
    }
}

/// The kind of a field of `loop`.
pub(super) fn of_loop(field: LoopField) -> Kind {
    match field {
        LoopField::Index | LoopField::Index0 | LoopField::Length => Kind::Number,
        LoopField::First | LoopField::Last => Kind::Bool,
    }
}

/// The kind of a component's parameter by its declared type.
pub(in crate::lint) fn of_parameter(declared: &str) -> Kind {
    match declared {
        "string" => Kind::Text,
        "integer" | "float" | "number" => Kind::Number,
        "bool" => Kind::Bool,
        "array" => Kind::Array,
        "map" => Kind::Map,
        _ => Kind::Any,
    }
}
