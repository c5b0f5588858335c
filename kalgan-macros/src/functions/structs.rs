//! The types of a crate that a controller's arguments name, as far as its sources tell.

use super::modules::{Module, Sources, has_glob, is_conditional, is_foreign, unraw};
use syn::{Attribute, Item, UseTree};

/// A type that is written out in the crate.
pub(crate) enum Found {
    Struct(syn::ItemStruct),
    Enum(syn::ItemEnum),
}

impl Found {
    pub(crate) fn attributes(&self) -> &[Attribute] {
        match self {
            Self::Struct(item) => &item.attrs,
            Self::Enum(item) => &item.attrs,
        }
    }
}

/// Where a name comes from.
enum Origin {
    /// This module defines it.
    Here,
    /// Another module of the crate.
    Crate,
    /// Another crate, or it cannot be told.
    Elsewhere,
}

/// The type that a path names in a module, and the module that defines it. `None` in any doubt:
/// there are several of the name, a `cfg` decides, or a macro may change it.
pub(crate) fn find(
    sources: &mut Sources<'_>,
    module: &Module,
    path: &syn::Path,
) -> Option<(Found, Module)> {
    let name = unraw(&path.segments.last()?.ident);
    let all = match origin(module, path, &name) {
        Origin::Elsewhere => return None,
        Origin::Here => std::rc::Rc::from([module.clone()]),
        Origin::Crate => sources.all_modules(),
    };
    let mut found = None;
    for module in all.iter() {
        for item in module.items.iter() {
            if defined(item).as_deref() != Some(name.as_str()) {
                continue;
            }
            if found.is_some() {
                return None;
            }
            let item = match item {
                Item::Struct(item) => Found::Struct(item.clone()),
                Item::Enum(item) => Found::Enum(item.clone()),
                _ => return None,
            };
            found = Some((item, module.clone()));
        }
    }
    let (item, module) = found?;
    let attributes = item.attributes();
    (!is_conditional(attributes) && !attributes.iter().any(is_foreign)).then_some((item, module))
}

/// The name of the type that an item defines.
pub(crate) fn defined(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        _ => return None,
    };
    Some(unraw(ident))
}

fn origin(module: &Module, path: &syn::Path, name: &str) -> Origin {
    let is_module = |name: &str| {
        module
            .items
            .iter()
            .any(|item| matches!(item, Item::Mod(module) if unraw(&module.ident) == name))
    };
    let is_own = |first: &str| ["crate", "self", "super"].contains(&first) || is_module(first);
    let Some(first) = path.segments.first().map(|first| unraw(&first.ident)) else {
        return Origin::Elsewhere;
    };
    if path.leading_colon.is_some() {
        return Origin::Elsewhere;
    }
    if path.segments.len() > 1 {
        return if is_own(&first) {
            Origin::Crate
        } else {
            Origin::Elsewhere
        };
    }
    if module
        .items
        .iter()
        .any(|item| defined(item).as_deref() == Some(name))
    {
        return Origin::Here;
    }
    match imported(module, name) {
        Some(Import { first, is_renamed }) => {
            if is_own(&first) && !is_renamed {
                Origin::Crate
            } else {
                Origin::Elsewhere
            }
        }
        // What a glob brings in.
        None => {
            let own_glob = module.items.iter().any(|item| match item {
                Item::Use(item) => has_glob(&item.tree) && is_own(&root(&item.tree)),
                _ => false,
            });
            if own_glob {
                Origin::Crate
            } else {
                Origin::Elsewhere
            }
        }
    }
}

/// What an import says of a name.
pub(crate) struct Import {
    /// The first name of its path.
    pub(crate) first: String,
    /// Whether it has another name there.
    pub(crate) is_renamed: bool,
}

/// The import that brings this name into the module.
pub(crate) fn imported(module: &Module, name: &str) -> Option<Import> {
    module.items.iter().find_map(|item| match item {
        Item::Use(item) => import(&item.tree, name, None),
        _ => None,
    })
}

fn import(tree: &UseTree, name: &str, first: Option<&str>) -> Option<Import> {
    let found = |last: &syn::Ident, is_renamed| {
        Some(Import {
            first: first.map_or_else(|| unraw(last), str::to_owned),
            is_renamed,
        })
    };
    match tree {
        UseTree::Path(path) => {
            let own = unraw(&path.ident);
            import(&path.tree, name, Some(first.unwrap_or(&own)))
        }
        UseTree::Name(item) if unraw(&item.ident) == name => found(&item.ident, false),
        UseTree::Rename(item) if unraw(&item.rename) == name => found(&item.ident, true),
        UseTree::Group(group) => group
            .items
            .iter()
            .find_map(|tree| import(tree, name, first)),
        _ => None,
    }
}

/// The first name of an import's path.
fn root(tree: &UseTree) -> String {
    match tree {
        UseTree::Path(path) => unraw(&path.ident),
        UseTree::Name(item) => unraw(&item.ident),
        UseTree::Rename(item) => unraw(&item.ident),
        UseTree::Glob(_) | UseTree::Group(_) => String::new(),
    }
}
