//! The structs of the crate that read settings: `#[kalgan::settings("shop")]`, and what each takes by the
//! rules of serde. What the sources do not tell takes anything.

use crate::input::arguments::CratePath;
use crate::krate::item::{Item, ItemKind};
use crate::krate::resolve::{Definition, Meaning};
use crate::krate::serde::{Direction, SerdeContainer, variants};
use crate::krate::types::type_arguments;
use crate::krate::{Crate, ScopeId};
use kalgan_core::rust::texts;
use kalgan_core::settings::own::{Field, OwnSection, Shape};
use std::borrow::Cow;
use syn::{Fields, ItemEnum, ItemStruct, Type};

/// Types of the standard library that are read as texts.
const TEXTS: [&str; 3] = ["String", "str", "PathBuf"];

/// The sections that structs of the crate read.
pub(super) fn all(krate: &Crate, name: &CratePath) -> Vec<OwnSection> {
    let mut found = Vec::new();
    for (file, is_test) in krate.files() {
        if is_test || !file.mentions("settings(") {
            continue;
        }
        for (item, place) in krate.items(&file.path) {
            if item.kind != ItemKind::Struct || item.is_test || item.is_conditional() {
                continue;
            }
            let is_ours = |path: &str| match path.split_once("::") {
                Some((first, "settings")) => first == "kalgan" || name.is_called(first),
                Some(_) => false,
                None => path == "settings",
            };
            let mut attributes = item.attributes.iter();
            let Some(attribute) = attributes.find(|attribute| is_ours(&attribute.path)) else {
                continue;
            };
            let Some(key) = key(file.str(&attribute.rest)) else {
                continue;
            };
            let shape = Shapes {
                krate,
                open: Vec::new(),
            }
            .of_definition(Definition { item, place });
            // What is known to be no section is rustc's to tell.
            let line = file.place(item.name_span.start);
            found.push(OwnSection {
                key: key.into(),
                name: item.name.clone().into(),
                place: format!("{}:{}", line.file, line.line).into(),
                shape,
                others: Cow::default(),
            });
        }
    }
    let others: Vec<Vec<String>> = (0..found.len())
        .map(|at| others(krate, &found, at))
        .collect();
    for (section, others) in found.iter_mut().zip(others) {
        section.others = others.into_iter().map(Cow::Owned).collect();
    }
    found
}

/// The names below a section that the sources read in another way: by another struct, or by the whole key
/// as `settings::get_string("shop.name")` has it.
fn others(krate: &Crate, sections: &[OwnSection], own: usize) -> Vec<String> {
    let key = &sections[own].key;
    let below = format!("{key}.");
    let name = |rest: &str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
        rest[..end.unwrap_or(rest.len())].to_owned()
    };
    let mut others = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        if let Some(rest) = section.key.strip_prefix(&below) {
            others.push(name(rest));
        } else if at != own
            && section.key == *key
            && let Shape::Section { fields, .. } = &section.shape
        {
            let names = fields.iter().flat_map(|field| field.names.iter());
            others.extend(names.map(ToString::to_string));
        }
    }
    let literal = format!("\"{below}");
    for (file, _) in krate.files() {
        let text = file.source.text();
        let found = text.match_indices(&literal);
        others.extend(found.map(|(at, _)| name(&text[at + literal.len()..])));
    }
    others.sort();
    others.dedup();
    others
}

/// The literal in `("shop")`, or in `("shop", crate = web)`.
fn key(arguments: &str) -> Option<String> {
    let inner = arguments.trim().strip_prefix('(')?;
    let end = inner.find(',').or_else(|| inner.rfind(')'))?;
    texts(&inner[..end])?.into_iter().next()
}

struct Shapes<'a> {
    krate: &'a Crate,
    /// The types that are being looked at: one within itself takes anything.
    open: Vec<*const Item>,
}

