//! What a path means in a place of the crate, by the language's rules for types and modules.

use super::item::{Import, Item, ItemKind, Visibility};
use super::modules::{Crate, Place};
use syn::ext::IdentExt;

/// How many imports and globs may lead from one to another.
const DEPTH: usize = 16;

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    Type(Definition<'a>),
    Module(usize),
    /// In another crate, or a name that only the prelude or a macro may define.
    Foreign(Vec<String>),
    /// The sources do not tell.
    Unknown,
}

/// A type with the place where it is defined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition<'a> {
    pub(crate) item: &'a Item,
    pub(crate) place: Place,
}

impl PartialEq for Definition<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.item, other.item)
    }
}

impl Eq for Definition<'_> {}

/// A path as the crate's sources write it.
#[derive(Clone, Copy)]
struct Written<'a> {
    names: &'a [String],
    is_absolute: bool,
    /// The import that it stands in, which does not define its own first name.
    import: Option<&'a Import>,
}

/// A name that is looked up.
#[derive(Clone, Copy)]
struct Search<'a> {
    /// The module that wants to use it.
    from: usize,
    name: &'a str,
    /// The import whose path it is part of, which does not define it.
    import: Option<&'a Import>,
    /// Whether it begins that path: one glob may be needed to find another, but not in a circle.
    begins_import: bool,
    depth: usize,
}

