//! The schema of a file of settings.

use super::shared::{DRAFT, FUNCTION, key_names, scalar_types, size};
use crate::scalar::Scalar;
use crate::settings::own::{OwnSection, Shape};
use crate::settings::schema::{CLOSED_SECTIONS, ERROR, KNOWN, Known, SECTIONS, SettingKind};
use serde_json::{Map, Value, json};

pub(super) fn schema(own: &[OwnSection]) -> Value {
    let mut sections = Map::new();
    for name in SECTIONS {
        sections.insert((*name).to_owned(), section(name));
    }
    for known in KNOWN {
        insert(&mut sections, known.key, known);
    }
    sections["error"]["patternProperties"] =
        json!({ "^([45]([0-9][0-9]|xx)|default)$": setting(&ERROR) });
    for section in own {
        insert_own(&mut sections, &section.key, section);
    }
    json!({
        "$schema": DRAFT,
        "title": "Settings of a Kalgan app",
        "description": "Settings that Kalgan reads, and sections of the app's own. A setting is \
                        read as `kalgan::settings().get_string(\"section.name\")`; what the \
                        environment (`KALGAN_SECTION__NAME`) or the command line says wins.",
        "type": ["object", "null"],
        "propertyNames": key_names(),
        "properties": sections,
    })
}

/// Puts a setting below its sections.
fn insert(properties: &mut Map<String, Value>, path: &str, known: &Known) {
    let Some((first, rest)) = path.split_once('.') else {
        properties.insert(path.to_owned(), setting(known));
        return;
    };
    let below = properties
        .entry(first)
        .or_insert_with(|| section(first))
        .as_object_mut()
        .and_then(|section| {
            section
                .entry("properties")
                .or_insert_with(|| json!({}))
                .as_object_mut()
        });
    if let Some(below) = below {
        insert(below, rest, known);
    }
}

/// Puts a section that a struct of the app reads below those that it stands in.
fn insert_own(properties: &mut Map<String, Value>, path: &str, own: &OwnSection) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    if rest.is_empty() {
        let mut schema = of_shape(&own.shape, true);
        schema["description"] = format!("What `{}` reads.", own.name).into();
        properties.insert(first.to_owned(), schema);
        return;
    }
    let outer = properties
        .entry(first)
        .or_insert_with(|| json!({ "type": ["object", "null"] }));
    let below = outer.as_object_mut().map(|outer| {
        let below = outer.entry("properties").or_insert_with(|| json!({}));
        below.as_object_mut()
    });
    if let Some(Some(below)) = below {
        insert_own(below, rest, own);
    }
}

/// What a type takes; a section may be empty where it is named, and what it needs may come from elsewhere.
fn of_shape(shape: &Shape, is_outermost: bool) -> Value {
    let inner = |inner: &[Shape]| {
        inner
            .first()
            .map_or(json!({}), |inner| of_shape(inner, false))
    };
    match shape {
        Shape::Any => json!({}),
        Shape::Text | Shape::Secret => json!({ "type": "string" }),
        Shape::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Integer { min, max } => {
            let mut schema = json!({ "type": "integer" });
            for (bound, name) in [(min, "minimum"), (max, "maximum")] {
                if let Ok(bound) = i64::try_from(*bound)
                    && ![i64::MIN, i64::MAX].contains(&bound)
                {
                    schema[name] = bound.into();
                }
            }
            schema
        }
        Shape::Number => json!({ "type": "number" }),
        Shape::OneOf(texts) => json!({ "enum": texts }),
        Shape::Optional(optional) => json!({ "anyOf": [inner(optional), { "type": "null" }] }),
        Shape::List(items) => json!({ "type": "array", "items": inner(items) }),
        Shape::Map(values) => json!({ "type": "object", "additionalProperties": inner(values) }),
        Shape::Section { fields, is_open } => {
            let mut properties = Map::new();
            for field in fields.iter() {
                for name in field.names.iter() {
                    properties.insert(name.to_string(), of_shape(&field.shape, false));
                }
            }
            json!({
                "type": if is_outermost { json!(["object", "null"]) } else { json!("object") },
                "properties": properties,
                "additionalProperties": *is_open,
            })
        }
    }
}

fn section(name: &str) -> Value {
    let mut section = json!({
        "type": ["object", "null"],
        "propertyNames": key_names(),
    });
    if let Some(about) = about(name) {
        section["description"] = about.into();
    }
    // What lies deeper is in a closed section, too.
    if CLOSED_SECTIONS.contains(&name) || !SECTIONS.contains(&name) {
        section["additionalProperties"] = false.into();
    }
    section
}

fn about(section: &str) -> Option<&'static str> {
    Some(match section {
        "development" => "What development adds to pages, and how it notices edits.",
        "environment" => "Development and production.",
        "error" => "For statuses from 400 to 599, the controllers that answer with them.",
        "html" => "The check of templates as HTML.",
        "classes" => "What a mistake of each class means: `error`, `warn` or `off`.",
        "i18n" => "The messages and their languages.",
        "router" => "The routes.",
        "server" => "The server: where it listens, and how much it lets a client do.",
        "static" => "The static files.",
        "tera" => "The templates.",
        "language" => "The language of an answer.",
        "cache" | "cookie" | "db" | "mailer" | "session" => {
            "A section of Kalgan 0.9.1, which has no effect yet; an app may read it itself."
        }
        _ => return None,
    })
}

fn setting(known: &Known) -> Value {
    let mut schema = of_kind(known.kind);
    schema["description"] = description(known).into();
    if let Some(default) = known.default {
        schema["default"] = crate::settings::Value::Scalar(Scalar::resolve(default)).to_json();
    }
    schema
}

fn description(known: &Known) -> String {
    let mut chars = known.about.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    let mut text: String = first.into_iter().chain(chars).collect();
    text.push('.');
    if !known.more.is_empty() {
        text.push(' ');
        text.push_str(known.more);
    }
    if let Some(default) = known.default {
        text.push_str(&format!(" Default: `{default}`."));
    }
    text
}

/// A key with nothing behind it is as good as absent, so `null` will always do.
fn of_kind(kind: SettingKind) -> Value {
    let nullable = |types: Value| {
        let mut types = types;
        if let Some(types) = types.as_array_mut() {
            types.push("null".into());
        }
        types
    };
    match kind {
        SettingKind::Text | SettingKind::Address => json!({ "type": nullable(scalar_types()) }),
        SettingKind::Bool => json!({ "type": ["boolean", "null"] }),
        SettingKind::Integer { min, max } => {
            json!({ "type": ["integer", "null"], "minimum": min, "maximum": max })
        }
        SettingKind::Size => {
            let mut size = size();
            size["type"] = nullable(size["type"].take());
            size
        }
        SettingKind::Items | SettingKind::Networks | SettingKind::Folders | SettingKind::Hosts => {
            json!({
                "type": nullable(json!(["string", "number", "boolean", "array"])),
                "items": { "type": nullable(scalar_types()) },
            })
        }
        SettingKind::OneOf(words) => {
            let mut words: Vec<Value> = words.iter().map(|word| (*word).into()).collect();
            words.push(Value::Null);
            json!({ "enum": words })
        }
        SettingKind::Prefix => json!({ "type": ["string", "null"], "pattern": "^\\s*/" }),
        SettingKind::Controller => json!({ "type": ["string", "null"], "pattern": FUNCTION }),
    }
}
