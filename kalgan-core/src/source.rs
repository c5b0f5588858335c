//! Where an app's files come from.

mod tree;

pub use tree::{Changes, Look, Tree};

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long after a change a file's time may not tell of another one: clocks of file systems tick
/// more slowly than programs write.
const TICK: Duration = Duration::from_millis(100);
/// The same where the file system counts whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// A tree of files, whatever holds it. Paths are relative, with `/`.
pub trait Source: Send + Sync {
    /// What is at a path, `None` where nothing is.
    ///
    /// # Errors
    /// What asking for its metadata gives.
    fn look(&self, path: &str) -> io::Result<Option<Node>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    /// What reading the folder gives; a name that is not UTF-8.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// What reading the file gives.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The fingerprint of one file, `None` where it is gone.
    ///
    /// # Errors
    /// What asking for its metadata gives.
    fn fingerprint(&self, path: &str) -> io::Result<Option<Fingerprint>> {
        Ok(self.look(path)?.map(|node| node.fingerprint))
    }

    /// The files at or below `path` in name order: the path itself where it is a file, else all
    /// files below it. Hidden files and editors' backups (`.x`, `x~`, `#x#`) are left out. `None`
    /// where nothing is there.
    ///
    /// # Errors
    /// What reading a folder gives.
    fn walk(&self, path: &str) -> io::Result<Option<Vec<Entry>>>
    where
        Self: Sized,
    {
        let mut tree = Tree::new(path);
        tree.look(self, Look::All)?;
        let entries = tree.files().map(|(path, fingerprint)| Entry {
            path: path.to_owned(),
            fingerprint,
        });
        Ok(tree.is_there().then(|| entries.collect()))
    }
}

/// What is at a path of a [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Changes when it does; that of a folder when a name in it is added or removed.
    pub fingerprint: Fingerprint,
    /// Tells it from another one that takes its name: its device and its number there. `None` where
    /// the source has no such thing.
    pub identity: Option<(u64, u64)>,
}

impl Node {
    fn of(metadata: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let identity = None;
        Self {
            is_folder: metadata.is_dir(),
            fingerprint: Fingerprint::of(metadata),
            identity,
        }
    }
}

/// A file that a [`Source`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path, relative to the source's root.
    pub path: String,
    /// Changes when the file does.
    pub fingerprint: Fingerprint,
}

/// What tells a changed file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// When its content changed last, where the system tells.
    pub modified: Option<SystemTime>,
    /// Its length in bytes.
    pub len: u64,
    /// A number that changes when another file takes its name, and when its metadata change.
    pub identity: (u64, i64),
}

impl Fingerprint {
    fn of(metadata: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            let changed = metadata
                .ctime()
                .wrapping_mul(1_000_000_000)
                .wrapping_add(metadata.ctime_nsec());
            (metadata.ino(), changed)
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Self {
            modified: metadata.modified().ok(),
            len: metadata.len(),
            identity,
        }
    }
}

/// Whether a file changed so shortly before it was looked at that its time may not tell of the
/// next change.
#[must_use]
pub fn is_fresh(fingerprint: Fingerprint, looked_at: SystemTime) -> bool {
    let Some(modified) = fingerprint.modified else {
        return false;
    };
    let whole_seconds = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since.subsec_nanos() == 0);
    let tick = if whole_seconds { COARSE_TICK } else { TICK };
    // A time in the future tells nothing either.
    looked_at
        .duration_since(modified)
        .map_or(true, |age| age < tick)
}

