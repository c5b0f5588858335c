//! Functions by their paths, as the crate's root would name them.

use super::item::{Item, ItemKind, Scope, Visibility};
use super::modules::{Crate, ScopeId};
use super::resolve::{Meaning, split_last, unraw};
use super::scan;
use kalgan_core::text::Span;
use std::ops::Range;

/// What is known of a function's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It is there, and the crate's root can name it.
    Found,
    /// The sources do not tell: rustc will.
    Unknown,
    /// The function is there, yet private.
    Private {
        name: String,
        file: String,
        /// Public for some modules, but not for the crate's root.
        is_restricted: bool,
    },
    /// A module on the way is private.
    PrivateModule {
        name: String,
        /// From the crate's root on.
        path: String,
        file: String,
        /// Public for some modules, but not for the crate's root.
        is_restricted: bool,
    },
    /// The module is there and has no such function.
    Missing {
        name: String,
        file: String,
        /// The names of its functions.
        candidates: Vec<String>,
    },
    /// A module on the way is missing.
    NoModule {
        name: String,
        /// From the crate's root on.
        path: String,
        /// Where it should be declared.
        file: String,
        /// The modules that are there.
        candidates: Vec<String>,
    },
}

/// A function as it is written.
pub(crate) struct Function {
    pub(crate) signature: syn::Signature,
    pub(crate) place: ScopeId,
    /// Where its arguments are in the file.
    pub(crate) arguments: Vec<Span>,
    /// Where it is in the file, with its body.
    pub(crate) extent: Range<usize>,
    /// Where its attributes are in the file, and its visibility.
    pub(crate) front: Range<usize>,
}

/// What a module has under a name.
enum Found<'a> {
    Item(&'a Item),
    Import(Visibility),
    /// A type, something under a `cfg`.
    Opaque,
    Nothing,
}

impl Crate {
    /// Looks up `a::b` below the module `top` of the crate's root, which is known to be that or only
    /// likely.
    pub(crate) fn find(&self, top: &str, path: &str, is_certain: bool) -> Lookup {
        let (modules, function) = split(top, path);
        let (place, scope) = match self.enter(&modules, is_certain) {
            Ok(found) => found,
            Err(lookup) => return lookup,
        };
        let file = self.file_of(place).source.path().to_owned();
        let name = function.to_owned();
        let visibility = match look(scope, function, false, false) {
            Found::Item(item) => item.visibility,
            Found::Import(visibility) => visibility,
            Found::Opaque => return Lookup::Unknown,
            Found::Nothing => {
                return Lookup::Missing {
                    name,
                    file,
                    candidates: names(scope, ItemKind::Function),
                };
            }
        };
        if is_for_root(visibility, modules.len()) {
            return Lookup::Found;
        }
        Lookup::Private {
            name,
            file,
            is_restricted: visibility != Visibility::Private,
        }
    }

    /// The function that [`find`](Self::find) has found, where it is written out and no macro may
    /// change it.
    pub(crate) fn function(&self, top: &str, path: &str) -> Option<Function> {
        let (modules, name) = split(top, path);
        let (place, scope) = self.enter(&modules, false).ok()?;
        let Found::Item(item) = look(scope, name, false, false) else {
            return None;
        };
        self.written(place, item)
    }

    /// The function that a path of a place means, where it is written out and no macro may change it.
    pub(crate) fn function_at(&self, place: ScopeId, path: &syn::Path) -> Option<Function> {
        let (modules, name) = split_last(path)?;
        let place = match modules.segments.is_empty() {
            true => place,
            false => match self.meaning(place, &modules) {
                Meaning::Module(module) => self.inside(module, place),
                _ => return None,
            },
        };
        let (scope, name) = (self.scope(place)?, unraw(&name));
        match look(scope, &name, false, false) {
            Found::Item(item) => self.written(place, item),
            Found::Import(_) => {
                let mut imports = scope.imports.iter();
                let import = imports.find(|import| import.name == name)?;
                let path: syn::Path = syn::parse_str(&import.path.join("::")).ok()?;
                // An import of a name by itself leads nowhere.
                (path.segments.len() > 1).then(|| self.function_at(place, &path))?
            }
            _ => None,
        }
    }

