//! The sites that the macros of a process have read, shared by all of their calls.

use crate::input::arguments::CratePath;
use crate::krate::package::Package;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::loader::{Loaded, Loader};
use kalgan_core::site::defaults;
use kalgan_core::source::{Disk, normalize};
use std::collections::HashMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A site as its files were at the last look.
#[derive(Debug)]
pub(crate) struct LoadedSite {
    /// The site's folder.
    pub(crate) root: PathBuf,
    loaded: Loaded,
    /// Every file that was read, sorted.
    pub(crate) files: Vec<String>,
    message_files: OnceLock<Vec<(String, String)>>,
}

impl Deref for LoadedSite {
    type Target = Loaded;

    fn deref(&self) -> &Loaded {
        &self.loaded
    }
}

impl LoadedSite {
    /// The files that may define a message of this key: those that name its last part.
    pub(crate) fn files_of_message(&self, key: &str) -> Vec<&str> {
        let last = key.rsplit('.').next().unwrap_or(key);
        self.message_files
            .get_or_init(|| self.read_message_files())
            .iter()
            .filter(|(_, text)| text.contains(last))
            .map(|(path, _)| path.as_str())
            .collect()
    }

    /// What to do where the package has no files of a site at all, as a library beside its app.
    pub(crate) fn hint(&self) -> Option<String> {
        let site = &self.site;
        let is_empty = site.routes.routes.is_empty()
            && site.catalogue.languages.is_empty()
            && site.templates.files().is_empty();
        is_empty.then(|| {
            String::from(
                "this package has no files of a site; a library names the folder of its app in Cargo.toml: \
                 `[package.metadata.kalgan]`, and below it `site = \"../app\"`",
            )
        })
    }

    fn read_message_files(&self) -> Vec<(String, String)> {
        let folder = self.folder("i18n.path", defaults::MESSAGES);
        self.files
            .iter()
            .filter(|file| is_below(file, &folder))
            .filter_map(|file| {
                let text = std::fs::read_to_string(self.root.join(file)).ok()?;
                Some((file.clone(), text))
            })
            .collect()
    }

    /// The path that a setting names, as the list of files writes it.
    fn folder(&self, key: &str, default: &str) -> String {
        let named = self.loaded.site.settings.get_string(key);
        let path = named.unwrap_or_else(|_| default.to_owned());
        normalize(&path).unwrap_or_default()
    }
}

fn is_below(file: &str, folder: &str) -> bool {
    match file.strip_prefix(folder) {
        Some(rest) => folder.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

type Key = (PathBuf, Option<String>);
/// The loader, when it looked last, and what it found.
type Known = (Loader, Instant, Arc<LoadedSite>);

/// How long the files are not looked at again: a compiler's macro calls follow one another closely,
/// and each look asks for the time of every file.
const STILL: Duration = Duration::from_secs(1);

/// Parsed once a process, and again only where a file has changed: a compiler compiles one crate,
/// while rust-analyzer's process lives long and must see edits.
static SITES: LazyLock<Mutex<HashMap<Key, Known>>> = LazyLock::new(Mutex::default);

/// The site of the package that a macro is called in, and the path of the crate `kalgan`.
pub(crate) fn current(krate: &CratePath) -> syn::Result<(Arc<LoadedSite>, CratePath)> {
    let package = Package::current()?.of_site();
    let arguments = package.app_arguments();
    let root = package.site_root(arguments.root.as_deref());
    let krate = if krate.is_given() {
        krate.clone()
    } else {
        arguments.krate
    };
    Ok((load(&root, arguments.settings.as_deref()), krate))
}

/// The path as a literal of Rust holds it.
pub(crate) fn literal(path: &Path) -> Result<String, Box<Diagnostic>> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!("the path {} is not UTF-8", path.display());
        Box::new(
            Diagnostic::general(message)
                .with_code("not-utf8")
                .with_help("rename the folder or the file"),
        )
    })
}

