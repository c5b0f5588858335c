//! The modules of a crate, from its root on.

use super::dependencies;
use super::files::{File, Files, fingerprint};
use super::item::{Item, ItemKind, Scope, TextCall};
use super::package::Package;
use kalgan_core::rust::texts;
use kalgan_core::source::{Fingerprint, plain};
use kalgan_core::text::SourceFile;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The crate that is compiled, with the library and the main binary of its package, whose sources
/// belong to the same app.
#[derive(Debug, Default)]
pub(crate) struct Crate {
    /// The root of the crate that is compiled first.
    modules: Vec<Module>,
    /// Each file with its first module, in the order of their paths.
    files: Vec<(Arc<File>, usize)>,
    /// The files of the crates of the workspace that these depend on.
    others: Vec<Arc<File>>,
    /// The roots of these crates by their names.
    externs: HashMap<String, usize>,
    /// Every path that was looked at.
    looked: Vec<(PathBuf, Option<Fingerprint>)>,
}

#[derive(Debug)]
struct Module {
    file: Arc<File>,
    /// Its scope in the file.
    scope: usize,
    parent: Option<usize>,
    /// Its modules by the places of their names.
    children: HashMap<usize, usize>,
    is_test: bool,
    /// Whether a `cfg` decides on its declaration.
    is_optional: bool,
}

/// A place in the crate where names have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeId {
    pub(super) module: usize,
    /// In the module's file: its own scope, or a block's.
    pub(super) scope: usize,
    /// Compiled for tests only.
    pub(crate) is_test: bool,
}

impl ScopeId {
    /// The place of what an item has.
    pub(super) fn of(self, item: &Item) -> Self {
        Self {
            is_test: self.is_test || item.is_test,
            ..self
        }
    }
}

impl Crate {
    /// Follows the declarations of modules from these files on.
    pub(super) fn build(roots: &[PathBuf], package: &Package, files: &mut Files) -> Self {
        let mut builder = Builder {
            package,
            files,
            krate: Self::default(),
        };
        for root in roots {
            let mut modules = builder.krate.modules.iter();
            // One that is a module of another one adds nothing.
            if !modules.any(|module| module.file.path == *root)
                && let Some(file) = builder.read(root)
            {
                let folder = parent(root);
                builder.add(file, 0, None, false, (folder, folder));
            }
        }
        builder.krate.files = files_of(&builder.krate.modules, 0);
        builder.externs();
        builder.krate
    }

    /// The root of a crate of the workspace that this one depends on.
    pub(super) fn externs(&self, name: &str) -> Option<usize> {
        self.externs.get(name).copied()
    }

    /// All files, and those of the crates of the workspace that these depend on.
    pub(super) fn all_files(&self) -> impl Iterator<Item = &Arc<File>> {
        self.files.iter().map(|(file, _)| file).chain(&self.others)
    }

    /// Whether no file has changed, come or gone.
    pub(super) fn is_current(&self) -> bool {
        let mut looked = self.looked.iter();
        looked.all(|(path, then)| fingerprint(path) == *then)
    }

    /// The place of the crate's root; `None` where its file is not known.
    pub(crate) fn root(&self) -> Option<ScopeId> {
        (!self.modules.is_empty()).then(|| self.module(0))
    }

