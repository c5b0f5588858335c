//! What a `Path<…>` takes of a route's parameters, by the rules of serde and of the extractor.

use super::modules::{Module, Sources, is_conditional, unraw};
use super::structs::{self, Found};
use crate::field_case::Rule;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, GenericArgument, Meta, PathArguments, Token, Type};

/// How many newtypes may lie around a value.
const DEPTH: usize = 8;

/// What the type takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Parameters by their places; the types that are known.
    Places(Vec<Option<Scalar>>),
    /// The same, or nothing where there are none.
    Optional(Vec<Option<Scalar>>),
    /// Parameters by their names.
    Fields(Vec<Field>),
}

/// A field that takes a parameter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name, then its other names.
    pub(crate) names: Vec<String>,
    /// Whether it has to be there.
    pub(crate) is_required: bool,
    /// Its type, where that is known.
    pub(crate) scalar: Option<Scalar>,
}

/// A type of one value that every reader of Rust knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(&'static str);

impl Scalar {
    const ALL: [&'static str; 17] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64", "bool", "char", "String",
    ];

    fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|known| *known == name)?;
        Some(Self(known))
    }

    /// As Rust writes it.
    pub(crate) fn name(self) -> &'static str {
        self.0
    }

    /// Whether it is a whole number, which has at least one digit.
    pub(crate) fn is_integer(self) -> bool {
        self.0.starts_with(['u', 'i'])
    }

    /// Whether the text is a value of it, as the extractor reads it.
    pub(crate) fn reads(self, text: &str) -> bool {
        match self.0 {
            "u8" => text.parse::<u8>().is_ok(),
            "u16" => text.parse::<u16>().is_ok(),
            "u32" => text.parse::<u32>().is_ok(),
            "u64" | "usize" => text.parse::<u64>().is_ok(),
            "u128" => text.parse::<u128>().is_ok(),
            "i8" => text.parse::<i8>().is_ok(),
            "i16" => text.parse::<i16>().is_ok(),
            "i32" => text.parse::<i32>().is_ok(),
            "i64" | "isize" => text.parse::<i64>().is_ok(),
            "i128" => text.parse::<i128>().is_ok(),
            "f32" | "f64" => text.parse::<f64>().is_ok(),
            "bool" => text.parse::<bool>().is_ok(),
            "char" => text.parse::<char>().is_ok(),
            _ => true,
        }
    }
}

/// What a type in a module takes; `None` where the sources do not tell.
pub(crate) fn of(sources: &mut Sources<'_>, module: &Module, ty: &Type) -> Option<Shape> {
    of_nested(sources, module, ty, DEPTH)
}

fn of_nested(sources: &mut Sources<'_>, module: &Module, ty: &Type, depth: usize) -> Option<Shape> {
    let depth = depth.checked_sub(1)?;
    match ty {
        Type::Paren(inner) => of_nested(sources, module, &inner.elem, depth),
        Type::Group(inner) => of_nested(sources, module, &inner.elem, depth),
        // `()` takes whatever there is.
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            let places = tuple.elems.iter();
            Some(Shape::Places(
                places.map(|ty| scalar(sources, module, ty)).collect(),
            ))
        }
        Type::Path(path) if path.qself.is_none() => {
            if let Some(scalar) = primitive(module, ty) {
                return Some(Shape::Places(vec![Some(scalar)]));
            }
            if let Some(inner) = option(ty) {
                return match of_nested(sources, module, inner, depth)? {
                    Shape::Places(places) | Shape::Optional(places) => {
                        Some(Shape::Optional(places))
                    }
                    // It is there wherever there are parameters.
                    Shape::Fields(_) => None,
                };
            }
            of_found(sources, module, &path.path, depth)
        }
        _ => None,
    }
}

fn of_found(
    sources: &mut Sources<'_>,
    module: &Module,
    path: &syn::Path,
    depth: usize,
) -> Option<Shape> {
    let last = path.segments.last()?;
    if !matches!(last.arguments, PathArguments::None) {
        return None;
    }
    let (found, home) = structs::find(sources, module, path)?;
    let container = Container::read(found.attributes())?;
    match found {
        Found::Enum(item) => {
            let are_plain = item
                .variants
                .iter()
                .all(|variant| matches!(variant.fields, Fields::Unit));
            (are_plain && !container.is_transparent).then(|| Shape::Places(vec![None]))
        }
        Found::Struct(item) if !item.generics.params.is_empty() => None,
        Found::Struct(item) => match &item.fields {
            Fields::Named(fields) if !container.is_transparent => {
                let mut all = Vec::new();
                for field in &fields.named {
                    all.extend(self::field(sources, &home, field, &container)?);
                }
                Some(Shape::Fields(all))
            }
            Fields::Unnamed(fields) => {
                // What serde is told of a place may leave it out.
                if fields.unnamed.iter().any(|field| has_serde(&field.attrs)) {
                    return None;
                }
                match fields.unnamed.iter().collect::<Vec<_>>().as_slice() {
                    [one] => of_nested(sources, &home, &one.ty, depth),
                    many => {
                        let places = many.iter();
                        Some(Shape::Places(
                            places.map(|one| scalar(sources, &home, &one.ty)).collect(),
                        ))
                    }
                }
            }
            Fields::Named(_) | Fields::Unit => None,
        },
    }
}

