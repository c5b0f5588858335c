//! Where things are.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie in the repository")
}

/// The target folder of the copies, for what they become.
pub(crate) fn target() -> PathBuf {
    outer_target().join("e2e")
}

/// The target folder of the tests themselves. What the copies are made of is compiled there, too, so
/// that the crates which the tests have compiled are not compiled again.
pub(crate) fn outer_target() -> PathBuf {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let test = std::env::current_exe().expect("a process knows its program");
        // Cargo marks every target folder so.
        test.ancestors()
            .find(|folder| folder.join("CACHEDIR.TAG").exists())
            .unwrap_or_else(|| panic!("{} lies in no target folder", test.display()))
            .to_owned()
    });
    target.clone()
}

/// The folder of the copies: outside the repository, and the same in each run, so that a run
/// compiles again only what has changed since the last one.
///
/// Two runs would change each other's files, so the second one waits here until the first has
/// ended.
pub(crate) fn scratch() -> &'static Path {
    static SCRATCH: OnceLock<(PathBuf, File)> = OnceLock::new();
    let (scratch, _lock) = SCRATCH.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        target().hash(&mut hasher);
        let name = format!("kalgan-e2e-{:016x}", hasher.finish());
        let scratch = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&scratch).expect("the temporary folder can be written");
        let lock = File::create(scratch.join("lock")).expect("the lock can be made");
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)
            .expect("the lock can be taken");
        (scratch, lock)
    });
    scratch
}
