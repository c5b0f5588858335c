//! The crates that the macros of this process have read, shared by all of their calls.

use super::files::{File, Files, fingerprint};
use super::modules::Crate;
use super::package::{CrateRoot, Package};
use kalgan_core::source::plain;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the files are not looked at again: a compiler's macro calls follow one another closely,
/// and each look asks for the time of every file.
const STILL: Duration = Duration::from_secs(if cfg!(test) { 0 } else { 1 });

/// A compiler compiles one crate, while rust-analyzer's process lives long and must see edits.
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Cache {
    files: Files,
    /// By the files that they begin with.
    crates: HashMap<Vec<PathBuf>, (Instant, Arc<Crate>)>,
}

fn cache() -> MutexGuard<'static, Cache> {
    // What a panic left behind is whole: entries are inserted at once.
    CACHE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of the package, whether a module or not.
pub(super) fn file(package: &Package, path: &Path) -> Option<Arc<File>> {
    cache().files.read(path, fingerprint(path)?, package)
}

impl Crate {
    /// The crate of a macro call, which begins at this file.
    pub(crate) fn of(package: &Package, root: Option<CrateRoot>) -> Arc<Self> {
        let mut cache = cache();
        let call = package.call_file.as_deref().map(plain);
        let is_certain = root.as_ref().is_some_and(|root| root.is_certain);
        let root = root.map(|root| plain(&root.file));
        let Some(root) = root.or_else(|| call.clone()) else {
            return Arc::default();
        };
        let krate = cache.krate(package, root);
        match call {
            Some(call) if !is_certain && !krate.has(&call) => {
                let others = package.unusual_roots(&call).into_iter();
                let mut others = others.map(|root| cache.krate(package, root));
                let around = others.find(|krate| krate.has(&call));
                around.unwrap_or_else(|| cache.krate(package, call))
            }
            _ => krate,
        }
    }
}

impl Cache {
    fn krate(&mut self, package: &Package, root: PathBuf) -> Arc<Crate> {
        let roots: Vec<PathBuf> = [vec![root], package.source_roots()].concat();
        if let Some((looked, krate)) = self.crates.get_mut(&roots) {
            if looked.elapsed() < STILL {
                return Arc::clone(krate);
            }
            if krate.is_current() {
                *looked = Instant::now();
                return Arc::clone(krate);
            }
        }
        let krate = Arc::new(Crate::build(&roots, package, &mut self.files));
        let entry = (Instant::now(), Arc::clone(&krate));
        self.crates.insert(roots, entry);
        krate
    }
}

#[cfg(test)]
mod tests;
