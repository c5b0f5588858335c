//! What serde's attributes say.

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

/// How serde renames fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    None,
    Upper,
    Pascal,
    Camel,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    pub(super) fn read(text: &str) -> Option<Self> {
        Some(match text {
            // Fields are written so.
            "lowercase" | "snake_case" => Self::None,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    pub(super) fn apply(self, name: &str) -> String {
        match self {
            Self::None => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => pascal(name),
            Self::Camel => {
                let pascal = pascal(name);
                match pascal.get(..1) {
                    Some(first) => first.to_ascii_lowercase() + &pascal[1..],
                    None => pascal,
                }
            }
        }
    }
}

fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    let mut is_first = true;
    for c in name.chars() {
        if c == '_' {
            is_first = true;
        } else if std::mem::take(&mut is_first) {
            pascal.push(c.to_ascii_uppercase());
        } else {
            pascal.push(c);
        }
    }
    pascal
}