/// The site in this folder with these settings.
pub(crate) fn load(root: &Path, settings: Option<&str>) -> Arc<LoadedSite> {
    looked_at(root, settings, STILL)
}

fn looked_at(root: &Path, settings: Option<&str>, still: Duration) -> Arc<LoadedSite> {
    let key = (root.to_owned(), settings.map(str::to_owned));
    let mut sites = SITES.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
        // A panic may have left a loader half way; reading anew costs little.
        let mut sites = poisoned.into_inner();
        sites.clear();
        SITES.clear_poison();
        sites
    });
    let disk = Disk::new(root);
    if let Some((loader, looked, site)) = sites.get_mut(&key) {
        if looked.elapsed() >= still {
            if let Some(loaded) = loader.refresh(&disk) {
                *site = Arc::new(LoadedSite::new(root, loaded, loader.files()));
            }
            *looked = Instant::now();
        }
        return Arc::clone(site);
    }
    let mut loader = Loader::new(settings.map(str::to_owned));
    let loaded = loader.refresh(&disk).unwrap_or_default();
    let site = Arc::new(LoadedSite::new(root, loaded, loader.files()));
    sites.insert(key, (loader, Instant::now(), Arc::clone(&site)));
    site
}

impl LoadedSite {
    pub(crate) fn new(root: &Path, loaded: Loaded, files: Vec<String>) -> Self {
        Self {
            root: root.to_owned(),
            loaded,
            files,
            message_files: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write;

    /// Held by the test that makes the table forget all sites, and by one that needs it not to.
    static MEMORY: Mutex<()> = Mutex::new(());

    fn load(root: &Path, settings: Option<&str>) -> Arc<LoadedSite> {
        looked_at(root, settings, Duration::ZERO)
    }

    #[test]
    fn a_site_is_read_once_and_again_when_it_changes() {
        let _memory = MEMORY.lock();
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            "config/routes/a.yaml",
            "routes: [{a: {path: /, controller: a::b}}]",
        );
        let first = load(root, None);
        assert_eq!(first.site.routes.routes.len(), 1);
        assert!(Arc::ptr_eq(&first, &load(root, None)));
        write(
            root,
            "config/routes/b.yaml",
            "routes: [{b: {path: /b, controller: a::b}}]",
        );
        let second = load(root, None);
        assert_eq!(second.site.routes.routes.len(), 2);
        assert_eq!(first.site.routes.routes.len(), 1, "who holds it keeps it");

        let panicked = std::thread::spawn(|| {
            let _sites = SITES.lock();
            panic!("on purpose");
        })
        .join();
        assert!(panicked.is_err());
        assert_eq!(load(root, None).site.routes.routes.len(), 2);
    }

    #[test]
    fn calls_that_follow_closely_share_a_look() {
        let _memory = MEMORY.lock();
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        let an_hour = Duration::from_secs(3600);
        assert!(looked_at(root, None, an_hour).files.is_empty());
        write(root, "template/a.html", "x");
        assert!(looked_at(root, None, an_hour).files.is_empty());
        assert_eq!(load(root, None).files, ["template/a.html"]);
    }

    #[test]
    fn an_empty_folder_is_a_site_without_anything() {
        let temp = tempfile::tempdir().unwrap();
        let site = load(temp.path(), None);
        assert!(site.is_good());
        assert!(site.files.is_empty());
        assert!(!load(temp.path(), Some("gone.yaml")).is_good());
    }

    #[test]
    fn the_files_of_a_message() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(root, "config/i18n/en/a.yaml", "a:\n  title: A\n");
        write(root, "config/i18n/en/b.yaml", "other: B\n");
        write(root, "config/i18n/es/a.yaml", "a:\n  title: A\n");
        write(root, "config/routes/title.yaml", "routes: [] # title\n");
        let site = load(root, None);
        assert_eq!(
            site.files_of_message("a.title"),
            ["config/i18n/en/a.yaml", "config/i18n/es/a.yaml"]
        );
    }
}
