//! The modules of a crate, from its root on.

use super::files::{File, Files, fingerprint};
use super::item::{Item, ItemKind, Scope};
use super::package::{CrateRoot, Package, plain};
use kalgan_core::rust::texts;
use kalgan_core::source::Fingerprint;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The crate that is compiled, with the library and the main binary of its package, whose sources
/// belong to the same app.
#[derive(Debug, Default)]
pub(crate) struct Crate {
    modules: Vec<Module>,
    /// The first module of the crate that is compiled; `None` where its files are not known.
    pub(super) root: Option<usize>,
    /// Each file with its first module, in the order of their paths.
    files: Vec<(Arc<File>, usize)>,
    /// Every path that was looked at.
    looked: Vec<(PathBuf, Option<Fingerprint>)>,
}

#[derive(Debug)]
struct Module {
    file: Arc<File>,
    /// Its scope in the file.
    scope: usize,
    /// The module and the scope that declare it.
    parent: Option<(usize, usize)>,
    /// Its modules by the places of their names.
    children: HashMap<usize, usize>,
    is_test: bool,
}

/// A place in the crate where names have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) module: usize,
    /// In the module's file: its own scope, or a block's.
    pub(super) scope: usize,
    /// Compiled for tests only.
    pub(crate) is_test: bool,
}

/// How many modules a crate is read for: a `#[path]` may lead back to its own file.
const MOST_MODULES: usize = 10_000;

/// How long the files are not looked at again: a compiler's macro calls follow one another closely,
/// and each look asks for the time of every file.
const STILL: Duration = Duration::from_secs(1);

/// One model for all macro calls of the process. A compiler compiles one crate, while rust-analyzer's
/// process lives long and must see edits.
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

/// The package's folder, its binary, the crate's root.
type Key = (PathBuf, Option<String>, PathBuf);

#[derive(Default)]
struct Cache {
    files: Files,
    crates: HashMap<Key, (Instant, Arc<Crate>)>,
}

/// A file of the package, whether a module or not.
pub(super) fn file(package: &Package, path: &Path) -> Option<Arc<File>> {
    // What a panic left behind is whole: entries are inserted at once.
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let found = fingerprint(path)?;
    cache.files.read(path, found, || package.shown(path))
}

impl Crate {
    /// The crate of a macro call, which begins at this file.
    pub(crate) fn of(package: &Package, root: Option<CrateRoot>) -> Arc<Self> {
        Self::looked_at(package, root, STILL)
    }

    pub(super) fn looked_at(
        package: &Package,
        root: Option<CrateRoot>,
        still: Duration,
    ) -> Arc<Self> {
        let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        let call = package.call_file.as_deref().map(plain);
        let is_certain = root.as_ref().is_some_and(|root| root.is_certain);
        let root = root.map(|root| plain(&root.file)).or_else(|| call.clone());
        let Some(root) = root else {
            return Arc::default();
        };
        let krate = cache.krate(package, &root, still);
        let is_reached = |call: &PathBuf| is_certain || krate.module_of(call).is_some();
        match call {
            Some(call) if !is_reached(&call) => cache.krate(package, &call, still),
            _ => krate,
        }
    }

    /// The place of the crate's root; `None` where its files are not known.
    pub(crate) fn root_place(&self) -> Option<Place> {
        Some(self.module(self.root?))
    }

