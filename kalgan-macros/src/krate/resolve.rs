//! What a path means in a place of the crate, by the language's rules for types and modules.

use super::item::{Import, Item, ItemKind, Visibility};
use super::modules::{Crate, ScopeId};
use syn::Token;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;

/// How many imports and globs may lead from one to another.
const DEPTH: usize = 16;

/// Crates whose globs bring in nothing that has the name of a type of the prelude.
const WELL_KNOWN: &str = "std core alloc kalgan serde";

/// What the language's prelude has, and `render!`: that a macro defines such a name is told only by the
/// name itself.
const PRELUDE: &str = "String Vec Option Box Result render";

/// What is in `kalgan::prelude` or `kalgan::extract` and is looked for here.
const OF_KALGAN: &str = "Path Query Form Json State Cookies Cookie Lang Route Request Response Next Multipart \
                         Connection ErrorInfo Result Error render";

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
    pub(crate) place: ScopeId,
}

impl PartialEq for Definition<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.item, other.item)
    }
}

impl Eq for Definition<'_> {}

/// A name that is looked up.
#[derive(Clone, Copy)]
struct Search<'a> {
    name: &'a str,
    /// The module that wants to use it.
    from: usize,
    /// Whether it begins the path of an import: a glob may be needed to find another one, but not in
    /// a circle.
    is_of_import: bool,
    /// Whether more follows it in a path: a crate's name, which a glob of another crate hides at most by
    /// something of that crate's.
    has_rest: bool,
    depth: usize,
}

impl<'a> Search<'a> {
    /// A whole name in a module.
    fn new(name: &'a str, from: ScopeId, depth: usize) -> Self {
        Self {
            name,
            from: from.module,
            is_of_import: false,
            has_rest: false,
            depth,
        }
    }
}

