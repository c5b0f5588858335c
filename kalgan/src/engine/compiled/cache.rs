//! The programs of a site's pages, each made when it is first asked for.

use super::compile::{Known, compile};
use super::names::Folded;
use super::natives::Natives;
use super::program::Program;
use super::sources::{Components, Sources};
use super::unsupported::Unsupported;
use kalgan_core::stack::with_large_stack;
use kalgan_core::templates::Templates;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, OnceLock};
use tera::Tera;

/// A page, once it was asked for.
type Page = OnceLock<Result<Box<Program>, Unsupported>>;

/// The programs of a site's pages.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    pages: HashMap<Box<str>, Page, ByName>,
    components: OnceLock<Arc<Components>>,
    /// All that is registered, without templates.
    base: Option<Arc<Tera>>,
    natives: Natives,
    /// The ends of the names of templates whose values are escaped.
    escaped: Vec<String>,
}

/// Names are the app's own and few, so that a short hash will do (FNV-1a).
type ByName = BuildHasherDefault<Fnv>;

#[derive(Clone, Copy, Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Programs {
    /// Programs for all of these templates.
    pub(crate) fn new(
        templates: &Templates,
        base: &Arc<Tera>,
        natives: Natives,
        escaped: Vec<String>,
    ) -> Self {
        let pages = templates.files().into_iter();
        Self {
            pages: pages
                .map(|template| (template.name.as_ref().into(), OnceLock::new()))
                .collect(),
            components: OnceLock::new(),
            base: Some(Arc::clone(base)),
            natives,
            escaped,
        }
    }

    pub(crate) fn natives(&self) -> &Natives {
        &self.natives
    }

    /// The program of a page. `None`: there are no programs, or no such page.
    pub(crate) fn get(
        &self,
        name: &str,
        templates: &Templates,
        folded: &dyn Folded,
    ) -> Option<Result<&Program, &Unsupported>> {
        let base = self.base.as_ref()?;
        let program = self.pages.get(name)?.get_or_init(|| {
            let components = self
                .components
                .get_or_init(|| Arc::new(Components::of(templates)));
            // A syntax tree may be deep before it is found to be so.
            with_large_stack(|| {
                let known = Known {
                    sources: &Sources::new(templates, components),
                    folded,
                    natives: &self.natives,
                    base,
                    escapes: self.escaped.iter().any(|end| name.ends_with(end)),
                };
                compile(name, &known).map(Box::new)
            })
        });
        Some(program.as_deref())
    }
}
