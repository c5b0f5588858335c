//! The shapes of the package's structs once serde has serialised them.

mod serde;

use self::serde::{Container, Field};
use super::scan::{Definition, imported};
use super::{File, Sources};
use kalgan_core::templates::views::{Shape, StructShape, Variable};
use std::collections::HashMap;
use std::sync::Arc;
use syn::ext::IdentExt;
use syn::{Fields, GenericArgument, Generics, ItemStruct, PathArguments, Type};

/// The shapes of the types that were asked for, which refer to each other by their index.
pub(crate) struct Shapes<'a> {
    sources: &'a Sources,
    pub(crate) all: Vec<Shape>,
    /// The structs that are known, or being looked at.
    known: HashMap<Key, Option<usize>>,
}

/// A definition: its file, and where its name stands.
type Key = (String, usize);

/// Where a type is named.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) file: &'a Arc<File>,
    /// Names that stand for any type.
    pub(crate) generics: &'a Generics,
    /// Whether it is compiled for tests only.
    pub(crate) is_test: bool,
}

impl<'a> Shapes<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            all: Vec::new(),
            known: HashMap::new(),
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
    pub(crate) fn of(&mut self, ty: &Type, scope: Scope<'_>) -> Option<usize> {
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

    fn of_path(&mut self, path: &syn::Path, scope: Scope<'_>) -> Option<usize> {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let last = path.segments.last()?;
        let name = names.last()?;
        let is_plain = names.len() == 1 && path.leading_colon.is_none();
        if is_plain
            && scope
                .generics
                .type_params()
                .any(|known| known.ident == *name)
        {
            return None;
        }
        let is_std = matches!(names[0].as_str(), "std" | "core" | "alloc");
        // Primitive types first: looking for a definition means looking through the sources.
        if is_std || (is_plain && (is_primitive(name) || !self.sources.defines(name))) {
            let arguments: Vec<&Type> = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => {
                    let arguments = arguments.args.iter();
                    arguments.filter_map(as_type).collect()
                }
                _ => Vec::new(),
            };
            if let Some(shape) = self.of_std(name, &arguments, scope) {
                return Some(shape);
            }
        }
        let (file, definition) = self.sources.resolve(&names, scope)?;
        self.of_struct(file, definition)
    }

    /// The shape of a type of the standard library.
    fn of_std(&mut self, name: &str, arguments: &[&Type], scope: Scope<'_>) -> Option<usize> {
        match name {
            scalar if is_primitive(scalar) || scalar == "String" => {
                self.add(Shape::Scalar(scalar.to_owned().into()))
            }
            "Box" | "Arc" | "Rc" | "Cow" | "Option" => self.of(arguments.first()?, scope),
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

    fn of_struct(&mut self, file: &Arc<File>, definition: &Definition) -> Option<usize> {
        let key = (file.source.path().to_owned(), definition.name_span.start);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let item: ItemStruct = syn::parse_str(file.str(definition.item.as_ref()?)).ok()?;
        let serde = Container::read(&item.attrs)?;
        let scope = Scope {
            file,
            generics: &item.generics,
            is_test: definition.is_test,
        };
        match &item.fields {
            Fields::Named(_) if !serde.is_transparent => {}
            // One field is serialised as it is; and a type that leads back to itself through such
            // has no shape.
            fields if fields.len() == 1 => {
                self.known.insert(key.clone(), None);
                let field = fields.iter().next()?;
                let shape = match Field::read(&field.attrs) {
                    Some(Field {
                        is_known: true,
                        is_skipped: false,
                        ..
                    }) => self.of(&field.ty, scope),
                    _ => None,
                };
                self.known.insert(key, shape);
                return shape;
            }
            _ => return None,
        }
        // Its place is taken before its fields are looked at, which may be of its own type.
        let place = file.place(definition.name_span.start);
        let empty = StructShape {
            name: definition.name.clone().into(),
            place,
            fields: Vec::new().into(),
            is_open: true,
        };
        let own = self.all.len();
        self.all.push(Shape::Struct(empty.clone()));
        self.known.insert(key, Some(own));
        let mut fields: Vec<Variable> = Vec::new();
        let mut is_open = false;
        if let Some(tag) = serde.tag {
            let shape = self.add(Shape::Scalar("String".into()));
            fields.push(Variable {
                name: tag.into(),
                shape,
            });
        }
        for field in &item.fields {
            let Some(read) = Field::read(&field.attrs) else {
                is_open = true;
                continue;
            };
            if read.is_skipped {
                continue;
            }
            let shape = match read.is_known {
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
            let ident = field.ident.as_ref()?;
            let name = read
                .name
                .unwrap_or_else(|| serde.rule.apply(&ident.unraw().to_string()));
            fields.push(Variable {
                name: name.into(),
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

fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "str"
            | "char"
            | "bool"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    )
}

fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

impl Sources {
    /// Whether the package defines a type of this name anywhere.
    fn defines(&self, name: &str) -> bool {
        !self.definitions(name).is_empty()
    }

    /// The definition that a path means, where there can be no doubt.
    fn resolve(&self, path: &[String], scope: Scope<'_>) -> Option<(&Arc<File>, &Definition)> {
        let (first, rest) = path.split_first()?;
        if !rest.is_empty() {
            // What a first name means may have been imported, too.
            let is_own = match self.import(first, scope.file) {
                Import::As(full) => self.is_own(&full),
                _ => self.is_own(path),
            };
            return is_own.then(|| self.only(path.last()?, scope)).flatten();
        }
        match self.import(first, scope.file) {
            Import::As(full) => self
                .is_own(&full)
                .then(|| self.only(full.last()?, scope))
                .flatten(),
            Import::Several => None,
            Import::None { has_own_glob } => {
                let (file, definition) = self.only(first, scope)?;
                (Arc::ptr_eq(file, scope.file) || has_own_glob).then_some((file, definition))
            }
        }
    }

    /// The only definition of this name; tests may have one of their own.
    fn only(&self, name: &str, scope: Scope<'_>) -> Option<(&Arc<File>, &Definition)> {
        let mut all = self.definitions(name);
        if !scope.is_test {
            all.retain(|(_, definition)| !definition.is_test);
        }
        match all.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Whether a path leads into this package.
    fn is_own(&self, path: &[String]) -> bool {
        let Some(first) = path.first() else {
            return false;
        };
        if matches!(first.as_str(), "crate" | "self" | "super") {
            return true;
        }
        self.declares(first)
    }

    /// What a file's imports say of a name.
    fn import(&self, name: &str, file: &File) -> Import {
        let mut found = Import::None {
            has_own_glob: false,
        };
        for span in &file.scan().imports {
            let text = file.str(span);
            if !text.contains(name) && !text.contains('*') {
                continue;
            }
            for (known, paths) in imported(text) {
                for path in paths {
                    if known == "*" {
                        if let Import::None { has_own_glob } = &mut found {
                            *has_own_glob |= self.is_own(&path);
                        }
                    } else if known == name {
                        found = match found {
                            Import::None { .. } => Import::As(path),
                            // The same in two functions, say.
                            Import::As(full) if full == path => Import::As(full),
                            _ => Import::Several,
                        };
                    }
                }
            }
        }
        found
    }
}

/// What a file's imports say of a name.
enum Import {
    None {
        /// Whether all of a module of this package is imported.
        has_own_glob: bool,
    },
    /// It is this.
    As(Vec<String>),
    /// It is one thing here and another there.
    Several,
}

#[cfg(test)]
mod tests;
