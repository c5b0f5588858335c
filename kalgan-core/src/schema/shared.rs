//! What the schemas have in common.

use serde_json::{Value, json};

/// The draft that the schemas are written in.
pub(super) const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The types of a scalar that is as good as text.
pub(super) fn scalar_types() -> Value {
    json!(["string", "number", "boolean"])
}

/// A key's name: parsers take a dot for a slip.
pub(super) fn key_names() -> Value {
    json!({ "pattern": r"^[^.]+$" })
}

/// The path of a function, as the parsers read it.
pub(super) const FUNCTION: &str = r"^\s*[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*((::|/)[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)*\s*$";

/// A number of bytes, or one with a unit.
pub(super) fn size() -> Value {
    json!({
        "type": ["integer", "string"],
        "minimum": 0,
        "pattern": r"^\s*[0-9]+\s*([kKmMgG]([iI]?[bB])?|[bB])?\s*$",
    })
}