impl Crate {
    /// What a type's path means.
    pub(crate) fn meaning(&self, place: Place, path: &syn::Path) -> Meaning<'_> {
        let segments = path.segments.iter();
        let names: Vec<String> = segments.map(|segment| unraw(&segment.ident)).collect();
        let written = Written {
            names: &names,
            is_absolute: path.leading_colon.is_some(),
            import: None,
        };
        self.follow(place, written, DEPTH)
    }

    /// The name of the standard library's type that a path means, and of a primitive type.
    pub(crate) fn std_name(&self, place: Place, path: &syn::Path) -> Option<String> {
        if let Some(ident) = path.get_ident() {
            let name = unraw(ident);
            if is_primitive(&name) {
                return Some(name);
            }
        }
        match self.meaning(place, path) {
            Meaning::Foreign(mut names) => match names.as_slice() {
                [_] => names.pop(),
                [first, ..] if matches!(first.as_str(), "std" | "core" | "alloc") => names.pop(),
                _ => None,
            },
            _ => None,
        }
    }

    fn follow(&self, place: Place, path: Written<'_>, depth: usize) -> Meaning<'_> {
        let (Some(depth), Some((first, rest))) = (depth.checked_sub(1), path.names.split_first())
        else {
            return Meaning::Unknown;
        };
        if path.is_absolute {
            return Meaning::Foreign(path.names.to_vec());
        }
        let start = match first.as_str() {
            "crate" => Meaning::Module(self.root_of(place.module)),
            "self" => Meaning::Module(place.module),
            "super" => self.outer(place.module),
            _ => match self.visible(place, first, path.import, depth) {
                Some(meaning) => meaning,
                None => return Meaning::Foreign(path.names.to_vec()),
            },
        };
        rest.iter().fold(start, |outer, name| match outer {
            Meaning::Module(module) if name == "super" => self.outer(module),
            Meaning::Module(module) => {
                let search = Search {
                    from: place.module,
                    name,
                    import: path.import,
                    begins_import: false,
                    depth,
                };
                let found = self.named(self.inside(module, place), search);
                found.unwrap_or(Meaning::Unknown)
            }
            Meaning::Foreign(names) => {
                Meaning::Foreign(names.into_iter().chain([name.clone()]).collect())
            }
            Meaning::Type(_) | Meaning::Unknown => Meaning::Unknown,
        })
    }

    fn outer(&self, module: usize) -> Meaning<'_> {
        Meaning::Module(self.parent(module).unwrap_or(module))
    }

    /// What a name means in a place: in its block, those around it, its module. `None` where none of
    /// them has it.
    fn visible(
        &self,
        mut place: Place,
        name: &str,
        import: Option<&Import>,
        depth: usize,
    ) -> Option<Meaning<'_>> {
        loop {
            let search = Search {
                from: place.module,
                name,
                import,
                begins_import: import.is_some(),
                depth,
            };
            let found = self.named(place, search);
            if found.is_some() {
                return found;
            }
            place = Place {
                is_test: place.is_test,
                ..self.around(place)?
            };
        }
    }

    fn named(&self, place: Place, search: Search<'_>) -> Option<Meaning<'_>> {
        let found = self.own(place, search);
        found.or_else(|| self.brought(place, search, &mut Vec::new()))
    }

    /// What a scope itself calls so.
    fn own(&self, place: Place, search: Search<'_>) -> Option<Meaning<'_>> {
        let scope = self.scope(place)?;
        let sees = |visibility, is_test: bool| {
            (!is_test || place.is_test) && self.sees(search, place, visibility)
        };
        let mut items = scope.items.iter().filter(|item| {
            item.is_type_or_module()
                && item.name == search.name
                && sees(item.visibility, item.is_test)
        });
        let imports = scope.imports.iter().filter(|known| {
            known.name == search.name
                && sees(known.visibility, known.is_test)
                && !search
                    .import
                    .is_some_and(|import| std::ptr::eq(*known, import))
        });
        let mut found = items.next().map(|item| self.defined(place, item));
        if items.next().is_some() {
            // A `cfg` decides which of them there is.
            return Some(Meaning::Unknown);
        }
        for import in imports {
            let imported = self.imported(place, import, search.depth);
            match &found {
                None => found = Some(imported),
                Some(known) if *known == imported => {}
                Some(_) => return Some(Meaning::Unknown),
            }
        }
        let file = self.file_of(place);
        let mut macros = scope.macros.iter();
        match found {
            None if macros.any(|call| file.str(call).contains(search.name)) => {
                Some(Meaning::Unknown)
            }
            found => found,
        }
    }

    /// What globs bring in. Of what another crate has nothing is known, and it hides no name of this
    /// one.
    fn brought(
        &self,
        place: Place,
        search: Search<'_>,
        visited: &mut Vec<(usize, usize)>,
    ) -> Option<Meaning<'_>> {
        if visited.contains(&(place.module, place.scope)) {
            return None;
        }
        visited.push((place.module, place.scope));
        let mut found = None;
        for glob in &self.scope(place)?.imports {
            let is_anchored = glob
                .path
                .first()
                .is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super"));
            if !glob.is_glob()
                || (glob.is_test && !place.is_test)
                || !self.sees(search, place, glob.visibility)
                || (search.begins_import && !is_anchored)
            {
                continue;
            }
            let Meaning::Module(module) = self.imported(place, glob, search.depth) else {
                continue;
            };
            let inner = self.inside(module, place);
            let search = Search {
                from: place.module,
                ..search
            };
            let brought = self.own(inner, search);
            let brought = brought.or_else(|| self.brought(inner, search, visited));
            match (brought, &found) {
                (None, _) => {}
                (Some(meaning), None) => found = Some(meaning),
                (Some(meaning), Some(known)) if meaning == *known => {}
                _ => return Some(Meaning::Unknown),
            }
        }
        found
    }

    /// Whether those who search see what has this visibility in a scope.
    fn sees(&self, search: Search<'_>, place: Place, visibility: Visibility) -> bool {
        visibility != Visibility::Private || self.is_within(search.from, place.module)
    }

    /// A module as seen from a place.
    fn inside(&self, module: usize, from: Place) -> Place {
        let place = self.module(module);
        Place {
            is_test: place.is_test || from.is_test,
            ..place
        }
    }

    fn defined<'a>(&'a self, place: Place, item: &'a Item) -> Meaning<'a> {
        if item.kind == ItemKind::Module {
            let module = self.child(place, item);
            return module.map_or(Meaning::Unknown, Meaning::Module);
        }
        Meaning::Type(Definition {
            item,
            place: place.of(item),
        })
    }

    fn imported(&self, place: Place, import: &Import, depth: usize) -> Meaning<'_> {
        let written = Written {
            names: &import.path,
            is_absolute: import.is_absolute,
            import: Some(import),
        };
        self.follow(place, written, depth)
    }

    /// Whether a module is another one or lies in it.
    fn is_within(&self, mut module: usize, outer: usize) -> bool {
        while module != outer {
            match self.parent(module) {
                Some(parent) => module = parent,
                None => return false,
            }
        }
        true
    }
}

pub(crate) fn is_primitive(name: &str) -> bool {
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

pub(crate) fn unraw(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}