/// The type of one value, where that is known.
fn scalar(sources: &mut Sources<'_>, module: &Module, ty: &Type) -> Option<Scalar> {
    of_value(sources, module, ty).flatten()
}

/// As [`scalar`]; the outer `None` is a type that is not known to be one of values, while the inner
/// one is a type of the crate's own, such as an enum.
fn of_value(sources: &mut Sources<'_>, module: &Module, ty: &Type) -> Option<Option<Scalar>> {
    if let Some(inner) = option(ty) {
        return primitive(module, inner).map(Some);
    }
    match of_nested(sources, module, ty, DEPTH)? {
        Shape::Places(places) => match places.as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        Shape::Optional(_) | Shape::Fields(_) => None,
    }
}

fn primitive(module: &Module, ty: &Type) -> Option<Scalar> {
    let Type::Path(path) = ty else { return None };
    let path = &path.path;
    let name = unraw(&path.get_ident()?.clone());
    // One of the crate's own of this name hides that of the language.
    let is_hidden = structs::imported(module, &name).is_some()
        || module
            .items
            .iter()
            .any(|item| structs::defined(item).as_deref() == Some(name.as_str()));
    if is_hidden {
        return None;
    }
    Scalar::named(&name)
}

/// The type within an `Option`.
fn option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    only_argument(&last.arguments)
}

/// The type in angle brackets, where that is all there is in them.
pub(crate) fn only_argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(ty)), None) => Some(ty),
        _ => None,
    }
}

/// What serde is told of a type.
struct Container {
    rename_all: Option<String>,
    has_default: bool,
    is_transparent: bool,
}

impl Container {
    /// `None` where it is not derived, or in a way that its fields do not tell of.
    fn read(attributes: &[Attribute]) -> Option<Self> {
        if !derives(attributes, "Deserialize") {
            return None;
        }
        let mut container = Self {
            rename_all: None,
            has_default: false,
            is_transparent: false,
        };
        for meta in serde(attributes)? {
            let name = meta.path().get_ident()?.to_string();
            match name.as_str() {
                "rename_all" => container.rename_all = Some(renamed(&meta)??),
                "default" => container.has_default = true,
                "transparent" => container.is_transparent = true,
                "rename" | "crate" | "bound" | "expecting" | "deny_unknown_fields" => {}
                // Conversions, tags and what is yet to come.
                _ => return None,
            }
        }
        Some(container)
    }
}

/// What a field takes, if it takes anything; the outer `None` is doubt.
fn field(
    sources: &mut Sources<'_>,
    module: &Module,
    field: &syn::Field,
    container: &Container,
) -> Option<Option<Field>> {
    if is_conditional(&field.attrs) {
        return None;
    }
    let own = unraw(field.ident.as_ref()?);
    let mut name = match &container.rename_all {
        Some(rule) => Rule::read(rule)?.apply(&own),
        None => own,
    };
    let mut aliases = Vec::new();
    let mut is_required = !container.has_default;
    let mut is_plain = true;
    for meta in serde(&field.attrs)? {
        match meta.path().get_ident()?.to_string().as_str() {
            "rename" => {
                if let Some(renamed) = renamed(&meta)? {
                    name = renamed;
                }
            }
            "alias" => aliases.push(text(&meta)?),
            "default" => is_required = false,
            "skip" | "skip_deserializing" => return Some(None),
            "skip_serializing" | "skip_serializing_if" | "serialize_with" | "bound" | "borrow" => {}
            "with" | "deserialize_with" => is_plain = false,
            // `flatten`, and what is yet to come.
            _ => return None,
        }
    }
    let shape = match is_plain {
        true => of_value(sources, module, &field.ty),
        false => None,
    };
    // What is not known may have a value where there is none, as an `Option` has.
    is_required &= shape.is_some() && option(&field.ty).is_none();
    let scalar = shape.flatten();
    let mut names = vec![name];
    names.append(&mut aliases);
    Some(Some(Field {
        names,
        is_required,
        scalar,
    }))
}

fn derives(attributes: &[Attribute], wanted: &str) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .any(|path| {
            path.segments
                .last()
                .is_some_and(|last| last.ident == wanted)
        })
}

fn has_serde(attributes: &[Attribute]) -> bool {
    let mut attributes = attributes.iter();
    attributes
        .any(|attribute| attribute.path().is_ident("serde") || attribute.path().is_ident("cfg"))
}

/// All that stands in `#[serde(…)]`; `None` where it cannot be read.
fn serde(attributes: &[Attribute]) -> Option<Vec<Meta>> {
    let mut all = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            let metas = attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            all.extend(metas);
        }
    }
    Some(all)
}

/// The name of `rename = "…"` or `rename(deserialize = "…")`; the inner `None` is one that is for
/// serialisation only.
fn renamed(meta: &Meta) -> Option<Option<String>> {
    match meta {
        Meta::NameValue(_) => text(meta).map(Some),
        Meta::List(list) => {
            let metas = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let mut metas = metas.iter();
            match metas.find(|meta| meta.path().is_ident("deserialize")) {
                Some(meta) => text(meta).map(Some),
                None => Some(None),
            }
        }
        Meta::Path(_) => None,
    }
}

/// The text of `name = "text"`.
fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
