//! The schema of a file of messages.

use super::shared::{DRAFT, key_names, scalar_types};
use serde_json::{Map, Value, json};

/// The keys of a message's forms (the plural categories are those of the CLDR).
const FORMS: [(&str, &str); 9] = [
    (
        "zero",
        "The form for the plural category `zero`, which languages such as Arabic and Welsh have.",
    ),
    (
        "one",
        "The form for the plural category `one`: `one: '{count} element'`.",
    ),
    (
        "two",
        "The form for the plural category `two`, which languages such as Arabic and Slovenian have.",
    ),
    (
        "few",
        "The form for the plural category `few`, which languages such as Polish and Czech have.",
    ),
    (
        "many",
        "The form for the plural category `many`, which languages such as Russian and Arabic have.",
    ),
    (
        "other",
        "The form for all that no other form is for: `other: '{count} elements'`.",
    ),
    (
        "plural",
        "The name of the number whose plural category chooses the form; without it, `count`.",
    ),
    (
        "ordinal",
        "The name of the number whose place in an order chooses the form: first, second, third.",
    ),
    (
        "select",
        "The name of the value that chooses the form: with `select: gender`, the keys beside it are \
         the values of `gender`, and `other`.",
    ),
];

pub(super) fn schema() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "Messages of a Kalgan app in one language",
        "description": "Messages by their keys. `title` below `home` is `home.title`: \
                        `{{ \"home.title\"|trans }}` in a template, `trans!(\"home.title\")` in \
                        Rust. The language is the name of the folder.",
        "type": ["object", "null"],
        "propertyNames": key_names(),
        "additionalProperties": { "$ref": "#/definitions/entry" },
        "definitions": {
            "entry": {
                "anyOf": [
                    { "$ref": "#/definitions/text" },
                    { "$ref": "#/definitions/section" },
                ],
            },
            "text": {
                "description": "A message. `{name}` is a placeholder; braces themselves are \
                                written `{{` and `}}`.",
                "type": scalar_types(),
            },
            "section": section(),
        },
    })
}

/// A section, or the forms of one message: which it is, the keys tell.
fn section() -> Value {
    let forms: Map<String, Value> = FORMS
        .iter()
        .map(|(name, about)| {
            // Beside a `$ref`, a description would be passed over.
            let form = json!({
                "description": about,
                "allOf": [{ "$ref": "#/definitions/entry" }],
            });
            ((*name).to_owned(), form)
        })
        .collect();
    json!({
        "description": "A section of messages, or the forms of one message: `one`, `other` and the \
                        like, whole numbers such as `0`, or the values of what `select` names.",
        "type": "object",
        "propertyNames": key_names(),
        "properties": forms,
        "patternProperties": {
            "^[0-9]+$": {
                "description": "The form for exactly this number, or a message of this key.",
                "allOf": [{ "$ref": "#/definitions/entry" }],
            },
        },
        "additionalProperties": { "$ref": "#/definitions/entry" },
    })
}