    /// A function, where it is written out.
    fn written(&self, place: ScopeId, item: &Item) -> Option<Function> {
        if item.kind != ItemKind::Function {
            return None;
        }
        let text = self.file_of(place).str(&(item.head..item.span.end));
        let arguments = scan::arguments(text).into_iter();
        Some(Function {
            signature: syn::parse_str(text).ok()?,
            place,
            extent: item.span.start..item.end,
            front: item.span.start..item.head,
            arguments: arguments
                .map(|range| Span::new(item.head + range.start, item.head + range.end))
                .collect(),
        })
    }

    fn enter(&self, modules: &[&str], is_certain: bool) -> Result<(ScopeId, &Scope), Lookup> {
        let mut place = self.root().ok_or(Lookup::Unknown)?;
        for (depth, name) in modules.iter().enumerate() {
            let scope = self.scope(place).ok_or(Lookup::Unknown)?;
            let path = || modules[..=depth].join("::");
            let file = || self.file_of(place).source.path().to_owned();
            // The crate's root names what is in it, public or not.
            let is_root = depth == 0;
            let module = match look(scope, name, true, is_root) {
                Found::Item(item) if item.kind == ItemKind::Module => {
                    if !is_for_root(item.visibility, depth) {
                        return Err(Lookup::PrivateModule {
                            name: (*name).to_owned(),
                            path: path(),
                            file: file(),
                            is_restricted: item.visibility != Visibility::Private,
                        });
                    }
                    self.child(place, item)
                }
                Found::Nothing if !is_root || is_certain => {
                    return Err(Lookup::NoModule {
                        name: (*name).to_owned(),
                        path: path(),
                        file: file(),
                        candidates: names(scope, ItemKind::Module),
                    });
                }
                _ => None,
            };
            place = self.module(module.ok_or(Lookup::Unknown)?);
        }
        let scope = self.scope(place).ok_or(Lookup::Unknown)?;
        Ok((place, scope))
    }
}

/// Whether the crate's root can name what a module so many levels below it has.
fn is_for_root(visibility: Visibility, depth: usize) -> bool {
    match visibility {
        Visibility::Public | Visibility::Crate => true,
        Visibility::Private | Visibility::Restricted => depth == 0,
        Visibility::Super(levels) => levels >= depth,
    }
}

/// The modules on the way to a function, and its name.
fn split<'a>(top: &'a str, path: &'a str) -> (Vec<&'a str>, &'a str) {
    match path.rsplit_once("::") {
        Some((modules, name)) => (
            std::iter::once(top).chain(modules.split("::")).collect(),
            name,
        ),
        None => (vec![top], path),
    }
}

fn look<'a>(scope: &'a Scope, name: &str, wants_module: bool, is_root: bool) -> Found<'a> {
    // A function and a module of one name do not meet, while an import may be either. A type may have
    // the function, an alias of a type too, but no alias is one.
    let is_other = |kind| match wants_module {
        true => matches!(kind, ItemKind::Function | ItemKind::Value),
        false => matches!(kind, ItemKind::Module | ItemKind::OtherType),
    };
    let items = scope.items.iter();
    let items = items.filter(|item| item.name == name && !is_other(item.kind));
    let items = items.map(|item| match item.kind {
        ItemKind::Module | ItemKind::Function | ItemKind::Value
            if !item.is_conditional() && !item.has_attribute_macro() =>
        {
            Found::Item(item)
        }
        _ => Found::Opaque,
    });
    let imports = scope.imports.iter().filter(|import| import.name == name);
    let imports = imports.map(|import| match wants_module || import.is_conditional {
        true => Found::Opaque,
        false => Found::Import(import.visibility),
    });
    let mut all = items.chain(imports);
    match (all.next(), all.next()) {
        (Some(only), None) => only,
        (None, _) if !may_bring_names(scope, is_root) => Found::Nothing,
        // Which of several of a name there is, a `cfg` decides.
        _ => Found::Opaque,
    }
}

/// Whether items may be defined that the sources do not show. What a private glob brings in, as
/// `use kalgan::prelude::*;` does, only the module itself may name.
fn may_bring_names(scope: &Scope, is_root: bool) -> bool {
    let mut imports = scope.imports.iter();
    !scope.macros.is_empty()
        || scope.has_attribute_macro
        || imports
            .any(|import| import.is_glob() && (is_root || import.visibility != Visibility::Private))
}

fn names(scope: &Scope, kind: ItemKind) -> Vec<String> {
    let items = scope.items.iter().filter(|item| item.kind == kind);
    items.map(|item| item.name.clone()).collect()
}

#[cfg(test)]
mod tests;