    /// All files, in the order of their paths, and whether each is compiled for tests only.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Arc<File>, bool)> {
        let files = self.files.iter();
        files.map(|(file, module)| (file, self.modules[*module].is_test))
    }

    /// A file by its path as messages show it.
    pub(crate) fn file(&self, shown: &str) -> Option<&Arc<File>> {
        let mut files = self.files.iter().map(|(file, _)| file);
        files.find(|file| file.source.path() == shown)
    }

    /// The items of a file, each with the place where it stands.
    pub(crate) fn items<'a>(
        &'a self,
        file: &Path,
    ) -> impl Iterator<Item = (&'a Item, Place)> + use<'a> {
        let file = plain(file);
        let modules = self.modules.iter().enumerate();
        let modules = modules.filter(move |(_, module)| module.file.path == file);
        modules.flat_map(move |(module, of)| {
            let scan = of.file.scan();
            let scopes = scan.scopes.iter().enumerate();
            scopes
                .filter(|(scope, _)| scan.module_of(*scope) == of.scope)
                .flat_map(move |(scope, items)| {
                    let place = self.place(module, scope);
                    items.items.iter().map(move |item| (item, place.of(item)))
                })
        })
    }

    fn module_of(&self, file: &Path) -> Option<usize> {
        let at = self
            .files
            .binary_search_by(|(known, _)| known.path.as_path().cmp(file));
        self.files.get(at.ok()?).map(|(_, module)| *module)
    }

    pub(crate) fn file_of(&self, place: Place) -> &Arc<File> {
        &self.modules[place.module].file
    }

    /// What is in the scope of a place; `None` where the file is not Rust.
    pub(super) fn scope(&self, place: Place) -> Option<&Scope> {
        let module = &self.modules[place.module];
        module.file.scan().scopes.get(place.scope)
    }

    /// The place of a module.
    pub(super) fn module(&self, module: usize) -> Place {
        self.place(module, self.modules[module].scope)
    }

    fn place(&self, module: usize, scope: usize) -> Place {
        let of = &self.modules[module];
        let is_test = of.is_test
            || of
                .file
                .scan()
                .scopes
                .get(scope)
                .is_some_and(|scope| scope.is_test);
        Place {
            module,
            scope,
            is_test,
        }
    }

    /// Where names are looked up that a block does not define; `None` for a module.
    pub(super) fn around(&self, place: Place) -> Option<Place> {
        let scope = self.scope(place)?;
        scope.is_block.then_some(())?;
        Some(self.place(place.module, scope.parent?))
    }

    /// The module around a module.
    pub(super) fn parent(&self, module: usize) -> Option<usize> {
        self.modules[module].parent.map(|(parent, _)| parent)
    }

    /// The first module of the crate that a module belongs to.
    pub(super) fn root_of(&self, mut module: usize) -> usize {
        while let Some(parent) = self.parent(module) {
            module = parent;
        }
        module
    }

    /// The module that an item of a place declares; `None` where its file is not known.
    pub(super) fn child(&self, place: Place, item: &Item) -> Option<usize> {
        let children = &self.modules[place.module].children;
        children.get(&item.name_span.start).copied()
    }
}

impl Place {
    /// The place of what an item has.
    pub(super) fn of(self, item: &Item) -> Self {
        Self {
            is_test: self.is_test || item.is_test,
            ..self
        }
    }
}

impl Cache {
    fn krate(&mut self, package: &Package, root: &Path, still: Duration) -> Arc<Crate> {
        let key = (
            package.folder.clone(),
            package.binary.clone(),
            root.to_owned(),
        );
        if let Some((looked, krate)) = self.crates.get_mut(&key)
            && (looked.elapsed() < still || krate.is_current())
        {
            if looked.elapsed() >= still {
                *looked = Instant::now();
            }
            return Arc::clone(krate);
        }
        let krate = Arc::new(Builder::new(package, &mut self.files).build(root));
        self.crates
            .insert(key, (Instant::now(), Arc::clone(&krate)));
        krate
    }
}

impl Crate {
    /// Whether no file has changed, come or gone.
    fn is_current(&self) -> bool {
        let mut looked = self.looked.iter();
        looked.all(|(path, then)| fingerprint(path) == *then)
    }
}

/// Follows the declarations of modules.
struct Builder<'a> {
    package: &'a Package,
    files: &'a mut Files,
    krate: Crate,
    folders: Vec<Folders>,
}

/// Where the files of a module's modules are.
struct Folders {
    of_modules: PathBuf,
    /// Where paths in `#[path]` begin.
    of_paths: PathBuf,
}

impl<'a> Builder<'a> {
    fn new(package: &'a Package, files: &'a mut Files) -> Self {
        Self {
            package,
            files,
            krate: Crate::default(),
            folders: Vec::new(),
        }
    }

