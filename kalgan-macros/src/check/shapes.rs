//! The shapes of the crate's structs and enums once serde has serialised them.

use crate::krate::item::{Item, ItemKind};
use crate::krate::resolve::{Definition, Meaning, is_scalar};
use crate::krate::serde::{Direction, SerdeContainer, variants};
use crate::krate::types::type_arguments;
use crate::krate::{Crate, ScopeId};
use kalgan_core::templates::views::{EnumShape, Shape, StructShape, Variable};
use std::collections::HashMap;
use syn::parse::Parse;
use syn::{Attribute, Fields, Generics, ItemEnum, ItemStruct, Type};

/// How deep types may lie in each other: one that has itself with another parameter in it has no end.
const DEEPEST: usize = 24;

/// The shapes of the types that were asked for, which refer to each other by their index.
pub(super) struct Shapes<'a> {
    krate: &'a Crate,
    pub(super) all: Vec<Shape>,
    /// The types that are known, or being looked at, with the shapes of their parameters.
    known: HashMap<Key, Option<usize>>,
    depth: usize,
}

/// A type of the crate with the shapes of its parameters.
type Key = (*const Item, Vec<Option<usize>>);

/// Where a type is named.
#[derive(Clone, Copy)]
pub(super) struct TypeContext<'a> {
    pub(super) place: ScopeId,
    /// Names that stand for other types.
    pub(super) generics: &'a Generics,
    /// The shapes of these, in order; those that are missing are not known.
    pub(super) given: &'a [Option<usize>],
}

impl<'a> Shapes<'a> {
    pub(super) fn new(krate: &'a Crate) -> Self {
        Self {
            krate,
            all: Vec::new(),
            known: HashMap::new(),
            depth: 0,
        }
    }

    fn add(&mut self, shape: Shape) -> Option<usize> {
        let known = self.all.iter().position(|known| *known == shape);
        Some(known.unwrap_or_else(|| {
            self.all.push(shape);
            self.all.len() - 1
        }))
    }

    /// The shape of a type; `None` where it is not known.
    pub(crate) fn of(&mut self, ty: &Type, scope: TypeContext<'_>) -> Option<usize> {
        match ty {
            Type::Reference(reference) => self.of(&reference.elem, scope),
            Type::Paren(inner) => self.of(&inner.elem, scope),
            Type::Group(inner) => self.of(&inner.elem, scope),
            Type::Slice(slice) => {
                let items = self.of(&slice.elem, scope);
                self.add(Shape::List(items))
            }
            Type::Array(array) => {
                let items = self.of(&array.elem, scope);
                self.add(Shape::List(items))
            }
            Type::Path(path) if path.qself.is_none() => self.of_path(&path.path, scope),
            _ => None,
        }
    }

    fn of_path(&mut self, path: &syn::Path, scope: TypeContext<'_>) -> Option<usize> {
        let last = path.segments.last()?;
        let mut generics = scope.generics.type_params();
        if path.segments.len() == 1
            && let Some(at) = generics.position(|known| known.ident == last.ident)
        {
            return scope.given.get(at).copied().flatten();
        }
        let arguments = type_arguments(last);
        if let Some(name) = self.krate.std_name(scope.place, path) {
            return self.of_std(&name, &arguments, scope);
        }
        let Meaning::Type(definition) = self.krate.meaning(scope.place, path) else {
            return None;
        };
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let shape = match definition.item.kind {
            ItemKind::Struct => {
                let arguments = arguments.iter().map(|argument| self.of(argument, scope));
                let arguments = arguments.collect();
                self.of_struct(definition, arguments)
            }
            ItemKind::Enum => self.of_enum(definition),
            _ => self.of_alias(definition),
        };
        self.depth -= 1;
        shape
    }

    /// The shape of a type of the standard library.
    fn of_std(&mut self, name: &str, arguments: &[&Type], scope: TypeContext<'_>) -> Option<usize> {
        match name {
            scalar if is_scalar(scalar) => self.add(Shape::Scalar(scalar.to_owned().into())),
            "Box" | "Arc" | "Rc" | "Cow" => self.of(arguments.first()?, scope),
            "Option" => {
                let value = self.of(arguments.first()?, scope);
                self.add(Shape::Option(value))
            }
            "Vec" | "VecDeque" | "HashSet" | "BTreeSet" => {
                let items = self.of(arguments.first()?, scope);
                self.add(Shape::List(items))
            }
            "HashMap" | "BTreeMap" => {
                let values = self.of(arguments.get(1)?, scope);
                self.add(Shape::Map(values))
            }
            _ => None,
        }
    }

