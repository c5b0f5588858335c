//! The modules of a crate, as far as its sources tell without expanding macros.

use crate::package::{CrateRoot, Package};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use syn::{Attribute, Item, ItemMod, UseTree, Visibility};

/// What is known of a function's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It is there, and the crate's root can name it.
    Found,
    /// The sources do not tell: rustc will.
    Unknown,
    /// The function is there, yet private.
    Private { name: String, file: String },
    /// A module on the way is private.
    PrivateModule {
        name: String,
        /// From the crate's root on.
        path: String,
        file: String,
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

/// The sources of a crate; each file is parsed once.
pub(crate) struct Sources<'a> {
    root: CrateRoot,
    package: &'a Package,
    files: HashMap<PathBuf, Option<Rc<[Item]>>>,
    /// All modules, where they were asked for.
    modules: Option<Rc<[Module]>>,
}

/// How many modules a crate is looked through for.
const MOST_MODULES: usize = 10_000;

/// A function as it is written.
pub(crate) struct Function {
    pub(crate) signature: syn::Signature,
    pub(crate) module: Module,
}

/// A module: what it holds, and where its files are.
#[derive(Clone)]
pub(crate) struct Module {
    pub(crate) items: Rc<[Item]>,
    pub(crate) file: PathBuf,
    /// The modules around it in the same file, and itself, where it is not the file.
    pub(crate) inline: Vec<String>,
    /// Where the files of its modules are.
    folder: PathBuf,
    /// Where paths in `#[path]` begin.
    path_folder: PathBuf,
}

