//! What serde's attributes say.

use crate::field_case::Rule;
use syn::{Attribute, Expr};

/// What serde's attributes say of a struct.
pub(super) struct Container {
    pub(super) rule: Rule,
    pub(super) tag: Option<String>,
    pub(super) is_transparent: bool,
}

impl Container {
    /// `None` where the fields say nothing of what is serialised.
    pub(super) fn read(attributes: &[Attribute]) -> Option<Self> {
        let mut container = Self {
            rule: Rule::None,
            tag: None,
            is_transparent: false,
        };
        let mut is_derived = false;
        for attribute in attributes {
            let path = attribute.path();
            let name = path.segments.last()?.ident.to_string();
            match name.as_str() {
                "derive" => {
                    attribute
                        .parse_nested_meta(|meta| {
                            let last = meta.path.segments.last();
                            is_derived |= last.is_some_and(|last| last.ident == "Serialize");
                            Ok(())
                        })
                        .ok()?;
                }
                "serde" => {
                    for option in options(attribute)? {
                        match (option.name.as_str(), option.value) {
                            ("rename_all", Some(rule)) => container.rule = Rule::read(&rule)?,
                            ("tag", Some(tag)) => container.tag = Some(tag),
                            ("transparent", _) => container.is_transparent = true,
                            (
                                "rename"
                                | "default"
                                | "deny_unknown_fields"
                                | "bound"
                                | "crate"
                                | "from"
                                | "try_from"
                                | "expecting",
                                _,
                            ) => {}
                            _ => return None,
                        }
                    }
                }
                // `cfg_attr`, and macros such as `serde_as`, may say anything.
                "cfg_attr" => return None,
                other if other.contains("ser") => return None,
                _ => {}
            }
        }
        is_derived.then_some(container)
    }
}

/// What serde's attributes say of a field.
pub(super) struct Field {
    pub(super) name: Option<String>,
    pub(super) is_skipped: bool,
    pub(super) is_flat: bool,
    /// Whether its type says how it is serialised.
    pub(super) is_known: bool,
}

impl Field {
    /// `None` where anything may come of it.
    pub(super) fn read(attributes: &[Attribute]) -> Option<Self> {
        let mut field = Self {
            name: None,
            is_skipped: false,
            is_flat: false,
            is_known: true,
        };
        for attribute in attributes {
            let path = attribute.path();
            let name = path.segments.last()?.ident.to_string();
            match name.as_str() {
                "serde" => {
                    for option in options(attribute)? {
                        match (option.name.as_str(), option.value) {
                            ("rename", Some(name)) => field.name = Some(name),
                            ("skip" | "skip_serializing", _) => field.is_skipped = true,
                            ("flatten", _) => field.is_flat = true,
                            (
                                "rename"
                                | "alias"
                                | "default"
                                | "bound"
                                | "borrow"
                                | "deserialize_with"
                                | "skip_deserializing"
                                | "skip_serializing_if",
                                _,
                            ) => {}
                            _ => field.is_known = false,
                        }
                    }
                }
                "cfg_attr" => return None,
                other if other.contains("ser") => field.is_known = false,
                _ => {}
            }
        }
        Some(field)
    }
}

/// An option of serde's: `name`, `name = "value"`, or `name(serialize = "value")`.
struct Setting {
    name: String,
    value: Option<String>,
}

/// `None` where they cannot be read.
fn options(attribute: &Attribute) -> Option<Vec<Setting>> {
    let mut all = Vec::new();
    attribute
        .parse_nested_meta(|meta| {
            let name = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            let mut value = None;
            if meta.input.peek(syn::Token![=]) {
                value = text(&meta.value()?.parse()?);
            } else if meta.input.peek(syn::token::Paren) {
                meta.parse_nested_meta(|inner| {
                    let is_ours = inner.path.is_ident("serialize");
                    if inner.input.peek(syn::Token![=]) {
                        let given = text(&inner.value()?.parse()?);
                        value = if is_ours { given } else { value.take() };
                    }
                    Ok(())
                })?;
            }
            all.push(Setting { name, value });
            Ok(())
        })
        .ok()?;
    Some(all)
}

fn text(expression: &Expr) -> Option<String> {
    crate::call::string(expression).map(syn::LitStr::value)
}