    fn of_alias(&mut self, definition: Definition<'_>) -> Option<usize> {
        let key = (std::ptr::from_ref(definition.item), Vec::new());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        // One that leads back to itself has no shape.
        self.known.insert(key.clone(), None);
        let (ty, place) = self.krate.alias(definition)?;
        let scope = TypeContext {
            place,
            generics: &Generics::default(),
            given: &[],
        };
        let shape = self.of(&ty, scope);
        self.known.insert(key, shape);
        shape
    }

    /// What is written of a type that serde serialises by what it is; `None` where a macro may change it.
    fn item<T: Parse>(
        &self,
        definition: Definition<'_>,
        attributes: fn(&T) -> &[Attribute],
    ) -> Option<T> {
        let Definition { item, place } = definition;
        if self.krate.may_change(place, item) {
            return None;
        }
        let parsed: T = syn::parse_str(self.krate.file_of(place).str(&item.span)).ok()?;
        let name = Direction::Serialize.name();
        let is_derived = self.krate.derives_serde(place, attributes(&parsed), name);
        is_derived.then_some(parsed)
    }

    /// The shape of an enum whose variants have no data: one of some texts.
    fn of_enum(&mut self, definition: Definition<'_>) -> Option<usize> {
        let item = self.item(definition, |item: &ItemEnum| &item.attrs)?;
        let variants = variants(&item, Direction::Serialize)?.into_iter();
        let file = self.krate.file_of(definition.place);
        self.add(Shape::Enum(EnumShape {
            name: definition.item.name.clone().into(),
            place: file.place(definition.item.name_span.start),
            variants: variants.map(Into::into).collect(),
        }))
    }

    /// `given`: the shapes of its parameters.
    fn of_struct(
        &mut self,
        definition: Definition<'_>,
        given: Vec<Option<usize>>,
    ) -> Option<usize> {
        let key = (std::ptr::from_ref(definition.item), given);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let item = self.item(definition, |item: &ItemStruct| &item.attrs)?;
        let serde = SerdeContainer::read(&item.attrs, Direction::Serialize)?;
        let given = key.1.clone();
        let scope = TypeContext {
            place: definition.place,
            generics: &item.generics,
            given: &given,
        };
        match &item.fields {
            Fields::Named(_) if !serde.is_transparent => {}
            // One field is serialised as it is; and a type that leads back to itself through such
            // has no shape.
            fields if fields.len() == 1 => {
                self.known.insert(key.clone(), None);
                let field = fields.iter().next()?;
                let shape = match serde.field(field) {
                    Some(read) if read.is_plain && !read.is_skipped => self.of(&field.ty, scope),
                    _ => None,
                };
                self.known.insert(key, shape);
                return shape;
            }
            _ => return None,
        }
        // Its place is taken before its fields are looked at, which may be of its own type.
        let file = self.krate.file_of(definition.place);
        let place = file.place(definition.item.name_span.start);
        let empty = StructShape {
            name: definition.item.name.clone().into(),
            place,
            fields: Vec::new().into(),
            is_open: true,
        };
        let own = self.all.len();
        self.all.push(Shape::Struct(empty.clone()));
        self.known.insert(key, Some(own));
        let mut fields: Vec<Variable> = Vec::new();
        let mut is_open = false;
        if let Some(tag) = serde.tag.clone() {
            let shape = self.add(Shape::Scalar("String".into()));
            fields.push(Variable {
                name: tag.into(),
                shape,
            });
        }
        for field in &item.fields {
            let Some(read) = serde.field(field) else {
                is_open = true;
                continue;
            };
            if read.is_skipped {
                continue;
            }
            let shape = match read.is_plain {
                true => self.of(&field.ty, scope),
                false => None,
            };
            if read.is_flat {
                match shape.and_then(|shape| self.all.get(shape)) {
                    Some(Shape::Struct(inner)) if !inner.is_open => {
                        fields.extend(inner.fields.iter().cloned());
                    }
                    _ => is_open = true,
                }
                continue;
            }
            let shape = match read.left_out_if.as_deref() {
                Some("Option::is_none") => {
                    let value = match shape.and_then(|shape| self.all.get(shape)) {
                        Some(Shape::Option(value)) => *value,
                        _ => shape,
                    };
                    self.add(Shape::Skipped(value))
                }
                Some(_) => self.add(Shape::Skipped(shape)),
                None => shape,
            };
            fields.push(Variable {
                name: read.name.into(),
                shape,
            });
        }
        self.all[own] = Shape::Struct(StructShape {
            fields: fields.into(),
            is_open,
            ..empty
        });
        Some(own)
    }
}

#[cfg(test)]
mod tests;