    /// All files, in the order of their paths, and whether each is compiled for tests only.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Arc<File>, bool)> {
        let files = self.files.iter();
        files.map(|(file, module)| (file, self.modules[*module].is_test))
    }

    /// A source by its path below the package's folder.
    pub(crate) fn source(&self, path: &str) -> Option<Arc<SourceFile>> {
        let mut sources = self.all_files().map(|file| &file.source);
        sources.find(|source| source.path() == path).cloned()
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        self.files.iter().any(|(file, _)| file.path == path)
    }

    /// The items of a file, each with the place where it stands.
    pub(crate) fn items(&self, path: &Path) -> Vec<(&Item, ScopeId)> {
        let path = plain(path);
        let modules = self.modules.iter().enumerate();
        let modules = modules.filter(|(_, module)| module.file.path == path);
        let items = modules.flat_map(|(at, module)| {
            let items = module.file.scan().items(module.scope);
            items.map(move |(scope, item)| (item, self.place(at, scope).of(item)))
        });
        items.collect()
    }

    /// The place of a file's module.
    pub(crate) fn place_of(&self, file: &File) -> Option<ScopeId> {
        let mut files = self.files.iter();
        let (_, module) = files.find(|(own, _)| own.path == file.path)?;
        Some(self.module(*module))
    }

    /// A place by its scope in a file.
    pub(super) fn place_in(&self, file: &File, scope: usize) -> Option<ScopeId> {
        let of = file.scan().scopes.get(scope)?.module;
        let mut modules = self.modules.iter();
        let at = modules.position(|module| module.file.path == file.path && module.scope == of)?;
        Some(self.place(at, scope))
    }

    /// The calls of macros in a file that begin with a text, each with the place where it stands;
    /// none where a `cfg` decides on the module, or in tests.
    pub(crate) fn text_calls(&self, file: &File) -> Vec<(&TextCall, ScopeId)> {
        let modules = self.modules.iter().enumerate();
        let modules = modules.filter(|(_, module)| module.file.path == file.path);
        let calls = modules.flat_map(|(at, module)| {
            let scan = module.file.scan();
            let calls = scan.calls.iter();
            let own = calls.filter(move |call| scan.scopes[call.scope].module == module.scope);
            own.map(move |call| (call, self.place(at, call.scope)))
        });
        calls
            .filter(|(_, place)| self.is_compiled(*place))
            .collect()
    }

    /// Whether the module of a place is compiled whatever the options are.
    pub(crate) fn is_compiled(&self, place: ScopeId) -> bool {
        let mut around = std::iter::successors(Some(place.module), |module| self.parent(*module));
        !place.is_test && around.all(|module| !self.modules[module].is_optional)
    }

    pub(crate) fn file_of(&self, place: ScopeId) -> &Arc<File> {
        &self.modules[place.module].file
    }

    /// What is in the scope of a place; `None` where the file is not Rust.
    pub(super) fn scope(&self, place: ScopeId) -> Option<&Scope> {
        self.file_of(place).scan().scopes.get(place.scope)
    }

    fn place(&self, module: usize, scope: usize) -> ScopeId {
        let mut place = ScopeId {
            module,
            scope,
            is_test: self.modules[module].is_test,
        };
        place.is_test |= self.scope(place).is_some_and(|scope| scope.is_test);
        place
    }

    /// The place of a module.
    pub(super) fn module(&self, module: usize) -> ScopeId {
        self.place(module, self.modules[module].scope)
    }

    /// A module as it is for those at a place.
    pub(super) fn inside(&self, module: usize, from: ScopeId) -> ScopeId {
        let place = self.module(module);
        ScopeId {
            is_test: place.is_test || from.is_test,
            ..place
        }
    }

    /// Where names are looked up that a block does not define; `None` for a module.
    pub(super) fn around(&self, place: ScopeId) -> Option<ScopeId> {
        let scope = self.scope(place).filter(|scope| scope.is_block)?.parent?;
        Some(ScopeId { scope, ..place })
    }

    /// The module around a module.
    pub(super) fn parent(&self, module: usize) -> Option<usize> {
        self.modules[module].parent
    }

    /// The first module of the crate that a module belongs to.
    pub(super) fn root_of(&self, module: usize) -> usize {
        self.parent(module)
            .map_or(module, |parent| self.root_of(parent))
    }

    /// The module that an item of a place declares; `None` where its file is not known.
    pub(super) fn child(&self, place: ScopeId, item: &Item) -> Option<usize> {
        let children = &self.modules[place.module].children;
        children.get(&item.name_span.start).copied()
    }
}

struct Builder<'a> {
    package: &'a Package,
    files: &'a mut Files,
    krate: Crate,
}

/// The files of modules from one of them on, each with its first one, in the order of their paths.
fn files_of(modules: &[Module], from: usize) -> Vec<(Arc<File>, usize)> {
    let files = modules.iter().enumerate().skip(from);
    let files = files.filter(|(_, module)| module.scope == 0);
    let files = files.map(|(at, module)| (Arc::clone(&module.file), at));
    let mut files: Vec<_> = files.collect();
    files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    files.dedup_by(|(a, _), (b, _)| a.path == b.path);
    files
}

