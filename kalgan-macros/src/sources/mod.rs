//! What the package's own sources say: which types there are, what is registered with Tera, and
//! where templates are rendered.
//!
//! Macros see their own tokens only. This looks at the files instead, as text and without expanding
//! macros; so whatever it does not understand counts as not known, never as a mistake.

pub(crate) mod registered;
pub(crate) mod scan;
pub(crate) mod structs;
pub(crate) mod views;

use crate::package::Package;
use kalgan_core::source::{Disk, Fingerprint, Source};
use kalgan_core::templates::views::RustPlace;
use kalgan_core::text::SourceFile;
use scan::{Definition, Scan};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A file of the package.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: Arc<SourceFile>,
    /// Made when it is asked for: most files are told by their text to have nothing of interest.
    scan: OnceLock<Scan>,
}

/// The files of a package as a macro call sees them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    tree: Arc<Tree>,
    /// The file of the macro call, where the compiler tells it.
    pub(crate) call_file: Option<Arc<File>>,
    /// The same, where it lies outside of `src`: a test, an example.
    extra: Option<Arc<File>>,
}

/// The files in `src`, in the order of their paths.
#[derive(Debug, Default)]
struct Tree {
    files: Vec<Arc<File>>,
    paths: Vec<PathBuf>,
    index: OnceLock<Index>,
}

/// What the files define, by name. Looking through all of their texts for each name would take
/// far longer: macros are compiled without optimisation.
#[derive(Debug, Default)]
struct Index {
    /// The types: the number of the file, and that of the definition in it.
    types: HashMap<String, Vec<(usize, usize)>>,
    modules: HashSet<String>,
}

/// The files of the process: each is read once, and again only where it has changed.
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Cache {
    files: HashMap<PathBuf, (Fingerprint, Arc<File>)>,
    trees: HashMap<(PathBuf, Option<String>), (Instant, Arc<Tree>)>,
}

/// How long the files are not looked at again: a compiler's macro calls follow one another closely,
/// and each look asks for the time of every file.
const STILL: Duration = Duration::from_secs(1);

impl Sources {
    /// The sources of the package that a macro is called in.
    pub(crate) fn of(package: &Package) -> Self {
        Self::looked_at(package, STILL)
    }

    fn looked_at(package: &Package, still: Duration) -> Self {
        // What a panic left behind is whole: entries are inserted at once.
        let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = cache.tree(package, still);
        let Some(path) = &package.call_file else {
            return Self {
                tree,
                ..Self::default()
            };
        };
        if let Ok(at) = tree.paths.binary_search(path) {
            let call_file = tree.files.get(at).map(Arc::clone);
            return Self {
                tree,
                call_file,
                extra: None,
            };
        }
        let fingerprint = Disk::new("").fingerprint(&path.to_string_lossy());
        let extra = fingerprint.ok().flatten().and_then(|fingerprint| {
            let shown = package.shown(path);
            cache.read(path.clone(), fingerprint, shown)
        });
        Self {
            tree,
            call_file: extra.clone(),
            extra,
        }
    }

    /// All files; the one outside of `src` last.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Arc<File>> {
        self.tree.files.iter().chain(&self.extra)
    }

    /// A file by its path as messages show it.
    pub(crate) fn find(&self, path: &str) -> Option<Arc<SourceFile>> {
        let file = self.files().find(|file| file.source.path() == path)?;
        Some(Arc::clone(&file.source))
    }

    /// The definitions of types of this name, each with its file.
    fn definitions(&self, name: &str) -> Vec<(&Arc<File>, &Definition)> {
        let found = self.tree.index().types.get(name);
        let in_tree = found.into_iter().flatten().filter_map(|(file, at)| {
            let file = self.tree.files.get(*file)?;
            Some((file, file.scan().definitions.get(*at)?))
        });
        let in_extra = self.extra.iter().flat_map(|file| {
            let definitions = file.scan().definitions.iter();
            definitions
                .filter(|definition| definition.name == name)
                .map(move |definition| (file, definition))
        });
        in_tree.chain(in_extra).collect()
    }

    /// Whether a file declares a module of this name.
    fn declares(&self, module: &str) -> bool {
        let extra = self.extra.iter();
        self.tree.index().modules.contains(module)
            || extra
                .flat_map(|file| file.scan().modules.iter())
                .any(|declared| declared == module)
    }
}

impl Tree {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (number, file) in self.files.iter().enumerate() {
                let scan = file.scan();
                for (at, definition) in scan.definitions.iter().enumerate() {
                    let name = definition.name.clone();
                    index.types.entry(name).or_default().push((number, at));
                }
                index.modules.extend(scan.modules.iter().cloned());
            }
            index
        })
    }
}

