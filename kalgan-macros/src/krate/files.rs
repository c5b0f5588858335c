//! The Rust files that the macros of this process have read, shared by all of their calls.

use super::item::Scan;
use super::package::Package;
use super::scan;
use kalgan_core::source::{Disk, Fingerprint, Source};
use kalgan_core::templates::views::RustPlace;
use kalgan_core::text::SourceFile;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A Rust file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) source: Arc<SourceFile>,
    /// Made when it is asked for: the text of most files shows that they have nothing of interest.
    scan: OnceLock<Scan>,
}

impl File {
    fn new(path: PathBuf, shown: String, text: String) -> Self {
        Self {
            path,
            source: Arc::new(SourceFile::new(shown, text)),
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

    /// Whether it may declare a module.
    pub(super) fn may_have_modules(&self) -> bool {
        let text = self.source.text();
        text.match_indices("mod").any(|(at, word)| {
            let behind = text[at + word.len()..].chars().next();
            behind.is_some_and(char::is_whitespace)
        })
    }

    /// The text of a range.
    pub(crate) fn str(&self, span: &Range<usize>) -> &str {
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

/// The files by their paths; one is read again only where it has changed.
#[derive(Debug, Default)]
pub(super) struct Files(HashMap<PathBuf, (Fingerprint, Arc<File>)>);

impl Files {
    /// A file of the package. `None` where it is missing or not UTF-8.
    pub(super) fn read(
        &mut self,
        path: &Path,
        fingerprint: Fingerprint,
        package: &Package,
    ) -> Option<Arc<File>> {
        if let Some((then, file)) = self.0.get(path)
            && *then == fingerprint
        {
            return Some(Arc::clone(file));
        }
        let text = std::fs::read_to_string(path).ok()?;
        let file = Arc::new(File::new(path.to_owned(), package.shown(path), text));
        let entry = (fingerprint, Arc::clone(&file));
        self.0.insert(path.to_owned(), entry);
        Some(file)
    }
}

/// Changes when the file does; `None` where there is none.
pub(super) fn fingerprint(path: &Path) -> Option<Fingerprint> {
    let node = Disk::new("").look(path.to_str()?).ok()??;
    (!node.is_folder).then_some(node.fingerprint)
}