impl Shapes<'_> {
    fn of(&mut self, ty: &Type, place: ScopeId) -> Shape {
        match ty {
            Type::Paren(inner) => self.of(&inner.elem, place),
            Type::Group(inner) => self.of(&inner.elem, place),
            Type::Path(path) if path.qself.is_none() => self.of_path(&path.path, place),
            _ => Shape::Any,
        }
    }

    fn of_path(&mut self, path: &syn::Path, place: ScopeId) -> Shape {
        if let Some(name) = self.krate.std_name(place, path) {
            let arguments = path.segments.last().map(type_arguments);
            let arguments = arguments.unwrap_or_default();
            return self.of_std(&name, &arguments, place);
        }
        match self.krate.meaning(place, path) {
            Meaning::Type(definition) => self.of_definition(definition),
            Meaning::Foreign(names) => match (names.first(), names.last()) {
                (Some(first), Some(last)) if first == "kalgan" && last == "Secret" => Shape::Secret,
                (Some(first), Some(last)) if first == "secrecy" && last == "SecretString" => {
                    Shape::Secret
                }
                _ => Shape::Any,
            },
            _ => Shape::Any,
        }
    }

    fn of_std(&mut self, name: &str, arguments: &[&Type], place: ScopeId) -> Shape {
        let mut inner = |at: usize| {
            let shape = arguments
                .get(at)
                .map_or(Shape::Any, |ty| self.of(ty, place));
            Cow::Owned(vec![shape])
        };
        match name {
            text if TEXTS.contains(&text) => Shape::Text,
            "char" => Shape::Char,
            "bool" => Shape::Bool,
            "f32" | "f64" => Shape::Number,
            "Box" | "Arc" | "Rc" | "Cow" => match arguments.first() {
                Some(ty) => self.of(ty, place),
                None => Shape::Any,
            },
            "Option" => Shape::Optional(inner(0)),
            "Vec" | "VecDeque" | "HashSet" | "BTreeSet" => Shape::List(inner(0)),
            "HashMap" | "BTreeMap" => {
                let key = inner(0);
                match key.first() {
                    Some(Shape::Text) => Shape::Map(inner(1)),
                    _ => Shape::Any,
                }
            }
            other => integer(other).unwrap_or(Shape::Any),
        }
    }

    fn of_definition(&mut self, definition: Definition<'_>) -> Shape {
        let own = std::ptr::from_ref(definition.item);
        if self.open.contains(&own)
            || definition.item.is_conditional()
            || self.krate.may_change(definition.place, definition.item)
        {
            return Shape::Any;
        }
        self.open.push(own);
        let text = self
            .krate
            .file_of(definition.place)
            .str(&definition.item.span);
        let shape = match definition.item.kind {
            ItemKind::Struct => {
                let item: Option<ItemStruct> = syn::parse_str(text).ok();
                item.and_then(|item| self.of_struct(&item, definition.place))
            }
            ItemKind::Enum => {
                let item: Option<ItemEnum> = syn::parse_str(text).ok();
                item.and_then(|item| self.of_enum(&item, definition.place))
            }
            _ => {
                let alias = self.krate.alias(definition);
                alias.map(|(ty, place)| self.of(&ty, place))
            }
        };
        self.open.pop();
        shape.unwrap_or(Shape::Any)
    }

    fn is_derived(&self, attributes: &[syn::Attribute], place: ScopeId) -> bool {
        let name = Direction::Deserialize.name();
        self.krate.derives_serde(place, attributes, name)
    }

    fn of_enum(&self, item: &ItemEnum, place: ScopeId) -> Option<Shape> {
        if !self.is_derived(&item.attrs, place) {
            return None;
        }
        let names = variants(item, Direction::Deserialize)?
            .into_iter()
            .map(Cow::Owned);
        Some(Shape::OneOf(names.collect()))
    }

    fn of_struct(&mut self, item: &ItemStruct, place: ScopeId) -> Option<Shape> {
        if !self.is_derived(&item.attrs, place) || !item.generics.params.is_empty() {
            return None;
        }
        let serde = SerdeContainer::read(&item.attrs, Direction::Deserialize)?;
        match &item.fields {
            Fields::Named(_) if !serde.is_transparent => {}
            fields if fields.len() == 1 => {
                let field = fields.iter().next()?;
                let read = serde.field(field)?;
                return (read.is_plain && !read.is_skipped).then(|| self.of(&field.ty, place));
            }
            _ => return None,
        }
        let mut all = Vec::new();
        let mut is_open = false;
        for field in &item.fields {
            let is_conditional = field.attrs.iter().any(|known| known.path().is_ident("cfg"));
            let Some(read) = serde.field(field).filter(|_| !is_conditional) else {
                is_open = true;
                continue;
            };
            if read.is_skipped {
                continue;
            }
            let shape = match read.is_plain {
                true => self.of(&field.ty, place),
                false => Shape::Any,
            };
            if read.is_flat {
                match shape {
                    Shape::Section {
                        fields,
                        is_open: false,
                    } => all.extend(fields.into_owned()),
                    _ => is_open = true,
                }
                continue;
            }
            let mut names = vec![Cow::Owned(read.name)];
            names.extend(read.aliases.into_iter().map(Cow::Owned));
            // What is not known may have a value where there is none, as an `Option` has.
            let is_optional = matches!(shape, Shape::Any | Shape::Optional(_));
            all.push(Field {
                names: names.into(),
                is_required: !read.has_default && !is_optional,
                shape,
            });
        }
        Some(Shape::Section {
            fields: all.into(),
            is_open,
        })
    }
}

/// The bounds of a type of whole numbers.
fn integer(name: &str) -> Option<Shape> {
    let (min, max) = match name {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "u128" => (0, i128::MAX),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        "i128" => (i128::MIN, i128::MAX),
        _ => return None,
    };
    Some(Shape::Integer { min, max })
}

#[cfg(test)]
mod tests;