impl Builder<'_> {
    /// Adds the crates of the workspace that the sources name.
    fn externs(&mut self) {
        let own = self.krate.modules.len();
        for (name, folder) in dependencies::of_package(&self.package.folder) {
            let path = format!("{name}::");
            let is_named = self
                .krate
                .files
                .iter()
                .any(|(file, _)| file.mentions(&path));
            // Kalgan's own types are known, and few.
            if name.starts_with("kalgan") || !is_named {
                continue;
            }
            let root = plain(&folder.join("src/lib.rs"));
            let mut modules = self.krate.modules.iter();
            let known = modules.position(|module| module.file.path == root && module.scope == 0);
            let module = known.or_else(|| {
                let file = self.read(&root)?;
                let folder = parent(&root);
                Some(self.add(file, 0, None, false, (folder, folder)))
            });
            self.krate
                .externs
                .extend(module.map(|module| (name, module)));
        }
        let others = files_of(&self.krate.modules, own).into_iter();
        self.krate.others = others.map(|(file, _)| file).collect();
    }

    fn read(&mut self, path: &Path) -> Option<Arc<File>> {
        let found = fingerprint(path);
        self.krate.looked.push((path.to_owned(), found));
        self.files.read(path, found?, self.package)
    }

    /// Adds a module with those in it. The folders are where the files of its modules are, and where
    /// paths in `#[path]` begin.
    fn add(
        &mut self,
        file: Arc<File>,
        scope: usize,
        parent: Option<usize>,
        is_test: bool,
        folders: (&Path, &Path),
    ) -> usize {
        let own = self.krate.modules.len();
        self.krate.modules.push(Module {
            file: Arc::clone(&file),
            scope,
            parent,
            children: HashMap::new(),
            is_test,
            is_optional: false,
        });
        if scope == 0 && !file.may_have_modules() {
            return own;
        }
        for (scope, item) in file.scan().items(scope) {
            if item.kind == ItemKind::Module {
                let place = self.krate.place(own, scope);
                let child = self.child(&file, place, item, folders);
                if let Some(child) = child {
                    self.krate.modules[child].is_optional = item.is_optional;
                }
                let children = &mut self.krate.modules[own].children;
                children.extend(child.map(|child| (item.name_span.start, child)));
            }
        }
        own
    }

    /// A module's module by the rules of the language's reference, "Module source filenames".
    fn child(
        &mut self,
        outer: &Arc<File>,
        place: ScopeId,
        item: &Item,
        (of_modules, of_paths): (&Path, &Path),
    ) -> Option<usize> {
        let attributes = &item.attributes;
        // A condition decides where its file is.
        if attributes
            .iter()
            .any(|known| known.path == "cfg_attr" && outer.str(&known.rest).contains("path"))
        {
            return None;
        }
        let given = match attributes.iter().find(|known| known.path == "path") {
            Some(attribute) => Some(of_paths.join(texts(outer.str(&attribute.rest))?.pop()?)),
            None => None,
        };
        let own = of_modules.join(&item.name);
        let is_test = place.of(item).is_test;
        let module = Some(place.module);
        if let Some(body) = item.body {
            let folder = given.as_ref().unwrap_or(&own);
            return Some(self.add(Arc::clone(outer), body, module, is_test, (folder, folder)));
        }
        if let Some(path) = given {
            let path = plain(&path);
            let mut around = std::iter::successors(module, |module| self.krate.parent(*module));
            // It may lead back; rustc says so.
            if around.any(|module| self.krate.modules[module].file.path == path) {
                return None;
            }
            let file = self.read(&path)?;
            let folder = parent(&path);
            return Some(self.add(file, 0, module, is_test, (folder, folder)));
        }
        // A block has no files of its own.
        self.krate.scope(place).filter(|scope| !scope.is_block)?;
        if let Some(file) = self.read(&own.with_extension("rs")) {
            return Some(self.add(file, 0, module, is_test, (&own, of_modules)));
        }
        let file = self.read(&own.join("mod.rs"))?;
        Some(self.add(file, 0, module, is_test, (&own, &own)))
    }
}

fn parent(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