/// Whether a file or folder of this name is the user's, not an editor's or the system's.
#[must_use]
pub fn is_visible(name: &str) -> bool {
    !(name.starts_with('.')
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#')))
}

/// A path as sources use it: no `.` segments, no leading or trailing `/`. `None` where it is
/// absolute or climbs out with `..`.
#[must_use]
pub fn normalize(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for component in Path::new(path.trim()).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// The files of a folder on disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The files below `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Source for Disk {
    // Follows links: an app may link a shared folder into its own.
    fn look(&self, path: &str) -> io::Result<Option<Node>> {
        match std::fs::metadata(self.root.join(path)) {
            Ok(metadata) => Ok(Some(Node::of(&metadata))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let names = std::fs::read_dir(self.root.join(folder))?.map(|child| {
            child?.file_name().into_string().map_err(|name| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the file name {} is not UTF-8", name.display()),
                )
            })
        });
        names.collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Files held in memory: for tests, and for tools that make sites.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, (u64, Vec<u8>)>,
    writes: u64,
    /// The folders that were moved to where they are, and when.
    moved: BTreeMap<String, u64>,
}

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These files.
    #[must_use]
    pub fn with<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut memory = Self::new();
        for (path, text) in files {
            memory.write(path, text);
        }
        memory
    }

    /// Adds or replaces a file.
    pub fn write(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.writes += 1;
        self.files
            .insert(path.to_owned(), (self.writes, content.into()));
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Moves a file or a folder; what is in the way goes.
    pub fn rename(&mut self, from: &str, to: &str) {
        let below = |path: &str, folder: &str| -> Option<String> {
            let rest = path.strip_prefix(folder)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        for path in [from, to] {
            self.writes += 1;
            self.moved.insert(path.to_owned(), self.writes);
        }
        self.files.retain(|path, _| below(path, to).is_none());
        for (path, file) in std::mem::take(&mut self.files) {
            let path = below(&path, from).map_or(path, |rest| format!("{to}{rest}"));
            self.files.insert(path, file);
        }
    }

    /// The names in a folder.
    fn names(&self, folder: &str) -> BTreeSet<&str> {
        let inside = self.files.keys().filter_map(|path| match folder {
            "" => Some(path.as_str()),
            _ => path.strip_prefix(folder)?.strip_prefix('/'),
        });
        inside.filter_map(|rest| rest.split('/').next()).collect()
    }
}

impl Source for Memory {
    fn look(&self, path: &str) -> io::Result<Option<Node>> {
        if let Some((write, content)) = self.files.get(path) {
            return Ok(Some(Node {
                is_folder: false,
                fingerprint: memory_fingerprint(*write, content),
                identity: None,
            }));
        }
        // The names in a folder are all that there is to it.
        let names = self.names(path);
        let node = |names: &BTreeSet<&str>| Node {
            is_folder: true,
            fingerprint: Fingerprint {
                modified: None,
                len: names.len() as u64,
                identity: (hash(names), 0),
            },
            identity: self.moved.get(path).map(|at| (0, *at)),
        };
        Ok((!names.is_empty()).then(|| node(&names)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.names(folder).into_iter().map(str::to_owned).collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some((_, content)) => Ok(content.clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn hash(names: &BTreeSet<&str>) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(names)
}

fn memory_fingerprint(write: u64, content: &[u8]) -> Fingerprint {
    Fingerprint {
        modified: None,
        len: content.len() as u64,
        identity: (write, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(
            normalize("config/routes/").as_deref(),
            Some("config/routes")
        );
        assert_eq!(normalize("./a/../b").as_deref(), Some("b"));
        assert_eq!(normalize(" template ").as_deref(), Some("template"));
        assert_eq!(normalize("../up"), None);
        assert_eq!(normalize("a/../../up"), None);
        assert_eq!(normalize("/etc"), None);
    }

    #[test]
    fn disk_walks_in_name_order_and_skips_hidden_files() {
        let root = std::env::temp_dir().join(format!("kalgan-source-{}", std::process::id()));
        std::fs::create_dir_all(root.join("c/b")).unwrap();
        std::fs::create_dir_all(root.join("c/.git")).unwrap();
        for path in [
            "c/z.yaml",
            "c/a.yaml",
            "c/b/m.yaml",
            "c/.git/x",
            "c/a.yaml~",
            "c/#a#",
        ] {
            std::fs::write(root.join(path), path).unwrap();
        }
        let disk = Disk::new(&root);
        let walk = |path: &str| -> Option<Vec<String>> {
            let entries = disk.walk(path).unwrap()?;
            Some(entries.into_iter().map(|entry| entry.path).collect())
        };
        assert_eq!(walk("c").unwrap(), ["c/a.yaml", "c/b/m.yaml", "c/z.yaml"]);
        assert_eq!(walk("c/a.yaml").unwrap(), ["c/a.yaml"]);
        assert_eq!(walk("missing"), None);
        assert_eq!(walk("c/a.yaml/deeper"), None);
        let before = disk.fingerprint("c/a.yaml").unwrap();
        std::fs::remove_file(root.join("c/a.yaml")).unwrap();
        assert!(before.is_some());
        assert_eq!(disk.fingerprint("c/a.yaml").unwrap(), None);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn memory_is_like_disk() {
        let memory = Memory::with([("c/a", "1"), ("c/.b", "2"), ("d", "3")]);
        let paths = |path: &str| -> Option<Vec<String>> {
            let entries = memory.walk(path).unwrap()?;
            Some(entries.into_iter().map(|entry| entry.path).collect())
        };
        assert_eq!(paths("c").unwrap(), ["c/a"]);
        assert_eq!(paths("d").unwrap(), ["d"]);
        assert_eq!(paths("e"), None);
    }

    #[test]
    fn freshness_depends_on_the_clock_of_the_file_system() {
        let at = |modified: Duration| Fingerprint {
            modified: Some(SystemTime::UNIX_EPOCH + modified),
            len: 0,
            identity: (0, 0),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(10_500);
        assert!(is_fresh(at(Duration::from_millis(10_450)), now));
        assert!(!is_fresh(at(Duration::from_millis(10_350)), now));
        assert!(is_fresh(at(Duration::from_secs(9)), now), "whole seconds");
        assert!(!is_fresh(at(Duration::from_secs(8)), now));
        assert!(is_fresh(at(Duration::from_secs(99)), now), "the future");
    }
}
