//! What every source of files has, and what it tells of them.

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
    pub(super) fn of(metadata: &std::fs::Metadata) -> Self {
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
    /// Whether the file had not changed for so long at a time that its fingerprint tells of the next
    /// change. What copies a file may keep the time of its content, but never that of its metadata.
    #[must_use]
    pub fn is_settled(&self, at: SystemTime) -> bool {
        let changed = match u64::try_from(self.identity.1) {
            Ok(nanos @ 1..) => SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(nanos)),
            _ => self.modified,
        };
        changed.is_some_and(|changed| {
            at.duration_since(changed)
                .is_ok_and(|age| age > COARSE_TICK)
        })
    }

    /// The fingerprint of a file with these metadata.
    #[must_use]
    pub fn of(metadata: &std::fs::Metadata) -> Self {
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

/// Whether an error says that nothing is there.
pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
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

/// The path without `.` and `..`, as far as it goes without asking the file system.
#[must_use]
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_settled_some_time_after_its_last_change() {
        let now = SystemTime::now();
        let nanos = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_nanos();
        // A copy that keeps the time of the content.
        let fingerprint = Fingerprint {
            modified: Some(now - Duration::from_secs(3600)),
            len: 1,
            identity: (1, i64::try_from(nanos).unwrap()),
        };
        assert!(!fingerprint.is_settled(now));
        assert!(fingerprint.is_settled(now + Duration::from_secs(60)));
        let without = Fingerprint {
            identity: (0, 0),
            ..fingerprint
        };
        assert!(without.is_settled(now));
        let unknown = Fingerprint {
            modified: None,
            identity: (0, 0),
            ..fingerprint
        };
        assert!(!unknown.is_settled(now));
    }

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

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(plain(Path::new("/a/./b/../c/")), Path::new("/a/c"));
        assert_eq!(plain(Path::new("../a")), Path::new("../a"));
    }
}