impl Cache {
    fn tree(&mut self, package: &Package, still: Duration) -> Arc<Tree> {
        let key = (package.folder.clone(), package.binary.clone());
        if let Some((looked, tree)) = self.trees.get(&key)
            && looked.elapsed() < still
        {
            return Arc::clone(tree);
        }
        let entries = Disk::new(&package.folder).walk("src").ok().flatten();
        let mut found: Vec<(PathBuf, Arc<File>)> = Vec::new();
        for entry in entries.unwrap_or_default() {
            let path = package.folder.join(&entry.path);
            if entry.path.ends_with(".rs")
                && !is_other_binary(&entry.path, package.binary.as_deref())
                && let Some(file) = self.read(path.clone(), entry.fingerprint, entry.path)
            {
                found.push((path, file));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        let (paths, files): (Vec<PathBuf>, Vec<Arc<File>>) = found.into_iter().unzip();
        let known = self.trees.get(&key).map(|(_, tree)| tree);
        let tree = match known.filter(|known| is_same(&known.files, &files)) {
            Some(known) => Arc::clone(known),
            None => Arc::new(Tree {
                files,
                paths,
                index: OnceLock::new(),
            }),
        };
        self.trees.insert(key, (Instant::now(), Arc::clone(&tree)));
        tree
    }

    fn read(
        &mut self,
        path: PathBuf,
        fingerprint: Fingerprint,
        shown: String,
    ) -> Option<Arc<File>> {
        if let Some((then, file)) = self.files.get(&path)
            && *then == fingerprint
        {
            return Some(Arc::clone(file));
        }
        let text = std::fs::read_to_string(&path).ok()?;
        let file = Arc::new(File::new(shown, text));
        self.files.insert(path, (fingerprint, Arc::clone(&file)));
        Some(file)
    }
}

fn is_same(a: &[Arc<File>], b: &[Arc<File>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// Whether a file belongs to another binary of the package than this one.
fn is_other_binary(path: &str, binary: Option<&str>) -> bool {
    let Some(rest) = path.strip_prefix("src/bin/") else {
        return false;
    };
    let own = binary.and_then(|name| rest.strip_prefix(name));
    !own.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

impl File {
    fn new(path: String, text: String) -> Self {
        Self {
            source: Arc::new(SourceFile::new(path, text)),
            scan: OnceLock::new(),
        }
    }

    /// What is in it.
    pub(crate) fn scan(&self) -> &Scan {
        self.scan.get_or_init(|| scan::scan(self.source.text()))
    }

    /// Whether the text is in it anywhere.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.source.text().contains(text)
    }

    /// The text of a range.
    pub(crate) fn str(&self, span: &std::ops::Range<usize>) -> &str {
        self.source.text().get(span.clone()).unwrap_or_default()
    }

    /// The place of a byte.
    pub(crate) fn place(&self, offset: usize) -> RustPlace {
        let position = self.source.position(offset);
        RustPlace {
            file: self.source.path().to_owned().into(),
            line: position.line,
            column: position.column,
        }
    }
}

#[cfg(test)]
impl Sources {
    /// Files that are on no disk.
    pub(crate) fn with(files: Vec<File>) -> Self {
        let files: Vec<Arc<File>> = files.into_iter().map(Arc::new).collect();
        Self {
            call_file: files.first().cloned(),
            tree: Arc::new(Tree {
                files,
                ..Tree::default()
            }),
            extra: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write;
    use std::path::Path;

    fn package(root: &Path, call: Option<&str>, binary: Option<&str>) -> Package {
        Package {
            folder: root.to_owned(),
            base: root.to_owned(),
            call_file: call.map(|file| root.join(file)),
            binary: binary.map(str::to_owned),
        }
    }

    fn paths(sources: &Sources) -> Vec<&str> {
        let files = sources.files();
        files.map(|file| file.source.path()).collect()
    }

    #[test]
    fn the_files_of_a_package() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        for file in [
            "src/main.rs",
            "src/a/b.rs",
            "src/c.txt",
            "src/bin/one.rs",
            "src/bin/two/main.rs",
            "tests/it.rs",
            "build.rs",
        ] {
            write(root, file, "struct A;");
        }
        let of = |call: &str, binary| {
            Sources::looked_at(&package(root, Some(call), binary), Duration::ZERO)
        };
        let inner = of("src/a/b.rs", None);
        assert_eq!(paths(&inner), ["src/a/b.rs", "src/main.rs"]);
        assert_eq!(inner.call_file.unwrap().source.path(), "src/a/b.rs");
        let outer = of("tests/it.rs", None);
        assert_eq!(paths(&outer), ["src/a/b.rs", "src/main.rs", "tests/it.rs"]);
        assert_eq!(outer.call_file.unwrap().source.path(), "tests/it.rs");
        let two = of("gone.rs", Some("two"));
        assert_eq!(
            paths(&two),
            ["src/a/b.rs", "src/bin/two/main.rs", "src/main.rs"]
        );
        assert!(two.call_file.is_none());
    }

    #[test]
    fn what_is_defined_is_found_by_name() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(root, "src/main.rs", "mod a; struct A; enum B {}");
        write(root, "src/a.rs", "struct A;");
        write(root, "tests/it.rs", "mod b { struct A; }");
        let sources = Sources::of(&package(root, Some("tests/it.rs"), None));
        let of = |name: &str| sources.definitions(name).len();
        assert_eq!((of("A"), of("B"), of("C")), (3, 1, 0));
        assert!(sources.declares("a") && sources.declares("b") && !sources.declares("c"));
    }

    #[test]
    fn a_file_is_read_again_when_it_changes() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        let of = || Sources::looked_at(&package(root, None, None), Duration::ZERO);
        assert!(of().files().next().is_none());
        write(root, "src/a.rs", "struct A;");
        let first = of();
        assert!(Arc::ptr_eq(&first.tree.files[0], &of().tree.files[0]));
        write(root, "src/a.rs", "struct A; struct B;");
        assert_eq!(of().tree.files[0].scan().definitions.len(), 2);
        assert_eq!(first.tree.files[0].scan().definitions.len(), 1);
    }
}
