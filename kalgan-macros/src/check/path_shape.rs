//! What a `Path<…>` takes of a route's parameters, by the rules of serde and of the extractor.

use super::path_scalar::Scalar;
use crate::krate::item::ItemKind;
use crate::krate::resolve::Meaning;
use crate::krate::serde::{Direction, SerdeContainer};
use crate::krate::{Crate, ScopeId};
use syn::{Attribute, Fields, GenericArgument, PathArguments, Type};

/// How many newtypes may lie around a value.
const DEPTH: usize = 8;

/// What the type takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PathShape {
    /// Parameters by their places; the types that are known.
    Places(Vec<Option<Scalar>>),
    /// The same, or nothing where there are none.
    Optional(Vec<Option<Scalar>>),
    /// Parameters by their names.
    Fields(Vec<PathField>),
}

/// A field that takes a parameter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathField {
    /// Its name, then its other names.
    pub(crate) names: Vec<String>,
    /// Whether it has to be there.
    pub(crate) is_required: bool,
    /// Its type, where that is known.
    pub(crate) scalar: Option<Scalar>,
}

/// What a type in a module takes; `None` where the sources do not tell.
pub(crate) fn of(krate: &Crate, place: ScopeId, ty: &Type) -> Option<PathShape> {
    of_nested(krate, place, ty, DEPTH)
}

fn of_nested(krate: &Crate, place: ScopeId, ty: &Type, depth: usize) -> Option<PathShape> {
    let depth = depth.checked_sub(1)?;
    match ty {
        Type::Paren(inner) => of_nested(krate, place, &inner.elem, depth),
        Type::Group(inner) => of_nested(krate, place, &inner.elem, depth),
        // `()` takes whatever there is.
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            let places = tuple.elems.iter();
            Some(PathShape::Places(
                places.map(|ty| scalar(krate, place, ty)).collect(),
            ))
        }
        Type::Path(path) if path.qself.is_none() => {
            if let Some(scalar) = primitive(krate, place, ty) {
                return Some(PathShape::Places(vec![Some(scalar)]));
            }
            if let Some(inner) = option(krate, place, ty) {
                return match of_nested(krate, place, inner, depth)? {
                    PathShape::Places(places) | PathShape::Optional(places) => {
                        Some(PathShape::Optional(places))
                    }
                    // It is there wherever there are parameters.
                    PathShape::Fields(_) => None,
                };
            }
            of_found(krate, place, &path.path, depth)
        }
        _ => None,
    }
}

fn of_found(krate: &Crate, place: ScopeId, path: &syn::Path, depth: usize) -> Option<PathShape> {
    let last = path.segments.last()?;
    if !matches!(last.arguments, PathArguments::None) {
        return None;
    }
    let Meaning::Type(found) = krate.meaning(place, path) else {
        return None;
    };
    if found.item.is_conditional() || krate.may_change(found.place, found.item) {
        return None;
    }
    let text = krate.file_of(found.place).str(&found.item.span);
    match found.item.kind {
        ItemKind::Enum => of_enum(krate, found.place, &syn::parse_str(text).ok()?),
        ItemKind::Struct => of_struct(krate, found.place, &syn::parse_str(text).ok()?, depth),
        _ => {
            let (ty, place) = krate.alias(found)?;
            of_nested(krate, place, &ty, depth)
        }
    }
}

/// What serde is told of a type that derives reading.
fn container(krate: &Crate, place: ScopeId, attributes: &[Attribute]) -> Option<SerdeContainer> {
    let direction = Direction::Deserialize;
    let is_derived = krate.derives_serde(place, attributes, direction.name());
    is_derived.then(|| SerdeContainer::read(attributes, direction))?
}

/// An enum without fields is one value.
fn of_enum(krate: &Crate, place: ScopeId, item: &syn::ItemEnum) -> Option<PathShape> {
    container(krate, place, &item.attrs)?;
    let mut variants = item.variants.iter();
    let are_plain = variants.all(|variant| matches!(variant.fields, Fields::Unit));
    are_plain.then(|| PathShape::Places(vec![None]))
}

fn of_struct(
    krate: &Crate,
    home: ScopeId,
    item: &syn::ItemStruct,
    depth: usize,
) -> Option<PathShape> {
    let container = container(krate, home, &item.attrs)?;
    if !item.generics.params.is_empty() {
        return None;
    }
    match &item.fields {
        Fields::Named(fields) if !container.is_transparent => {
            let mut all = Vec::new();
            for field in &fields.named {
                all.extend(self::field(krate, home, field, &container)?);
            }
            Some(PathShape::Fields(all))
        }
        Fields::Unnamed(fields) => {
            // What serde is told of a place may leave it out.
            if fields.unnamed.iter().any(|field| has_serde(&field.attrs)) {
                return None;
            }
            match fields.unnamed.iter().collect::<Vec<_>>().as_slice() {
                [one] => of_nested(krate, home, &one.ty, depth),
                many => {
                    let places = many.iter();
                    Some(PathShape::Places(
                        places.map(|one| scalar(krate, home, &one.ty)).collect(),
                    ))
                }
            }
        }
        Fields::Named(_) | Fields::Unit => None,
    }
}

/// The type of one value, where that is known.
fn scalar(krate: &Crate, place: ScopeId, ty: &Type) -> Option<Scalar> {
    of_value(krate, place, ty).flatten()
}

/// As [`scalar`]; the outer `None` is a type that is not known to be one of values, while the inner
/// one is a type of the crate's own, such as an enum.
fn of_value(krate: &Crate, place: ScopeId, ty: &Type) -> Option<Option<Scalar>> {
    if let Some(inner) = option(krate, place, ty) {
        return primitive(krate, place, inner).map(Some);
    }
    match of_nested(krate, place, ty, DEPTH)? {
        PathShape::Places(places) => match places.as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        PathShape::Optional(_) | PathShape::Fields(_) => None,
    }
}

fn primitive(krate: &Crate, place: ScopeId, ty: &Type) -> Option<Scalar> {
    let Type::Path(path) = ty else { return None };
    Scalar::named(&krate.std_name(place, &path.path)?)
}

/// The type within an `Option`.
pub(super) fn option<'a>(krate: &Crate, place: ScopeId, ty: &'a Type) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let inner = only_argument(&path.path.segments.last()?.arguments)?;
    (krate.std_name(place, &path.path)? == "Option").then_some(inner)
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

/// What a field takes, if it takes anything; the outer `None` is doubt.
fn field(
    krate: &Crate,
    place: ScopeId,
    field: &syn::Field,
    container: &SerdeContainer,
) -> Option<Option<PathField>> {
    if field.attrs.iter().any(|known| known.path().is_ident("cfg")) {
        return None;
    }
    let read = container.field(field)?;
    if read.is_skipped {
        return Some(None);
    }
    if read.is_flat {
        return None;
    }
    let shape = match read.is_plain {
        true => of_value(krate, place, &field.ty),
        false => None,
    };
    let mut names = vec![read.name];
    names.extend(read.aliases);
    Some(Some(PathField {
        names,
        // What is not known may have a value where there is none, as an `Option` has.
        is_required: !read.has_default
            && shape.is_some()
            && option(krate, place, &field.ty).is_none(),
        scalar: shape.flatten(),
    }))
}

fn has_serde(attributes: &[Attribute]) -> bool {
    let mut attributes = attributes.iter();
    attributes
        .any(|attribute| attribute.path().is_ident("serde") || attribute.path().is_ident("cfg"))
}
