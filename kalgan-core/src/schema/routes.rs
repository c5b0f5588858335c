//! The schema of a file of routes.

use super::shared::{DRAFT, FUNCTION, scalar_types, size};
use crate::routes::keys::{KEYS, METHODS, RouteKey, Shape};
use serde_json::{Map, Value, json};

pub(super) fn schema() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "Routes of a Kalgan app",
        "description": "Which controller answers which path. The first route that fits a request \
                        answers it; files are read in the order of their names.",
        "type": ["object", "null"],
        "properties": { "routes": list("The routes, in the order in which they are tried.") },
        "patternProperties": { r"^(x-|\.)": {} },
        "additionalProperties": false,
        "definitions": {
            "item": item(),
            "entry": {
                "if": { "type": "object", "required": ["routes"] },
                "then": { "$ref": "#/definitions/group" },
                "else": { "$ref": "#/definitions/route" },
            },
            "route": object(
                "A route. Links are made from its name: `url!(\"name\")`.",
                |key| key.in_route,
                &["controller", "path"],
            ),
            "group": object(
                "Routes that have something in common. The name of a group is for readers only.",
                |key| key.in_group,
                &["routes"],
            ),
        },
    })
}

/// An item is a name with a route or a group behind it, or a group without a name.
fn item() -> Value {
    json!({
        "type": "object",
        "if": { "required": ["routes"] },
        "then": { "$ref": "#/definitions/group" },
        "else": {
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": { "$ref": "#/definitions/entry" },
        },
    })
}

fn object(about: &str, has: fn(&RouteKey) -> bool, required: &[&str]) -> Value {
    let properties: Map<String, Value> = KEYS
        .iter()
        .filter(|key| has(key))
        .map(|key| (key.name.to_owned(), of_key(key)))
        .collect();
    json!({
        "description": about,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn list(about: &str) -> Value {
    json!({
        "description": about,
        "type": ["array", "null"],
        "items": { "$ref": "#/definitions/item" },
    })
}

fn of_key(key: &RouteKey) -> Value {
    let mut schema = match key.shape {
        Shape::Path => json!({ "type": scalar_types(), "pattern": "^[^?#]*$" }),
        Shape::Prefix => json!({ "type": "string", "pattern": "^/(.*[^/])?$" }),
        Shape::Controller => json!({ "type": "string", "pattern": FUNCTION }),
        Shape::Middleware => words(
            r"^[A-Za-z0-9_\u0080-\uffff:/,\s]*$",
            json!({ "pattern": FUNCTION }),
        ),
        Shape::Methods => {
            // One's own, and those of WebDAV and caches, in capitals.
            let method = format!("{}|[A-Z][A-Z0-9_-]{{2,}}", METHODS.map(any_case).join("|"));
            let one = format!(r"^\s*({method})\s*$");
            let list = format!(r"^\s*(({method})?\s*,\s*)*({method})?\s*$");
            let mut schema = words(&list, json!({ "pattern": one }));
            schema["examples"] = json!(["get", "post", "get, post"]);
            schema
        }
        Shape::Host => json!({ "type": "string", "pattern": "^[^/ ]+$" }),
        Shape::Language => json!({
            "type": scalar_types(),
            "pattern": "^([A-Za-z_][A-Za-z0-9_]*|[A-Za-z0-9]{2,3}([-_][A-Za-z0-9]{1,8})*)$",
        }),
        Shape::Requirements => json!({
            "type": ["object", "null"],
            "additionalProperties": { "type": scalar_types() },
        }),
        Shape::Defaults => json!({
            "type": ["object", "null"],
            "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
        }),
        Shape::Size => size(),
        Shape::Routes => list(""),
    };
    schema["description"] = key.about.into();
    schema
}

/// Words with commas between them, or a list of words.
fn words(pattern: &str, mut item: Value) -> Value {
    item["type"] = "string".into();
    json!({
        "type": ["string", "array", "null"],
        "pattern": pattern,
        "items": item,
    })
}

/// A word in capital or small letters, as a regular expression.
fn any_case(word: &str) -> String {
    word.chars()
        .map(|c| format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase()))
        .collect()
}
