//! A Tera for each page, with no more templates than it needs.

use crate::engine::add;
use kalgan_core::templates::{Closure, Set, TemplateFile};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tera::Tera;

/// How many pages are kept; then all are forgotten.
const MOST: usize = 256;

/// A Tera for each page.
#[derive(Clone)]
pub(crate) struct Pages {
    base: Arc<Tera>,
    set: Arc<Set>,
    /// Shared with the snapshots before and after this one.
    known: Arc<Mutex<HashMap<String, Page>>>,
}

/// The Tera of a page, and what it was made of.
struct Page {
    tera: Arc<Tera>,
    closure: Arc<Closure>,
}

impl Pages {
    /// Pages of these templates; `base` has all that is registered. `previous` lends the pages
    /// that are the same.
    pub(crate) fn new(base: Arc<Tera>, set: Arc<Set>, previous: Option<&Self>) -> Self {
        let known = previous.map_or_else(Arc::default, |previous| Arc::clone(&previous.known));
        Self { base, set, known }
    }

    /// The Tera of a page, made anew where one of its templates has changed.
    pub(super) fn tera(&self, name: &str) -> Result<Arc<Tera>, tera::Error> {
        // It is missing, or what it needs is known to Tera only.
        let closure = self.set.closure(name).unwrap_or_else(|| {
            let all = self.set.entries().filter(|(_, entry)| entry.is_good);
            let all = all.map(|(name, entry)| (name.to_owned().into(), entry.clone()));
            Arc::new(all.collect())
        });
        // Pages are inserted whole, so what a panic left behind is as good.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = known().get(name).filter(|page| page.is_of(&closure)) {
            return Ok(Arc::clone(&page.tera));
        }
        let mut tera = Tera::clone(&self.base);
        let files: Vec<TemplateFile> = closure
            .iter()
            .map(|(name, entry)| TemplateFile {
                name: name.clone(),
                file: Arc::clone(&entry.file),
            })
            .collect();
        add(&mut tera, &files)?;
        let tera = Arc::new(tera);
        let page = Page {
            tera: Arc::clone(&tera),
            closure,
        };
        let mut known = known();
        if known.len() >= MOST && !known.contains_key(name) {
            known.clear();
        }
        known.insert(name.to_owned(), page);
        Ok(tera)
    }
}

impl Page {
    /// Whether it was made of just these files.
    fn is_of(&self, closure: &Arc<Closure>) -> bool {
        let mut pairs = self.closure.iter().zip(closure.iter());
        Arc::ptr_eq(&self.closure, closure)
            || self.closure.len() == closure.len()
                && pairs.all(|((_, a), (_, b))| Arc::ptr_eq(&a.file, &b.file))
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
