//! What renders the templates of a site: one Tera that has all of them or, while they are edited, a
//! Tera for each page with no more than the page needs. Tera looks at all that it has when a
//! template is added, so what an edit costs would otherwise grow with the site.

use crate::templates::TeraSetup;
use crate::templates::functions;
#[cfg(feature = "disk")]
pub(crate) use pages::Pages;
use tera::Tera;

/// What renders templates.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// A Tera with all templates.
    Whole(Box<Tera>),
    /// A Tera for each page.
    #[cfg(feature = "disk")]
    Pages(Pages),
}

/// A Tera with all that is registered and no template.
pub(crate) fn empty(setups: &[TeraSetup]) -> Tera {
    let mut tera = Tera::new();
    functions::register(&mut tera);
    for setup in setups {
        setup(&mut tera);
    }
    tera
}

impl Engine {
    /// Renders a template.
    ///
    /// # Errors
    /// What Tera says.
    pub(crate) fn render(
        &self,
        name: &str,
        context: &tera::Context,
    ) -> Result<String, tera::Error> {
        match self {
            Self::Whole(tera) => tera.render(name, context),
            #[cfg(feature = "disk")]
            Self::Pages(pages) => pages.tera(name)?.render(name, context),
        }
    }

    /// Those of these variables that Tera's own context has.
    #[cfg(feature = "disk")]
    pub(crate) fn globals<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> kalgan_core::lint::variables::Globals {
        let mut tera = match self {
            Self::Whole(tera) => Tera::clone(tera),
            Self::Pages(pages) => pages.base().clone(),
        };
        let context = tera.global_context();
        let known = names.filter(|name| context.contains_key(name));
        known.map(str::to_owned).collect()
    }
}

#[cfg(feature = "disk")]
mod pages {
    use kalgan_core::templates::{Closure, Set, TemplateFile, add};
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

        pub(crate) fn base(&self) -> &Tera {
            &self.base
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
}
