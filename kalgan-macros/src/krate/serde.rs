//! What serde's attributes say of a struct's fields and an enum's variants, for both directions.

use super::field_case::Rule;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Which of serde's traits is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Serialize,
    Deserialize,
}

impl Direction {
    /// The name of the trait.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Serialize => "Serialize",
            Self::Deserialize => "Deserialize",
        }
    }

    /// The key in `rename(serialize = "…", deserialize = "…")`.
    fn key(self) -> &'static str {
        match self {
            Self::Serialize => "serialize",
            Self::Deserialize => "deserialize",
        }
    }

    /// The option of a field that leaves it out.
    fn skip(self) -> &'static str {
        match self {
            Self::Serialize => "skip_serializing",
            Self::Deserialize => "skip_deserializing",
        }
    }
}

/// What is said of a type.
pub(crate) struct SerdeContainer {
    direction: Direction,
    rule: Rule,
    pub(crate) tag: Option<String>,
    pub(crate) is_transparent: bool,
    pub(crate) has_default: bool,
}

impl SerdeContainer {
    /// `None` where the trait, which is derived, is not so by what the fields are.
    pub(crate) fn read(attributes: &[Attribute], direction: Direction) -> Option<Self> {
        let mut container = Self {
            direction,
            rule: Rule::None,
            tag: None,
            is_transparent: false,
            has_default: false,
        };
        for meta in options(attributes)? {
            let is_serialized = direction == Direction::Serialize;
            match meta.path().get_ident()?.to_string().as_str() {
                "rename_all" => {
                    if let Some(rule) = renamed(&meta, direction)? {
                        container.rule = Rule::read(&rule)?;
                    }
                }
                "tag" if is_serialized => container.tag = Some(text(&meta)?),
                "transparent" => container.is_transparent = true,
                "default" => container.has_default = true,
                "from" | "try_from" if is_serialized => {}
                "rename" | "crate" | "bound" | "expecting" | "deny_unknown_fields" => {}
                // Conversions, and what is yet to come.
                _ => return None,
            }
        }
        // `cfg_attr`, and macros such as `serde_as`, may say anything.
        let mut names = attributes.iter().filter_map(name);
        let is_told = !names.any(|name| name == "cfg_attr" || is_like_serde(&name));
        is_told.then_some(container)
    }

    /// What is said of a field; `None` where anything may come of it.
    pub(crate) fn field(&self, field: &syn::Field) -> Option<SerdeField> {
        let mut read = SerdeField {
            name: String::new(),
            aliases: Vec::new(),
            is_skipped: false,
            is_flat: false,
            has_default: self.has_default,
            left_out_if: None,
            is_plain: true,
        };
        let mut renamed = None;
        for name in field.attrs.iter().filter_map(name) {
            if name == "cfg_attr" {
                return None;
            }
            read.is_plain &= !is_like_serde(&name);
        }
        for meta in options(&field.attrs)? {
            match meta.path().get_ident()?.to_string().as_str() {
                "rename" => renamed = self::renamed(&meta, self.direction)?.or(renamed),
                "alias" => read.aliases.push(text(&meta)?),
                "default" => read.has_default = true,
                "flatten" => read.is_flat = true,
                "skip" => read.is_skipped = true,
                skip if skip == self.direction.skip() => read.is_skipped = true,
                "skip_serializing_if" if self.direction == Direction::Serialize => {
                    read.left_out_if = Some(text(&meta)?);
                }
                "skip_serializing"
                | "skip_deserializing"
                | "skip_serializing_if"
                | "bound"
                | "borrow" => {}
                "serialize_with" if self.direction == Direction::Deserialize => {}
                "deserialize_with" if self.direction == Direction::Serialize => {}
                _ => read.is_plain = false,
            }
        }
        read.name = match (renamed, &field.ident) {
            (Some(name), _) => name,
            (None, Some(ident)) => self.rule.apply(&super::resolve::unraw(ident)),
            (None, None) => String::new(),
        };
        Some(read)
    }
}

/// The texts that an enum whose variants have no data is written as, or read by; `None` where that is not
/// known.
pub(crate) fn variants(item: &syn::ItemEnum, direction: Direction) -> Option<Vec<String>> {
    let container = SerdeContainer::read(&item.attrs, direction)?;
    if container.tag.is_some() || container.is_transparent {
        return None;
    }
    let is_read = direction == Direction::Deserialize;
    let mut names = Vec::new();
    for variant in &item.variants {
        let mut attributes = variant.attrs.iter().filter_map(name);
        let is_told = attributes
            .all(|name| !matches!(name.as_str(), "cfg" | "cfg_attr") && !is_like_serde(&name));
        if !is_told || !matches!(variant.fields, syn::Fields::Unit) {
            return None;
        }
        let ident = super::resolve::unraw(&variant.ident);
        let mut own = container.rule.apply_to_variant(&ident);
        let mut is_skipped = false;
        for meta in options(&variant.attrs)? {
            match meta.path().get_ident()?.to_string().as_str() {
                "rename" => own = renamed(&meta, direction)?.unwrap_or(own),
                "alias" if is_read => names.push(text(&meta)?),
                "skip" => is_skipped = true,
                skip if skip == direction.skip() => is_skipped = true,
                "skip_serializing" | "skip_deserializing" => {}
                "alias" | "other" if !is_read => {}
                // `other` is for all texts.
                _ => return None,
            }
        }
        if !is_skipped {
            names.push(own);
        }
    }
    Some(names)
}

/// What is said of a field.
pub(crate) struct SerdeField {
    /// Empty for one without a name.
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) is_skipped: bool,
    pub(crate) is_flat: bool,
    pub(crate) has_default: bool,
    /// The function that says whether it is left out.
    pub(crate) left_out_if: Option<String>,
    /// Whether its type alone decides on its value.
    pub(crate) is_plain: bool,
}

/// The last name of an attribute's path.
fn name(attribute: &Attribute) -> Option<String> {
    let last = attribute.path().segments.last()?;
    Some(last.ident.to_string())
}

/// Whether it may be an attribute macro that writes attributes of serde's.
fn is_like_serde(name: &str) -> bool {
    name != "serde" && name.contains("ser")
}

/// All that stands in `#[serde(…)]`; `None` where it cannot be read.
fn options(attributes: &[Attribute]) -> Option<Vec<Meta>> {
    let mut all = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            all.extend(attribute.parse_args_with(parser).ok()?);
        }
    }
    Some(all)
}

/// The name of `rename = "…"` or `rename(serialize = "…")`; the inner `None` is one that is for the
/// other direction only.
fn renamed(meta: &Meta, direction: Direction) -> Option<Option<String>> {
    let Meta::List(list) = meta else {
        return text(meta).map(Some);
    };
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let metas = list.parse_args_with(parser).ok()?;
    let mut metas = metas.iter();
    match metas.find(|meta| meta.path().is_ident(direction.key())) {
        Some(meta) => text(meta).map(Some),
        None => Some(None),
    }
}

/// The text of `name = "text"`.
fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(syn::MetaNameValue {
            value:
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