    fn build(mut self, root: &Path) -> Crate {
        let roots = std::iter::once(root.to_owned()).chain(self.package.source_roots());
        for root in roots {
            self.root(&root);
        }
        let krate = &mut self.krate;
        krate.root = (!krate.modules.is_empty()).then_some(0);
        let files = krate.modules.iter().enumerate();
        let files = files.filter(|(_, module)| module.scope == 0);
        krate.files = files
            .map(|(at, module)| (Arc::clone(&module.file), at))
            .collect();
        krate.files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        krate.files.dedup_by(|(a, _), (b, _)| a.path == b.path);
        self.krate
    }

    /// Adds a crate. One that is a module of another one adds nothing.
    fn root(&mut self, path: &Path) {
        let mut modules = self.krate.modules.iter();
        if modules.any(|module| module.file.path == path) {
            return;
        }
        let Some(file) = self.read(path) else {
            return;
        };
        let folder = parent(path);
        let mut at = self.add(file, 0, None, false, Folders::same(folder));
        while at < self.krate.modules.len() && at < MOST_MODULES {
            self.children(at);
            at += 1;
        }
    }

    fn read(&mut self, path: &Path) -> Option<Arc<File>> {
        let found = fingerprint(path);
        self.krate.looked.push((path.to_owned(), found));
        self.files.read(path, found?, || self.package.shown(path))
    }

    fn add(
        &mut self,
        file: Arc<File>,
        scope: usize,
        parent: Option<(usize, usize)>,
        is_test: bool,
        folders: Folders,
    ) -> usize {
        self.krate.modules.push(Module {
            file,
            scope,
            parent,
            children: HashMap::new(),
            is_test,
        });
        self.folders.push(folders);
        self.krate.modules.len() - 1
    }

    fn children(&mut self, module: usize) {
        let Module {
            file, scope: own, ..
        } = &self.krate.modules[module];
        let (file, own) = (Arc::clone(file), *own);
        if own == 0 && !file.may_have_modules() {
            return;
        }
        let scan = file.scan();
        for (at, scope) in scan.scopes.iter().enumerate() {
            let mut items = scope.items.iter();
            let has_modules = items.any(|item| item.kind == ItemKind::Module);
            if !has_modules || scan.module_of(at) != own {
                continue;
            }
            let place = self.krate.place(module, at);
            for item in &scope.items {
                if item.kind == ItemKind::Module
                    && let Some(child) = self.child(&file, place, item, scope.is_block)
                {
                    let children = &mut self.krate.modules[module].children;
                    children.insert(item.name_span.start, child);
                }
            }
        }
    }

    /// A module's module by the rules of the language's reference, "Module source filenames".
    fn child(
        &mut self,
        outer: &Arc<File>,
        place: Place,
        item: &Item,
        is_in_block: bool,
    ) -> Option<usize> {
        let Folders {
            of_modules,
            of_paths,
        } = &self.folders[place.module];
        let path = match item.attributes.iter().find(|known| known.path == "path") {
            Some(attribute) => Some(of_paths.join(texts(outer.str(&attribute.rest))?.pop()?)),
            None => None,
        };
        let own = of_modules.join(&item.name);
        let parent = Some((place.module, place.scope));
        let is_test = place.of(item).is_test;
        if let Some(body) = item.body {
            let folders = Folders::same(path.unwrap_or(own));
            return Some(self.add(Arc::clone(outer), body, parent, is_test, folders));
        }
        let (file, folders) = match path {
            Some(path) => {
                let path = plain(&path);
                (self.read(&path)?, Folders::same(self::parent(&path)))
            }
            None if is_in_block => return None,
            None => match self.read(&own.with_extension("rs")) {
                Some(file) => {
                    let of_paths = self::parent(&own);
                    (
                        file,
                        Folders {
                            of_modules: own,
                            of_paths,
                        },
                    )
                }
                None => (self.read(&own.join("mod.rs"))?, Folders::same(own)),
            },
        };
        Some(self.add(file, 0, parent, is_test, folders))
    }
}

impl Folders {
    fn same(folder: PathBuf) -> Self {
        Self {
            of_modules: folder.clone(),
            of_paths: folder,
        }
    }
}

fn parent(file: &Path) -> PathBuf {
    file.parent().map(Path::to_owned).unwrap_or_default()
}