impl Crate {
    /// What a type's path means.
    pub(crate) fn meaning(&self, place: ScopeId, path: &syn::Path) -> Meaning<'_> {
        let absolute = path.leading_colon.iter().map(|_| String::new());
        let segments = path.segments.iter();
        let names = absolute.chain(segments.map(|segment| unraw(&segment.ident)));
        self.follow(place, &names.collect::<Vec<String>>(), false, DEPTH)
    }

    /// The name of the standard library's type that a path means, or of a primitive type.
    pub(crate) fn std_name(&self, place: ScopeId, path: &syn::Path) -> Option<String> {
        if let Some(name) = path.get_ident().map(unraw)
            && name != "String"
            && is_scalar(&name)
        {
            return Some(name);
        }
        let Meaning::Foreign(mut names) = self.meaning(place, path) else {
            return None;
        };
        let is_std = match names.as_slice() {
            [first, _, ..] => matches!(first.as_str(), "std" | "core" | "alloc"),
            _ => true,
        };
        names.pop().filter(|_| is_std)
    }

    /// Whether serde's trait of this name is derived.
    pub(crate) fn derives_serde(
        &self,
        place: ScopeId,
        attributes: &[syn::Attribute],
        name: &str,
    ) -> bool {
        let derived = derived(attributes);
        let mut named = derived
            .iter()
            .filter(|path| path.segments.last().is_some_and(|last| last.ident == name));
        named.any(|path| match self.meaning(place, path) {
            // `#[macro_use]` brings it in without its path.
            Meaning::Foreign(names) => match names.as_slice() {
                [_] => true,
                [first, ..] => matches!(first.as_str(), "serde" | "serde_derive"),
                [] => false,
            },
            _ => false,
        })
    }

    /// Whether a macro may change an item. The attributes that a derive reads look like macros, but
    /// no import brings in a macro of their name.
    pub(crate) fn may_change(&self, place: ScopeId, item: &Item) -> bool {
        let mut is_derived = false;
        item.attributes.iter().any(|attribute| {
            let is_helper = is_derived && !attribute.path.contains("::");
            is_derived |= attribute.path == "derive";
            attribute.is_macro() && !(is_helper && self.is_unknown_macro(place, &attribute.path))
        })
    }

    /// Whether nothing in the sources brings in a macro of this name.
    fn is_unknown_macro(&self, place: ScopeId, name: &str) -> bool {
        let root = self.file_of(self.module(self.root_of(place.module)));
        match self.follow(place, &[name.to_owned()], false, DEPTH) {
            Meaning::Foreign(names) => names.len() == 1 && !root.mentions("macro_use"),
            // They have no name among macros.
            Meaning::Type(_) | Meaning::Module(_) => true,
            Meaning::Unknown => false,
        }
    }

    /// The type that an alias without parameters stands for, with the place that names it.
    pub(crate) fn alias(&self, definition: Definition<'_>) -> Option<(syn::Type, ScopeId)> {
        let Definition { item, place } = definition;
        let text = self.file_of(place).str(&item.span);
        if item.kind != ItemKind::OtherType || item.is_conditional() || item.has_attribute_macro() {
            return None;
        }
        let alias: syn::ItemType = syn::parse_str(text).ok()?;
        alias
            .generics
            .params
            .is_empty()
            .then_some((*alias.ty, place))
    }

    fn follow(
        &self,
        place: ScopeId,
        path: &[String],
        is_of_import: bool,
        depth: usize,
    ) -> Meaning<'_> {
        let (Some(depth), Some((first, rest))) = (depth.checked_sub(1), path.split_first()) else {
            return Meaning::Unknown;
        };
        let start = match first.as_str() {
            "" => {
                let named = rest.split_first();
                let known = named.and_then(|(name, rest)| Some((self.externs(name)?, rest)));
                let Some((module, names)) = known else {
                    return Meaning::Foreign(rest.to_vec());
                };
                return self.below(Meaning::Module(module), names, place, depth);
            }
            "crate" => Meaning::Module(self.root_of(place.module)),
            "self" => Meaning::Module(place.module),
            "super" => self.outer(place.module),
            name => {
                let search = Search {
                    is_of_import,
                    has_rest: !rest.is_empty(),
                    ..Search::new(name, place, depth)
                };
                let mut around = std::iter::successors(Some(place), |place| self.around(*place));
                let found = around.find_map(|place| self.named(place, search));
                found.unwrap_or_else(|| self.foreign(name))
            }
        };
        self.below(start, rest, place, depth)
    }

    /// Another crate.
    fn foreign(&self, name: &str) -> Meaning<'_> {
        let known = self.externs(name).map(Meaning::Module);
        known.unwrap_or_else(|| Meaning::Foreign(vec![name.to_owned()]))
    }

    /// What the rest of a path means.
    fn below<'a>(
        &'a self,
        start: Meaning<'a>,
        rest: &[String],
        place: ScopeId,
        depth: usize,
    ) -> Meaning<'a> {
        rest.iter().fold(start, |outer, name| match outer {
            Meaning::Module(module) if name == "super" => self.outer(module),
            Meaning::Module(module) => {
                let found = self.named(self.inside(module, place), Search::new(name, place, depth));
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

    fn named(&self, place: ScopeId, search: Search<'_>) -> Option<Meaning<'_>> {
        let found = self.own(place, search);
        found.or_else(|| self.brought(place, search, &mut Vec::new()))
    }

    /// What a scope itself calls so.
    fn own(&self, place: ScopeId, search: Search<'_>) -> Option<Meaning<'_>> {
        let scope = self.scope(place)?;
        let mut items = scope.items.iter().filter(|item| {
            item.is_type_or_module()
                && item.name == search.name
                && self.sees(place, search, item.visibility, item.is_test)
        });
        let mut imports = scope.imports.iter().filter(|import| {
            import.name == search.name
                && self.sees(place, search, import.visibility, import.is_test)
        });
        if let Some(item) = items.next() {
            // A `cfg` decides which of several there is; else an import is a function or a macro.
            let is_only = items.next().is_none() && !imports.any(|import| import.is_conditional);
            return Some(match is_only {
                true => self.defined(place, item),
                false => Meaning::Unknown,
            });
        }
        if let Some(first) = imports.next() {
            let first = self.imported(place, first, search.depth);
            let is_only = imports.all(|other| self.imported(place, other, search.depth) == first);
            return Some(if is_only { first } else { Meaning::Unknown });
        }
        let file = self.file_of(place);
        // What the language has is hidden only by what names it.
        let is_usual = search.is_of_import
            || [PRELUDE, WELL_KNOWN]
                .iter()
                .any(|names| is_in(names, search.name));
        let mut macros = scope.macros.iter().map(|call| file.str(call));
        let may_define = macros
            .any(|call| call.contains(search.name) || !(is_usual || defines_nothing_else(call)));
        (may_define || (scope.writes_items() && !is_usual)).then_some(Meaning::Unknown)
    }

    /// What globs bring in. What another crate has is not known, so a name that is found nowhere
    /// else may be one of its names.
    fn brought(
        &self,
        place: ScopeId,
        search: Search<'_>,
        visited: &mut Vec<(usize, usize)>,
    ) -> Option<Meaning<'_>> {
        if visited.contains(&(place.module, place.scope)) {
            return None;
        }
        visited.push((place.module, place.scope));
        let mut found = None;
        let mut may_be_elsewhere = false;
        for glob in self.scope(place)?.imports.iter().filter(|import| {
            let first = import.path.first().map_or("", String::as_str);
            import.is_glob()
                && self.sees(place, search, import.visibility, import.is_test)
                && (!search.is_of_import || matches!(first, "crate" | "self" | "super"))
        }) {
            let brought = match self.imported(place, glob, search.depth) {
                Meaning::Module(module) => {
                    let inner = self.inside(module, place);
                    let search = Search {
                        from: place.module,
                        ..search
                    };
                    let brought = self.own(inner, search);
                    brought.or_else(|| self.brought(inner, search, visited))
                }
                Meaning::Foreign(names) => match names.first().map_or("", String::as_str) {
                    "kalgan" if names.len() > 1 && is_in(OF_KALGAN, search.name) => {
                        Some(Meaning::Foreign(vec![
                            "kalgan".into(),
                            search.name.to_owned(),
                        ]))
                    }
                    known => {
                        may_be_elsewhere |= !is_in(WELL_KNOWN, known);
                        None
                    }
                },
                // Variants, which are no types.
                Meaning::Type(_) => None,
                Meaning::Unknown => {
                    may_be_elsewhere = true;
                    None
                }
            };
            if found.is_some() && brought.is_some() && found != brought {
                return Some(Meaning::Unknown);
            }
            found = found.or(brought);
        }
        may_be_elsewhere &= !search.has_rest;
        found.or(may_be_elsewhere.then_some(Meaning::Unknown))
    }

    /// Whether something in a scope is visible to those who search.
    fn sees(
        &self,
        place: ScopeId,
        search: Search<'_>,
        visibility: Visibility,
        is_test: bool,
    ) -> bool {
        let mut around = std::iter::successors(Some(search.from), |module| self.parent(*module));
        (place.is_test || !is_test)
            && (visibility != Visibility::Private || around.any(|module| module == place.module))
    }

    fn defined<'a>(&'a self, place: ScopeId, item: &'a Item) -> Meaning<'a> {
        if item.kind == ItemKind::Module {
            // A macro may change what is in it.
            let module = self
                .child(place, item)
                .filter(|_| !item.has_attribute_macro());
            return module.map_or(Meaning::Unknown, Meaning::Module);
        }
        let place = place.of(item);
        Meaning::Type(Definition { item, place })
    }

    fn imported(&self, place: ScopeId, import: &Import, depth: usize) -> Meaning<'_> {
        match import.path.as_slice() {
            // A crate.
            [name] if *name == import.name => self.foreign(name),
            path => self.follow(place, path, true, depth),
        }
    }
}

/// A path without its last name, and that name.
pub(crate) fn split_last(path: &syn::Path) -> Option<(syn::Path, syn::Ident)> {
    let mut before = path.clone();
    let last = before.segments.pop()?.ident;
    before.segments.pop_punct();
    Some((before, last))
}

/// The paths of all that is derived.
pub(crate) fn derived(attributes: &[syn::Attribute]) -> Vec<syn::Path> {
    let derives = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    let parsed = derives.filter_map(|attribute| {
        let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
        attribute.parse_args_with(parser).ok()
    });
    parsed.flatten().collect()
}

fn is_in(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

/// Whether a call of a macro is known to define no names but those that stand in it.
fn defines_nothing_else(call: &str) -> bool {
    const KNOWN: &str =
        "thread_local lazy_static bitflags compile_error const_assert assert_impl_all";
    let name = call.split('!').next().unwrap_or_default();
    is_in(KNOWN, name.rsplit("::").next().unwrap_or_default().trim())
}

/// The types of the language, and `String`.
pub(crate) const SCALARS: &str = "str char bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize \
                                  f32 f64 String";

pub(crate) fn is_scalar(name: &str) -> bool {
    SCALARS.split(' ').any(|known| known == name)
}

pub(crate) fn unraw(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}