/// What a module says of a name.
enum Named<'a> {
    Module(&'a ItemMod),
    /// A function, or what may act as one.
    Value(&'a Visibility),
    /// Another thing of that name: a re-export, a type, something under a `cfg`.
    Opaque,
    Private,
    Nothing,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(root: CrateRoot, package: &'a Package) -> Self {
        Self {
            root,
            package,
            files: HashMap::new(),
            modules: None,
        }
    }

    /// Looks up `a::b` below the module `top` of the crate's root.
    pub(crate) fn find(&mut self, top: &str, path: &str) -> Lookup {
        let (modules, function) = split(top, path);
        let module = match self.module(&modules) {
            Ok(module) => module,
            Err(lookup) => return lookup,
        };
        let file = self.package.shown(&module.file);
        let name = function.to_owned();
        match look(&module.items, function, false, false) {
            Named::Value(visibility) if is_reachable(visibility) => Lookup::Found,
            Named::Value(Visibility::Inherited) | Named::Private => Lookup::Private { name, file },
            Named::Nothing => Lookup::Missing {
                name,
                file,
                candidates: functions_of(&module.items),
            },
            _ => Lookup::Unknown,
        }
    }

    /// The function that [`find`](Self::find) has found, where it is written out as one and no
    /// macro may change it.
    pub(crate) fn function(&mut self, top: &str, path: &str) -> Option<Function> {
        let (modules, name) = split(top, path);
        let module = self.module(&modules).ok()?;
        if !matches!(
            look(&module.items, name, false, false),
            Named::Value(visibility) if is_reachable(visibility)
        ) {
            return None;
        }
        let function = module.items.iter().find_map(|item| match item {
            Item::Fn(function) if unraw(&function.sig.ident) == name => Some(function),
            _ => None,
        })?;
        if function.attrs.iter().any(is_foreign) {
            return None;
        }
        Some(Function {
            signature: function.sig.clone(),
            module,
        })
    }

    /// All modules of the crate that the sources show, from its root on.
    pub(crate) fn all_modules(&mut self) -> Rc<[Module]> {
        if let Some(known) = &self.modules {
            return Rc::clone(known);
        }
        let mut modules: Vec<Module> = self.top().into_iter().collect();
        let mut at = 0;
        while let Some(outer) = modules.get(at).cloned() {
            for item in outer.items.iter() {
                if let Item::Mod(module) = item
                    && let Some(inner) = self.enter(&outer, module)
                {
                    modules.push(inner);
                }
            }
            at += 1;
            // A `#[path]` may lead in a circle; rustc says so.
            if at > MOST_MODULES {
                break;
            }
        }
        let modules: Rc<[Module]> = modules.into();
        self.modules = Some(Rc::clone(&modules));
        modules
    }

    fn top(&mut self) -> Option<Module> {
        let items = self.parse(&self.root.file.clone())?;
        let folder = parent(&self.root.file);
        Some(Module {
            items,
            file: self.root.file.clone(),
            inline: Vec::new(),
            path_folder: folder.clone(),
            folder,
        })
    }

    fn module(&mut self, modules: &[&str]) -> Result<Module, Lookup> {
        let mut module = self.top().ok_or(Lookup::Unknown)?;
        for (depth, name) in modules.iter().enumerate() {
            // The crate's root names what is in it, public or not.
            let is_root = depth == 0;
            let next = match look(&module.items, name, true, is_root) {
                Named::Module(next) if is_root || is_reachable(&next.vis) => next.clone(),
                Named::Module(next) if matches!(next.vis, Visibility::Inherited) => {
                    return Err(Lookup::PrivateModule {
                        name: (*name).to_owned(),
                        path: modules[..=depth].join("::"),
                        file: self.package.shown(&module.file),
                    });
                }
                Named::Nothing if !is_root || self.root.is_certain => {
                    return Err(Lookup::NoModule {
                        name: (*name).to_owned(),
                        path: modules[..=depth].join("::"),
                        file: self.package.shown(&module.file),
                        candidates: modules_of(&module.items),
                    });
                }
                _ => return Err(Lookup::Unknown),
            };
            module = self.enter(&module, &next).ok_or(Lookup::Unknown)?;
        }
        Ok(module)
    }

    fn enter(&mut self, outer: &Module, module: &ItemMod) -> Option<Module> {
        let name = unraw(&module.ident);
        let written_path = match path_attribute(&module.attrs) {
            Ok(path) => path,
            Err(Unreadable) => return None,
        };
        if let Some((_, items)) = &module.content {
            let folder = match &written_path {
                Some(path) => outer.path_folder.join(path),
                None => outer.folder.join(&name),
            };
            let mut inline = outer.inline.clone();
            inline.push(name);
            return Some(Module {
                items: items.clone().into(),
                file: outer.file.clone(),
                inline,
                path_folder: folder.clone(),
                folder,
            });
        }
        let (file, is_folders_own) = match written_path {
            Some(path) => (outer.path_folder.join(path), true),
            None => {
                let file = outer.folder.join(format!("{name}.rs"));
                if file.is_file() {
                    (file, false)
                } else {
                    (outer.folder.join(&name).join("mod.rs"), true)
                }
            }
        };
        let items = self.parse(&file)?;
        let path_folder = parent(&file);
        Some(Module {
            items,
            inline: Vec::new(),
            folder: if is_folders_own {
                path_folder.clone()
            } else {
                outer.folder.join(&name)
            },
            path_folder,
            file,
        })
    }

    fn parse(&mut self, file: &Path) -> Option<Rc<[Item]>> {
        if let Some(known) = self.files.get(file) {
            return known.clone();
        }
        let items = std::fs::read_to_string(file)
            .ok()
            .and_then(|text| syn::parse_file(&text).ok())
            .map(|file| Rc::from(file.items));
        self.files.insert(file.to_owned(), items.clone());
        items
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

fn parent(file: &Path) -> PathBuf {
    file.parent().map(Path::to_owned).unwrap_or_default()
}

pub(crate) fn unraw(ident: &syn::Ident) -> String {
    use syn::ext::IdentExt;
    ident.unraw().to_string()
}

fn look<'a>(items: &'a [Item], name: &str, wants_module: bool, is_root: bool) -> Named<'a> {
    let mut found = Named::Nothing;
    for item in items {
        let (attributes, named) = match item {
            Item::Mod(module) if unraw(&module.ident) == name => {
                if !wants_module {
                    continue;
                }
                (&module.attrs, Named::Module(module))
            }
            Item::Fn(function) if unraw(&function.sig.ident) == name => {
                if wants_module {
                    continue;
                }
                (&function.attrs, Named::Value(&function.vis))
            }
            Item::Const(item) if unraw(&item.ident) == name => {
                (&item.attrs, Named::Value(&item.vis))
            }
            Item::Static(item) if unraw(&item.ident) == name => {
                (&item.attrs, Named::Value(&item.vis))
            }
            Item::Use(item) if imports(&item.tree, name) => {
                let named = match item.vis {
                    Visibility::Inherited if !wants_module => Named::Private,
                    Visibility::Public(_) if !wants_module => Named::Value(&item.vis),
                    _ => Named::Opaque,
                };
                (&item.attrs, named)
            }
            Item::Struct(item) if unraw(&item.ident) == name => (&item.attrs, Named::Opaque),
            Item::Enum(item) if unraw(&item.ident) == name => (&item.attrs, Named::Opaque),
            Item::ExternCrate(item) => {
                let bound = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                if unraw(bound) != name {
                    continue;
                }
                (&item.attrs, Named::Opaque)
            }
            _ => continue,
        };
        // Which of several of a name there is, a `cfg` decides.
        if is_conditional(attributes) || !matches!(found, Named::Nothing) {
            return Named::Opaque;
        }
        found = named;
    }
    match found {
        Named::Nothing if items.iter().any(|item| may_bring_names(item, is_root)) => Named::Opaque,
        found => found,
    }
}

/// Whether the item may define names that the sources do not show. What a private glob brings in,
/// as `use kalgan::prelude::*;` does, only the module itself may name.
fn may_bring_names(item: &Item, is_root: bool) -> bool {
    match item {
        // `macro_rules! name` defines no function; a call may.
        Item::Macro(item) => item.ident.is_none(),
        Item::Use(item) => {
            has_glob(&item.tree) && (is_root || !matches!(item.vis, Visibility::Inherited))
        }
        Item::Verbatim(_) => true,
        Item::Fn(item) => item.attrs.iter().any(is_foreign),
        Item::Mod(item) => item.attrs.iter().any(is_foreign),
        Item::Impl(item) => item.attrs.iter().any(is_foreign),
        Item::Struct(item) => item.attrs.iter().any(is_foreign),
        Item::Enum(item) => item.attrs.iter().any(is_foreign),
        Item::Trait(item) => item.attrs.iter().any(is_foreign),
        _ => false,
    }
}

/// Whether the attribute may be a macro that writes further items. Those that are known only to
/// change the item itself are not.
pub(crate) fn is_foreign(attribute: &Attribute) -> bool {
    const KNOWN: [&str; 29] = [
        "allow",
        "app",
        "async_trait",
        "automatically_derived",
        "cfg",
        "cfg_attr",
        "cold",
        "debug_handler",
        "deny",
        "deprecated",
        "derive",
        "diagnostic",
        "doc",
        "expect",
        "forbid",
        "ignore",
        "inline",
        "instrument",
        "macro_use",
        "must_use",
        "no_mangle",
        "non_exhaustive",
        "path",
        "repr",
        "serde",
        "template",
        "test",
        "track_caller",
        "warn",
    ];
    let path = attribute.path();
    // `#[rustfmt::skip]`, `#[clippy::…]`, `#[diagnostic::…]`.
    if let Some(first) = path.segments.first()
        && path.segments.len() > 1
        && ["rustfmt", "clippy", "diagnostic"].contains(&first.ident.to_string().as_str())
    {
        return false;
    }
    path.segments
        .last()
        .is_none_or(|last| !KNOWN.contains(&last.ident.to_string().as_str()))
}

pub(crate) fn is_conditional(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr"))
}

/// Whether code in the crate's root may use it. What `pub(super)` and `pub(in …)` allow is left to
/// rustc.
fn is_reachable(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

fn imports(tree: &UseTree, name: &str) -> bool {
    match tree {
        UseTree::Path(path) => {
            // `use a::b::{self}` imports `b`.
            let is_self = |tree: &UseTree| matches!(tree, UseTree::Name(n) if n.ident == "self");
            let imports_itself = match path.tree.as_ref() {
                UseTree::Group(group) => group.items.iter().any(is_self),
                tree => is_self(tree),
            };
            (imports_itself && unraw(&path.ident) == name) || imports(&path.tree, name)
        }
        UseTree::Name(item) => unraw(&item.ident) == name,
        UseTree::Rename(item) => unraw(&item.rename) == name,
        UseTree::Glob(_) => false,
        UseTree::Group(group) => group.items.iter().any(|tree| imports(tree, name)),
    }
}

pub(crate) fn has_glob(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => has_glob(&path.tree),
        UseTree::Glob(_) => true,
        UseTree::Group(group) => group.items.iter().any(has_glob),
        UseTree::Name(_) | UseTree::Rename(_) => false,
    }
}

struct Unreadable;

/// What `#[path = "…"]` says.
fn path_attribute(attributes: &[Attribute]) -> Result<Option<String>, Unreadable> {
    let Some(attribute) = attributes.iter().find(|a| a.path().is_ident("path")) else {
        return Ok(None);
    };
    match &attribute.meta {
        syn::Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Ok(Some(text.value())),
            _ => Err(Unreadable),
        },
        _ => Err(Unreadable),
    }
}

fn functions_of(items: &[Item]) -> Vec<String> {
    let functions = items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some(unraw(&function.sig.ident)),
        _ => None,
    });
    functions.collect()
}

fn modules_of(items: &[Item]) -> Vec<String> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(unraw(&module.ident)),
        _ => None,
    });
    modules.collect()
}
